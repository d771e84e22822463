"""The whole reader in five folds: each plate read by a recogniser that never saw it.

    python -m anpr.training.recogniser --photos PHOTOS --folds FOLDER    # trains into WORK/folds
    python -m anpr.evaluation.folds FOLDER --models WORK/folds --min-width 60

Folds go by plate, so all photos of a vehicle are in one. Whole photos in, detector, second looks,
formats and the vote over a vehicle's frames included. The detector is the shipped one: of its
folds only those held out of all training are strange to it (row "never trained on" of the table by
split; the recogniser never saw any of them). The confidences that the vote weighs are told by the
shipped calibration, which was fitted to the shipped recogniser.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from anpr.detection.detector import load_detector
from anpr.errors import ModelProblem
from anpr.evaluation import report
from anpr.evaluation.labels import LabelledPhoto, load_labels
from anpr.evaluation.outcomes import PhotoOutcome, read_photos
from anpr.evaluation.scores import evaluate
from anpr.pictures.images import load_image
from anpr.reader import PlateReader
from anpr.recognition.calibration import CALIBRATION, Calibration, read_calibration
from anpr.recognition.recogniser import load_recogniser
from anpr.training.photos import FOLDS, fold
from core.errors import SarbideError


def main(
    folder: Annotated[Path, typer.Argument(help="Folder of photos with labels.tsv.")],
    models: Annotated[Path, typer.Option(help="Folder with folds-0.onnx to folds-4.onnx.")],
    min_width: Annotated[int, typer.Option(help="Only plates at least so many pixels wide.")] = 60,
    markdown: Annotated[bool, typer.Option("--markdown", help="Tables in Markdown.")] = False,
) -> None:
    """Accuracy on plates that the recogniser of their fold was not trained on."""
    photos = load_labels(folder)
    outcomes = fold_outcomes(photos, fold_readers(models))
    figures = evaluate(outcomes, min_width)
    typer.echo(report.as_markdown(figures) if markdown else report.as_text(figures))


def fold_readers(models: Path) -> dict[int, PlateReader]:
    """The shipped reader with each fold's recogniser in place of its own.

    Raises:
        ModelProblem: a fold's recogniser is missing or unusable.
    """
    detector, calibration = load_detector(), _calibration()
    return {
        number: PlateReader(detector, load_recogniser(str(_model(models, number))), calibration)
        for number in range(FOLDS)
    }


def fold_outcomes(
    photos: Sequence[LabelledPhoto], readers: Mapping[int, PlateReader]
) -> list[PhotoOutcome]:
    """The outcome of every photo, each plate read by the reader of its own fold.

    A photo with plates of two folds is read twice and counted as two, each with its own plates.
    """
    found: list[PhotoOutcome] = []
    for number, reader in readers.items():
        own = [part for photo in photos if (part := _of_fold(photo, number)).plates]
        found += read_photos(own, lambda photo: load_image(photo.path), reader.read_plates)
    return found


def _of_fold(photo: LabelledPhoto, number: int) -> LabelledPhoto:
    chosen = tuple(plate for plate in photo.plates if plate.text and fold(plate.text) == number)
    return replace(photo, plates=chosen)


def _model(models: Path, number: int) -> Path:
    path = models / f"folds-{number}.onnx"
    if not path.is_file():
        raise ModelProblem(
            f"{path} is missing. Train the folds first: python -m anpr.training.recogniser "
            "--photos PHOTOS --folds FOLDER"
        )
    return path


def _calibration() -> Calibration | None:
    return read_calibration(CALIBRATION) if CALIBRATION.is_file() else None


if __name__ == "__main__":
    try:
        typer.run(main)
    except SarbideError as error:
        print(f"anpr: {error.message}", file=sys.stderr)
        raise SystemExit(2) from None
