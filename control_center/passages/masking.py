"""The context picture as it may be seen: the vehicle sharp, bystanders and cabin not."""

import base64
from collections.abc import Sequence

import cv2
import numpy as np

from anpr.pictures.background import Mask, unpacked
from anpr.pictures.privacy import mask_context
from anpr.types import Box, Image
from control_points.protocol import PixelBox
from core.errors import InvalidInput

_JPEG_QUALITY = 88


def mask(
    jpeg: bytes,
    plate_box: PixelBox | None,
    other_plates: Sequence[PixelBox] = (),
    foreground: str | None = None,
) -> bytes:
    """A JPEG of the same size with everything but the vehicle around `plate_box` blurred.

    `other_plates` are other vehicles'; `foreground` is what the camera does not always see, as
    the report told it: people beside the vehicle are in it.

    Raises:
        InvalidInput: not a picture.
    """
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if decoded is None:
        raise InvalidInput("The context picture is not a JPEG that can be opened.")
    image: Image = decoded.astype(np.uint8, copy=False)
    box = Box(*plate_box) if plate_box else None
    others = [Box(*other) for other in other_plates]
    masked = mask_context(image, box, others, _foreground(foreground, image))
    done, encoded = cv2.imencode(".jpg", masked, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    if not done:
        raise InvalidInput("The masked context picture can't be written as a JPEG.")
    return encoded.tobytes()


def _foreground(told: str | None, image: Image) -> Mask | None:
    """None where the report told nothing, or nothing usable: then geometry alone masks."""
    if not told:
        return None
    try:
        return unpacked(base64.b64decode(told, validate=True), image.shape[1], image.shape[0])
    except ValueError:
        return None
