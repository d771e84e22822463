"""What can go wrong with a system outside.

Unavailable
├── ServiceDown            no answer, too late, or one that says "later"; asked again by itself
└── NotConfigured          no address or key in the settings
SarbideError
└── AnswerNotUnderstood    malformed, or about something else than was asked; kept out, alarmed
Conflict
├── RequestRefused         the same request would be refused again; a person must look
├── NotToBeSent            the case may not leave the house (any more)
└── LookupTooEarly         the holder is asked for only after the regularisation deadline
Forbidden
└── OutsideForbidden       outside production nothing is sent to the outside
"""

from core.errors import Conflict, Forbidden, SarbideError, Unavailable


class ServiceDown(Unavailable):
    title = "A system outside does not answer"


class NotConfigured(Unavailable):
    title = "Not configured"


class AnswerNotUnderstood(SarbideError):
    status = 502
    title = "An answer that cannot be used"


class RequestRefused(Conflict):
    title = "Refused by a system outside"


class NotToBeSent(Conflict):
    title = "Not to be sent"


class LookupTooEarly(Conflict):
    title = "Too early to ask for the holder"


class OutsideForbidden(Forbidden):
    title = "Nothing leaves this environment"
