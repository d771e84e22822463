"""Pictures of a vehicle at a control point, drawn: enough to tell one from another."""

import hashlib
from typing import Any

import cv2
import numpy as np

WIDTH, HEIGHT = 960, 540
PLATE_BOX = (400, 380, 560, 416)


def _jpeg(image: np.ndarray) -> bytes:
    done, encoded = cv2.imencode(".jpg", image)
    assert done
    return encoded.tobytes()


def context_picture(plate: str) -> bytes:
    """A street with a van seen from the front."""
    image = np.full((HEIGHT, WIDTH, 3), (168, 160, 150), np.uint8)
    image[300:] = (96, 98, 100)
    for x in range(20, WIDTH, 120):
        cv2.rectangle(image, (x, 40), (x + 70, 150), (122, 104, 92), -1)
    cv2.rectangle(image, (300, 130), (660, 440), (205, 205, 208), -1)
    cv2.rectangle(image, (340, 160), (620, 270), (70, 60, 52), -1)
    for x in (330, 580):
        cv2.rectangle(image, (x, 430), (x + 60, 480), (30, 30, 30), -1)
        cv2.circle(image, (x + 30, 340), 22, (235, 245, 250), -1)
    left, top, right, bottom = PLATE_BOX
    image[top:bottom, left:right] = cv2.resize(_plate(plate), (right - left, bottom - top))
    return _jpeg(image)


def plate_picture(plate: str) -> bytes:
    """The plate alone."""
    return _jpeg(_plate(plate))


def _plate(plate: str) -> np.ndarray:
    image = np.full((72, 320, 3), 240, np.uint8)
    image[:, :28] = (163, 79, 31)
    cv2.putText(image, plate, (38, 52), cv2.FONT_HERSHEY_DUPLEX, 1.4, (25, 20, 18), 3, cv2.LINE_AA)
    return cv2.GaussianBlur(image, (3, 3), 0)


PICTURES = {"plate": plate_picture, "context": context_picture}


def announced(plate: str) -> list[dict[str, Any]]:
    """What a passage report says of the pictures of `plate`."""
    return [
        {
            "kind": kind,
            "sha256": hashlib.sha256(picture(plate)).hexdigest(),
            "width": WIDTH if kind == "context" else 320,
            "height": HEIGHT if kind == "context" else 72,
            "plate_box": list(PLATE_BOX) if kind == "context" else None,
        }
        for kind, picture in PICTURES.items()
    ]
