"""Pictures of a passage: the plate's crop, and the whole frame with its surroundings."""

import base64
import hashlib
from dataclasses import dataclass, replace

import cv2
import numpy as np

from anpr.pictures.background import Background, packed
from anpr.types import Box, Image, PlateRead
from control_points.protocol import Picture, PictureKind

CONTEXT_SIDE = 1280
"""Longest side of the context picture in pixels."""
CONTEXT_QUALITY = 82
PLATE_QUALITY = 92
PADDING = 0.25
"""Of the plate's height, around its box on every side."""
MIN_PLATE_HEIGHT = 48
"""Smaller crops are enlarged, so that a person sees something."""

MAX_OTHERS = 24
"""Other plates told of one picture; the reader reads no more."""

BoxKey = tuple[int, int, int, int]


@dataclass(frozen=True)
class Jpeg:
    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Evidence:
    """Both pictures of one passage, not yet sealed."""

    plate: Jpeg
    context: Jpeg
    plate_box: BoxKey
    """Where the plate is in the context picture."""
    other_plates: tuple[BoxKey, ...] = ()
    """Where other vehicles' plates are in it."""
    foreground: bytes | None = None
    """What the camera does not always see, packed; None: its background is not known."""

    def jpeg(self, kind: PictureKind) -> Jpeg:
        return self.plate if kind is PictureKind.PLATE else self.context

    def described(self) -> tuple[Picture, ...]:
        """What the report says of them."""
        return tuple(self._described(kind) for kind in PictureKind)

    def _described(self, kind: PictureKind) -> Picture:
        jpeg = self.jpeg(kind)
        digest = hashlib.sha256(jpeg.data).hexdigest()
        if kind is PictureKind.PLATE:
            return Picture(kind=kind, sha256=digest, width=jpeg.width, height=jpeg.height)
        seen = base64.b64encode(self.foreground).decode() if self.foreground else None
        return Picture(
            kind=kind,
            sha256=digest,
            width=jpeg.width,
            height=jpeg.height,
            plate_box=self.plate_box,
            other_plates=self.other_plates,
            foreground=seen,
        )

    def against(self, background: Background) -> "Evidence":
        """The same, with what is new in the context picture, where `background` is known."""
        if not background.is_known:
            return self
        picture = cv2.imdecode(np.frombuffer(self.context.data, np.uint8), cv2.IMREAD_COLOR)
        seen = background.foreground(np.asarray(picture, dtype=np.uint8))
        return self if seen is None else replace(self, foreground=packed(seen))


@dataclass(frozen=True)
class KeptFrame:
    """A frame with plates, made small enough to be kept while its vehicles are followed."""

    context: Jpeg
    scale: float
    plates: dict[BoxKey, Jpeg]

    @classmethod
    def of(cls, image: Image, reads: list[PlateRead]) -> "KeptFrame":
        scale = min(1.0, CONTEXT_SIDE / max(image.shape[:2]))
        small = image
        if scale < 1.0:
            small = np.asarray(
                cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA),
                dtype=np.uint8,
            )
        plates = {
            read.box.as_tuple(): _encoded(_crop(image, read.box), PLATE_QUALITY) for read in reads
        }
        return cls(_encoded(small, CONTEXT_QUALITY), scale, plates)

    def evidence(self, box: Box) -> Evidence | None:
        """The pictures of the plate at `box`; None when it was not kept."""
        plate = self.plates.get(box.as_tuple())
        if plate is None:
            return None
        others = [key for key in self.plates if key != box.as_tuple()][:MAX_OTHERS]
        return Evidence(
            plate, self.context, self._scaled(box.as_tuple()), tuple(map(self._scaled, others))
        )

    def _scaled(self, box: BoxKey) -> BoxKey:
        x1, y1, x2, y2 = (round(value * self.scale) for value in box)
        return x1, y1, x2, y2


def _crop(image: Image, box: Box) -> Image:
    margin = round(box.height * PADDING)
    height, width = image.shape[:2]
    crop = image[
        max(0, box.y1 - margin) : min(height, box.y2 + margin),
        max(0, box.x1 - margin) : min(width, box.x2 + margin),
    ]
    factor = MIN_PLATE_HEIGHT / max(1, crop.shape[0])
    if factor <= 1:
        return crop
    larger = cv2.resize(crop, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return np.asarray(larger, dtype=np.uint8)


def _encoded(image: Image, quality: int) -> Jpeg:
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return Jpeg(data.tobytes(), image.shape[1], image.shape[0])
