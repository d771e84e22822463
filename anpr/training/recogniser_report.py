"""What a recogniser reads of labelled photos and of rendered plates, as a page of tables.

    python -m anpr.training.recogniser_report MODEL --photos FOLDER --target report.md

Photos are read on their labelled boxes, widened as the reader widens them; only the rows of
held-out plates judge a model that was trained with photos.
"""

import argparse
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from anpr.evaluation.share import Share
from anpr.synthesis import degrade, plates
from anpr.synthesis.catalogue import FORMATS
from anpr.training import photos
from anpr.training.recogniser_data import ALPHABET, REGIONS, decode_text, to_input
from anpr.training.recogniser_measure import Predict, onnx_predict, photo_crops

RENDERED_STRENGTH = 0.12
"""Degradation of the rendered plates: what a day's passing car looks like near by."""


@dataclass(frozen=True)
class Row:
    """One line of the table: which plates, how many texts differ, how many were read."""

    title: str
    distinct: int
    exact: Share

    def as_markdown(self) -> str:
        low, high = self.exact.interval
        return (
            f"| {self.title} | {self.exact.of} ({self.distinct}) | {self.exact.hits} | "
            f"{100 * self.exact.value:.1f} % | {100 * low:.1f} to {100 * high:.1f} % |"
        )


def photo_row(title: str, predict: Predict, chosen: list[photos.LabelledPlate]) -> Row:
    """How many of the plates are read without an error."""
    reads = read_photos(predict, chosen)
    hits = sum(p.text == read for p, read in zip(chosen, reads, strict=True))
    return Row(title, len({p.text for p in chosen}), Share(hits, len(chosen)))


def read_photos(predict: Predict, chosen: list[photos.LabelledPlate]) -> list[str]:
    """The texts read on the labelled boxes."""
    if not chosen:
        return []
    slots, _ = predict(photo_crops(chosen))
    return [decode_text(row.argmax(-1)) for row in slots]


def readable(folder: Path, minimum_width: int) -> list[photos.LabelledPlate]:
    """Clear European plates of Latin letters and digits, at least so many pixels wide."""
    return [
        p
        for p in photos.labelled_plates(folder)
        if p.width >= minimum_width
        and set(p.text) <= set(ALPHABET[:-1])
        and p.country in (None, *REGIONS)
    ]


def photo_rows(predict: Predict, folder: Path) -> Iterable[Row]:
    """For each labels.tsv below the folder: held-out plates of 60 and of 80 pixels and more."""
    for labels in sorted(folder.rglob("labels.tsv")):
        for width in (60, 80):
            chosen = [p for p in readable(labels.parent, width) if p.held_out]
            if chosen:
                title = f"{labels.parent.name}, at least {width} px, held out"
                yield photo_row(title, predict, chosen)


def format_row(predict: Predict, name: str, count: int) -> Row:
    """Nearly clean rendered plates of one format; the same ones at every call."""
    rng = np.random.default_rng((99, zlib.crc32(name.encode())))
    drawn = [
        plates.random_plate(rng, px_per_mm=0.45, where=lambda f: f.name == name)
        for _ in range(count)
    ]
    crops = [to_input(degrade.degrade(p.image, rng, RENDERED_STRENGTH)) for p in drawn]
    slots, _ = predict(np.stack(crops))
    reads = [decode_text(row.argmax(-1)) for row in slots]
    hits = sum(p.text == read for p, read in zip(drawn, reads, strict=True))
    return Row(name, len({p.text for p in drawn}), Share(hits, count))


def as_markdown(predict: Predict, folder: Path | None, count: int) -> str:
    """The whole page."""
    lines = [
        "| plates | number (distinct) | exact | share | 95 % interval |",
        "|---|---|---|---|---|",
    ]
    lines += [row.as_markdown() for row in photo_rows(predict, folder)] if folder else []
    rows = [format_row(predict, name, count) for name in FORMATS]
    total = Share(sum(r.exact.hits for r in rows), sum(r.exact.of for r in rows))
    lines.append(Row("all rendered formats", sum(r.distinct for r in rows), total).as_markdown())
    rows.sort(key=lambda row: (row.exact.value, row.title))
    return "\n".join([*lines, *(row.as_markdown() for row in rows)]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Report what a recogniser reads.")
    parser.add_argument("model", type=Path)
    parser.add_argument("--photos", type=Path, help="folder with labels.tsv, or folders that have")
    parser.add_argument("--count", type=int, default=20, help="rendered plates of each format")
    parser.add_argument("--target", type=Path, help="where to write the page; else it is printed")
    arguments = parser.parse_args()
    page = as_markdown(onnx_predict(arguments.model), arguments.photos, arguments.count)
    if arguments.target:
        arguments.target.write_text(page)
    else:
        print(page)


if __name__ == "__main__":
    main()
