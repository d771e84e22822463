"""Where a passage stands at the centre, and the one table of what may follow what."""

from enum import StrEnum

from core.errors import InvalidTransition


class PassageStatus(StrEnum):
    RECEIVED = "received"
    """Stored; the decision job has not run yet."""
    COUNTED = "counted"
    """Nothing is enforced: an exit, a test point, an open zone, an expired review."""
    AUTHORISED = "authorised"
    READ_REVIEW = "read_review"
    """A person must look at the read."""
    VEHICLE_CHECK = "vehicle_check"
    """A person must say whether it is a loading vehicle."""
    PENDING = "pending"
    """Not authorised; the regularisation period runs."""
    REGULARISED = "regularised"
    """Put right before its deadline, or later by a grant that covers it."""
    CASE_OPENED = "case_opened"
    """The deadline passed: sanctions has the case, police review it."""


_S = PassageStatus

_DECIDED = frozenset({_S.COUNTED, _S.AUTHORISED, _S.READ_REVIEW, _S.VEHICLE_CHECK, _S.PENDING})

TRANSITIONS: dict[PassageStatus, frozenset[PassageStatus]] = {
    _S.RECEIVED: _DECIDED,
    # A person's answer decides again, and may be corrected by another answer.
    _S.READ_REVIEW: _DECIDED,
    _S.VEHICLE_CHECK: _DECIDED,
    _S.COUNTED: _DECIDED,
    # The completed stay was too long, or the plate was corrected.
    _S.AUTHORISED: _DECIDED,
    _S.PENDING: _DECIDED | {_S.REGULARISED, _S.CASE_OPENED},
    # E12: a later grant extinguishes the candidate, even when validated but unsent.
    # An outage written down afterwards: its period had not ended.
    _S.CASE_OPENED: frozenset({_S.REGULARISED, _S.PENDING}),
    _S.REGULARISED: frozenset(),
}


def check_transition(passage: object, current: PassageStatus, new: PassageStatus) -> None:
    """Raise InvalidTransition, naming the passage and its state, unless the table allows it."""
    if new is not current and new not in TRANSITIONS[current]:
        raise InvalidTransition(
            f"Passage {passage} is {current.value}: it can't become {new.value}."
        )
