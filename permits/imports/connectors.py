"""Where registers come from: a file, or a municipal service. One interface for both.

A connector brings the whole register or raises; half of one is never handed on.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import httpx2

from core.errors import InvalidInput, Unavailable
from permits.errors import UnreadableRegister
from permits.imports.kinds import RegisterKind
from permits.imports.tables import Table, from_objects, read_csv

MAX_BYTES = 300_000_000
PAGES_AT_MOST = 10_000
TRIES = 3
_PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Fetched:
    """A whole register as it came: ``csv`` or ``json``."""

    content: bytes
    form: str

    def table(self, kind: RegisterKind) -> Table:
        """Raises UnreadableRegister."""
        if self.form == "csv":
            return read_csv(kind, self.content)
        return from_objects(kind, json.loads(self.content))


class Connector(Protocol):
    """Brings one register."""

    @property
    def source(self) -> str:
        """Where from, fit for a screen: without passwords."""

    def fetch(self, kind: RegisterKind) -> Fetched:
        """The whole register.

        Raises:
            Unavailable: it can't be had now; tomorrow, perhaps.
            UnreadableRegister: what came is no whole register of this kind.
        """


class CsvFile:
    """A file that some other system puts there every night."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def source(self) -> str:
        return self._path.name

    def fetch(self, kind: RegisterKind) -> Fetched:
        try:
            if self._path.stat().st_size > MAX_BYTES:
                raise UnreadableRegister(
                    "The file is larger than %(limit)s MB.", limit=MAX_BYTES // 1_000_000
                )
            return Fetched(self._path.read_bytes(), "csv")
        except OSError as error:
            raise Unavailable(
                "The file %(file)s can't be read: %(reason)s.",
                file=self._path.name,
                reason=error.strerror or "",
            ) from error


class RestService:
    """The reference connector: ``GET {address}/registers/{kind}?page=1`` with a bearer token.

    Each page is JSON: ``register``, ``generated_at``, ``total``, ``page``, ``pages``, ``rows``.
    All pages have to be of one generation and their rows to add up to ``total``.
    """

    def __init__(
        self,
        address: str,
        token: str | None = None,
        *,
        timeout: float = 30.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._address, self._token, self._pause = address.rstrip("/"), token, pause
        self._timeout = timeout

    @property
    def source(self) -> str:
        parts = urlsplit(self._address)
        host = parts.hostname or ""
        return urlunsplit(
            (parts.scheme, f"{host}:{parts.port}" if parts.port else host, "", "", "")
        )

    def fetch(self, kind: RegisterKind) -> Fetched:
        headers = {"Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        with httpx2.Client(timeout=self._timeout, headers=headers) as client:
            first = self._page(client, kind, 1)
            rows = list(first["rows"])
            for number in range(2, min(first["pages"], PAGES_AT_MOST) + 1):
                page = self._page(client, kind, number)
                if page["generated_at"] != first["generated_at"]:
                    raise UnreadableRegister("The register changed while it was being read.")
                rows += page["rows"]
        if len(rows) != first["total"]:
            raise UnreadableRegister(
                "The register says that it has %(promised)s rows, but %(rows)s arrived.",
                promised=first["total"],
                rows=len(rows),
            )
        return Fetched(json.dumps(rows, ensure_ascii=False).encode(), "json")

    def _page(self, client: httpx2.Client, kind: RegisterKind, number: int) -> dict[str, Any]:
        return _checked(self._answer(client, kind, number), kind, number)

    def _answer(self, client: httpx2.Client, kind: RegisterKind, number: int) -> httpx2.Response:
        """The first good answer of a few tries."""
        url = f"{self._address}/registers/{kind.code}"
        problem: Exception | None = None
        for attempt in range(TRIES):
            if attempt:
                self._pause(_PAUSE_SECONDS * 2**attempt)
            try:
                answer = client.get(url, params={"page": number})
            except httpx2.RequestError as error:
                problem = error
                continue
            if answer.status_code < 500:
                return answer
            problem = None
        reason = type(problem).__name__ if problem else "HTTP 5xx"
        raise Unavailable(
            "The register service at %(source)s does not answer (%(reason)s).",
            source=self.source,
            reason=reason,
        ) from problem


def _checked(answer: httpx2.Response, kind: RegisterKind, number: int) -> dict[str, Any]:
    if answer.status_code in (401, 403):
        raise Unavailable("The register service refuses our token: set SARBIDE_REGISTER_TOKEN.")
    if answer.status_code != 200:
        raise UnreadableRegister(
            "The register service answers %(status)s.", status=answer.status_code
        )
    try:
        page: Any = answer.json()
    except ValueError as error:
        raise UnreadableRegister("The register service does not answer in JSON.") from error
    shape = {"total": int, "pages": int, "rows": list, "generated_at": str}
    if not isinstance(page, dict) or any(
        not isinstance(page.get(name), kind_of_value) for name, kind_of_value in shape.items()
    ):
        raise UnreadableRegister("The register service leaves out total, pages, rows or time.")
    if page.get("register") != kind.code or page.get("page") != number:
        raise UnreadableRegister("The register service answers for another register or page.")
    return page


def connector_for(source: str, token: str | None = None) -> Connector:
    """The connector for a file's path or a service's address.

    Raises:
        InvalidInput: an address that is neither.
    """
    scheme = urlsplit(source).scheme
    if scheme in ("http", "https"):
        return RestService(source, token)
    if scheme and len(scheme) > 1:
        raise InvalidInput("'%(source)s' is neither a file nor a web address.", source=source[:80])
    return CsvFile(Path(source))
