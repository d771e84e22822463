"""What ISO 19005-3 (PDF/A-3, level A) asks of a file's structure, looked for with pyHanko's reader.

This is no full validator: glyph widths, colour spaces inside content streams and the semantics of
the tags are not looked at; veraPDF does that where it is installed.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

FORBIDDEN_ACTIONS = frozenset(
    f"/{name}"
    for name in (
        *("Launch", "Sound", "Movie", "ResetForm", "ImportData", "Hide", "SetOCGState"),
        *("Rendition", "Trans", "GoTo3DView", "JavaScript"),
    )
)
"""Clause 6.5.1."""
HIDDEN, PRINTED = 0b10, 0b100


def faults_of(pdf: bytes) -> list[str]:
    """Everything found, in words; empty when nothing is."""
    reader = PdfFileReader(io.BytesIO(pdf))
    return [
        *_frame(pdf, reader),
        *_metadata(reader),
        *_root(reader),
        *(fault for value in _dictionaries(reader) for fault in _dictionary(value)),
    ]


def _frame(pdf: bytes, reader: PdfFileReader) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[0-7]\r?\n%[\x80-\xff]{4}", pdf):
        yield "6.1.2: no header of PDF 1.x with a comment of four high bytes"
    if "/ID" not in reader.trailer:
        yield "6.1.3: the trailer has no ID"
    if "/Encrypt" in reader.trailer:
        yield "6.1.3: it is encrypted"


def _metadata(reader: PdfFileReader) -> Iterator[str]:
    stream = _at(reader.root, "/Metadata")
    if stream is None:
        yield "6.6.2: no XMP metadata"
        return
    packet = stream.data
    if re.search(rb"<\?xpacket begin[^>]*(bytes|encoding)=", packet):
        yield "6.6.2: the metadata's header says bytes or encoding"
    for part in (b'pdfaid:part="3"', b'pdfaid:conformance="A"'):
        if part not in packet:
            yield f"6.6.4: the metadata lack {part.decode()}"


def _root(reader: PdfFileReader) -> Iterator[str]:
    root = reader.root
    profiles = [
        one["/DestOutputProfile"].data
        for one in _at(root, "/OutputIntents") or ()
        if one["/S"] == "/GTS_PDFA1" and "/DestOutputProfile" in one
    ]
    if len(profiles) != 1 or profiles[0][36:40] != b"acsp":
        yield "6.2.3: no output intent with an ICC profile"
    if not _at(_at(root, "/MarkInfo") or {}, "/Marked"):
        yield "6.7.2: it is not tagged"
    if "/StructTreeRoot" not in root:
        yield "6.7.3: it has no structure tree"
    if not _at(root, "/Lang"):
        yield "6.7.4: it names no language"
    form = _at(root, "/AcroForm") or {}
    if _at(form, "/NeedAppearances") or "/XFA" in form:
        yield "6.4: its form asks the reader to draw, or is XFA"
    if "/OCProperties" in root or "/AA" in root:
        yield "6.5.2: actions of the document, or layers"


def _dictionaries(reader: PdfFileReader) -> Iterator[Any]:
    """Every dictionary of the file once."""
    waiting: list[Any] = [reader.root]
    seen: set[Any] = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, generic.IndirectObject):
            if value.reference in seen:
                continue
            seen.add(value.reference)
            value = value.get_object()
        if isinstance(value, generic.DictionaryObject):
            yield value
            waiting += [value.raw_get(key) for key in value]
        elif isinstance(value, generic.ArrayObject):
            waiting += [value.raw_get(place) for place in range(len(value))]


def _dictionary(value: Any) -> Iterator[str]:
    if _at(value, "/S") in FORBIDDEN_ACTIONS or "/JS" in value:
        yield f"6.5.1: the action {value.get('/S')}"
    if _at(value, "/Type") == "/Font":
        yield from _font(value)
    if _at(value, "/Subtype") in {"/Link", "/Widget"} and "/Rect" in value:
        flags = _at(value, "/F") or 0
        if flags & HIDDEN or not flags & PRINTED:
            yield f"6.3.2: an annotation {value['/Subtype']} that is hidden or does not print"
    if _at(value, "/Type") == "/Filespec" and not {"/F", "/UF", "/AFRelationship"} <= value.keys():
        yield "6.8: an attachment without its names or its relationship"
    if isinstance(value, generic.StreamObject):
        filters = _at(value, "/Filter") or ()
        if "/LZWDecode" in ([filters] if isinstance(filters, str) else list(filters)):
            yield "6.1.7.2: LZW"
        if _at(value, "/Subtype") == "/Image" and _at(value, "/Interpolate"):
            yield "6.2.8: an image that the reader is to smooth"


def _at(dictionary: Any, key: str) -> Any:
    """What stands there, followed to where it is kept; None when nothing does."""
    return dictionary[key] if key in dictionary else None  # noqa: SIM401 -- `get` follows nothing


def _font(font: Any) -> Iterator[str]:
    name = _at(font, "/BaseFont")
    if font["/Subtype"] == "/Type0":
        if "/ToUnicode" not in font:
            yield f"6.2.11.7: the letters of {name} can't be told"
        return
    descriptor = _at(font, "/FontDescriptor") or {}
    if font["/Subtype"] != "/Type3" and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(
        descriptor
    ):
        yield f"6.2.11.4: the font {name} is not embedded"
