"""Folders of labelled photos.

A folder holds the photos, in itself or in `images/`, and `labels.tsv`: UTF-8, tab-separated, no
quoting, one plate a line, with a header line. Columns may stand in any order; others are ignored.

| column | meaning |
|---|---|
| `file` | name of the photo |
| `x`, `y`, `w`, `h` | the plate's box in pixels of the photo, upright |
| `text` | what the plate says, without spaces and dashes; empty when it can't be read |
| `legibility` | `clear`; `inferred` (read with the help of other photos) and `unreadable` plates are looked at by nobody: neither finding nor missing them counts. Missing: `clear` where there is a text |
| `country` | ISO 3166 alpha-2, may be empty or missing |
| `second` | when the photo was taken, in seconds; optional, orders the photos of a vehicle |
| `light` | `day` or `night`; optional, else the picture's own brightness tells dark from bright |

Photos that have no line in the table are left out. Plates of one text are one vehicle. Ä, Ö and Ü
are compared as A, O and U, as the reader writes them; other signs outside A-Z and 0-9 make a text
unreadable for a European reader: such plates are searched, but their text is not compared.
"""  # noqa: E501

import csv
from dataclasses import dataclass
from pathlib import Path

from anpr.errors import UnusableLabels
from anpr.training.photos import HELD_OUT_FOLDS, fold
from anpr.types import Box
from core.plates import normalise

_UMLAUTS = str.maketrans("ÄÖÜ", "AOU")
REQUIRED = ("file", "x", "y", "w", "h", "text")


@dataclass(frozen=True)
class LabelledPlate:
    """One plate of one photo. `text` is None when nobody can compare it."""

    box: Box
    text: str | None
    legibility: str
    country: str | None
    second: float | None = None

    @property
    def counts(self) -> bool:
        """Whether finding or missing this plate says anything about the reader."""
        return self.legibility == "clear"


@dataclass(frozen=True)
class LabelledPhoto:
    path: Path
    plates: tuple[LabelledPlate, ...]
    light: str | None = None
    """`day`, `night` or what else the table says; None where it says nothing."""


def load_labels(folder: str | Path) -> list[LabelledPhoto]:
    """Return the labelled photos of `folder` in the order of the table.

    Raises:
        UnusableLabels: no such folder, no `labels.tsv`, a missing column, a broken number, or a
            photo that is named and does not exist.
    """
    folder = Path(folder)
    table = folder / "labels.tsv"
    if not folder.is_dir():
        raise UnusableLabels(f"{folder}: there is no such folder.")
    if not table.is_file():
        raise UnusableLabels(
            f"{folder}: there is no labels.tsv in it. Write one with the columns "
            f"{', '.join(REQUIRED)}, separated by tabs, one plate a line."
        )
    by_file: dict[str, list[LabelledPlate]] = {}
    light: dict[str, str] = {}
    for number, row in enumerate(_rows(table), start=2):
        by_file.setdefault(row["file"], []).append(_plate(row, table, number))
        light[row["file"]] = (row.get("light") or "").strip()
    return [
        LabelledPhoto(_photo(folder, name), tuple(plates), light[name] or None)
        for name, plates in by_file.items()
    ]


def is_held_out(text: str) -> bool:
    """Whether no photo of this plate may ever be trained on (split by a hash of the text)."""
    return fold(text) in HELD_OUT_FOLDS


def _rows(table: Path) -> list[dict[str, str]]:
    try:
        lines = table.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise UnusableLabels(f"{table}: save it as UTF-8; line breaks and tabs as they are.") from (
            error
        )
    reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
    if missing:
        raise UnusableLabels(f"{table}: the column {missing[0]} is missing from its first line.")
    return list(reader)


def _plate(row: dict[str, str], table: Path, number: int) -> LabelledPlate:
    try:
        x, y, w, h = (float(row[name]) for name in ("x", "y", "w", "h"))
        second = float(row["second"]) if row.get("second") else None
    except (TypeError, ValueError) as error:
        raise UnusableLabels(
            f"{table}, line {number}: x, y, w and h (and second) must be numbers."
        ) from error
    raw = (row["text"] or "").strip().upper().translate(_UMLAUTS)
    text = normalise(raw)
    return LabelledPlate(
        box=Box(round(x), round(y), round(x + w), round(y + h)),
        text=text if text and len(text) == len(raw.replace(" ", "").replace("-", "")) else None,
        legibility=(row.get("legibility") or ("clear" if raw else "unreadable")).strip(),
        country=(row.get("country") or "").strip() or None,
        second=second,
    )


def _photo(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / "images" / name):
        if path.is_file():
            return path
    raise UnusableLabels(f"{folder}: labels.tsv names {name}, which is not there.")
