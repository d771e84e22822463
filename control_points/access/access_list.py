"""The access list as it came from the centre: whose it is, and what it says in `permits` types."""

import base64
from collections.abc import Iterable
from datetime import UTC, date, datetime

from pydantic import ValidationError

from control_points.errors import AccessListRefused
from control_points.protocol import (
    AccessList,
    ListedControlPoint,
    ListedGrant,
    ListedGroup,
    SignedAccessList,
    WeeklyWindow,
)
from core.keyed_hash import HASH_BYTES
from core.signing import verify
from permits.access import (
    ControlPointRules,
    Grant,
    Movement,
    PointHealth,
    PointMode,
    Tier,
    Window,
)

_BEGUN = datetime(1970, 1, 1, tzinfo=UTC)
_SOME_LIMIT = 1
"""Stands for a limit whose number only the centre knows. With the count unknown too, it exhausts
nothing here, but marks the grant as one that consumes."""


def opened(signed: SignedAccessList, centre_key: bytes) -> AccessList:
    """The list inside, once its signature is checked.

    Raises:
        AccessListRefused: not signed by the centre's key, or malformed.
    """
    payload = signed.payload.encode()
    if not verify(centre_key, payload, base64.b64decode(signed.signature)):
        raise AccessListRefused(
            f"The access list signed with key '{signed.key_id}' is not the centre's: check "
            "centre.signing_public_key in the configuration. The list in use stays."
        )
    try:
        return AccessList.model_validate_json(payload)
    except ValidationError as error:
        raise AccessListRefused(
            f"The centre's access list has {error.error_count()} field(s) that this release does "
            "not understand: update the edge. The list in use stays."
        ) from error


def check_succession(fresh: AccessList, held: int) -> None:
    """Whether `fresh` may follow on version `held` (0: none): never backwards, never over a gap.

    Raises:
        AccessListRefused: it may not; the list in use stays.
    """
    if fresh.version < held:
        raise AccessListRefused(
            f"The access list has version {fresh.version}, older than the {held} in use: it was "
            "refused. If the centre was restored from a backup, delete access-list.sqlite3 here."
        )
    if fresh.base is not None and fresh.base != held:
        raise AccessListRefused(
            f"The changes to the access list start from version {fresh.base}, not from the {held} "
            "in use: asking for a whole list."
        )


def point_rules(point: ListedControlPoint) -> ControlPointRules:
    """What a decision needs to know of the place. Raises AccessListRefused on unknown words."""
    try:
        return ControlPointRules(
            control_point=point.control_point,
            zones=point.zones,
            direction=Movement(point.direction.value),
            mode=PointMode(point.mode),
            health=PointHealth(point.health),
            warning_until=point.warning_until,
        )
    except ValueError as error:
        raise AccessListRefused(
            f"Control point {point.control_point} of the access list: {error}. Update the edge."
        ) from error


def grants(fresh: AccessList, group: ListedGroup) -> tuple[Grant, ...]:
    """What the vehicles of `group` may do, as far as the edge knows it.

    Raises:
        AccessListRefused: an unknown tier, or a right that the list does not have.
    """
    return tuple(
        _grant(fresh, listed, f"E-{place:02d}") for place, listed in enumerate(group.grants, 1)
    )


def _grant(fresh: AccessList, listed: ListedGrant, reference: str) -> Grant:
    try:
        right = fresh.rights[listed.right]
        tier = Tier(right.tier)
    except (IndexError, ValueError) as error:
        raise AccessListRefused(
            f"The access list has a grant that this release does not understand: {error}. "
            "Update the edge."
        ) from error
    return Grant(
        reference=reference,
        profile="",
        tier=tier,
        zones=right.zones,
        control_points=right.control_points,
        windows=windows(right.windows),
        valid_from=listed.valid_from or _BEGUN,
        valid_until=listed.valid_until,
        entries_per_year=_SOME_LIMIT if right.limited else None,
    )


def hashes(joined: str) -> list[bytes]:
    """The keyed hashes that `joined` has one after another. Raises AccessListRefused."""
    together = base64.b64decode(joined)
    if len(together) % HASH_BYTES:
        raise AccessListRefused(
            "The access list has a keyed hash that is too short. The list in use stays."
        )
    return [together[at : at + HASH_BYTES] for at in range(0, len(together), HASH_BYTES)]


def windows(listed: Iterable[WeeklyWindow]) -> tuple[Window, ...]:
    return tuple(Window(w.days, w.start_minute, w.end_minute) for w in listed)


def holidays(fresh: AccessList) -> frozenset[date]:
    """Raises AccessListRefused when one is no ISO date."""
    try:
        return frozenset(date.fromisoformat(day) for day in fresh.holidays)
    except ValueError as error:
        raise AccessListRefused(f"A holiday of the access list is no date: {error}.") from error
