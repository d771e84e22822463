"""The dated infraction catalogue: what the sanction system calls our offences, and since when."""

from datetime import date, datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from sanctions.integrations.errors import AnswerNotUnderstood
from sanctions.integrations.handover.models import CatalogueEntry
from sanctions.integrations.handover.wire import Catalogue, Norm


def check(catalogue: Catalogue) -> list[CatalogueEntry]:
    """Its entries. Raises AnswerNotUnderstood when it is empty or has impossible days."""
    if not catalogue.NORMATIVES:
        raise AnswerNotUnderstood("handover answers with an empty catalogue. The old one stays.")
    return [_entry(norm, catalogue.VERSIO) for norm in catalogue.NORMATIVES]


def store(session: Session, catalogue: Catalogue) -> int:
    """Replace what is known by `catalogue`, all of it or nothing; returns how many entries.

    Raises AnswerNotUnderstood as `check` does; then the old one stays.
    """
    entries = check(catalogue)
    session.execute(delete(CatalogueEntry))
    session.add_all(entries)
    session.flush()
    return len(entries)


def _entry(norm: Norm, version: str) -> CatalogueEntry:
    return CatalogueEntry(
        version=version,
        offence=norm.CODI_INFRACCIO,
        norm=norm.CODI_NL,
        article=norm.ARTICLE,
        subarticle=norm.SUBARTICLE,
        option=norm.OPCIO,
        severity=norm.GRAVETAT,
        text=norm.HECHO_DENUNCIADO,
        amount_cents=int(norm.IMPORT_NOMINAL),
        points=int(norm.PUNTS),
        valid_from=_day(norm.DATA_INICI),
        valid_until=None if norm.DATA_FI is None else _day(norm.DATA_FI),
    )


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 -- a day has no zone
    except ValueError as error:
        raise AnswerNotUnderstood(
            "handover answers with a catalogue that has impossible days. The old one stays."
        ) from error


def entry_for(session: Session, offence: str, day: date) -> CatalogueEntry | None:
    """The entry for `offence` on the day of the infraction; the latest where several hold."""
    query = (
        select(CatalogueEntry)
        .where(
            CatalogueEntry.offence == offence,
            CatalogueEntry.valid_from <= day,
            or_(CatalogueEntry.valid_until.is_(None), CatalogueEntry.valid_until >= day),
        )
        .order_by(CatalogueEntry.valid_from.desc())
        .limit(1)
    )
    return session.scalar(query)


def is_empty(session: Session) -> bool:
    return session.scalar(select(CatalogueEntry.id).limit(1)) is None
