"""What edge boxes call: signed requests only, no cookies, no pages."""

import base64
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import Response

from control_center.cases import case_pictures
from control_center.edge_boxes import access_lists, cameras, centre_keys, devices
from control_center.edge_boxes.device_models import Device
from control_center.edge_boxes.devices import SignedRequest
from control_center.errors import RequestTooLarge
from control_center.passages import ingest, pictures
from control_points.protocol import (
    ACCESS_LIST_PATH,
    HEARTBEATS_PATH,
    INSTRUCTIONS_PATH,
    KEYS_PATH,
    MAX_PICTURE_BYTES,
    PASSAGES_PATH,
    PICTURE_PATH,
    BatchReceipt,
    Heartbeat,
    HeartbeatReceipt,
    KeyHandover,
    KeyRequest,
    PictureAnswer,
    PictureKind,
    PictureQuestion,
    PictureReceipt,
    SignedAccessList,
    WireModel,
)
from core.clock import utc_now
from core.errors import InvalidInput
from core.sealing import seal
from core.signing import RequestStamp
from core.web.cookies import runtime_of
from core.web.dependencies import ClockDep, KeysDep, WritingSessionDep
from permits.access_list_changes import current_version
from permits.queries import control_point_codes

MAX_BODY_BYTES = 10_000_000
"""A batch of 100 reports with 400 votes each stays below it."""
_SEALING_BYTES = 1_000

Model = TypeVar("Model", bound=WireModel)

router = APIRouter(tags=["edge"])


async def signed_request(request: Request) -> SignedRequest:
    """The request with its body, read up to a limit.

    Raises:
        Unauthenticated: the signature's headers are missing.
        RequestTooLarge: the body is longer than any request of the protocol.
    """
    stamp = RequestStamp.from_headers(request.headers)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise RequestTooLarge(f"The body is longer than {MAX_BODY_BYTES:,} bytes.")
    path = request.scope["raw_path"].decode("latin-1")
    query = request.scope["query_string"].decode("latin-1")
    return SignedRequest(stamp, request.method, f"{path}?{query}" if query else path, bytes(body))


SignedDep = Annotated[SignedRequest, Depends(signed_request)]


def reporting_device(session: WritingSessionDep, signed: SignedDep) -> Device:
    """The enrolled device that signed the request; its nonce is used up."""
    return devices.authenticate(session, signed, utc_now())


DeviceDep = Annotated[Device, Depends(reporting_device)]


def _parsed(model: type[Model], signed: SignedRequest) -> Model:
    try:
        return model.model_validate_json(signed.body)
    except ValidationError as error:
        raise InvalidInput(ingest.describe(error)) from error


@router.post(PASSAGES_PATH)
def report_passages(
    session: WritingSessionDep, signed: SignedDep, device: DeviceDep, clock: ClockDep
) -> BatchReceipt:
    """Store a batch of passages; the receipt says of each whether it is safe to forget it."""
    return ingest.receive_batch(
        session,
        device,
        signed.body,
        known_points=control_point_codes(session),
        now=clock.now(),
    )


@router.post(INSTRUCTIONS_PATH)
def instruct_pictures(
    session: WritingSessionDep, signed: SignedDep, device: DeviceDep
) -> PictureAnswer:
    """Send, discard or wait, for each passage asked about."""
    question = _parsed(PictureQuestion, signed)
    return PictureAnswer(instructions=pictures.instructions(session, device, question.passage_ids))


@router.put(PICTURE_PATH)
def receive_picture(
    passage_id: UUID,
    kind: PictureKind,
    request: Request,
    session: WritingSessionDep,
    signed: SignedDep,
    device: DeviceDep,
    clock: ClockDep,
) -> PictureReceipt:
    """Store one sealed picture."""
    if len(signed.body) > MAX_PICTURE_BYTES + _SEALING_BYTES:
        raise RequestTooLarge(f"A picture has at most {MAX_PICTURE_BYTES:,} bytes.")
    now = clock.now()
    passage = pictures.store_picture(
        session, runtime_of(request), device, passage_id, kind, signed.body, now
    )
    case_pictures.add_late(session, passage, now=now)
    return PictureReceipt(passage_id=passage_id, kind=kind, stored=True)


@router.post(HEARTBEATS_PATH)
def receive_heartbeat(
    session: WritingSessionDep, signed: SignedDep, device: DeviceDep
) -> HeartbeatReceipt:
    """Note the health of the device and its cameras."""
    heartbeat = _parsed(Heartbeat, signed)
    now = utc_now()
    cameras.note_heartbeat(session, device, heartbeat, now)
    return HeartbeatReceipt(centre_time=now, access_list_version=current_version(session))


@router.get(ACCESS_LIST_PATH, response_model=SignedAccessList)
def send_access_list(
    request: Request,
    session: WritingSessionDep,
    _: DeviceDep,
    keys: KeysDep,
    clock: ClockDep,
    have: int | None = None,
) -> Response:
    """The signed access list: changes since version `have`, or all of it."""
    packed = access_lists.packed_list(session, keys, have=have, now=clock.now())
    body, headers = packed.plain, {"Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers = packed.gzipped, headers | {"Content-Encoding": "gzip"}
    return Response(body, media_type="application/json", headers=headers)


@router.post(KEYS_PATH)
def hand_over_keys(
    session: WritingSessionDep, signed: SignedDep, device: DeviceDep, keys: KeysDep
) -> KeyHandover:
    """The plate hash key, sealed for the device's one-time key, and the key for pictures."""
    request = _parsed(KeyRequest, signed)
    try:
        one_time = base64.b64decode(request.one_time_public_key, validate=True)
        sealed = seal(one_time, keys.plate_hash_key, b"plate-hash-key")
    except ValueError as error:
        raise InvalidInput("one_time_public_key is not an X25519 public key in Base64.") from error
    return KeyHandover(
        sealed_plate_hash_key=base64.b64encode(sealed).decode(),
        picture_public_key=base64.b64encode(centre_keys.picture_public_key(keys)).decode(),
    )
