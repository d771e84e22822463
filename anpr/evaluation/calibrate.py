"""Fit the reader's confidence anew; to be run whenever a model changes.

    python -m anpr.evaluation.calibrate FOLDER... --rendered 1500

reads the photos of the folders (only plates held out of training) and as many rendered photos,
fits a calibration to the reads, prints how far it can be trusted on reads that it never saw, and
writes `anpr/models/calibration.json` beside the models, with their digests in it.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from anpr.evaluation.fitting import Sample, fit, out_of_fold
from anpr.evaluation.labels import LabelledPhoto, is_held_out, load_labels
from anpr.evaluation.outcomes import PhotoOutcome, judge
from anpr.evaluation.reliability import Reliability, reliability
from anpr.evaluation.reliability_report import as_markdown, write_diagram
from anpr.evaluation.rendered import rendered_photos
from anpr.pictures.images import load_image
from anpr.reader import PlateReader, load_reader
from anpr.recognition.calibration import CALIBRATION, Calibration, write_calibration
from core.errors import InvalidInput, SarbideError

SEED = 20261122
"""Of the rendered photos; training uses others."""
Item = TypeVar("Item")
LEAST = 100
"""Reads below which there is nothing to fit."""


def main(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Folders of photos with labels.tsv.")
    ] = None,
    rendered: Annotated[int, typer.Option(help="Rendered photos to read as well.")] = 1500,
    output: Annotated[Path, typer.Option(help="Where to write the calibration.")] = CALIBRATION,
    trained_on: Annotated[
        bool, typer.Option("--trained-on", help="Use plates that may be trained on, too.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="Folder to write the tables and the diagram to.")
    ] = None,
) -> None:
    """Fit the reader's confidence and print how far it can be trusted."""
    reader = load_reader()
    real = real_samples(reader, folders or [], trained_on=trained_on)
    samples = list(chain(real, rendered_samples(reader, rendered)))
    calibration = _fitted(samples, reader)
    write_calibration(calibration, output)
    tables = _checked(samples, calibration)
    words = as_markdown(tables)
    if report is not None:
        report.mkdir(parents=True, exist_ok=True)
        (report / "calibration.md").write_text(words + "\n", encoding="utf-8")
        write_diagram(tables, report / "calibration.png")
    typer.echo(f"{words}\n\nWritten to {output}, fitted on {calibration.fitted_on}.")


def real_samples(
    reader: PlateReader, folders: Sequence[Path], *, trained_on: bool = False
) -> Iterator[Sample]:
    """Reads of labelled plates, by default only of plates that were never trained on."""
    for folder in folders:
        for photo in _progress(folder.name, _wanted(load_labels(folder), trained_on)):
            outcome = judge(photo, reader.read_plates(load_image(photo.path)))
            yield from (s for s in _samples("real", outcome) if trained_on or is_held_out(s.plate))


def rendered_samples(reader: PlateReader, count: int) -> Iterator[Sample]:
    """Reads of rendered plates; a text read where there is no plate counts as wrong."""
    photos = _progress("rendered", range(count))
    for _, photo in zip(photos, rendered_photos(count, SEED), strict=False):
        outcome = judge(photo.label, reader.read_plates(photo.image))
        yield from _samples("rendered", outcome)
        yield from (
            Sample("rendered", photo.label.path.name, read.signals, is_right=False)
            for read in outcome.unlabelled
            if read.signals is not None and read.text
        )


def _wanted(photos: list[LabelledPhoto], trained_on: bool) -> list[LabelledPhoto]:
    """Photos with a plate that counts; reading the others would only take time."""
    return [
        photo
        for photo in photos
        if any(p.counts and p.text and (trained_on or is_held_out(p.text)) for p in photo.plates)
    ]


def _samples(source: str, outcome: PhotoOutcome) -> Iterator[Sample]:
    for plate in outcome.plates:
        read, label = plate.read, plate.label
        if read and read.text and read.signals and label.counts and label.text:
            yield Sample(source, label.text, read.signals, plate.is_exact)


def _fitted(samples: Sequence[Sample], reader: PlateReader) -> Calibration:
    if len(samples) < LEAST:
        raise InvalidInput(
            f"{len(samples)} reads are too few to fit a confidence to; give folders with "
            f"labels.tsv or --rendered, so that there are {LEAST} or more."
        )
    counts = Counter(s.source for s in samples)
    words = ", ".join(f"{count} {source} reads" for source, count in sorted(counts.items()))
    detector, recogniser = reader.label.split(" ")
    return fit(samples, detector, recogniser, words)


def _checked(samples: Sequence[Sample], calibration: Calibration) -> list[Reliability]:
    """Told against true, each read judged by a fit that saw none of its plate."""
    told = [calibration.told(odds) for odds in out_of_fold(samples, calibration)]
    return [
        reliability(
            source,
            [c for c, s in zip(told, samples, strict=True) if s.source == source],
            [s.is_right for s in samples if s.source == source],
        )
        for source in sorted({s.source for s in samples})
    ]


def _progress(name: str, items: Iterable[Item]) -> Iterator[Item]:
    known = list(items)
    for number, item in enumerate(known, start=1):
        if sys.stderr.isatty():
            end = "\n" if number == len(known) else ""
            print(f"\r{name}: {number} of {len(known)}", end=end, file=sys.stderr, flush=True)
        yield item


if __name__ == "__main__":
    try:
        typer.run(main)
    except SarbideError as error:
        print(f"anpr: {error.message}", file=sys.stderr)
        raise SystemExit(2) from None
