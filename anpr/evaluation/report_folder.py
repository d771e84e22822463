"""An evaluation as a folder: report.md, reliability.png, worst.png and figures.json."""

import json
from collections.abc import Sequence
from pathlib import Path

import cv2

from anpr.evaluation import report
from anpr.evaluation.outcomes import PhotoOutcome
from anpr.evaluation.reliability_report import write_diagram
from anpr.evaluation.scores import Evaluation
from anpr.evaluation.worst_reads import SHOWN, worst_picture
from anpr.pictures.images import load_image

FINE_PRINT = """\
How to read these figures: each counts clear plates only; a plate that was not found counts as read
wrongly. Photos of one vehicle resemble each other, so the number of different plates says more
than the number of photos. Only the line "plates never trained on" judges plates that the models
may not have seen; which plates these are is told by a hash of the text, and it holds for models
trained by this repository's commands alone. Rendered pictures say nothing about real streets."""


def write_report(
    folder: Path,
    source: Path,
    models: str,
    evaluation: Evaluation,
    outcomes: Sequence[PhotoOutcome],
) -> None:
    """Write the report of `outcomes`; the folder is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [f"# Evaluation on {source.name}", f"Models: {models}.", FINE_PRINT]
    parts.append(report.as_markdown(evaluation))
    if evaluation.reliability:
        write_diagram(evaluation.reliability, folder / "reliability.png")
        parts.append("![Reliability diagram](reliability.png)")
    picture = worst_picture(outcomes, load_image)
    if picture is not None:
        (folder / "worst.png").write_bytes(cv2.imencode(".png", picture)[1].tobytes())
        parts.append(f"## The worst reads, at most {SHOWN}\n\n![Worst reads](worst.png)")
    (folder / "report.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    figures = json.dumps(report.as_json(evaluation), ensure_ascii=False, indent=1)
    (folder / "figures.json").write_text(figures + "\n", encoding="utf-8")
