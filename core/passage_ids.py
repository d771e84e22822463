"""Passage ids: time-ordered, and the same however often the same footage is replayed."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

_TIME_BITS = 48


def passage_id(
    first_seen_at: datetime, camera_id: str, frame_index: int, box: tuple[int, int, int, int]
) -> UUID:
    """A UUIDv7 (RFC 9562, section 5.7) whose random bits hash camera, frame index and box.

    Replaying a crash repeats the id, so every retry is harmless; PostgreSQL can partition by it.
    """
    milliseconds = int(first_seen_at.astimezone(UTC).timestamp() * 1000)
    origin = f"{camera_id}|{frame_index}|{','.join(map(str, box))}".encode()
    noise = int.from_bytes(hashlib.sha256(origin).digest()[:10], "big")
    value = (milliseconds & ((1 << _TIME_BITS) - 1)) << 80
    value |= 0x7 << 76
    value |= ((noise >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= noise & ((1 << 62) - 1)
    return UUID(int=value)


def lowest_id_at(moment: datetime) -> UUID:
    """The smallest possible id of a passage first seen at `moment`: a bound for range scans."""
    return UUID(int=int(moment.astimezone(UTC).timestamp() * 1000) << 80)
