"""Privacy rule P9: a host sees that a guest's permit was used, never when or where."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from permits.models import Authorisation, ControlPoint, Holder, QuotaEntry
from tests.clients import WebClient
from tests.permits.builders import NOW, authorisation

HOME = "Somera 4, 2.º A"
"""Ane's own address, which names a street that has a gate too."""
ENTERED = NOW - timedelta(hours=1, minutes=23)


@pytest.fixture
def gates(
    session: Session, keys: KeyRing, residents: tuple[Holder, Holder]
) -> list[tuple[str, str]]:
    """A guest drives Ane's second vehicle in, on her authorisation's quota."""
    permit = authorisation(session, keys, "9876HHH", to=residents[0])
    assert isinstance(permit, Authorisation)
    session.add(QuotaEntry(authorisation_id=permit.id, stay_id=None, entered_at=ENTERED))
    points = [(one.code, one.name) for one in session.scalars(select(ControlPoint))]
    session.commit()
    return points


def test_p9_the_host_sees_a_count_and_neither_time_nor_gate(
    ane: WebClient, gates: list[tuple[str, str]]
) -> None:
    page = ane.get("/").text
    assert "1 of 4 used" in page
    for shown in (ENTERED.astimezone().strftime("%H:%M"), "06:37", "08:37", "07:37"):
        assert shown not in page
    assert gates
    for code, name in gates:
        assert code not in page
        assert name not in page or name in HOME


def test_p9_another_holder_sees_nothing_of_it(ane: WebClient, gates: list[tuple[str, str]]) -> None:
    assert "5678 FGH" not in ane.get("/").text
