"""Signed requests to the control centre, and what its answers mean.

A retry is signed again, with a new time and nonce; what it carries keeps its ids, so that asking
twice is harmless.
"""

import base64
import ssl
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import httpx2
from pydantic import BaseModel, ValidationError

from control_points.errors import CentreUnreachable, RequestRefused
from control_points.protocol import (
    ACCESS_LIST_PATH,
    HEARTBEATS_PATH,
    INSTRUCTIONS_PATH,
    KEYS_PATH,
    PASSAGES_PATH,
    PICTURE_PATH,
    BatchReceipt,
    Heartbeat,
    HeartbeatReceipt,
    KeyHandover,
    KeyRequest,
    PassageBatch,
    PassageReport,
    PictureAnswer,
    PictureKind,
    PictureQuestion,
    PictureReceipt,
    SignedAccessList,
    signed_content,
)
from core.clock import utc_now
from core.errors import SetupProblem
from core.sealing import generate_key_pair, unseal
from core.signing import PASSAGE_REPORT, sign, sign_request

PLATE_HASH_KEY_CONTEXT = b"plate-hash-key"
TIMEOUT = httpx2.Timeout(20.0, connect=5.0)
PERMANENT = frozenset({400, 409, 413, 422})
"""Answers that a repetition of the same request would get again."""

NOT_FOUND = 404
"""On a picture: the passage is unknown. Elsewhere: this is not a control centre (yet)."""

Answer = TypeVar("Answer", bound=BaseModel)


class CentreClient:
    """One connection. Each thread that talks to the centre has its own."""

    def __init__(
        self,
        url: str,
        device: str,
        key: bytes,
        *,
        ca_file: str | None = None,
        transport: httpx2.BaseTransport | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.url = url.rstrip("/")
        self._device = device
        self._key = key
        self._clock = clock
        self._client = httpx2.Client(
            base_url=self.url, timeout=TIMEOUT, verify=_trust(ca_file), transport=transport
        )

    def close(self) -> None:
        self._client.close()

    def report(self, reports: list[PassageReport]) -> BatchReceipt:
        """Hand over up to `MAX_BATCH` passages, each signed by itself."""
        batch = PassageBatch(reports=tuple(self._signed(report) for report in reports))
        return self._send("POST", PASSAGES_PATH, _json(batch), BatchReceipt)

    def _signed(self, report: PassageReport) -> PassageReport:
        """Ed25519 gives the same signature every time, so a retry sends the same report."""
        signature = sign(self._key, PASSAGE_REPORT + signed_content(report))
        return report.model_copy(update={"signature": base64.b64encode(signature).decode()})

    def ask(self, passage_ids: list[UUID]) -> PictureAnswer:
        """What to do with the pictures of these passages."""
        question = PictureQuestion(passage_ids=tuple(passage_ids))
        return self._send("POST", INSTRUCTIONS_PATH, _json(question), PictureAnswer)

    def upload(self, passage_id: UUID, kind: PictureKind, sealed: bytes) -> PictureReceipt:
        """Hand over a picture that the centre claimed."""
        path = PICTURE_PATH.format(passage_id=passage_id, kind=kind.value)
        return self._send("PUT", path, sealed, PictureReceipt, "application/octet-stream")

    def heartbeat(self, heartbeat: Heartbeat) -> HeartbeatReceipt:
        return self._send("POST", HEARTBEATS_PATH, _json(heartbeat), HeartbeatReceipt)

    def access_list(self, have: int) -> SignedAccessList:
        """Changes since version `have`; 0: a whole list."""
        return self._send("GET", f"{ACCESS_LIST_PATH}?have={have}", b"", SignedAccessList)

    def plate_hash_key(self) -> bytes:
        """The key of the plate hashes, unsealed with a key pair made for this one request."""
        private, public = generate_key_pair()
        request = KeyRequest(one_time_public_key=base64.b64encode(public).decode())
        handover = self._send("POST", KEYS_PATH, _json(request), KeyHandover)
        sealed = base64.b64decode(handover.sealed_plate_hash_key)
        return unseal(private, sealed, PLATE_HASH_KEY_CONTEXT)

    def clock_of_centre(self) -> str | None:
        """The ``Date`` header of some answer of the centre, whatever else it says."""
        return self._exchange("GET", f"{ACCESS_LIST_PATH}?have=0", b"").headers.get("date")

    def _send(
        self,
        method: str,
        path: str,
        body: bytes,
        answer: type[Answer],
        content_type: str = "application/json",
    ) -> Answer:
        """Sign, send and understand.

        Raises:
            CentreUnreachable: no answer, or one that may be another next time.
            RequestRefused: the same request would be refused again.
        """
        response = self._exchange(method, path, body, content_type)
        self._check(method, path, response)
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as error:
            raise CentreUnreachable(
                f"The control centre {self.url} answers {method} {path} with something that is "
                "not this protocol. Check centre.url and that both have the same release."
            ) from error

    def _exchange(
        self, method: str, path: str, body: bytes, content_type: str = "application/json"
    ) -> httpx2.Response:
        headers = sign_request(self._key, self._device, method, path, body, self._clock())
        headers["Content-Type"] = content_type
        try:
            return self._client.request(method, path, content=body, headers=headers)
        except httpx2.HTTPError as error:
            raise CentreUnreachable(
                f"The control centre {self.url} does not answer ({type(error).__name__}). "
                "Passages wait in the spool and are sent when it is back."
            ) from error

    def _check(self, method: str, path: str, response: httpx2.Response) -> None:
        if response.is_success:
            return
        message = (
            f"The control centre answers {method} {path.split('?', maxsplit=1)[0]} with "
            f"{response.status_code}: {_detail(response)}"
        )
        is_unknown = method == "PUT" and response.status_code == NOT_FOUND
        if response.status_code in PERMANENT or is_unknown:
            raise RequestRefused(message, response.status_code)
        raise CentreUnreachable(message, _retry_after(response), response.status_code)


def _trust(ca_file: str | None) -> ssl.SSLContext | bool:
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise SetupProblem(f"centre.ca_file: {ca_file} can't be used: {error}.") from error


def _json(model: BaseModel) -> bytes:
    return model.model_dump_json().encode()


def _detail(response: httpx2.Response) -> str:
    """The problem document's sentence, if it is one."""
    try:
        document = response.json()
    except ValueError:
        return response.reason_phrase
    if isinstance(document, dict):
        return str(document.get("detail") or document.get("title") or response.reason_phrase)[:300]
    return response.reason_phrase


def _retry_after(response: httpx2.Response) -> float | None:
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdigit() else None
