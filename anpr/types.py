"""What travels from image to vehicle. Everything is frozen; nothing here knows ONNX or OpenCV."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.plates import PlateNumber

Image = NDArray[np.uint8]
"""Height x width x 3, BGR, 8 bits."""


@dataclass(frozen=True)
class Box:
    """Pixels of the picture, x2 and y2 exclusive; never outside the picture."""

    x1: int
    y1: int
    x2: int
    y2: int

    @property
    def width(self) -> int:
        return self.x2 - self.x1

    @property
    def height(self) -> int:
        return self.y2 - self.y1

    @property
    def area(self) -> int:
        return max(0, self.width) * max(0, self.height)

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x1 + self.x2) / 2, (self.y1 + self.y2) / 2

    def as_tuple(self) -> tuple[int, int, int, int]:
        return self.x1, self.y1, self.x2, self.y2

    def iou(self, other: "Box") -> float:
        """Intersection over union, 0 to 1."""
        width = min(self.x2, other.x2) - max(self.x1, other.x1)
        height = min(self.y2, other.y2) - max(self.y1, other.y1)
        if width <= 0 or height <= 0:
            return 0.0
        shared = width * height
        return shared / (self.area + other.area - shared)


@dataclass(frozen=True)
class Detection:
    """Where a plate may be, and how sure the detector is (0 to 1)."""

    box: Box
    confidence: float


@dataclass(frozen=True)
class PlateCandidate:
    """One possible text of a plate and its probability among all texts (0 to 1)."""

    text: str
    probability: float


PlateColour = Literal["white", "yellow", "blue", "green", "red"]
"""Colour class of a plate's ground."""


@dataclass(frozen=True)
class Signals:
    """What a read's confidence is computed from."""

    probability: float
    """Of the text among all texts, formats weighed in (0 to 1)."""
    weakest: float
    """Of the text's weakest character (0 to 1)."""
    detection: float
    """The detector's score (0 to 1)."""
    width: int
    """Of the plate in pixels."""
    fits_format: bool
    looks: int
    """Crops that were read: 1, or more when the first look was unsure."""
    agreement: float
    """Share of the opinions (slots and tokens of each look) that say the same text by themselves
    (0 to 1)."""


@dataclass(frozen=True)
class PlateRead:
    """One plate in one picture.

    `slots` has one row a character slot and one column a character of `alphabet`; each row sums
    to 1. The pad character `_` stands for an empty slot.
    """

    box: Box
    text: str
    """Best reading in normal form, possibly empty; not promised to fit any country's format."""
    confidence: float
    """Probability that `text` is right to the last character, as measured for
    `anpr.recognition.calibration`: on purpose too low rather than too high from 0.95 on. Below
    0.95 where no measurement belongs to the models."""
    detection_confidence: float
    candidates: tuple[PlateCandidate, ...]
    """Up to five, best first."""
    country: str | None
    """ISO 3166 alpha-2, None when the reader is not sure."""
    country_confidence: float
    slots: NDArray[np.float32]
    alphabet: str
    countries: Mapping[str, float] = field(default_factory=dict)
    """Probabilities of the countries by the plate's looks alone."""
    fits_format: bool = False
    """Whether `text` has a shape of `country`, or of any country where that is None."""
    colour: PlateColour | None = None
    """None: neither of them, or not to be told (infrared, too dark)."""
    signals: Signals | None = None


@dataclass(frozen=True)
class Frame:
    """One picture of a camera. `captured_at` is aware; `index` counts from the source's start."""

    image: Image
    captured_at: datetime
    camera_id: str
    index: int


@dataclass(frozen=True)
class TrackedRead:
    """A read of a frame that was joined to a track."""

    frame_index: int
    captured_at: datetime
    read: PlateRead


@dataclass(frozen=True)
class PlateConsensus:
    """What all frames of one vehicle together say. Never one lucky frame."""

    plate: PlateNumber | None
    """None when no text gathered enough agreement: a person must look."""
    confidence: float
    country: str | None
    candidates: tuple[PlateCandidate, ...]
    votes: int
    """Reads that agree with the winner."""
    frames: int
    """Reads that took part."""
    best_frame: TrackedRead
    """The clearest read that agrees: its picture is the evidence."""
    fits_format: bool = False
    """Whether the likeliest text has a shape of its country."""
    colour: PlateColour | None = None
    """Of the plate's ground, by the weight of the frames that tell one."""
