"""The register as a gate needs it: hashes for plates, no names; signed by the centre."""

import base64
import gzip
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool
from sqlalchemy.orm import Session

from control_center.edge_boxes.centre_keys import LIST_KEY_ID, list_signing_key
from control_points import protocol
from core.encryption import KeyRing
from core.signing import canonical_json, sign
from permits.access import ControlPointRules, Grant, Window
from permits.access_list_changes import current_version
from permits.access_lists import AccessListContents, ListedVehicle, access_list

WHOLE_LISTS_KEPT = timedelta(seconds=60)
"""How long a whole list serves other gates too: after a power cut all of them ask at once."""


@dataclass(frozen=True)
class PackedList:
    """A signed list as it goes on the line."""

    version: int
    made_at: datetime
    plain: bytes
    gzipped: bytes


_whole: WeakKeyDictionary[Pool, PackedList] = WeakKeyDictionary()
_making = threading.Lock()


def packed_list(session: Session, keys: KeyRing, *, have: int | None, now: datetime) -> PackedList:
    """`signed_list`, ready to be sent. A whole one that was just made is not made again."""
    if have:
        return _packed(session, keys, have, now)
    with _making:
        pool = cast(Engine, session.get_bind()).pool
        known = _whole.get(pool)
        is_young = known is not None and abs(now - known.made_at) < WHOLE_LISTS_KEPT
        if known is not None and is_young and known.version == current_version(session):
            return known
        fresh = _whole[pool] = _packed(session, keys, None, now)
        return fresh


def _packed(session: Session, keys: KeyRing, have: int | None, now: datetime) -> PackedList:
    version = current_version(session)
    plain = signed_list(session, keys, have=have, now=now).model_dump_json().encode()
    return PackedList(version, now, plain, gzip.compress(plain, 6))


def signed_list(
    session: Session, keys: KeyRing, *, have: int | None, now: datetime
) -> protocol.SignedAccessList:
    """The changes since version `have` where that is possible, else the whole list; signed."""
    contents = access_list(session, now=now, since=have)
    wire = to_wire(contents, now).model_dump(mode="json", exclude_defaults=True)
    payload = canonical_json(wire)
    return protocol.SignedAccessList(
        payload=payload.decode(),
        signature=base64.b64encode(sign(list_signing_key(keys), payload)).decode(),
        key_id=LIST_KEY_ID,
    )


def to_wire(contents: AccessListContents, now: datetime) -> protocol.AccessList:
    """The list in the protocol's types."""
    rights: dict[_Right, int] = {}
    groups = _groups(contents.vehicles, rights, now)
    return protocol.AccessList(
        version=contents.version,
        base=contents.base,
        issued_at=now,
        rule_version=contents.rule_version,
        holidays=tuple(day.isoformat() for day in contents.holidays),
        control_points=tuple(_point(point) for point in contents.control_points),
        loading_windows=tuple(
            (zone, _windows(windows)) for zone, windows in contents.loading_windows
        ),
        open_windows=tuple((zone, _windows(windows)) for zone, windows in contents.open_windows),
        rights=tuple(_right(one) for one in rights),
        groups=groups,
        removed=_joined(contents.removed),
    )


_Right = tuple[str, tuple[str, ...], tuple[str, ...], tuple[Window, ...], bool]
_Granted = tuple[int, datetime | None, datetime | None]


def _groups(
    vehicles: Iterable[ListedVehicle], rights: dict[_Right, int], now: datetime
) -> tuple[protocol.ListedGroup, ...]:
    """Vehicles put together that may do the same; fills `rights` in the order of first use."""
    alike: dict[tuple[_Granted, ...], list[bytes]] = defaultdict(list)
    for vehicle in vehicles:
        alike[tuple(_granted(grant, rights, now) for grant in vehicle.grants)].append(
            vehicle.plate_hash
        )
    return tuple(
        protocol.ListedGroup(
            grants=tuple(
                protocol.ListedGrant(right=right, valid_from=begin, valid_until=end)
                for right, begin, end in grants
            ),
            plate_hashes=_joined(hashes),
        )
        for grants, hashes in alike.items()
    )


def _granted(grant: Grant, rights: dict[_Right, int], now: datetime) -> _Granted:
    right = (
        grant.tier.value,
        grant.zones,
        grant.control_points,
        grant.windows,
        grant.is_limited,
    )
    begin = grant.valid_from if grant.valid_from > now else None
    return rights.setdefault(right, len(rights)), begin, grant.valid_until


def _right(right: _Right) -> protocol.ListedRight:
    tier, zones, control_points, windows, limited = right
    return protocol.ListedRight(
        tier=tier,
        zones=zones,
        control_points=control_points,
        windows=_windows(windows),
        limited=limited,
    )


def _joined(hashes: Iterable[bytes]) -> str:
    return base64.b64encode(b"".join(hashes)).decode()


def _point(point: ControlPointRules) -> protocol.ListedControlPoint:
    return protocol.ListedControlPoint(
        control_point=point.control_point,
        zones=point.zones,
        direction=protocol.Direction(point.direction.value),
        mode=point.mode.value,
        health=point.health.value,
        warning_until=point.warning_until,
    )


def _windows(windows: Iterable[Window]) -> tuple[protocol.WeeklyWindow, ...]:
    return tuple(
        protocol.WeeklyWindow(
            days=window.days, start_minute=window.start_minute, end_minute=window.end_minute
        )
        for window in windows
    )
