"""A decision explained on the command line. The look-up leaves an audit row with its purpose."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from core import audit
from core.database import transaction
from core.encryption import KeyRing
from core.plates import PlateNumber
from core.web.translations import LANGUAGES, translate
from permits.access import Movement, decide
from permits.command_line import opened_register, typist
from permits.labels import EXPLAIN_OUTCOMES
from permits.queries import build_query, names
from permits.words import sentences


def explanation(
    plate: str,
    *,
    at: datetime | None,
    gate: str,
    purpose: str,
    stay_minutes: int | None = None,
) -> list[str]:
    """The decision about an entry and its reasons, in every language.

    Raises:
        InvalidInput: no plate. UnknownControlPoint: no such gate.
        SetupProblem: there is no register yet.
    """
    number = PlateNumber.parse(plate)
    with opened_register() as runtime, transaction(runtime.writing) as session:
        moment = at or runtime.clock.now()
        subject = f"control_point:{gate}"
        audit.record(session, typist(), "permits:plate:explained", subject, purpose=purpose)
        return list(_lines(session, runtime.keys, number, moment, gate.upper(), stay_minutes))


def _lines(
    session: Session,
    keys: KeyRing,
    plate: PlateNumber,
    at: datetime,
    gate: str,
    stay_minutes: int | None,
) -> Iterator[str]:
    query = build_query(
        session,
        keys,
        plate=plate,
        confidence=1.0,
        country=None,
        movement=Movement.ENTRY,
        seen_at=at,
        control_point=gate,
        read_confirmed=True,
        stay_minutes=stay_minutes,
    )
    decision = decide(query)
    yield f"{plate}: {decision.outcome.value} ({decision.reason.value})"
    for language, own_name in LANGUAGES.items():
        outcome = translate(EXPLAIN_OUTCOMES[decision.outcome.value], language)
        yield f"\n{own_name}: {outcome}"
        named = names(session, language)
        yield from (f"  - {line}" for line in sentences(decision.trace, language, named))
