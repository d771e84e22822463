"""Measure a plate detector on labelled photos and on photos without plates.

    python -m anpr.training.detector_measure MODEL --photos FOLDER [--negatives FOLDER]

Needs only the runtime environment; a training's checkpoint (`.pt`), which is measured in floating
point, needs the training's. A plate counts as found when a box at the threshold overlaps it
by the wanted IoU; a box that overlaps no labelled plate at all is a false one, except in frames of
drives, where not every plate is labelled. Held-out plates are told apart from those that may have
been trained on.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from anpr.detection.detector import (
    SURE,
    THRESHOLD,
    Detector,
    PlateDetector,
    load_detector,
)
from anpr.evaluation.share import Share
from anpr.synthesis.paste import Box
from anpr.training.detector_closeups import NARROWEST, SHARES, close_up
from anpr.training.detector_closeups import SIZES as CLOSE_SIZES
from anpr.training.detector_photos import (
    is_held_out,
    photo_paths,
    read_boxes,
    read_sightings,
    split_negatives,
    split_plates,
)

Image = npt.NDArray[np.uint8]
CHECKPOINT_SUFFIX = ".pt"
WIDTHS = (0, 60, 80)
"""Plates are counted from each of these widths in pixels of the photo."""

SIZES = ((640, 480), (1280, 720))
"""Width and height in pixels of the pictures that are timed."""

CLOSE_IOU = 0.5
"""Overlap from which a plate that fills the picture counts as found."""

Scored = tuple[Box, float]
Detect = Callable[[Image], list[Scored]]


@dataclass(frozen=True)
class PlateHit:
    """One labelled plate and the best box for it."""

    width: float
    iou: float
    score: float


def load(path: Path, threshold: float = THRESHOLD, *, one_look: bool = False) -> Detect:
    """The model as the reader uses it on photos, further looks and all; or one look only."""
    model = detector_of(path, threshold)

    def detect(image: Image) -> list[Scored]:
        found = model.glance(image) if one_look else model.detect(image)
        return [(d.box.as_tuple(), d.confidence) for d in found]

    return detect


def detector_of(path: Path, threshold: float) -> Detector:
    """The model in a file, or a training's checkpoint in floating point."""
    if path.suffix != CHECKPOINT_SUFFIX:
        return load_detector(str(path), threshold)
    from anpr.training.detector_float import FloatNetwork  # noqa: PLC0415 (needs PyTorch)

    return PlateDetector(FloatNetwork(path), path.name, threshold)


def plate_hits(
    detect: Detect, images: Path, labels: dict[str, list[Box]], iou: float
) -> list[PlateHit]:
    """For every labelled plate the best-scored box that overlaps it by `iou`."""
    hits = []
    for name, boxes in labels.items():
        image = cv2.imread(str(images / name), cv2.IMREAD_COLOR)
        if image is None:
            continue
        found = detect(np.asarray(image, np.uint8))
        hits += [_best(box, found, iou) for box in boxes]
    return hits


def false_boxes(detect: Detect, images: Iterable[Path]) -> list[list[float]]:
    """Scores of all boxes in photos that show no plate, photo by photo."""
    scores = []
    for path in images:
        image = np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR), np.uint8)
        scores.append([score for _, score in detect(image)])
    return scores


def found_at(hits: list[PlateHit], threshold: float, at_least: float) -> Share:
    """Plates at least so wide (pixels of the photo) that were found at a threshold."""
    wide = [hit for hit in hits if hit.width >= at_least]
    return Share(sum(hit.score >= threshold for hit in wide), len(wide))


def found_close(
    detect: Detect, images: Path, labels: dict[str, list[Box]], filled: float, size: tuple[int, int]
) -> Share:
    """How many of the plates are found when each fills a share of the picture's width."""
    hits = []
    for name, boxes in labels.items():
        photo = np.asarray(cv2.imread(str(images / name), cv2.IMREAD_COLOR), np.uint8)
        for plate in (box for box in boxes if box[2] - box[0] >= NARROWEST):
            near, where = close_up(photo, plate, filled, size)
            hits.append(any(iou(where, box) >= CLOSE_IOU for box, _ in detect(near)))
    return Share(sum(hits), len(hits))


def milliseconds(model: Detector, image: Image, runs: int = 30) -> float:
    """Median CPU time of one look, whole: resizing, network and suppression."""
    times = []
    for _ in range(runs):
        began = time.process_time()
        model.glance(image)
        times.append((time.process_time() - began) * 1e3)
    return float(np.median(times))


def time_report(path: Path, picture: Image) -> dict[str, float]:
    """CPU milliseconds of one look at `picture`, enlarged or reduced to each of `SIZES`."""
    cv2.setNumThreads(1)
    model = detector_of(path, THRESHOLD)
    return {
        f"{width} x {height}": round(
            milliseconds(model, np.asarray(cv2.resize(picture, (width, height)), np.uint8)), 1
        )
        for width, height in SIZES
    }


def iou(box: Box, other: Box) -> float:
    """Intersection over union of two boxes."""
    wide = min(box[2], other[2]) - max(box[0], other[0])
    high = min(box[3], other[3]) - max(box[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = (box[2] - box[0]) * (box[3] - box[1]) + (other[2] - other[0]) * (other[3] - other[1])
    return wide * high / (areas - wide * high)


def report(
    model: Path,
    photos: Path,
    negatives: Path | None,
    threshold: float,
    least: float,
    *,
    one_look: bool = False,
) -> dict[str, object]:
    """The figures of the model card for one folder of photos."""
    detect = load(model, threshold, one_look=one_look)
    table = photos / "labels.tsv"
    where = photos / "images" if (photos / "images").is_dir() else photos
    lines: dict[str, object] = {"model": model.name, "threshold": threshold, "iou": least}
    first = cv2.imread(str(where / next(iter(read_boxes(table)))), cv2.IMREAD_COLOR)
    lines["CPU ms of one look"] = time_report(model, np.asarray(first, np.uint8))
    for name, plates in zip(("held out", "others"), split_plates(table), strict=True):
        hits = plate_hits(detect, where, plates, least)
        for edge in WIDTHS:
            lines[f"{name}, {edge} px and more"] = _words(found_at(hits, threshold, edge))
    lines |= _close_lines(detect, where, split_plates(table)[0])
    if not read_sightings(table):
        held = {name: boxes for name, boxes in read_boxes(table).items() if is_held_out(name)}
        lines["boxes on no label, held out"] = _count(extra_boxes(detect, where, held))
    if negatives is not None:
        paths = photo_paths(negatives)
        for name, some in (("all", paths), ("held out", split_negatives(paths)[1])):
            lines[f"false boxes, {name}"] = _count(false_boxes(detect, some))
    return lines


def _close_lines(detect: Detect, images: Path, plates: dict[str, list[Box]]) -> dict[str, str]:
    return {
        f"held out, filling {filled:.0%} of {size[0]} px": _words(
            found_close(detect, images, plates, filled, size)
        )
        for size in CLOSE_SIZES
        for filled in SHARES
    }


def extra_boxes(
    detect: Detect, images: Path, table: dict[str, list[tuple[Box, bool]]]
) -> list[list[float]]:
    """Scores of the boxes that touch no labelled plate, readable or not, photo by photo."""
    scores = []
    for name, boxes in table.items():
        image = np.asarray(cv2.imread(str(images / name), cv2.IMREAD_COLOR), np.uint8)
        found = detect(image)
        scores.append([s for box, s in found if all(iou(box, b) < 0.1 for b, _ in boxes)])
    return scores


def _count(scores: list[list[float]]) -> dict[str, int]:
    boxes = [score for photo in scores for score in photo]
    return {
        "boxes": len(boxes),
        f"of these from {SURE}": sum(score >= SURE for score in boxes),
        "photos": len(scores),
    }


def _words(share: Share) -> str:
    low, high = share.interval
    counts = f"{share.hits} of {share.of}"
    return f"{counts} ({share.value:.1%}, {low:.1%} to {high:.1%})" if share.of else counts


def _best(plate: Box, found: list[Scored], least: float) -> PlateHit:
    overlaps = [(score, iou(plate, box)) for box, score in found]
    good = [(score, overlap) for score, overlap in overlaps if overlap >= least]
    score, overlap = max(good, default=(0.0, 0.0))
    return PlateHit(plate[2] - plate[0], overlap, score)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line of the module."""
    parser = argparse.ArgumentParser(
        prog="python -m anpr.training.detector_measure", description=__doc__
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--negatives", type=Path)
    parser.add_argument("--threshold", type=float, default=THRESHOLD)
    parser.add_argument("--iou", type=float, default=0.3)
    parser.add_argument("--one-look", action="store_true", help="as on video frames")
    chosen = parser.parse_args(arguments)
    lines = report(
        chosen.model,
        chosen.photos,
        chosen.negatives,
        chosen.threshold,
        chosen.iou,
        one_look=chosen.one_look,
    )
    print(json.dumps(lines, indent=1))


if __name__ == "__main__":
    main()
