"""Messages from the capture process to the worker, through a pipe.

A fixed header (magic, kind, number, time, width, height, length), then `length` bytes: the
frame's BGR pixels, or a problem in UTF-8.
"""

import os
import select
import struct
import time
from dataclasses import dataclass
from enum import IntEnum

from control_points.errors import CaptureFailed

_HEADER = struct.Struct("!4sBQdIIQ")
_MAGIC = b"SBC1"
MAX_BYTES = 16_384 * 16_384 * 3


class Kind(IntEnum):
    READY = 0
    """The process has started; opening the camera comes next."""
    FRAME = 1
    PROBLEM = 2


@dataclass(frozen=True)
class Message:
    kind: Kind
    number: int
    at: float
    """Seconds since the epoch when the frame was grabbed."""
    width: int
    height: int
    body: bytearray


def write_message(
    handle: int, kind: Kind, body: memoryview, number: int, size: tuple[int, int]
) -> None:
    """Write the whole message; the frame's time is now."""
    head = _HEADER.pack(_MAGIC, kind, number, time.time(), *size, len(body))
    for part in (memoryview(head), body):
        sent = 0
        while sent < len(part):
            sent += os.write(handle, part[sent:])


def read_message(handle: int, timeout: float) -> Message:
    """The next message.

    Raises:
        TimeoutError: it was not there, whole, in `timeout` seconds.
        EOFError: the process has ended.
        CaptureFailed: what came is not a message.
    """
    deadline = time.monotonic() + timeout
    magic, kind, number, at, width, height, length = _HEADER.unpack(
        _read_exactly(handle, _HEADER.size, deadline)
    )
    if magic != _MAGIC or length > MAX_BYTES:
        raise CaptureFailed("The capture process sent something that is not a frame.")
    return Message(Kind(kind), number, at, width, height, _read_exactly(handle, length, deadline))


def _read_exactly(handle: int, length: int, deadline: float) -> bytearray:
    data = bytearray(length)
    view, got = memoryview(data), 0
    while got < length:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([handle], [], [], left)[0]:
            raise TimeoutError
        count = os.readv(handle, [view[got:]])
        if count == 0:
            raise EOFError
        got += count
    return data
