"""Which cases may leave the house. Asked again at the very moment of sending.

A grant made in time extinguishes a case even after its validation (E12); a time-barred one, or one
whose last day is argued, goes nowhere by itself; a held one waits; a warning case never becomes a
denuncia.
"""

from datetime import datetime

from core.clock import municipal
from core.words import N_, Word
from sanctions.deadlines import Zone
from sanctions.integrations.errors import LookupTooEarly, NotToBeSent
from sanctions.models import InfractionCase
from sanctions.reasons import HOLD_LABELS, Hold
from sanctions.states import LABELS, CaseState
from sanctions.transitions import bar_zone, lapse_zone


def check_may_leave(case: InfractionCase, expected: CaseState, now: datetime) -> None:
    """Raise NotToBeSent, saying why, unless `case` may be sent as being in `expected`."""
    why: Word | str | None = None
    if case.case_state is not expected:
        why = LABELS[case.case_state]
    elif case.hold is not None:
        why = HOLD_LABELS[Hold(case.hold)]
    elif now < case.regularisation_deadline:
        why = N_("its passage may still be put right")
    elif Zone.SAFE is not bar_zone(case, now) or Zone.SAFE is not lapse_zone(case, now):
        why = LABELS[CaseState.TIME_BARRED]
    if why is not None:
        raise NotToBeSent("Case %(case)s is not sent: %(why)s.", case=case.reference, why=why)


def may_leave(case: InfractionCase, expected: CaseState, now: datetime) -> bool:
    try:
        check_may_leave(case, expected, now)
    except NotToBeSent:
        return False
    return True


def check_may_be_looked_up(case: InfractionCase, now: datetime) -> None:
    """P7: nobody is asked for the holder before the regularisation deadline.

    Raises:
        LookupTooEarly: the passage may still be regularised.
        NotToBeSent: as `check_may_leave`.
    """
    if now < case.regularisation_deadline:
        raise LookupTooEarly(
            "The passage of case %(case)s may be regularised until %(deadline)s; the holder is "
            "not asked for before.",
            case=case.reference,
            deadline=municipal(case.regularisation_deadline).isoformat(timespec="minutes"),
        )
    check_may_leave(case, CaseState.AGENT_VALIDATED, now)
