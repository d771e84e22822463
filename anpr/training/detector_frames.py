"""Frames of rendered streets, solid vehicles in full light and shade, kept on disk.

One takes a second or two to render, so a training renders its stock once, into its working folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from anpr.synthesis.scenes import Scene
from anpr.training.detector_photos import read_boxes

HEADER = "file\tx\ty\tw\th\tlegibility\n"
QUALITY = 95


def street_scenes(folder: Path, count: int, seed: int) -> list[Scene]:
    """`count` frames of the folder, rendered first where they are missing."""
    table = folder / "labels.tsv"
    if not table.is_file():
        _render(folder, count, seed)
    boxes = read_boxes(table)
    scenes = []
    for path in sorted(folder.glob("*.jpg"))[:count]:
        image = np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR), np.uint8)
        labelled = boxes.get(path.name, [])
        scenes.append(
            Scene(image, [b for b, c in labelled if c], [b for b, c in labelled if not c])
        )
    return scenes


def _render(folder: Path, count: int, seed: int) -> None:
    """Pictures first, the table of labels last: an interrupted rendering begins anew."""
    from anpr.synthesis.street.random_frames import street_frames  # noqa: PLC0415 (loads the fonts)

    folder.mkdir(parents=True, exist_ok=True)
    lines = [HEADER]
    for number, (image, plates) in enumerate(street_frames(np.random.default_rng(seed), count)):
        name = f"street{number:04}.jpg"
        cv2.imwrite(str(folder / name), image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        for place, ((x1, y1, x2, y2), _) in enumerate(plates):
            # Far plates may be hidden by a nearer vehicle's side; only the nearest is certain.
            sure = "clear" if place == len(plates) - 1 else "doubtful"
            lines.append(f"{name}\t{x1:.1f}\t{y1:.1f}\t{x2 - x1:.1f}\t{y2 - y1:.1f}\t{sure}\n")
        print(f"\rstreets: {number + 1}/{count} frames", end="", file=sys.stderr, flush=True)
    (folder / "labels.tsv").write_text("".join(lines), encoding="utf-8")
    print(file=sys.stderr)
