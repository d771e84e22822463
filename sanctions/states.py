"""The life of an infraction case: its states, what can happen to it, and the one table of both.

The order is that of the procedure in RDL 6/2015 (articles 86 to 96 and 110 to 112). What the
table allows may still be refused for who asks, or for when (`transitions`).
"""

from enum import StrEnum

from core.errors import InvalidTransition
from core.words import N_, Word


class CaseState(StrEnum):
    CANDIDATE = "candidate"
    """The regularisation period ended without a permit; evidence may still be missing."""
    READY = "ready"
    """All evidence is there: waits for a police agent."""
    REGULARISED = "regularised"
    """A permit granted in time covers the passage, at any time before the notification."""
    DISCARDED = "discarded"
    """Put aside before review, with a coded reason."""
    AGENT_VALIDATED = "agent_validated"
    AGENT_REJECTED = "agent_rejected"
    HANDED_OVER = "handed_over"
    """The city's existing sanction system took it in: the procedure goes on there."""
    HOLDER_FOUND = "holder_found"
    """It is known who answers for the vehicle."""
    INFORMED = "informed"
    """An information letter went out instead of a denuncia: the zone was in its first weeks."""
    NOTIFYING = "notifying"
    """On its way to the person; delivery is not confirmed."""
    NOTIFIED = "notified"
    PAID_REDUCED = "paid_reduced"
    """Paid with the 50 % reduction within 20 days: closed (article 94)."""
    DRIVER_IDENTIFIED = "driver_identified"
    """Closed; a new case opens against the driver named."""
    ALLEGATIONS = "allegations"
    RESOLVED = "resolved"
    FINAL = "final"
    """No answer within the time: the denuncia itself became the resolution (article 95.4)."""
    RECONSIDERATION = "reconsideration"
    """Recurso de reposición (article 96)."""
    FIRM = "firm"
    VOLUNTARILY_PAID = "voluntarily_paid"
    ENFORCED_COLLECTION = "enforced_collection"
    ANNULLED = "annulled"
    TIME_BARRED = "time_barred"
    """The infraction is too old (article 112.1), or the fine is (article 112.4)."""
    LAPSED = "lapsed"
    """The procedure took longer than a year (article 112.3)."""


class Trigger(StrEnum):
    """What can happen to a case."""

    COMPLETE = "complete"
    """The last missing piece of evidence came."""
    SPOIL = "spoil"
    """A piece of evidence turned out to be missing or altered: it can't be reviewed like this."""
    REGULARISE = "regularise"
    DISCARD = "discard"
    TAKE_BACK = "take_back"
    """Opened too early: the time to put the entry right goes on."""
    JOIN = "join"
    """Part of the vehicle's first case: one continued infraction (Ley 39/2015, article 63.3)."""
    VALIDATE = "validate"
    REJECT = "reject"
    HAND_OVER = "hand_over"
    FIND_HOLDER = "find_holder"
    INFORM = "inform"
    SEND = "send"
    SERVE = "serve"
    PAY_REDUCED = "pay_reduced"
    IDENTIFY_DRIVER = "identify_driver"
    ALLEGE = "allege"
    RESOLVE = "resolve"
    FALL_SILENT = "fall_silent"
    APPEAL = "appeal"
    DISMISS_APPEAL = "dismiss_appeal"
    BECOME_FIRM = "become_firm"
    PAY = "pay"
    COLLECT = "collect"
    ANNUL = "annul"
    BAR = "bar"
    """The time-bar passed."""
    LAPSE = "lapse"


_S, _T = CaseState, Trigger
_UNSENT = {_T.REGULARISE: _S.REGULARISED, _T.BAR: _S.TIME_BARRED}
_ANNULLABLE = {_T.ANNUL: _S.ANNULLED}
_PROCEEDING = {**_ANNULLABLE, _T.LAPSE: _S.LAPSED}

TRANSITIONS: dict[CaseState, dict[Trigger, CaseState]] = {
    _S.CANDIDATE: {
        **_UNSENT,
        _T.COMPLETE: _S.READY,
        _T.DISCARD: _S.DISCARDED,
        _T.TAKE_BACK: _S.DISCARDED,
        _T.JOIN: _S.DISCARDED,
    },
    _S.READY: {
        **_UNSENT,
        _T.TAKE_BACK: _S.DISCARDED,
        _T.JOIN: _S.DISCARDED,
        _T.SPOIL: _S.CANDIDATE,
        _T.VALIDATE: _S.AGENT_VALIDATED,
        _T.REJECT: _S.AGENT_REJECTED,
    },
    _S.AGENT_VALIDATED: {
        **_UNSENT,
        **_PROCEEDING,
        _T.FIND_HOLDER: _S.HOLDER_FOUND,
        _T.HAND_OVER: _S.HANDED_OVER,
    },
    # Annulled here, it is annulled over there too.
    _S.HANDED_OVER: _ANNULLABLE,
    _S.HOLDER_FOUND: {
        **_UNSENT,
        **_PROCEEDING,
        _T.SEND: _S.NOTIFYING,
        _T.INFORM: _S.INFORMED,
    },
    _S.NOTIFYING: {**_PROCEEDING, _T.SERVE: _S.NOTIFIED, _T.BAR: _S.TIME_BARRED},
    _S.NOTIFIED: {
        **_PROCEEDING,
        _T.PAY_REDUCED: _S.PAID_REDUCED,
        _T.IDENTIFY_DRIVER: _S.DRIVER_IDENTIFIED,
        _T.ALLEGE: _S.ALLEGATIONS,
        _T.FALL_SILENT: _S.FINAL,
    },
    # A procedure that stands still lets the time-bar run on (article 112.2).
    _S.ALLEGATIONS: {**_PROCEEDING, _T.RESOLVE: _S.RESOLVED, _T.BAR: _S.TIME_BARRED},
    # Once resolved a procedure can't lapse any more (article 112.3).
    _S.RESOLVED: {
        **_ANNULLABLE,
        _T.APPEAL: _S.RECONSIDERATION,
        _T.BECOME_FIRM: _S.FIRM,
        _T.PAY: _S.VOLUNTARILY_PAID,
    },
    _S.FINAL: {
        **_ANNULLABLE,
        _T.APPEAL: _S.RECONSIDERATION,
        _T.BECOME_FIRM: _S.FIRM,
        _T.PAY: _S.VOLUNTARILY_PAID,
    },
    _S.RECONSIDERATION: {**_ANNULLABLE, _T.DISMISS_APPEAL: _S.FIRM},
    _S.FIRM: {
        **_ANNULLABLE,
        _T.PAY: _S.VOLUNTARILY_PAID,
        _T.COLLECT: _S.ENFORCED_COLLECTION,
        _T.BAR: _S.TIME_BARRED,
    },
    # What was paid may still be annulled: the money goes back.
    _S.PAID_REDUCED: _ANNULLABLE,
    _S.VOLUNTARILY_PAID: _ANNULLABLE,
    _S.ENFORCED_COLLECTION: _ANNULLABLE,
    _S.REGULARISED: {},
    _S.DISCARDED: {},
    _S.AGENT_REJECTED: {},
    _S.INFORMED: {},
    _S.DRIVER_IDENTIFIED: {},
    _S.ANNULLED: {},
    _S.TIME_BARRED: {},
    _S.LAPSED: {},
}

TERMINAL = frozenset(state for state, following in TRANSITIONS.items() if not following)
PAID = frozenset({_S.PAID_REDUCED, _S.VOLUNTARILY_PAID, _S.ENFORCED_COLLECTION})
CLOSED = TERMINAL | PAID | {_S.HANDED_OVER}
"""Nobody has to act any more; retention counts from here."""
OPEN = frozenset(CaseState) - CLOSED
AWAITING_REVIEW = frozenset({_S.CANDIDATE, _S.READY})
BEFORE_NOTIFICATION = frozenset(
    state for state, following in TRANSITIONS.items() if _T.REGULARISE in following
)
UNSERVED = BEFORE_NOTIFICATION | {_S.NOTIFYING}
"""Here the time-bar of the infraction still runs."""
RUNNING = frozenset(state for state, following in TRANSITIONS.items() if _T.LAPSE in following)
"""Here the year of the procedure runs."""
VALIDATED = frozenset(
    {
        _S.AGENT_VALIDATED,
        _S.HANDED_OVER,
        _S.HOLDER_FOUND,
        _S.INFORMED,
        _S.NOTIFYING,
        _S.NOTIFIED,
        _S.DRIVER_IDENTIFIED,
        _S.ALLEGATIONS,
        _S.RESOLVED,
        _S.FINAL,
        _S.RECONSIDERATION,
        _S.FIRM,
    }
    | PAID
)
"""Reached only through an agent's validation."""

LABELS: dict[CaseState, Word] = {
    _S.CANDIDATE: N_("Evidence incomplete"),
    _S.READY: N_("Ready for review"),
    _S.REGULARISED: N_("Regularised"),
    _S.DISCARDED: N_("Discarded"),
    _S.AGENT_VALIDATED: N_("Validated by an agent"),
    _S.AGENT_REJECTED: N_("Rejected by an agent"),
    _S.HANDED_OVER: N_("Handed over to the sanction system"),
    _S.HOLDER_FOUND: N_("Holder found"),
    _S.INFORMED: N_("Information letter sent"),
    _S.NOTIFYING: N_("Being notified"),
    _S.NOTIFIED: N_("Notified"),
    _S.PAID_REDUCED: N_("Paid with reduction"),
    _S.DRIVER_IDENTIFIED: N_("Driver identified"),
    _S.ALLEGATIONS: N_("Allegations lodged"),
    _S.RESOLVED: N_("Resolved"),
    _S.FINAL: N_("Final without allegations"),
    _S.RECONSIDERATION: N_("Reconsideration asked for"),
    _S.FIRM: N_("Firm"),
    _S.VOLUNTARILY_PAID: N_("Paid voluntarily"),
    _S.ENFORCED_COLLECTION: N_("Enforced collection"),
    _S.ANNULLED: N_("Annulled"),
    _S.TIME_BARRED: N_("Time-barred"),
    _S.LAPSED: N_("Lapsed"),
}

TRIGGER_LABELS: dict[Trigger, Word] = {
    _T.COMPLETE: N_("complete the evidence"),
    _T.SPOIL: N_("withdraw the evidence"),
    _T.REGULARISE: N_("regularise"),
    _T.DISCARD: N_("discard"),
    _T.TAKE_BACK: N_("take back"),
    _T.JOIN: N_("count as part of the first case"),
    _T.VALIDATE: N_("validate"),
    _T.REJECT: N_("reject"),
    _T.HAND_OVER: N_("hand over to the sanction system"),
    _T.FIND_HOLDER: N_("name the holder"),
    _T.INFORM: N_("send an information letter"),
    _T.SEND: N_("send the notification"),
    _T.SERVE: N_("record the service"),
    _T.PAY_REDUCED: N_("pay with reduction"),
    _T.IDENTIFY_DRIVER: N_("name the driver"),
    _T.ALLEGE: N_("lodge allegations"),
    _T.RESOLVE: N_("resolve"),
    _T.FALL_SILENT: N_("close for want of an answer"),
    _T.APPEAL: N_("ask for reconsideration"),
    _T.DISMISS_APPEAL: N_("dismiss the reconsideration"),
    _T.BECOME_FIRM: N_("make firm"),
    _T.PAY: N_("pay"),
    _T.COLLECT: N_("hand over to enforced collection"),
    _T.ANNUL: N_("annul"),
    _T.BAR: N_("mark as time-barred"),
    _T.LAPSE: N_("mark as lapsed"),
}


def state_after(reference: str, present: CaseState, trigger: Trigger) -> CaseState:
    """The state that follows. Raises InvalidTransition, naming the case and its state."""
    following = TRANSITIONS[present].get(trigger)
    if following is None:
        raise InvalidTransition(
            "Case %(case)s is '%(state)s': you can't %(trigger)s now. Reload the page to see what "
            "has happened to it.",
            case=reference,
            state=LABELS[present],
            trigger=TRIGGER_LABELS[trigger],
        )
    return following
