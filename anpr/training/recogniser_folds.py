"""How well real plates are read that were never trained on, over all folds.

Each fold's plates are read by a recogniser that was fine-tuned from the same rendered-only
weights on the photos of the other folds. Folds go by plate: all photos of a car fall into one.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anpr.evaluation.share import Share
from anpr.training import photos
from anpr.training.recogniser_measure import onnx_predict
from anpr.training.recogniser_photos import RealCrops
from anpr.training.recogniser_report import read_photos, readable

if TYPE_CHECKING:
    from anpr.training.recogniser_stage import Plan

MINIMUM_WIDTH = 60
EACH_ALONE = tuple(frozenset({fold}) for fold in range(photos.FOLDS))


@dataclass(frozen=True)
class FoldResult:
    """One group of folds, and what was read of each of its plates' photos."""

    folds: frozenset[int]
    reads: tuple[tuple[str, str], ...]
    """Truth and reading, one pair a photo."""

    @property
    def exact(self) -> Share:
        return Share(sum(truth == read for truth, read in self.reads), len(self.reads))


def measure_folds(
    start: Path,
    folder: Path,
    judged: Path,
    work: Path,
    plan: "Plan",
    report: Callable[[str], None] = print,
    groups: tuple[frozenset[int], ...] = EACH_ALONE,
) -> list[FoldResult]:
    """Fine-tune once for each group of folds on the others, and read the group's plates.

    Parameters
    ----------
    start: checkpoint that has never seen a photo.
    folder: photos to train on, less the group's plates.
    judged: the folder below it whose plates are read.
    work: checkpoints and models; a run that was stopped goes on from them.
    groups: folds that one fine-tune leaves out together.
    """
    work.mkdir(parents=True, exist_ok=True)
    results = [_one(start, folder, judged, work, plan, report, group) for group in groups]
    report(summary(results))
    (work / "folds.json").write_text(json.dumps([list(r.reads) for r in results], indent=1))
    return results


def _one(
    start: Path, folder: Path, judged: Path, work: Path, plan: "Plan",
    report: Callable[[str], None], group: frozenset[int],
) -> FoldResult:  # fmt: skip
    # PyTorch is in the training environment only.
    from anpr.training.recogniser_export import export  # noqa: PLC0415
    from anpr.training.recogniser_stage import run_stage  # noqa: PLC0415

    name = "folds-" + "-".join(str(i) for i in sorted(group))
    model = work / f"{name}.onnx"
    learner = run_stage(
        plan, work / f"{name}.pt", report, start=start, real=RealCrops.load(folder, group)
    )
    export(learner.averaged(), learner.hints, model)
    chosen = [p for p in readable(judged, MINIMUM_WIDTH) if photos.fold(p.text) in group]
    reads = read_photos(onnx_predict(model), chosen)
    result = FoldResult(group, tuple((p.text, r) for p, r in zip(chosen, reads, strict=True)))
    report(_line(result))
    return result


def _line(result: FoldResult) -> str:
    plates = len({truth for truth, _ in result.reads})
    named = ", ".join(str(i) for i in sorted(result.folds))
    return f"folds {named}: {_told(result.exact)} of {plates} plates"


def _told(share: Share) -> str:
    low, high = share.interval
    return (
        f"{share.hits} of {share.of} photos exact ({100 * share.value:.1f} %, "
        f"95 % interval {100 * low:.1f} to {100 * high:.1f} %)"
    )


def summary(results: list[FoldResult]) -> str:
    """All folds together; photos of one car are not independent, and the line says so."""
    reads = [pair for result in results for pair in result.reads]
    total = Share(sum(t == r for t, r in reads), len(reads))
    plates = len({t for t, _ in reads})
    return f"all folds: {_told(total)}; {plates} plates recur over these photos"
