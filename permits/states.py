"""The life of an authorisation: its states and, beside them, every transition there is."""

from enum import StrEnum


class AuthorisationState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    INFORMATION_REQUESTED = "information_requested"
    """Something is missing; the applicant was asked for it."""
    GRANTED = "granted"
    """Decided in favour; its validity may still lie ahead."""
    ACTIVE = "active"
    SUSPENDED = "suspended"
    """Counts as absent until it is resumed."""
    EXPIRED = "expired"
    REVOKED = "revoked"
    """Taken back by the municipality."""
    WITHDRAWN = "withdrawn"
    """Given back by the holder."""
    REFUSED = "refused"
    APPEALED = "appealed"


S = AuthorisationState

TRANSITIONS: dict[AuthorisationState, frozenset[AuthorisationState]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.UNDER_REVIEW, S.WITHDRAWN}),
    S.UNDER_REVIEW: frozenset({S.INFORMATION_REQUESTED, S.GRANTED, S.REFUSED, S.WITHDRAWN}),
    S.INFORMATION_REQUESTED: frozenset({S.UNDER_REVIEW, S.WITHDRAWN}),
    S.GRANTED: frozenset({S.ACTIVE, S.EXPIRED, S.REVOKED, S.WITHDRAWN}),
    S.ACTIVE: frozenset({S.SUSPENDED, S.EXPIRED, S.REVOKED, S.WITHDRAWN}),
    S.SUSPENDED: frozenset({S.ACTIVE, S.EXPIRED, S.REVOKED, S.WITHDRAWN}),
    S.REFUSED: frozenset({S.APPEALED}),
    S.APPEALED: frozenset({S.GRANTED, S.REFUSED}),
    S.EXPIRED: frozenset(),
    S.REVOKED: frozenset(),
    S.WITHDRAWN: frozenset(),
}

IN_FORCE = frozenset({S.GRANTED, S.ACTIVE})
"""States in which an authorisation can allow an entry; its dates decide whether it does."""

OCCUPYING = IN_FORCE | {S.SUSPENDED}
"""States in which its vehicles take up places of the entitlement."""

DECIDABLE = IN_FORCE | {S.EXPIRED}
"""States that decisions look at. An expired one still covers what was seen while it was valid,
however late that is reported, and afterwards the trace can say when it ended."""


class StayState(StrEnum):
    OPEN = "open"
    COMPLETED = "completed"
    """Entry and exit are known."""
    INCOMPLETE = "incomplete"
    """How long it was is not certain enough to be held against anybody: never an offence."""
    UNKNOWN = "unknown"
    """Nobody saw the exit within the configured time: never an offence either."""
    EXIT_ONLY = "exit_only"
    """An exit whose entry has not been reported, or never will be."""


class Incomplete(StrEnum):
    """Why a stay's length proves nothing."""

    ENTRY_IN_DOUBT = "entry_in_doubt"
    EXIT_IN_DOUBT = "exit_in_doubt"
    SECOND_ENTRY = "second_entry"
    """The vehicle was seen entering again, so it must have left unseen."""
    EXIT_UNWATCHED = "exit_unwatched"
    """A gate by which it could have left was out of order or silent meanwhile."""
