"""Cross-site request forgery: other sites can't make a logged-in browser act here.

Two independent checks on every unsafe request. First, what the browser says of its origin
(``Sec-Fetch-Site``, else ``Origin``); second, a token bound to the browser and its login session,
in the form field ``csrf_token`` or the header ``X-CSRF-Token``. Requests under ``/edge/`` and the
payment gateway's callbacks carry a signature instead of cookies and are exempt.
"""

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from core.errors import Forbidden
from core.web.cookies import get_cookie, runtime_of, set_cookie

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
_EXEMPT_PREFIXES = ("/edge/", "/payments/callback")
_BROWSER = "browser"


def token_for(request: Request) -> str:
    """The token that forms of this browser carry; `remember_browser` must follow."""
    if not hasattr(request.state, "form_token"):
        session_token = get_cookie(request, "session") or ""
        request.state.form_token = _token(request, _browser_id(request), session_token)
    return str(request.state.form_token)


def remember_browser(request: Request, response: Response) -> None:
    """Give the browser the random id its tokens are bound to, unless it has one."""
    fresh = getattr(request.state, "fresh_browser_id", None)
    if fresh is not None:
        set_cookie(request, response, _BROWSER, fresh)


def _browser_id(request: Request) -> str:
    known = get_cookie(request, _BROWSER)
    if known is not None:
        return known
    if not hasattr(request.state, "fresh_browser_id"):
        request.state.fresh_browser_id = secrets.token_urlsafe(18)
    return str(request.state.fresh_browser_id)


def _token(request: Request, browser: str, session_token: str) -> str:
    key = runtime_of(request).keys.derive("form tokens")
    return hmac.new(key, f"{browser}|{session_token}".encode(), hashlib.sha256).hexdigest()


async def check_csrf(request: Request) -> None:
    """Application-wide dependency. Raises Forbidden for a request another site may have caused."""
    if request.method in _SAFE_METHODS or request.url.path.startswith(_EXEMPT_PREFIXES):
        return
    if not _is_same_origin(request):
        raise Forbidden("This request came from another website and was not carried out.")
    browser = get_cookie(request, _BROWSER)
    given = request.headers.get(HEADER) or await _form_token(request)
    expected = _token(request, browser or "", get_cookie(request, "session") or "")
    if browser is None or not hmac.compare_digest(given.encode(), expected.encode()):
        raise Forbidden(
            "The form is no longer valid: it was opened before you logged in or out, or cookies "
            "are off. Go back, reload the page and send it again."
        )


def _is_same_origin(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


async def _form_token(request: Request) -> str:
    if not request.headers.get("content-type", "").startswith(_FORM_TYPES):
        return ""
    value = (await request.form()).get(FIELD)
    return value if isinstance(value, str) else ""
