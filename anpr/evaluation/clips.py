"""Rendered clips against their manifest: one passage a vehicle, with the right plate.

`manifest.json` lies beside the clips: {"clips": [{"file": "a.mp4", "vehicles": [{"plate":
"1234BBC"}, ...]}, ...]}; `plate` is null where nobody could read it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from anpr.errors import UnusableLabels
from anpr.reader import PlateReader
from anpr.reading import read_vehicles

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class ClipOutcome:
    """One clip: what drove through it and what was told."""

    clip: str
    vehicles: int
    right: int
    """Vehicles with their own plate."""
    unread: int
    """Passages left to a person."""
    wrong: tuple[str, ...]
    """Plates told that no vehicle of the clip has, or told twice."""
    passages: int


def has_manifest(folder: Path) -> bool:
    """Whether `folder` holds clips with known vehicles."""
    return (folder / MANIFEST).is_file()


def read_clips(folder: Path, reader: PlateReader) -> Iterator[ClipOutcome]:
    """Follow and vote through every clip of the manifest.

    Raises:
        UnusableLabels: the manifest is broken, or a clip that it names is missing.
    """
    for name, plates in _manifest(folder):
        told = [r.consensus for r in read_vehicles([folder / name], reader) if r.consensus]
        texts = Counter(c.plate.text for c in told if c.plate)
        known = Counter(plate for plate in plates if plate)
        yield ClipOutcome(
            clip=name,
            vehicles=len(plates),
            right=sum((texts & known).values()),
            unread=sum(c.plate is None for c in told),
            wrong=tuple(sorted((texts - known).elements())),
            passages=len(told),
        )


def as_markdown(outcomes: Iterable[ClipOutcome]) -> str:
    """A line a clip and their sum."""
    listed = list(outcomes)
    total = ClipOutcome(
        "all",
        sum(o.vehicles for o in listed),
        sum(o.right for o in listed),
        sum(o.unread for o in listed),
        tuple(w for o in listed for w in o.wrong),
        sum(o.passages for o in listed),
    )
    rows = [
        f"| {o.clip} | {o.vehicles} | {o.passages} | {o.right} | {o.unread} | {len(o.wrong)} "
        f"{' '.join(o.wrong)} |"
        for o in [*listed, total]
    ]
    head = [
        "Rendered clips; they say nothing about real streets.", "",
        "| clip | vehicles | passages | plate right | left to a person | wrong |",
        "|---|---:|---:|---:|---:|---|",
    ]  # fmt: skip
    return "\n".join([*head, *rows])


def _manifest(folder: Path) -> list[tuple[str, list[str | None]]]:
    path = folder / MANIFEST
    try:
        clips = json.loads(path.read_text(encoding="utf-8"))["clips"]
        listed = [(c["file"], [v["plate"] for v in c["vehicles"]]) for c in clips]
    except (ValueError, KeyError, TypeError) as error:
        raise UnusableLabels(f"{path}: this is no manifest of clips ({error}).") from error
    for name, _ in listed:
        if not (folder / name).is_file():
            raise UnusableLabels(f"{path}: it names {name}, which is not there.")
    return listed
