"""Frames of a drive: the same vehicle in many frames, and plates that nobody labelled.

Plates are split by the hash of their text (`photos.fold`), so a held-out vehicle is held out in
all its frames. A frame is trained on only when no held-out plate is labelled in it or within a few
seconds of it, because a vehicle stays in view before and after its plate can be read.

What an earlier detector sees in such a frame and no label covers may be a plate without a label:
neither answer is wrong there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anpr.detection.detector_session import AnySizeSession
from anpr.synthesis.paste import Box
from anpr.training.photos import HELD_OUT_FOLDS, fold

QUIET_SECONDS = 4.0
"""So long before and after a held-out plate no frame is trained on."""

SUSPECTED = 0.08
"""Score from which an unlabelled box of the earlier detector is left out of judgement."""

LOOKS = (640, 1280)
"""Longer sides in pixels at which the earlier detector looks."""


@dataclass(frozen=True)
class Sighting:
    """One labelled plate of one frame."""

    file: str
    ride: str
    second: float
    text: str


def frames_to_train_on(sightings: Iterable[Sighting]) -> set[str]:
    """Files that show no held-out vehicle and were not taken close to one that does."""
    listed = list(sightings)
    held = [s for s in listed if s.text and fold(s.text) in HELD_OUT_FOLDS]
    return {s.file for s in listed if not any(_is_near(s, other) for other in held)}


def suspected_plates(
    image: npt.NDArray[np.uint8], labelled: list[Box], earlier: AnySizeSession
) -> list[Box]:
    """What `earlier` may take for a plate in `image` (blue, green, red) and no label touches."""
    rows = np.concatenate([earlier.run(image, side) for side in LOOKS])
    boxes = [_box(row) for row in rows if row[4] >= SUSPECTED]
    return [box for box in boxes if not any(_touch(box, other) for other in labelled)]


def _box(row: npt.NDArray[np.float64]) -> Box:
    return float(row[0]), float(row[1]), float(row[2]), float(row[3])


def _is_near(sighting: Sighting, held: Sighting) -> bool:
    return (
        sighting.ride == held.ride and abs(sighting.second - held.second) <= QUIET_SECONDS
    ) or sighting.file == held.file


def _touch(box: Box, other: Box) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
