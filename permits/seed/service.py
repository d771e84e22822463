"""Filling an empty register with the Old Quarter, quickly, and only once."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from core import audit
from core.encryption import KeyRing
from core.identity import SYSTEM
from core.plates import PlateNumber
from permits.access_list_changes import note_everything
from permits.models import Authorisation, ControlPoint, Holder, Profile, Zone
from permits.seed.people import Population
from permits.seed.places import ZONE, seed_places
from permits.seed.rows import SeedRows

_FOOTAGE = Path(__file__).parents[2] / "sample_footage"
_SEED = 2026


@dataclass(frozen=True)
class SeedResult:
    """What the register holds afterwards."""

    control_points: int
    profiles: int
    holders: int
    authorisations: int
    created: bool
    """False when it was there already and nothing was done."""


def seed(
    session: Session,
    keys: KeyRing,
    now: datetime,
    *,
    avoid: Iterable[PlateNumber] | None = None,
) -> SeedResult:
    """Write zone, control points, profiles, holidays and 1,200 invented holders.

    Does nothing when the zone exists. Plates like those in `avoid` are given to nobody; by default
    these are the filmed ones of `sample_footage/`, where it is present.
    """
    if session.get(Zone, ZONE) is not None:
        return _result(session, created=False)
    seed_places(session)
    filmed = filmed_plates(_FOOTAGE) if avoid is None else avoid
    people = Population(_SEED, now, filmed).holders()
    rows = SeedRows(keys, now)
    rows.add_all(people)
    for model, values in rows.tables.items():
        session.execute(insert(model), values)
    note_everything(session)
    audit.record(session, SYSTEM, "permits:register:seeded", f"zone:{ZONE}", holders=len(people))
    return _result(session, created=True)


def filmed_plates(folder: Path) -> set[PlateNumber]:
    """Plates of the sample footage, registered or not; empty where there is no footage."""
    plates: set[str] = set()
    register, manifest = folder / "register.json", folder / "manifest.json"
    if register.exists():
        plates |= {entry["plate"] for entry in json.loads(register.read_text())}
    if manifest.exists():
        for clip in json.loads(manifest.read_text())["clips"]:
            plates |= {vehicle["plate"] for vehicle in clip["vehicles"] if vehicle["plate"]}
    return {PlateNumber(plate) for plate in plates}


def _result(session: Session, *, created: bool) -> SeedResult:
    def count(model: type[Any]) -> int:
        return session.scalar(select(func.count()).select_from(model)) or 0

    return SeedResult(
        control_points=count(ControlPoint),
        profiles=count(Profile),
        holders=count(Holder),
        authorisations=count(Authorisation),
        created=created,
    )
