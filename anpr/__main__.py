"""Command line of the plate reader: read, evaluate, benchmark, train."""

import json
import logging
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import SarbideError

if TYPE_CHECKING:
    from anpr.evaluation.labels import LabelledPhoto
    from anpr.evaluation.outcomes import PhotoOutcome
    from anpr.reader import PlateReader

app = typer.Typer(
    help="Number plates from photos and videos.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Detector = Annotated[
    str | None, typer.Option(help="Another detector: a path, or a name of open-image-models.")
]
Recogniser = Annotated[
    str | None, typer.Option(help="Another recogniser: a path, or a name of fast-plate-ocr.")
]


class Trainable(StrEnum):
    RECOGNISER = "recogniser"
    DETECTOR = "detector"


@app.command()
def read(
    paths: Annotated[list[Path], typer.Argument(help="Photos, folders or videos.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    vehicles: Annotated[
        bool, typer.Option("--vehicles", help="One line a vehicle, voted over its frames.")
    ] = False,
    detector: Detector = None,
    recogniser: Recogniser = None,
) -> None:
    """Read number plates. Exit code 1 when some input could not be read."""
    from anpr import printing, reading
    from anpr.reader import load_reader

    reader = load_reader(detector, recogniser)
    failed = False
    for result in (reading.read_vehicles if vehicles else reading.read_pictures)(paths, reader):
        failed |= result.error is not None
        printing.show(result, as_json=as_json)
    raise typer.Exit(1 if failed else 0)


@app.command()
def evaluate(
    folder: Annotated[
        Path, typer.Argument(help="Photos with labels.tsv, or clips with manifest.json.")
    ],
    min_width: Annotated[int, typer.Option(help="Only plates at least so many pixels wide.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Tables in Markdown.")] = False,
    report_to: Annotated[
        Path | None,
        typer.Option("--report", help="Folder to write the report with its pictures to."),
    ] = None,
    detector: Detector = None,
    recogniser: Recogniser = None,
) -> None:
    """Accuracy on labelled photos or clips: found, exact, calibration, confusions, vehicles."""
    from anpr.evaluation import clips, report
    from anpr.evaluation.labels import load_labels
    from anpr.evaluation.report_folder import write_report
    from anpr.evaluation.scores import evaluate as score
    from anpr.reader import load_reader

    if clips.has_manifest(folder):
        reader = load_reader(detector, recogniser)
        typer.echo(clips.as_markdown(clips.read_clips(folder, reader)))
        return
    photos = load_labels(folder)
    reader = load_reader(detector, recogniser)
    outcomes = _outcomes(photos, reader)
    figures = score(outcomes, min_width)
    if report_to is not None:
        write_report(report_to, folder, reader.label, figures, outcomes)
    if as_json:
        typer.echo(json.dumps(report.as_json(figures), ensure_ascii=False))
    else:
        typer.echo(report.as_markdown(figures) if markdown else report.as_text(figures))


def _outcomes(photos: "list[LabelledPhoto]", reader: "PlateReader") -> "list[PhotoOutcome]":
    from anpr.evaluation.outcomes import read_photos
    from anpr.pictures.images import load_image

    outcomes = []
    for outcome in read_photos(photos, lambda photo: load_image(photo.path), reader.read_plates):
        outcomes.append(outcome)
        _progress(f"{len(outcomes)} of {len(photos)} photos", done=len(outcomes) == len(photos))
    return outcomes


@app.command()
def benchmark(
    clip: Annotated[
        list[Path] | None, typer.Option(help="Video to measure with; default: sample_footage.")
    ] = None,
    photos: Annotated[
        Path | None, typer.Option(help="Folder of photos to time as well, as they are.")
    ] = None,
) -> None:
    """Latency, throughput and memory on one core."""
    from anpr.benchmark import as_text, run_benchmark

    figures = run_benchmark(clip or (), lambda line: typer.echo(line, err=True), photos)
    typer.echo(as_text(figures))


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def train(
    context: typer.Context,
    what: Annotated[Trainable, typer.Argument(help="Which model.")],
    photos: Annotated[
        Path | None, typer.Option(help="Folder of labelled real photos to train with as well.")
    ] = None,
) -> None:
    """Train a model on this machine, in an environment of its own; further options go to it."""
    from anpr.training_environment import ensure_environment
    from anpr.training_environment import train as start

    python = ensure_environment(lambda line: typer.echo(line, err=True))
    chosen = [] if photos is None else ["--photos", str(photos.resolve())]
    raise typer.Exit(start(python, what.value, [*chosen, *context.args]))


def _progress(line: str, *, done: bool) -> None:
    if sys.stderr.isatty():
        print(f"\r{line}", end="\n" if done else "", file=sys.stderr, flush=True)


def main(command: Callable[[], Any] = app) -> None:
    """Run the command line; what goes wrong is one line, not a traceback."""
    logging.getLogger("open_image_models").setLevel(logging.ERROR)
    try:
        command()
    except SarbideError as error:
        print(f"anpr: {error.message}", file=sys.stderr)
        raise SystemExit(2) from None
    except BrokenPipeError:
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
