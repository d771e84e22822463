"""One request to a system outside, and what may become of it.

Every request carries a bearer key and, where it changes something, an idempotency key that stays
the same when it is repeated. Redirects are never followed, and outside production no proxy of the
environment is used, so that nothing is led elsewhere.
"""

import time
from types import TracebackType
from typing import Self, TypeVar

import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError

from core.settings import Environment
from sanctions.integrations.errors import AnswerNotUnderstood, RequestRefused, ServiceDown
from sanctions.integrations.guard import check_destination
from sanctions.integrations.systems import Address

TIMEOUT = httpx2.Timeout(8.0, connect=3.0)
LONGEST_EXCHANGE = 15.0
"""Seconds for a whole answer, however slowly it drips; shorter than a job may take."""
LARGEST_ANSWER = 8 * 1024 * 1024
WIRE = ConfigDict(frozen=True, extra="ignore")
"""Of messages to and from outside: unknown fields of answers are dropped, not kept."""
_LATER = frozenset({408, 425, 429})
_NOT_FOUND = 404

Answer = TypeVar("Answer", bound=BaseModel)


class ServiceClient:
    """A connection to one system. Raises OutsideForbidden when it may not be talked to."""

    def __init__(
        self,
        address: Address,
        environment: Environment,
        *,
        timeout: httpx2.Timeout = TIMEOUT,
    ) -> None:
        check_destination(environment, address.url)
        self._address = address
        self._client = httpx2.Client(
            base_url=address.url,
            timeout=timeout,
            follow_redirects=False,
            trust_env=environment is Environment.PRODUCTION,
            headers={"Authorization": f"Bearer {address.key}"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._client.close()

    def post(
        self, path: str, body: BaseModel, answer: type[Answer], *, once: str | None = None
    ) -> Answer:
        """Send `body`; `once` is the idempotency key of a request that changes something."""
        headers = {"Content-Type": "application/json"}
        if once is not None:
            headers["Idempotency-Key"] = once
        content = body.model_dump_json(exclude_none=True, by_alias=True).encode()
        return self._understood(self._exchange("POST", path, content, headers), answer)

    def get(self, path: str, answer: type[Answer], **query: str) -> Answer:
        return self._understood(self._exchange("GET", path, None, {}, query), answer)

    def find(self, path: str, answer: type[Answer]) -> Answer | None:
        """As `get`, None when there is no such thing over there."""
        status, content = self._exchange("GET", path, None, {})
        return None if status == _NOT_FOUND else self._understood((status, content), answer)

    def _exchange(
        self,
        method: str,
        path: str,
        content: bytes | None,
        headers: dict[str, str],
        query: dict[str, str] | None = None,
    ) -> tuple[int, bytes]:
        started = time.monotonic()
        try:
            with self._client.stream(
                method, path, content=content, headers=headers, params=query
            ) as response:
                return response.status_code, self._body(response, started)
        except httpx2.HTTPError as error:
            raise ServiceDown(
                "%(system)s does not answer (%(problem)s). It is asked again by itself.",
                system=self._address.system.value,
                problem=type(error).__name__,
            ) from error

    def _body(self, response: httpx2.Response, started: float) -> bytes:
        parts, size = [], 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if time.monotonic() - started > LONGEST_EXCHANGE or size > LARGEST_ANSWER:
                raise ServiceDown(
                    "%(system)s answers too slowly or too much. It is asked again by itself.",
                    system=self._address.system.value,
                )
        return b"".join(parts)

    def _understood(self, response: tuple[int, bytes], answer: type[Answer]) -> Answer:
        status, content = response
        words = {"system": self._address.system.value, "status": str(status)}
        if status >= 500 or status in _LATER:
            raise ServiceDown(
                "%(system)s answers %(status)s. It is asked again by itself.", **words
            )
        if status >= 300:
            raise RequestRefused(
                "%(system)s refuses with %(status)s: %(why)s", **words, why=_reason(content)
            )
        try:
            return answer.model_validate_json(content)
        except ValidationError as error:
            raise AnswerNotUnderstood(
                "%(system)s answers with something that is not the agreed message (%(fields)s). "
                "Nothing of it was used.",
                **words,
                fields=_wrong_fields(error),
            ) from error


def _reason(content: bytes) -> str:
    """Their words, cut short. They may hold personal data: shown to staff, never logged."""
    return content[:300].decode(errors="replace")


def _wrong_fields(error: ValidationError) -> str:
    """Where it is wrong, without the values."""
    places: list[str] = [".".join(str(part) for part in one["loc"]) for one in error.errors()]
    return ", ".join(places[:5]) or "?"
