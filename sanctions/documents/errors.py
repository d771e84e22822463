"""What can be wrong with a document.

Conflict
└── DocumentVoid      it would lack what the law asks for
NotFound
└── UnknownCode       no document has this verification code
TooManyRequests
└── TooManyCodes      too many codes were tried from this address
"""

from core.errors import Conflict, NotFound, TooManyRequests


class DocumentVoid(Conflict):
    title = "The document would be void"


class UnknownCode(NotFound):
    title = "No document with this code"


class TooManyCodes(TooManyRequests):
    title = "Too many attempts"
