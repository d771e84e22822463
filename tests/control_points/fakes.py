"""A small control centre, and a reader that reads colours instead of plates."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import cv2
import numpy as np

from anpr.types import Box, Image, PlateRead
from control_points.errors import CentreUnreachable, RequestRefused
from control_points.protocol import (
    AccessList,
    BatchReceipt,
    Heartbeat,
    HeartbeatReceipt,
    Instruction,
    KeyHandover,
    KeyRequest,
    PassageBatch,
    PassageReceipt,
    PassageReport,
    PictureAnswer,
    PictureInstruction,
    PictureKind,
    PictureQuestion,
    PictureReceipt,
    ReceiptStatus,
    SignedAccessList,
)
from control_points.storage.picture_files import picture_context
from core import sealing
from core.clock import utc_now
from core.signing import RequestStamp, check_request, generate_key_pair
from tests.anpr.builders import a_read
from tests.control_points.builders import HASH_KEY, a_list, signed

COLOURS = {"1234BBC": (0, 0, 255), "5678CDF": (0, 255, 0), "9012FGH": (255, 0, 0)}
"""Plate and the colour (BGR) that stands for it."""


@dataclass
class FakeCentre:
    """Keeps what it is told. `instruct` says what becomes of pictures."""

    lists: list[AccessList] = field(default_factory=lambda: [a_list()])
    """Answered in turn; the last one for ever."""
    is_down: bool = False
    refuses: set[UUID] = field(default_factory=set)
    """Passages whose batch is refused whole."""
    rejects: set[UUID] = field(default_factory=set)
    instructions: dict[UUID, Instruction] = field(default_factory=dict)
    usual: Instruction = Instruction.WAIT
    upload_refusal: int | None = None
    batches: list[list[UUID]] = field(default_factory=list)
    passages: dict[UUID, PassageReport] = field(default_factory=dict)
    doubles: int = 0
    """Reports of passages it knew already and in other words."""
    asked: list[UUID] = field(default_factory=list)
    pictures: dict[tuple[UUID, PictureKind], bytes] = field(default_factory=dict)
    heartbeats: list[Heartbeat] = field(default_factory=list)
    had: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.signing, self.signing_public = generate_key_pair()
        self.unsealing, self.picture_public = sealing.generate_key_pair()

    def report(self, reports: list[PassageReport]) -> BatchReceipt:
        self._answer()
        self.batches.append([report.passage_id for report in reports])
        if self.refuses & {report.passage_id for report in reports}:
            raise RequestRefused("a report of the batch is malformed", 422)
        return BatchReceipt(receipts=tuple(self._receive(report) for report in reports))

    def _receive(self, report: PassageReport) -> PassageReceipt:
        name = report.passage_id
        if name in self.rejects:
            status = ReceiptStatus.REJECTED
            return PassageReceipt(passage_id=name, status=status, problem="from the future")
        known = self.passages.setdefault(name, report)
        if known is report:
            return PassageReceipt(passage_id=name, status=ReceiptStatus.ACCEPTED)
        self.doubles += known != report
        return PassageReceipt(passage_id=name, status=ReceiptStatus.DUPLICATE)

    def ask(self, passage_ids: list[UUID]) -> PictureAnswer:
        self._answer()
        self.asked += passage_ids
        return PictureAnswer(
            instructions=tuple(
                PictureInstruction(
                    passage_id=name, instruction=self.instructions.get(name, self.usual)
                )
                for name in passage_ids
            )
        )

    def upload(self, passage_id: UUID, kind: PictureKind, sealed: bytes) -> PictureReceipt:
        self._answer()
        if self.upload_refusal:
            raise RequestRefused("not this picture", self.upload_refusal)
        context = picture_context(passage_id, kind)
        self.pictures[passage_id, kind] = sealing.unseal(self.unsealing, sealed, context)
        return PictureReceipt(passage_id=passage_id, kind=kind, stored=True)

    def access_list(self, have: int) -> SignedAccessList:
        self._answer()
        self.had.append(have)
        return signed(self.lists.pop(0) if len(self.lists) > 1 else self.lists[0], self.signing)

    def plate_hash_key(self) -> bytes:
        self._answer()
        return HASH_KEY

    def heartbeat(self, heartbeat: Heartbeat) -> HeartbeatReceipt:
        self._answer()
        self.heartbeats.append(heartbeat)
        return HeartbeatReceipt(centre_time=utc_now(), access_list_version=self.lists[0].version)

    def _answer(self) -> None:
        if self.is_down:
            raise CentreUnreachable("The control centre does not answer.")


@contextmanager
def served(centre: FakeCentre, device_public: bytes) -> Iterator[str]:
    """`centre` on a loopback port; the URL. Requests without a right signature get 401."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self._handle()

        do_GET = do_PUT = do_POST

        def log_message(self, *_: object) -> None:
            """Quiet."""

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            try:
                stamp = RequestStamp.from_headers(self.headers)
                check_request(device_public, stamp, self.command, self.path, body, utc_now())
                status, answer = 200, _dispatch(centre, self.path, body)
            except CentreUnreachable as error:
                status, answer = 503, json.dumps({"detail": str(error)})
            except Exception as error:
                status, answer = 401, json.dumps({"detail": str(error)})
            data = answer.encode()
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _dispatch(centre: FakeCentre, path: str, body: bytes) -> str:
    match path.split("?", maxsplit=1)[0].removeprefix("/edge/v1/").split("/"):
        case ["passages"]:
            batch = PassageBatch.model_validate_json(body)
            return centre.report(list(batch.reports)).model_dump_json()
        case ["pictures", "instructions"]:
            question = PictureQuestion.model_validate_json(body)
            return centre.ask(list(question.passage_ids)).model_dump_json()
        case ["passages", name, "pictures", kind]:
            return centre.upload(UUID(name), PictureKind(kind), body).model_dump_json()
        case ["heartbeats"]:
            return centre.heartbeat(Heartbeat.model_validate_json(body)).model_dump_json()
        case ["access-list"]:
            return centre.access_list(int(path.split("have=")[1])).model_dump_json()
        case ["keys"]:
            return _handover(centre, KeyRequest.model_validate_json(body))
    raise ValueError(f"no such path: {path}")


def _handover(centre: FakeCentre, request: KeyRequest) -> str:
    public = base64.b64decode(request.one_time_public_key)
    sealed = sealing.seal(public, centre.plate_hash_key(), b"plate-hash-key")
    return KeyHandover(
        sealed_plate_hash_key=base64.b64encode(sealed).decode(),
        picture_public_key=base64.b64encode(centre.picture_public).decode(),
    ).model_dump_json()


class ColourReader:
    """Reads a solid rectangle of one of `COLOURS` as its plate."""

    def read(self, image: Image) -> list[PlateRead]:
        reads = []
        for text, colour in COLOURS.items():
            low = tuple(max(0, value - 90) for value in colour)
            high = tuple(min(255, value + 90) for value in colour)
            mask = cv2.inRange(image, np.array(low), np.array(high))
            count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
            for x, y, width, height, area in stats[1:count]:
                if area >= 100:
                    box = Box(int(x), int(y), int(x + width), int(y + height))
                    reads.append(a_read(text, box))
        return reads
