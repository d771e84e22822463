"""Train the recogniser: on rendered plates alone, or with real photos added.

    python -m anpr.training.recogniser                       # rendered plates
    python -m anpr.training.recogniser --photos FOLDER       # then fine-tuned with photos
    python -m anpr.training.recogniser --photos FOLDER --folds FOLDER/plates/ro_dashcam

The last one trains nothing that is shipped: it measures over five folds by plate how well the
photos of one folder are read by recognisers that never saw their plates.
Needs the training environment (requirements-train.txt). A run that was stopped goes on from
its last checkpoint when the same command is given again.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from anpr.synthesis import fonts
from core.errors import SarbideError, SetupProblem

if TYPE_CHECKING:
    from anpr.training.recogniser_loop import Learner


def train(
    photos: Path | None = None,
    work: Path = Path("var/training/recogniser"),
    target: Path = Path("anpr/models/recogniser.onnx"),
    images: int | None = None,
    *,
    threads: int = 1,
    start: Path | None = None,
    report: Callable[[str], None] = print,
) -> Path:
    """Train and export a recogniser; returns the path of the ONNX file.

    Parameters
    ----------
    photos: folder with labels.tsv; the rendered-only model is fine-tuned with its plates,
        less the held-out ones. Without it, rendered plates alone.
    work: checkpoints, log and learning curve; the same folder continues a stopped run.
    target: where the ONNX file is written, its configuration beside it.
    images: crops to train on in each of the two rendered stages; None: as their plans say.
    start: a checkpoint or a shipped ONNX file whose weights the second of them begins with,
        in place of a first one.

    Raises
    ------
    InvalidInput
        If `photos` holds no labelled plates.
    SetupProblem
        Outside the training environment.
    """
    _check_environment()
    # Only now, for the package is also imported where PyTorch is not installed.
    from anpr.training.recogniser_export import export  # noqa: PLC0415
    from anpr.training.recogniser_measure import onnx_predict  # noqa: PLC0415
    from anpr.training.recogniser_photos import RealCrops  # noqa: PLC0415
    from anpr.training.recogniser_report import as_markdown  # noqa: PLC0415
    from anpr.training.recogniser_stage import FINE_TUNE, run_stage  # noqa: PLC0415

    _tell_missing_faces(report)
    work.mkdir(parents=True, exist_ok=True)
    real = RealCrops.load(photos) if photos is not None else None
    learner, grown = _rendered(work, images, threads, start, report)
    if real is not None:
        report(f"{len(real)} real crops from {photos} (held-out plates left out)")
        plan = replace(FINE_TUNE, threads=threads)
        learner = run_stage(plan, work / "photos.pt", report, start=grown, real=real)
    export(learner.averaged(), learner.hints, target)
    report(f"wrote {target}")
    page = work / "report.md"
    page.write_text(as_markdown(onnx_predict(target), photos, count=20))
    report(f"what it reads: {page}; how it learned: {grown.with_suffix('.png')}")
    return target


def _rendered(
    work: Path, images: int | None, threads: int, start: Path | None, report: Callable[[str], None]
) -> "tuple[Learner, Path]":
    """Train on rendered crops, a small network first and then a grown one; its checkpoint too."""
    from anpr.training.recogniser_stage import GROWN, Plan, run_stage  # noqa: PLC0415

    if start is None:
        start = work / "rendered.pt"
        run_stage(Plan(images=images or Plan.images, threads=threads), start, report)
    plan = replace(GROWN, images=images or GROWN.images, threads=threads)
    grown = work / "grown.pt"
    return run_stage(plan, grown, report, start=start), grown


def folds(
    photos: Path,
    judged: Path,
    work: Path = Path("var/training/recogniser"),
    *,
    threads: int = 1,
    report: Callable[[str], None] = print,
) -> None:
    """Measure over five folds by plate; starts from the rendered stages of `train`.

    Raises
    ------
    InvalidInput
        If a folder holds no labelled plates.
    SetupProblem
        Outside the training environment, or where the rendered stages were not trained yet.
    """
    _check_environment()
    from anpr.training.recogniser_folds import measure_folds  # noqa: PLC0415
    from anpr.training.recogniser_stage import FOLD_TUNE  # noqa: PLC0415

    start = work / "grown.pt"
    if not start.exists():
        raise SetupProblem(f"{start} is missing: train the recogniser first, then its folds")
    plan = replace(FOLD_TUNE, threads=threads)
    measure_folds(start, photos, judged, work / "folds", plan, report)


def _check_environment() -> None:
    if find_spec("torch") is None:
        raise SetupProblem(
            "PyTorch is not installed here; training has an environment of its own: "
            "pip install -r requirements-train.txt"
        )


def _tell_missing_faces(report: Callable[[str], None]) -> None:
    lacking = fonts.missing_faces()
    if lacking:
        report(f"{len(lacking)} typefaces are not installed, among them {', '.join(lacking[:4])}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--work", type=Path, default=Path("var/training/recogniser"))
    parser.add_argument("--target", type=Path, default=Path("anpr/models/recogniser.onnx"))
    parser.add_argument("--images", type=int)
    parser.add_argument("--start", type=Path, help="checkpoint or ONNX file to begin with")
    parser.add_argument("--folds", type=Path, help="measure on this folder over five folds")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.folds and not arguments.photos:
        parser.error("--folds needs --photos, the photos to fine-tune with")
    try:
        _run(arguments, lambda line: print(line, flush=True))
    except SarbideError as error:
        print(f"recogniser: {error.message}", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from the last checkpoint.", file=sys.stderr)
        raise SystemExit(130) from None


def _run(arguments: argparse.Namespace, report: Callable[[str], None]) -> None:
    threads = arguments.threads
    if arguments.folds:
        folds(arguments.photos, arguments.folds, arguments.work, threads=threads, report=report)
        return
    train(
        arguments.photos,
        arguments.work,
        arguments.target,
        arguments.images,
        threads=threads,
        start=arguments.start,
        report=report,
    )


if __name__ == "__main__":
    main()
