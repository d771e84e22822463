"""The smallest detector of open-image-models' contract: it always answers with the same table.

Written in ONNX's own bytes (onnx.proto3: `ModelProto` and what it holds), for the library that
would write them belongs to the training environment.
"""

from collections.abc import Sequence

import numpy as np

FLOAT = 1


def square_model(side: int, rows: Sequence[Sequence[float]]) -> bytes:
    """A model with a square input of `side` pixels that finds `rows` of seven in every picture."""
    table = np.array(rows, np.float32).reshape(-1, 7)
    dims = b"".join(_field(1, size) for size in table.shape)
    initializer = dims + _field(2, FLOAT) + _field(8, b"table") + _field(9, table.tobytes())
    node = _field(1, b"table") + _field(2, b"detections") + _field(4, b"Identity")
    graph = (
        _field(1, node)
        + _field(2, b"square")
        + _field(5, initializer)
        + _field(11, _tensor(b"images", (1, 3, side, side)))
        + _field(12, _tensor(b"detections", table.shape))
    )
    return _field(1, 8) + _field(7, graph) + _field(8, _field(2, 17))


def _tensor(name: bytes, shape: Sequence[int]) -> bytes:
    dims = b"".join(_field(1, _field(1, size)) for size in shape)
    return _field(1, name) + _field(2, _field(1, _field(1, FLOAT) + _field(2, dims)))


def _field(number: int, value: int | bytes) -> bytes:
    """A field of a protocol buffer: a number, or bytes with their length before them."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])
