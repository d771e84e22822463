"""Plate reads, tracks and moving vehicles for tests, with keyword overrides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from anpr.recognition.decoding import decode
from anpr.training.recogniser_data import Crops
from anpr.types import Box, Frame, PlateRead, TrackedRead
from anpr.vehicles.tracking import ClosedTrack, VehicleTracker

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
NOON = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
PICTURE = np.zeros((720, 1280, 3), np.uint8)


def a_box(x: float = 500, y: float = 400, width: float = 120, height: float = 30) -> Box:
    """A box around its centre."""
    return Box(
        round(x - width / 2), round(y - height / 2), round(x + width / 2), round(y + height / 2)
    )


def slots_of(
    text: str, confidence: float = 0.95, doubts: Mapping[int, tuple[str, float]] | None = None
) -> np.ndarray:
    """Character probabilities that say `text`; `doubts`: slot to (other character, probability)."""
    slots = np.zeros((10, len(ALPHABET)), np.float32)
    for i in range(10):
        character = text[i] if i < len(text) else "_"
        slots[i, :] = (1 - confidence) / (len(ALPHABET) - 1)
        slots[i, ALPHABET.index(character)] = confidence
        if doubts and i in doubts:
            other, probability = doubts[i]
            slots[i, ALPHABET.index(other)] = probability
            slots[i, ALPHABET.index(character)] = confidence - probability
    return slots / slots.sum(axis=1, keepdims=True)


def tokens_of(
    text: str, rows: slice = slice(0, 4), first: int = 2, sure: float = 0.97
) -> np.ndarray:
    """Tokens in which each character of `text` covers two columns, a third between them empty."""
    nothing = len(ALPHABET) - 1
    tokens = np.full((4, 32, len(ALPHABET)), (1 - sure) / nothing, np.float32)
    tokens[:, :, nothing] = sure
    for place, character in enumerate(text):
        columns = slice(first + 3 * place, first + 3 * place + 2)
        tokens[rows, columns] = (1 - sure) / nothing
        tokens[rows, columns, ALPHABET.index(character)] = sure
    return tokens


def a_read(
    text: str = "1234BBC",
    box: Box | None = None,
    *,
    confidence: float = 0.95,
    detection_confidence: float = 0.9,
    country: str | None = "ES",
    country_confidence: float = 0.9,
    doubts: Mapping[int, tuple[str, float]] | None = None,
) -> PlateRead:
    slots = slots_of(text, confidence, doubts)
    countries = {country: country_confidence} if country else {}
    decoded = decode(slots, ALPHABET, countries)
    return PlateRead(
        box=box or a_box(),
        text=decoded.text,
        confidence=decoded.weakest,
        detection_confidence=detection_confidence,
        candidates=decoded.candidates,
        country=country,
        country_confidence=country_confidence,
        slots=slots,
        alphabet=ALPHABET,
        countries=countries,
        fits_format=decoded.fits_format,
    )


def a_track(*reads: PlateRead, rate: float = 8.0) -> ClosedTrack:
    tracked = tuple(
        TrackedRead(i, NOON + timedelta(seconds=i / rate), read) for i, read in enumerate(reads)
    )
    return ClosedTrack("CP-01-a", tracked, (1280, 720))


@dataclass
class Street:
    """A camera whose frames are made of boxes: `show` them one frame at a time."""

    rate: float = 8.0
    tracker: VehicleTracker = None  # type: ignore[assignment]
    index: int = 0

    def __post_init__(self) -> None:
        self.tracker = VehicleTracker()
        self.closed: list[ClosedTrack] = []

    def frame(self) -> Frame:
        moment = NOON + timedelta(seconds=self.index / self.rate)
        frame = Frame(PICTURE, moment, "CP-01-a", self.index)
        self.index += 1
        return frame

    def show(self, *reads: PlateRead) -> None:
        self.closed += self.tracker.update(self.frame(), list(reads))

    def nothing_moves(self, frames: int) -> None:
        for _ in range(frames):
            self.closed += self.tracker.hold(self.frame())

    def empty(self, seconds: float) -> None:
        for _ in range(round(seconds * self.rate)):
            self.show()

    def end(self) -> list[ClosedTrack]:
        self.closed += self.tracker.flush()
        return self.closed


@dataclass
class Car:
    """A plate 0.52 m wide on a straight road below a camera: `at` metres of distance."""

    plate: str = "1234BBC"
    lane: float = 0.0
    """Metres right of the camera."""

    def at(self, metres: float, **overrides: object) -> PlateRead:
        focal, height = 1100.0, 2.5
        box = a_box(
            x=640 + focal * self.lane / metres,
            y=200 + focal * height / metres,
            width=focal * 0.52 / metres,
            height=focal * 0.11 / metres,
        )
        return a_read(self.plate, box, **overrides)  # type: ignore[arg-type]


def numbered_crops(count: int, first: int = 0) -> Crops:
    """Crops whose pictures, countries and places all say their number."""
    numbers = np.arange(first, first + count)
    pictures = np.broadcast_to(numbers[:, None, None, None], (count, 64, 128, 3)).astype(np.uint8)
    places = np.broadcast_to(numbers[:, None, None], (count, 10, 4)).astype(np.float16)
    return Crops(pictures, np.zeros((count, 10), np.uint8), numbers.astype(np.int16), places)
