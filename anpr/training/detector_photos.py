"""Folders of real photos as scenes: which plates they show, where, and which photos are held out.

A folder of photos has

- `labels.tsv`: tab-separated with a header; columns file, x, y, w, h (pixels) and legibility
  (`clear` or anything else); every plate of every photo is listed, unless the table also has the
  columns ride, second and text: then these are frames of a drive (see `detector_rides`);
- the photos themselves, beside it or in `images/`;
- optional `hard_negative_boxes.tsv` (file, x, y, w, h): what looks like a plate and is none;
- optional `unsure.txt`: photos whose far plates may be unlabelled; used for their labels only
  where these are large;
- optional `negatives/`: photos without any plate.

A folder without `labels.tsv` holds photos without any plate; one without photos of its own stands
for all such folders below it.
"""

from __future__ import annotations

import csv
import zlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from anpr.synthesis.paste import Box
from anpr.synthesis.scenes import Scene
from anpr.training.detector_rides import Sighting, frames_to_train_on
from anpr.training.photos import HELD_OUT_FOLDS, fold
from core.errors import SetupProblem

Image = npt.NDArray[np.uint8]

SUFFIXES = {".jpg", ".jpeg", ".png"}
LONGEST_SIDE = 1280
"""Larger photos are reduced to this when loaded; training never sees more detail."""

HELD_OUT_OF = 7
"""One labelled photo in this many is held out, chosen by its name."""

NEGATIVE_BLOCKS = 6
"""Photos without plates come in runs of look-alikes, so whole runs are held out: the third and the
sixth of this many equal stretches of the sorted names."""


@dataclass(frozen=True)
class PhotoSet:
    """Real photos, split once and for all."""

    train: list[Scene] = field(default_factory=list)
    held_out: list[Scene] = field(default_factory=list)
    train_negatives: list[Image] = field(default_factory=list)
    held_out_negatives: list[Image] = field(default_factory=list)
    rides: list[Scene] = field(default_factory=list)
    """Frames of drives to train on."""

    def extended(self, other: PhotoSet) -> PhotoSet:
        """Both sets together."""
        return PhotoSet(
            self.train + other.train,
            self.held_out + other.held_out,
            self.train_negatives + other.train_negatives,
            self.held_out_negatives + other.held_out_negatives,
            self.rides + other.rides,
        )


Suspects = Callable[[Image, list[Box]], list[Box]]
"""From a frame and its labelled boxes to boxes that may be plates without a label."""


def load_photos(folders: list[Path], suspects: Suspects | None = None) -> PhotoSet:
    """All folders, read into memory; frames of drives only where `suspects` is given.

    Raises SetupProblem when a folder is missing or holds no photo.
    """
    photos = PhotoSet()
    for folder in folders:
        photos = photos.extended(_load_folder(folder, suspects))
    return photos


def is_held_out(name: str) -> bool:
    """Whether a labelled photo is kept for measuring, decided by its file name alone."""
    return zlib.crc32(name.encode()) % HELD_OUT_OF == 0


def split_negatives(paths: list[Path]) -> tuple[list[Path], list[Path]]:
    """Photos without plates for training and for measuring."""
    ordered = sorted(paths)
    held = {2, 5}
    block = [i * NEGATIVE_BLOCKS // max(1, len(ordered)) for i in range(len(ordered))]
    train = [path for path, b in zip(ordered, block, strict=True) if b not in held]
    return train, [path for path, b in zip(ordered, block, strict=True) if b in held]


def photo_paths(folder: Path) -> list[Path]:
    """The pictures of a folder, sorted by name."""
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES)


def split_plates(table: Path) -> tuple[dict[str, list[Box]], dict[str, list[Box]]]:
    """Clear plates by file: those held out from every training, and the others.

    Frames of drives are split by plate, single photos, each of another vehicle, by name.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    for sighting in read_sightings(table):
        texts[sighting.file].append(sighting.text)
    held: dict[str, list[Box]] = defaultdict(list)
    others: dict[str, list[Box]] = defaultdict(list)
    for name, boxes in read_boxes(table).items():
        for place, (box, clear) in enumerate(boxes):
            if clear:
                text = texts[name][place] if texts else None
                out = is_held_out(name) if text is None else fold(text) in HELD_OUT_FOLDS
                (held if out else others)[name].append(box)
    return dict(held), dict(others)


def read_sightings(table: Path) -> list[Sighting]:
    """The plates of a table of frames of drives; none where it is a table of single photos."""
    with table.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if not {"ride", "second", "text"} <= set(rows.fieldnames or ()):
            return []
        return [
            Sighting(row["file"], row["ride"], float(row["second"]), row["text"]) for row in rows
        ]


def read_boxes(
    table: Path, plates: frozenset[str] = frozenset({"clear"})
) -> dict[str, list[tuple[Box, bool]]]:
    """Boxes of a table by file, each with whether its legibility is one of `plates`."""
    boxes: dict[str, list[tuple[Box, bool]]] = defaultdict(list)
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            x, y, w, h = (float(row[key]) for key in ("x", "y", "w", "h"))
            clear = row.get("legibility") in plates
            boxes[row["file"]].append(((x, y, x + w, y + h), clear))
    return dict(boxes)


def _load_folder(folder: Path, suspects: Suspects | None) -> PhotoSet:
    if not folder.is_dir():
        raise SetupProblem(
            f"Photo folder {folder} does not exist: give an existing --photos folder"
        )
    table = folder / "labels.tsv"
    if not table.is_file():
        return _load_negatives(folder) if photo_paths(folder) else _load_below(folder, suspects)
    sightings = read_sightings(table)
    if sightings:
        return _load_ride(folder, table, sightings, suspects) if suspects else PhotoSet()
    photos = _load_labelled(folder, table)
    if (folder / "negatives").is_dir():
        photos = photos.extended(_load_negatives(folder / "negatives"))
    return photos


def photo_folders(folder: Path) -> list[Path]:
    """The folder itself where it holds photos, else the nearest ones below it that do."""
    if (folder / "labels.tsv").is_file() or photo_paths(folder):
        return [folder]
    below = sorted(path for path in folder.iterdir() if path.is_dir())
    return [found for path in below for found in photo_folders(path)]


def _load_below(folder: Path, suspects: Suspects | None) -> PhotoSet:
    folders = photo_folders(folder)
    if not folders:
        raise SetupProblem(
            f"Photo folder {folder} holds no {', '.join(sorted(SUFFIXES))} file, nor does any "
            "folder in it"
        )
    photos = PhotoSet()
    for path in folders:
        photos = photos.extended(_load_folder(path, suspects))
    return photos


def _load_negatives(folder: Path) -> PhotoSet:
    train, held = split_negatives(photo_paths(folder))
    return PhotoSet(
        train_negatives=[_load(path)[0] for path in train],
        held_out_negatives=[_load(path)[0] for path in held],
    )


def _load_labelled(folder: Path, table: Path) -> PhotoSet:
    traps_table, unsure = folder / "hard_negative_boxes.tsv", folder / "unsure.txt"
    traps = read_boxes(traps_table) if traps_table.is_file() else {}
    doubtful = set(unsure.read_text(encoding="utf-8").split()) if unsure.is_file() else set()
    photos = PhotoSet()
    where = folder / "images" if (folder / "images").is_dir() else folder
    for name, boxes in sorted(read_boxes(table).items()):
        if name in doubtful:
            continue
        scene = _scene(where / name, boxes, [box for box, _ in traps.get(name, [])])
        (photos.held_out if is_held_out(name) else photos.train).append(scene)
    return photos


def _load_ride(
    folder: Path, table: Path, sightings: list[Sighting], suspects: Suspects
) -> PhotoSet:
    chosen = frames_to_train_on(sightings)
    scenes = []
    for name, boxes in sorted(read_boxes(table, frozenset({"clear", "inferred"})).items()):
        if name in chosen:
            seen = _scene(folder / name, boxes, [])
            unlabelled = suspects(seen.image, seen.plates + seen.ignored)
            scenes.append(Scene(seen.image, seen.plates, seen.ignored + unlabelled))
    return PhotoSet(rides=scenes)


def _scene(path: Path, boxes: list[tuple[Box, bool]], traps: list[Box]) -> Scene:
    image, scale = _load(path)
    plates = [_scaled(box, scale) for box, clear in boxes if clear]
    doubtful = [_scaled(box, scale) for box, clear in boxes if not clear]
    return Scene(image, plates, doubtful, [_scaled(box, scale) for box in traps])


def _load(path: Path) -> tuple[Image, float]:
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise SetupProblem(f"Photo {path} cannot be read as a picture: remove or replace it")
    scale = min(1.0, LONGEST_SIDE / max(image.shape[:2]))
    if scale < 1.0:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(image, np.uint8), scale


def _scaled(box: Box, scale: float) -> Box:
    return box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale
