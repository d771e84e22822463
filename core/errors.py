"""Every error that Sarbide raises on purpose, in one tree.

    SarbideError                    500  something of ours failed
    ├── InvalidInput                422  what was given is malformed; the message names it
    ├── Unauthenticated             401  nobody is logged in, or the signature does not hold
    ├── Forbidden                   403  logged in, but without the permission
    ├── NotFound                    404  the named object does not exist
    ├── Conflict                    409  the object's state does not allow this
    │   └── InvalidTransition       409  a state machine has no such transition
    ├── TooManyRequests             429  slow down
    ├── Unavailable                 503  something that Sarbide stands on does not answer
    └── SetupProblem                  -  a missing program, file or setting; command line only

Packages add subclasses in their own ``errors.py``. On the web each is rendered as RFC 9457
problem+json (or as a page for browsers); on the command line as one line without a traceback.
The message names the object, its state and what to do about it.
"""

from typing import ClassVar


class SarbideError(Exception):
    """Root of the tree. ``str(error)`` is a sentence that may be shown to the user.

    `message` may hold ``%(name)s``, filled in from the details: then it is a message id, which
    the web shows in the reader's language.
    """

    status: ClassVar[int] = 500
    """HTTP status with which the error is rendered."""
    title: ClassVar[str] = "Internal error"
    """Short, constant summary (RFC 9457 ``title``)."""

    def __init__(self, message: str, **details: object) -> None:
        self.template = message
        self.message = message % details if details and "%(" in message else message
        super().__init__(self.message)
        self.details = details
        """Extension members of the problem document; must be serialisable as JSON."""

    @property
    def slug(self) -> str:
        """Stable machine-readable name, used in the RFC 9457 ``type``."""
        name = type(self).__name__
        return "".join("-" + c.lower() if c.isupper() else c for c in name).lstrip("-")


class InvalidInput(SarbideError):
    status = 422
    title = "Invalid input"


class Unauthenticated(SarbideError):
    status = 401
    title = "Not authenticated"


class Forbidden(SarbideError):
    status = 403
    title = "Not permitted"


class NotFound(SarbideError):
    status = 404
    title = "Not found"


class Conflict(SarbideError):
    status = 409
    title = "Conflict with the present state"


class InvalidTransition(Conflict):
    title = "No such transition"


class TooManyRequests(SarbideError):
    status = 429
    title = "Too many requests"


class Unavailable(SarbideError):
    status = 503
    title = "Temporarily unavailable"


class SetupProblem(SarbideError):
    title = "Set-up problem"
