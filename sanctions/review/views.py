"""Cases as pages show them: codes put into words, deadlines counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from core.web.translations import current_language, translate
from core.words import N_, Word
from sanctions.deadlines import Zone
from sanctions.instruction.kinds import OUTCOME_LABELS, SUBMISSION_LABELS
from sanctions.models import CaseEvent, CasePicture, InfractionCase
from sanctions.queries import of_vehicle
from sanctions.reasons import (
    ANNULMENT_LABELS,
    DISCARD_LABELS,
    HOLD_LABELS,
    NOT_FOR_AGENTS,
    OFFENCE_LABELS,
    REJECTION_LABELS,
    DiscardReason,
    Hold,
    Offence,
    RejectionReason,
)
from sanctions.sentences import shown
from sanctions.states import AWAITING_REVIEW, LABELS, CaseState
from sanctions.transitions import EventKind, bar_zone

STATE_TONES: dict[CaseState, str] = {
    CaseState.CANDIDATE: "pending",
    CaseState.READY: "info",
    CaseState.AGENT_VALIDATED: "alert",
    CaseState.REGULARISED: "ok",
}
"""Colour class of a state's badge; the rest is neutral."""

DIRECTION_LABELS: dict[str, Word] = {
    "entry": N_("Entry"),
    "exit": N_("Exit"),
    "unknown": N_("Unknown direction"),
    "reversed_out": N_("Reversed out"),
}

PICTURE_LABELS: dict[str, Word] = {
    "plate": N_("Number plate"),
    "context": N_("Vehicle and place, everything else masked"),
    "exit-plate": N_("Number plate at the exit"),
    "exit-context": N_("Vehicle at the exit, everything else masked"),
}

EVENT_LABELS: dict[str, Word] = {
    EventKind.OPENED: N_("Case opened"),
    EventKind.STATE_CHANGED: N_("State changed"),
    EventKind.VIEWED: N_("Looked at"),
    EventKind.CLAIMED: N_("Taken for review"),
    EventKind.RELEASED: N_("Given back"),
    EventKind.PICTURE_ADDED: N_("Picture added"),
    EventKind.SKIPPED: N_("Left to others"),
    EventKind.SECOND_LOOK_ASKED: N_("Second look asked for"),
    EventKind.SECOND_REVIEW: N_("Reviewed a second time"),
    EventKind.READ_CORRECTED: N_("Read corrected"),
    EventKind.DECIDED_AGAIN: N_("Decided again"),
    EventKind.HELD: N_("Put on hold"),
    EventKind.HOLD_LIFTED: N_("Hold lifted"),
    EventKind.INTERRUPTED: N_("Time-bar interrupted"),
    EventKind.SUBMISSION: N_("Something was lodged"),
    EventKind.REPORT_ASKED: N_("Agent's report asked for"),
    EventKind.REPORT_GIVEN: N_("Agent's report given"),
    EventKind.PROPOSED: N_("Proposal made"),
    EventKind.RESOLUTION: N_("Resolution written"),
    EventKind.REFUND_OPENED: N_("Refund to be made"),
    EventKind.REFUND_PAID: N_("Refund made"),
    EventKind.LEGAL_HOLD: N_("Kept beyond its term"),
    EventKind.LEGAL_HOLD_LIFTED: N_("No longer kept beyond its term"),
    EventKind.PERIOD_EXTENDED: N_("More time to put the entry right, until"),
    EventKind.DEADLINE_FLAGGED: N_("Doubtful day"),
    EventKind.NOTE: N_("Note"),
}

_CODED_VALUES = frozenset({"profile", "zone", "zones", "point", "points"})


@dataclass(frozen=True)
class CaseLine:
    """One row of the queue."""

    case: InfractionCase
    state: Word
    tone: str
    offence: Word
    days_left: int
    last_safe_day: datetime
    """An instant of the last day on which prosecution is safe."""
    zone: Zone
    held_by: str | None
    """Who has it now; None when it is free."""


def case_line(case: InfractionCase, now: datetime) -> CaseLine:
    state = case.case_state
    return CaseLine(
        case=case,
        state=LABELS[state],
        tone=STATE_TONES.get(state, "off"),
        offence=OFFENCE_LABELS[Offence(case.offence)],
        days_left=max(0, (case.limitation_at - now) // timedelta(days=1)),
        last_safe_day=case.limitation_at - timedelta(seconds=1),
        zone=bar_zone(case, now),
        held_by=case.claimed_by_name if case.holder_of_claim(now) else None,
    )


def trace_in_words(report: Mapping[str, Any], language: str) -> list[str]:
    """The reasoning of the decision, line by line, in `language`."""
    names: Mapping[str, Mapping[str, str]] = report.get("names", {})
    lines = report["decision"].get("trace", ())
    return [
        translate(
            line["message"],
            language,
            **{
                key: _value_in_words(key, str(value), names, language)
                for key, value in line.get("values", {}).items()
            },
        )
        for line in lines
    ]


def _value_in_words(
    key: str, value: str, names: Mapping[str, Mapping[str, str]], language: str
) -> str:
    if key in _CODED_VALUES:
        return ", ".join(names.get(code, {}).get(language, code) for code in value.split(", "))
    return translate(value, language) if key in {"mode", "class"} else value


def votes_by_weight(report: Mapping[str, Any]) -> list[tuple[str, int]]:
    """What the frames read, the most frequent first."""
    votes: Mapping[str, int] = report.get("votes", {})
    return sorted(votes.items(), key=lambda item: (-item[1], item[0]))


def pictures_in_order(case: InfractionCase) -> list[CasePicture]:
    """The plate before the vehicle, the entry before the exit."""
    order = {kind: place for place, kind in enumerate(PICTURE_LABELS)}
    return sorted(case.pictures, key=lambda one: (order.get(one.kind, len(order)), one.kind))


def event_label(event: CaseEvent) -> Word:
    """What happened, as a message id."""
    if event.to_state is not None and event.kind == EventKind.STATE_CHANGED:
        return LABELS[CaseState(event.to_state)]
    return EVENT_LABELS.get(event.kind, N_("Note"))


_AMOUNTS = frozenset({EventKind.REFUND_OPENED})


def event_note(event: CaseEvent) -> str | None:
    """What was written beside an event, for people; amounts are shown in their own place."""
    if event.kind in _AMOUNTS or event.note is None:
        return None
    return shown(event.note, current_language.get())


@dataclass(frozen=True)
class OtherCase:
    """Another case of the same vehicle."""

    case: InfractionCase
    offence: Word
    state: Word
    is_first: bool
    """The one of which the case at hand is a repeat."""


def other_cases(session: Session, case: InfractionCase) -> list[OtherCase]:
    """Earlier and later passages of the vehicle that became cases, the latest first."""
    return [
        OtherCase(
            one,
            OFFENCE_LABELS[Offence(one.offence)],
            LABELS[one.case_state],
            one.id == case.repeat_of,
        )
        for one in of_vehicle(session, case)
    ]


def hold_label(case: InfractionCase) -> Word | None:
    return None if case.hold is None else HOLD_LABELS[Hold(case.hold)]


def reason_label(reason: str | None) -> Word | None:
    """A coded reason as a message id; None when it is no word for people."""
    if reason is None:
        return None
    labels: Sequence[Mapping[Any, Word]] = (
        REJECTION_LABELS,
        DISCARD_LABELS,
        ANNULMENT_LABELS,
        HOLD_LABELS,
        SUBMISSION_LABELS,
        OUTCOME_LABELS,
        PICTURE_LABELS,
    )
    return next((table[reason] for table in labels if reason in table), None)


def decision_choices(case: InfractionCase) -> dict[str, Word]:
    """The coded reasons that may end the review of `case` without a validation."""
    if case.case_state is CaseState.CANDIDATE:
        chosen = (reason for reason in DiscardReason if reason not in NOT_FOR_AGENTS)
        return {reason.value: DISCARD_LABELS[reason] for reason in chosen}
    if case.case_state in AWAITING_REVIEW:
        return {reason.value: REJECTION_LABELS[reason] for reason in RejectionReason}
    return {}
