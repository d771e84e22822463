"""Coded reasons: what a case is about, and why one is rejected or discarded."""

from enum import StrEnum
from typing import TypeVar

from core.errors import InvalidInput
from core.words import N_, Word
from sanctions.errors import UnknownReason


class Offence(StrEnum):
    """What the vehicle may have done; each can be priced apart."""

    NO_PERMIT = "no_permit"
    OUTSIDE_WINDOW = "outside_window"
    QUOTA_EXCEEDED = "quota_exceeded"
    OVERSTAY = "overstay"
    WRONG_GATE = "wrong_gate"
    VEHICLE_CLASS = "vehicle_class"


class RejectionReason(StrEnum):
    """Why an agent who looked at the evidence sees no infraction."""

    PLATE_MISREAD = "plate_misread"
    PLATE_UNREADABLE = "plate_unreadable"
    WRONG_VEHICLE = "wrong_vehicle"
    """Make, model or colour are of another vehicle than the plate's."""
    EXEMPT_VEHICLE = "exempt_vehicle"
    EMERGENCY = "emergency"
    INSTRUCTED = "instructed"
    """An agent or a sign on the spot let the vehicle in. Needs a reference."""
    DENOUNCED_IN_THE_STREET = "denounced_in_the_street"
    """The same facts are in a denuncia written on the spot. Needs its number."""
    DID_NOT_ENTER = "did_not_enter"
    SIGNS_DEFECTIVE = "signs_defective"
    OTHER = "other"
    """Needs a note."""


class DiscardReason(StrEnum):
    """Why a case never gets to the review."""

    EVIDENCE_INCOMPLETE = "evidence_incomplete"
    CAMERA_FAULT = "camera_fault"
    DUPLICATE = "duplicate"
    EVIDENCE_ALTERED = "evidence_altered"
    OPENED_TOO_EARLY = "opened_too_early"
    """The time to put the entry right was extended afterwards. Never an agent's choice."""
    PART_OF_ANOTHER = "part_of_another"
    """Part of one continued infraction, says the instructor (Ley 39/2015, article 63.3)."""


class AnnulmentReason(StrEnum):
    """Why a validated case is taken back."""

    ALLEGATIONS_UPHELD = "allegations_upheld"
    RECONSIDERATION_UPHELD = "reconsideration_upheld"
    REPEAT_OF_ANOTHER = "repeat_of_another"
    """Part of one continued infraction (Ley 39/2015, article 63.3)."""
    WRONG_PERSON = "wrong_person"
    FORMAL_DEFECT = "formal_defect"
    EVIDENCE_UNSOUND = "evidence_unsound"
    COURT_ORDER = "court_order"
    OTHER = "other"
    """Needs a note."""


class Hold(StrEnum):
    """Why nothing of a case goes out for now."""

    REPEAT = "repeat"
    """A later passage of the same type while the first case is not notified."""
    SECOND_REVIEW = "second_review"
    """Drawn for a blinded second review."""
    DISAGREEMENT = "disagreement"
    """The second agent saw it otherwise: the instructor decides."""


OFFENCE_LABELS: dict[Offence, Word] = {
    Offence.NO_PERMIT: N_("Entry without a permit"),
    Offence.OUTSIDE_WINDOW: N_("Entry outside the permitted hours"),
    Offence.QUOTA_EXCEEDED: N_("More entries than permitted"),
    Offence.OVERSTAY: N_("Longer stay than permitted"),
    Offence.WRONG_GATE: N_("Entry at another control point than permitted"),
    Offence.VEHICLE_CLASS: N_("Vehicle of another class than permitted"),
}

REJECTION_LABELS: dict[RejectionReason, Word] = {
    RejectionReason.PLATE_MISREAD: N_("The plate was misread"),
    RejectionReason.PLATE_UNREADABLE: N_("The plate cannot be read with certainty"),
    RejectionReason.WRONG_VEHICLE: N_("The vehicle is not the one of the plate"),
    RejectionReason.EXEMPT_VEHICLE: N_("The vehicle is exempt"),
    RejectionReason.EMERGENCY: N_("Emergency or necessity"),
    RejectionReason.INSTRUCTED: N_("Let in by an agent or a sign"),
    RejectionReason.DENOUNCED_IN_THE_STREET: N_("Denuncia already written in the street"),
    RejectionReason.DID_NOT_ENTER: N_("The vehicle did not enter"),
    RejectionReason.SIGNS_DEFECTIVE: N_("The signs were missing or defective"),
    RejectionReason.OTHER: N_("Another reason (write it down)"),
}

DISCARD_LABELS: dict[DiscardReason, Word] = {
    DiscardReason.EVIDENCE_INCOMPLETE: N_("Evidence is missing for good"),
    DiscardReason.CAMERA_FAULT: N_("The camera or its clock was faulty"),
    DiscardReason.DUPLICATE: N_("The same passage has another case"),
    DiscardReason.EVIDENCE_ALTERED: N_("A picture is not the one that was taken in"),
    DiscardReason.OPENED_TOO_EARLY: N_("Opened too early: its time to be put right goes on"),
    DiscardReason.PART_OF_ANOTHER: N_("Part of one continued infraction"),
}
NOT_FOR_AGENTS = frozenset({DiscardReason.OPENED_TOO_EARLY, DiscardReason.PART_OF_ANOTHER})
"""Reasons to discard that are Sarbide's own or the instructor's."""

ANNULMENT_LABELS: dict[AnnulmentReason, Word] = {
    AnnulmentReason.ALLEGATIONS_UPHELD: N_("Allegations upheld"),
    AnnulmentReason.RECONSIDERATION_UPHELD: N_("Reconsideration upheld"),
    AnnulmentReason.REPEAT_OF_ANOTHER: N_("Part of one continued infraction"),
    AnnulmentReason.WRONG_PERSON: N_("Addressed to the wrong person"),
    AnnulmentReason.FORMAL_DEFECT: N_("Formal defect"),
    AnnulmentReason.EVIDENCE_UNSOUND: N_("The evidence does not hold"),
    AnnulmentReason.COURT_ORDER: N_("Ordered by a court"),
    AnnulmentReason.OTHER: N_("Another reason (write it down)"),
}

HOLD_LABELS: dict[Hold, Word] = {
    Hold.REPEAT: N_("Waits: repeat of a case that is not notified"),
    Hold.SECOND_REVIEW: N_("Waits: drawn for a second review"),
    Hold.DISAGREEMENT: N_("Waits: two agents disagree"),
}

Code = TypeVar("Code", bound=StrEnum)


def coded(kind: type[Code], value: str) -> Code:
    """`value` as a coded reason. Raises UnknownReason, naming what may be given."""
    try:
        return kind(value)
    except ValueError as error:
        raise UnknownReason(
            "'%(value)s' is not a coded reason. Choose one of: %(choices)s.",
            value=value[:40],
            choices=", ".join(kind),
        ) from error


NEED_A_REFERENCE = frozenset({RejectionReason.INSTRUCTED, RejectionReason.DENOUNCED_IN_THE_STREET})
"""Somebody else's act stands behind them: who it was, or which denuncia."""


def needs_note(code: StrEnum, note: str) -> str | None:
    """`note` without blanks around it, None when there is none.

    Raises:
        InvalidInput: "another reason" without a note, or one that rests on somebody else's act
            without its reference.
    """
    words = note.strip()[:1000]
    if not words and code.value == "other":
        raise InvalidInput("With 'another reason', write down which in the note.")
    if not words and code in NEED_A_REFERENCE:
        raise InvalidInput(
            "This reason needs a reference in the note: the officer's number, or the number of the "
            "denuncia written in the street."
        )
    return words or None
