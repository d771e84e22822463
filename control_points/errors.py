"""What goes wrong at a control point.

SarbideError
├── InvalidInput
│   └── AccessListRefused   the list is not the centre's, is old, or does not follow on ours
├── Unavailable
│   ├── CaptureFailed       a camera or file gives no (more) pictures
│   └── CentreUnreachable   the control centre does not answer, or answers that it can't
└── SarbideError
    ├── RequestRefused      the control centre understood the request and refuses it
    └── SpoolFailed         the spool on this disk can't be read or written
"""

from core.errors import InvalidInput, SarbideError, Unavailable


class CaptureFailed(Unavailable):
    title = "No pictures from the camera"


class AccessListRefused(InvalidInput):
    title = "Access list refused"


class CentreUnreachable(Unavailable):
    title = "Control centre unreachable"

    def __init__(
        self, message: str, retry_after: float | None = None, answer: int | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds that the centre asked to wait."""
        self.answer = answer
        """HTTP status of the answer; None when there was none."""

    @property
    def is_stumble(self) -> bool:
        """The centre is there, but failed on this very request."""
        return self.answer == 500


class RequestRefused(SarbideError):
    title = "Refused by the control centre"

    def __init__(self, message: str, answer: int) -> None:
        super().__init__(message)
        self.answer = answer
        """HTTP status of the refusal."""


class SpoolFailed(SarbideError):
    title = "Spool failed"
