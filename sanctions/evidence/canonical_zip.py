"""ZIP files of which there is only one: the same entries always give the same bytes.

Entries are stored (not compressed) in the order given, dated 1 January 1980, without extra fields,
comments or data descriptors. So a reader can build the file again from what it read, and any byte
that differs, in a file or in the structure around it, shows. Format: APPNOTE.TXT 6.3.3 of PKWARE,
sections 4.3.7, 4.3.12 and 4.3.16.
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

LOCAL = b"PK\x03\x04"
CENTRAL = b"PK\x01\x02"
END = b"PK\x05\x06"
_VERSION = 20
_UTF8 = 0x0800
_STORED = 0
_TIME, _DATE = 0, 0x21
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_CHECKSUM = range(14, 18)
"""Where a local header keeps it."""
MAX_BYTES = 200_000_000
"""A whole court file is far smaller; more is not read into memory."""


class NotCanonical(ValueError):
    """The file is no canonical ZIP; the message says where it departs from one."""

    def __init__(self, message: str, entries: Mapping[str, bytes] | None = None) -> None:
        super().__init__(message)
        self.entries = dict(entries or {})
        """What could be read all the same, to name what was touched; to be trusted in nothing."""


@dataclass(frozen=True)
class _Part:
    """A stretch of the file and what it is, so that a difference can be named."""

    what: str
    data: bytes


def write(entries: Mapping[str, bytes]) -> bytes:
    """The one ZIP file with these entries, in their order."""
    return b"".join(part.data for part in _parts(entries))


def _parts(entries: Mapping[str, bytes]) -> list[_Part]:
    local: list[_Part] = []
    central: list[_Part] = []
    offset = 0
    for name, content in entries.items():
        head = _local_header(name, content)
        local += [_Part(f"the header before {name}", head), _Part(name, content)]
        central.append(_Part(f"the directory line of {name}", _directory(name, content, offset)))
        offset += len(head) + len(content)
    size = sum(len(part.data) for part in central)
    count = len(entries)
    end = _END.pack(END, 0, 0, count, count, size, offset, 0)
    return [*local, *central, _Part("the end record", end)]


def _local_header(name: str, content: bytes) -> bytes:
    encoded = name.encode()
    return _LOCAL.pack(LOCAL, _VERSION, *_common(content, len(encoded))) + encoded


def _directory(name: str, content: bytes, offset: int) -> bytes:
    encoded = name.encode()
    common = _common(content, len(encoded))
    return _CENTRAL.pack(CENTRAL, _VERSION, _VERSION, *common, 0, 0, 0, 0, offset) + encoded


def _common(content: bytes, name_length: int) -> tuple[int, ...]:
    """Flags to extra-field length: what both kinds of header have in common."""
    size = len(content)
    return (_UTF8, _STORED, _TIME, _DATE, zlib.crc32(content), size, size, name_length, 0)


def read(data: bytes) -> dict[str, bytes]:
    """The entries, in their order, of a ZIP file that `write` could have made.

    Raises:
        NotCanonical: it could not; the message names the entry or the part of the structure.
    """
    if len(data) > MAX_BYTES:
        raise NotCanonical(f"the file is larger than {MAX_BYTES // 1_000_000} MB")
    entries = _walk(data)
    position = 0
    for part in _parts(entries):
        found = data[position : position + len(part.data)]
        if found != part.data:
            raise NotCanonical(_difference(part, found, position), entries)
        position += len(part.data)
    if position != len(data):
        raise NotCanonical(f"{len(data) - position} bytes follow the end record", entries)
    return entries


def _difference(part: _Part, found: bytes, position: int) -> str:
    same = next(
        (i for i, (a, b) in enumerate(zip(found, part.data, strict=False)) if a != b), len(found)
    )
    if part.data[:4] == LOCAL and same in _CHECKSUM:
        return f"the checksum of {part.what.removeprefix('the header before ')} does not hold"
    return f"{part.what} is not as it must be (at byte {position + same})"


def _walk(data: bytes) -> dict[str, bytes]:
    """Local entries one after the other, up to the directory."""
    entries: dict[str, bytes] = {}
    position = 0
    while data[position : position + 4] == LOCAL:
        name, content, position = _one(data, position, after=list(entries))
        if name in entries:
            raise NotCanonical(f"{name} is there twice", entries)
        entries[name] = content
    if data[position : position + 4] not in {CENTRAL, END}:
        last = list(entries)[-1] if entries else None
        where = f"after {last}" if last else "at the start"
        raise NotCanonical(
            f"neither an entry nor the directory {where} (at byte {position})", entries
        )
    return entries


def _one(data: bytes, position: int, after: list[str]) -> tuple[str, bytes, int]:
    head = data[position : position + _LOCAL.size]
    if len(head) < _LOCAL.size:
        raise NotCanonical("the file ends in the middle of a header")
    values = _LOCAL.unpack(head)
    size, name_length, extra_length = values[8], values[9], values[10]
    start = position + _LOCAL.size
    raw = data[start : start + name_length]
    begin = start + name_length + extra_length
    content = data[begin : begin + size]
    try:
        name = raw.decode()
    except UnicodeDecodeError as error:
        where = f"after {after[-1]}" if after else "at the start"
        raise NotCanonical(f"the name of the entry {where} is no text") from error
    if len(content) < size or len(raw) < name_length:
        raise NotCanonical(f"the file ends in the middle of {name!r}")
    return name, content, begin + size
