"""Errors of the control centre, below the tree in `core.errors`.

Unauthenticated
├── UnknownDevice        the key is not enrolled, or was revoked
└── ReplayedRequest      the nonce was seen before
InvalidInput
├── PictureMismatch      not the picture that was announced
└── RequestTooLarge      413
NotFound
├── UnknownPassage
├── UnknownOutage
└── UnknownVisit         no such visit to the service desk, or another agent's
Conflict
├── PictureNotWanted     the centre has not asked for it, or asks no longer
└── NothingToReview      somebody else was faster, or the passage moved on
Unavailable
└── StoreUnavailable     the embedded store (Valkey) does not run
"""

from core.errors import Conflict, InvalidInput, NotFound, Unauthenticated, Unavailable


class UnknownDevice(Unauthenticated):
    title = "Unknown device"


class ReplayedRequest(Unauthenticated):
    title = "Request seen before"


class PictureMismatch(InvalidInput):
    title = "Not the announced picture"


class RequestTooLarge(InvalidInput):
    status = 413
    title = "Request too large"


class UnknownPassage(NotFound):
    title = "Unknown passage"


class UnknownOutage(NotFound):
    title = "Unknown outage"


class UnknownVisit(NotFound):
    title = "Unknown visit"


class PictureNotWanted(Conflict):
    title = "Picture not wanted"


class NothingToReview(Conflict):
    title = "Nothing to review"


class StoreUnavailable(Unavailable):
    title = "The task store does not run"
