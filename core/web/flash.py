"""Messages for the next page ("Saved."), carried by the browser in a signed cookie."""

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, field
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from core.web.cookies import clear_cookie, get_cookie, runtime_of, set_cookie

FlashKind = Literal["success", "info", "warning", "error"]
_PURPOSE = "flash"
_LIFETIME_SECONDS = 120


@dataclass(frozen=True)
class Flash:
    """`message` is a message id, translated when it is shown."""

    message: str
    kind: FlashKind = "success"
    values: dict[str, str] = field(default_factory=dict)


def set_flash(request: Request, response: Response, flash: Flash) -> None:
    """Show `flash` on the next page that this browser gets."""
    payload = base64.urlsafe_b64encode(json.dumps(asdict(flash)).encode()).decode()
    value = f"{payload}.{_signature(request, payload)}"
    set_cookie(request, response, _PURPOSE, value, max_age=_LIFETIME_SECONDS)


def pending_flash(request: Request) -> Flash | None:
    """The message to show now; a forged one is ignored."""
    payload, _, signature = (get_cookie(request, _PURPOSE) or "").partition(".")
    if not payload or not _is_ours(request, payload, signature):
        return None
    return Flash(**json.loads(base64.urlsafe_b64decode(payload)))


def clear_flash(request: Request, response: Response) -> None:
    """The message was shown."""
    if get_cookie(request, _PURPOSE) is not None:
        clear_cookie(request, response, _PURPOSE)


def _signature(request: Request, payload: str) -> str:
    key = runtime_of(request).keys.derive("flash messages")
    return hmac.new(key, payload.encode(), hashlib.sha256).hexdigest()


def _is_ours(request: Request, payload: str, signature: str) -> bool:
    return hmac.compare_digest(signature.encode(), _signature(request, payload).encode())
