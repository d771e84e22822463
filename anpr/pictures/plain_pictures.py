"""The pictures that come all the time, whole JPEG and PNG files of 8 bits, decoded the fast way.

Decoding takes a fifth of a read or more. OpenCV needs a third of Pillow's time and half of its
memory. For a JPEG that need not be turned, libjpeg-turbo with plain chroma upsampling takes three
fifths of OpenCV's time again: colours are less smooth, brightness, which tells characters, stays.
"""

import cv2
import numpy as np
import simplejpeg
from PIL import Image as Pillow

from anpr.types import Image

_ENDS = {"JPEG": b"\xff\xd9", "PNG": b"IEND"}
_TAIL = 4096
"""Bytes from the end in which the end marker of a whole file stands; some cameras fill up."""
_ORIENTATION = 0x0112
_UPRIGHT = 1


def is_plain(picture: Pillow.Image, content: bytes) -> bool:
    """Whether OpenCV gives what Pillow would: a whole JPEG or PNG, in colour or grey.

    OpenCV turns a JPEG by its EXIF orientation as well, but no PNG.
    """
    end = _ENDS.get(picture.format or "")
    if end is None or picture.mode not in ("RGB", "L") or "transparency" in picture.info:
        return False
    if picture.format == "PNG" and b"eXIf" in content:
        return False
    return content.rfind(end, len(content) - _TAIL) >= 0


def decode_plain(picture: Pillow.Image, content: bytes) -> Image:
    """The plain picture whose file holds `content` and whose header is `picture`, BGR, upright.

    Raises:
        ValueError: it can't be decoded.
    """
    if picture.format == "JPEG" and _is_surely_upright(picture):
        try:
            decoded = simplejpeg.decode_jpeg(content, "BGR", fastupsample=True)
            return np.asarray(decoded, dtype=np.uint8)
        except ValueError:
            pass  # damaged inside: OpenCV shows what there is
    decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if decoded is None:
        raise ValueError("not decodable")
    return np.asarray(decoded, dtype=np.uint8)


def _is_surely_upright(picture: Pillow.Image) -> bool:
    """Whether no EXIF data could turn it: OpenCV makes sense of entries that Pillow passes over."""
    return "exif" not in picture.info or picture.getexif().get(_ORIENTATION) == _UPRIGHT
