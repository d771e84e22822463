"""Edge boxes: who may report, and what their signature proves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from control_center.edge_boxes.device_models import Device, DeviceNonce
from control_center.errors import ReplayedRequest, UnknownDevice
from core.signing import MAX_AGE, RequestStamp, check_request

NONCE_MEMORY = 2 * MAX_AGE
"""A stamp may be `MAX_AGE` early or late, so its nonce matters this long."""
_MAX_NONCE = 64


@dataclass(frozen=True)
class SignedRequest:
    """A request as it came in, before anything in it is believed."""

    stamp: RequestStamp
    method: str
    path: str
    """With the query, as it stood on the request line."""
    body: bytes


def enrol(
    session: Session,
    *,
    key_id: str,
    public_key: bytes,
    control_points: list[str],
    now: datetime,
) -> Device:
    """Register an edge box, or give a registered one a new key and new control points."""
    device = session.scalar(select(Device).where(Device.key_id == key_id))
    if device is None:
        device = Device(key_id=key_id, enrolled_at=now)
        session.add(device)
    device.public_key = public_key
    device.control_points = list(control_points)
    device.revoked_at = None
    session.flush()
    return device


def authenticate(session: Session, request: SignedRequest, now: datetime) -> Device:
    """The device that signed `request`; `now` is real time.

    Raises:
        UnknownDevice: the key is not enrolled or was revoked.
        Unauthenticated: wrong signature, or too old or too new.
        ReplayedRequest: the nonce was seen before.
    """
    key_id = request.stamp.key_id
    device = session.scalar(select(Device).where(Device.key_id == key_id))
    if device is None or device.revoked_at is not None:
        raise UnknownDevice(
            f"The device '{key_id[:64]}' is not enrolled here. Enrol it, or correct its key id."
        )
    check_request(device.public_key, request.stamp, request.method, request.path, request.body, now)
    _remember_nonce(session, request.stamp, now)
    return device


def _remember_nonce(session: Session, stamp: RequestStamp, now: datetime) -> None:
    if not 16 <= len(stamp.nonce) <= _MAX_NONCE:
        raise ReplayedRequest("The nonce must have 16 to 64 characters; use a new one each time.")
    try:
        with session.begin_nested():
            session.add(DeviceNonce(key_id=stamp.key_id, nonce=stamp.nonce, seen_at=now))
    except IntegrityError as error:
        raise ReplayedRequest(
            f"This request of device '{stamp.key_id}' was received before. A retry signs again."
        ) from error


def forget_nonces(session: Session, now: datetime, *, limit: int) -> int:
    """Delete nonces that can't be replayed any more; returns how many."""
    old = select(DeviceNonce).where(DeviceNonce.seen_at < now - NONCE_MEMORY).limit(limit)
    nonces = session.scalars(old).all()
    for nonce in nonces:
        session.delete(nonce)
    return len(nonces)
