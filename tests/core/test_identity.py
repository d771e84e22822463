"""Roles and permissions: nobody may do everything, and police alone decide cases."""

from uuid import uuid4

import pytest

from core.errors import Forbidden
from core.identity import ROLE_PERMISSIONS, SYSTEM, Actor, Permission, Role


def actor(*roles: Role) -> Actor:
    return Actor(id=uuid4(), name="Ane", roles=frozenset(roles))


def test_every_role_stands_in_the_table() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)


def test_only_police_review_cases() -> None:
    may = {role for role in Role if actor(role).may(Permission.REVIEW_CASES)}
    assert may == {Role.POLICE}


def test_no_role_may_do_everything() -> None:
    assert all(len(granted) < len(Permission) / 2 + 1 for granted in ROLE_PERMISSIONS.values())


def test_the_system_itself_decides_no_case() -> None:
    assert not any(SYSTEM.may(permission) for permission in Permission)


def test_a_refusal_names_the_person_and_the_permission() -> None:
    with pytest.raises(Forbidden, match=r"Ane has no permission 'review_cases'"):
        actor(Role.OPERATOR).check(Permission.REVIEW_CASES)


def test_roles_add_up() -> None:
    both = actor(Role.OPERATOR, Role.POLICE)
    assert both.may(Permission.REVIEW_READS) and both.may(Permission.REVIEW_CASES)
