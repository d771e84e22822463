"""What every response of ours carries: security headers and the language it was asked in."""

from http.cookies import SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.web.translations import LANGUAGES, negotiate

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""No inline script or style; ``data:`` and ``blob:`` pictures only (icons, a photo just taken)."""

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
LANGUAGE_COOKIE = "sarbide-language"
_A_YEAR = 365 * 24 * 3600


class SecurityHeaders:
    """Adds the headers; what a page shows stays out of caches unless it says otherwise."""

    def __init__(self, app: ASGIApp, *, https_only: bool) -> None:
        self._app = app
        self._headers = dict(_HEADERS)
        if https_only:
            self._headers["Strict-Transport-Security"] = f"max-age={_A_YEAR}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)


class LanguageChoice:
    """Puts ``language`` on the request's state; ``?lang=eu`` is remembered in a cookie."""

    def __init__(self, app: ASGIApp, *, default: str) -> None:
        self._app = app
        self._default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
        known = SimpleCookie(headers.get("cookie", "")).get(LANGUAGE_COOKIE)
        scope.setdefault("state", {})["language"] = negotiate(
            asked,
            known.value if known else None,
            headers.get("accept-language", ""),
            self._default,
        )

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and asked in LANGUAGES:
                choice = f"{LANGUAGE_COOKIE}={asked}; Path=/; Max-Age={_A_YEAR}; SameSite=Lax"
                MutableHeaders(scope=message).append("Set-Cookie", choice)
            await send(message)

        await self._app(scope, receive, send_with_cookie)
