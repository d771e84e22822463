"""The demonstration's catalogue of infractions."""

import tomllib
from pathlib import Path

from sqlalchemy.orm import Session

from sanctions.catalogue.models import OffencePrice
from sanctions.catalogue.service import enter
from sanctions.reasons import Offence, coded

_FILE = Path(__file__).with_name("seed.toml")


def seed_catalogue(session: Session, file: Path = _FILE) -> int:
    """Enter every price of `file`; those known already stay. Returns how many it has."""
    rows = tomllib.loads(file.read_text())["price"]
    for row in rows:
        coded(Offence, row["offence"])
        enter(session, OffencePrice(**row))
    return len(rows)
