"""Pictures: asked for when a person will need them, refused otherwise, erased when settled.

The edge seals each picture for the centre. Here it is opened, checked against the hash that the
report announced, masked (only the vehicle stays sharp) and stored encrypted, once.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from control_center.background.jobs import enqueue_erasure
from control_center.edge_boxes.centre_keys import picture_key
from control_center.edge_boxes.device_models import Device
from control_center.errors import PictureMismatch, PictureNotWanted, UnknownPassage
from control_center.models import PassageRecord, PictureRecord
from control_points.protocol import Instruction, PictureInstruction, PictureKind
from core.runtime import Runtime
from core.sealing import unseal

MASKED = "context"
ORIGINAL = "context-original"
"""The context picture as filmed: only for evidence checks, never shown."""


def instructions(
    session: Session, device: Device, passage_ids: Sequence[UUID]
) -> tuple[PictureInstruction, ...]:
    """What the device should do with its pictures of each passage, in the order asked.

    A passage that has not been reported yet waits: the report is still on its way.
    """
    query = select(PassageRecord.id, PassageRecord.pictures_wanted).where(
        PassageRecord.id.in_(passage_ids), PassageRecord.device_id == device.id
    )
    wanted = {row.id: Instruction(row.pictures_wanted) for row in session.execute(query)}
    return tuple(
        PictureInstruction(passage_id=one, instruction=wanted.get(one, Instruction.WAIT))
        for one in passage_ids
    )


def store_picture(
    session: Session,
    runtime: Runtime,
    device: Device,
    passage_id: UUID,
    kind: PictureKind,
    sealed: bytes,
    now: datetime,
) -> PassageRecord:
    """Open, check, mask and store one picture. Storing the same again changes nothing.
    Returns its passage.

    Raises:
        UnknownPassage: this device has not reported it.
        PictureNotWanted: the passage needs no picture (any more): discard it.
        PictureMismatch: not announced, or another picture than announced.
        InvalidInput: can't be unsealed, or is no picture.
    """
    passage = session.get(PassageRecord, passage_id)
    if passage is None or passage.device_id != device.id:
        raise UnknownPassage(f"Device '{device.key_id}' has not reported passage {passage_id}.")
    if passage.pictures_wanted != Instruction.SEND:
        raise PictureNotWanted(f"The centre asks for no picture of passage {passage_id} now.")
    announced = _announced(passage, kind)
    jpeg = unseal(picture_key(runtime.keys), sealed, picture_context(passage_id, kind))
    _check(jpeg, announced, passage_id, kind)
    if any(one.kind == kind.value for one in passage.pictures):
        return passage
    for name, content in _versions(jpeg, kind, announced):
        _put(session, runtime, passage, name, content, now)
    session.flush()
    return passage


def picture_context(passage_id: UUID, kind: PictureKind) -> bytes:
    """What a sealed picture is bound to."""
    return f"{passage_id}|{kind.value}".encode()


def _announced(passage: PassageRecord, kind: PictureKind) -> Mapping[str, Any]:
    for picture in passage.read.pictures:
        if picture["kind"] == kind.value:
            return picture
    raise PictureMismatch(f"Passage {passage.id} announced no {kind.value} picture.")


def _check(jpeg: bytes, announced: Mapping[str, Any], passage_id: UUID, kind: PictureKind) -> None:
    if hashlib.sha256(jpeg).hexdigest() != announced["sha256"]:
        raise PictureMismatch(
            f"The {kind.value} picture of passage {passage_id} is not the one that was announced: "
            "its SHA-256 differs."
        )


def _versions(
    jpeg: bytes, kind: PictureKind, announced: Mapping[str, Any]
) -> list[tuple[str, bytes]]:
    if kind is PictureKind.PLATE:
        return [(PictureKind.PLATE.value, jpeg)]
    from control_center.passages.masking import mask  # noqa: PLC0415 -- OpenCV is slow; few need it

    box, others = announced.get("plate_box"), announced.get("other_plates", ())
    masked = mask(
        jpeg,
        tuple(box) if box else None,
        [tuple(other) for other in others],
        announced.get("foreground"),
    )
    return [(ORIGINAL, jpeg), (MASKED, masked)]


def _put(
    session: Session,
    runtime: Runtime,
    passage: PassageRecord,
    kind: str,
    content: bytes,
    now: datetime,
) -> None:
    digest = hashlib.sha256(content).hexdigest()
    # The hash is part of the name: a retry after a crash finds its own file, never another's.
    key = f"passages/{passage.id}/{kind}-{digest[:16]}.jpg"
    runtime.store.put(key, content)
    passage.pictures.append(PictureRecord(kind=kind, sha256=digest, store_key=key, stored_at=now))


def has_all_pictures(passage: PassageRecord) -> bool:
    """Whether every announced picture has come."""
    stored = {one.kind for one in passage.pictures if one.erased_at is None}
    return all(picture["kind"] in stored for picture in passage.read.pictures)


def erase_pictures(session: Session, passage: PassageRecord, *, now: datetime) -> int:
    """Let go of the passage's pictures; their files go once this is committed."""
    kept = [one for one in passage.pictures if one.erased_at is None]
    for picture in kept:
        picture.erased_at = now
        enqueue_erasure(session, picture.store_key, due_at=now)
    return len(kept)
