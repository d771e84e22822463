"""An evaluation as text, Markdown or JSON."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from anpr.evaluation.reliability import Reliability
from anpr.evaluation.reliability_report import as_markdown as reliability_markdown
from anpr.evaluation.scores import Evaluation, Scores
from anpr.evaluation.share import Share
from anpr.evaluation.vehicles import FusedFigures

HEADER = (
    "", "plates", "different", "found IoU 0.3", "found IoU 0.5", "exact", "95 % interval",
    "O=0, I=1", "exact by plate", "CER", "country right",
)  # fmt: skip
SHOWN_CONFUSIONS = 15


def as_text(evaluation: Evaluation) -> str:
    """Tables with aligned columns, for a terminal."""
    parts = [_summary(evaluation), *(_aligned(t) for t in _tables(evaluation))]
    return "\n\n".join([*parts, *_vehicle_words(evaluation.vehicles), *_trust(evaluation)])


def as_markdown(evaluation: Evaluation) -> str:
    """The same tables for a model card."""
    parts = [_summary(evaluation), *(_piped(t) for t in _tables(evaluation))]
    return "\n\n".join([*parts, *_vehicle_words(evaluation.vehicles), *_trust(evaluation)])


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """The same figures as plain values; a share of nothing is None."""
    return {
        "photos": evaluation.photos,
        "overall": _plain(evaluation.overall),
        "groups": {k: [_plain(s) for s in v] for k, v in evaluation.groups.items()},
        "best_read": _plain_share(evaluation.best_read),
        "unlabelled": evaluation.unlabelled,
        "confusions": [list(c) for c in evaluation.confusions],
        "reliability": [_plain_reliability(r) for r in evaluation.reliability],
        "vehicles": _plain_vehicles(evaluation.vehicles),
    }


def _summary(evaluation: Evaluation) -> str:
    low, high = evaluation.best_read.interval
    return (
        f"{evaluation.photos} photos. First read of the photo right: "
        f"{_counted(evaluation.best_read)} (95 % interval {_percent(low)} to {_percent(high)}). "
        f"Boxes that overlap no label: {evaluation.unlabelled}."
    )


def _vehicle_words(figures: FusedFigures) -> list[str]:
    if not figures.vehicles:
        return []
    wrong = [f"{v.plate} as {v.voted}" for v in figures.vehicles if v.is_wrong]
    open_ = [v.plate for v in figures.vehicles if v.voted is None]
    return [
        f"{len(figures.vehicles)} vehicles seen in two photos or more. Their single frames: "
        f"{_with_interval(figures.single_frames)} exact. Their surest single frame: "
        f"{_with_interval(figures.best_single)} right. Voted over all frames: "
        f"{_with_interval(figures.voted)} right, {figures.wrong.hits} wrong"
        f"{' (' + ', '.join(wrong) + ')' if wrong else ''}, {len(open_)} left to a person"
        f"{' (' + ', '.join(open_) + ')' if open_ else ''}."
    ]


def _with_interval(share: Share) -> str:
    low, high = share.interval
    return f"{_counted(share)} (95 % interval {_percent(low)} to {_percent(high)})"


def _trust(evaluation: Evaluation) -> list[str]:
    return [reliability_markdown(evaluation.reliability)] if evaluation.reliability else []


def _tables(evaluation: Evaluation) -> list[list[tuple[str, ...]]]:
    tables = [[HEADER, _row(evaluation.overall)]]
    for name, group in evaluation.groups.items():
        if len(group) > 1:
            tables.append([(f"by {name}", *HEADER[1:]), *(_row(scores) for scores in group)])
    if evaluation.confusions:
        shown = evaluation.confusions[:SHOWN_CONFUSIONS]
        rows = [(wanted, read, str(count)) for wanted, read, count in shown]
        tables.append([("on the plate", "read as", "times"), *rows])
    return tables


def _row(s: Scores) -> tuple[str, ...]:
    low, high = s.exact.interval
    return (
        s.name, str(s.plates), str(s.distinct), _percent(s.found.value),
        _percent(s.found_tightly.value), _counted(s.exact), f"{_percent(low)}-{_percent(high)}",
        _percent(s.exact_folded.value), _percent(s.exact_by_plate),
        _percent(s.character_error_rate), _counted(s.country),
    )  # fmt: skip


def _percent(value: float) -> str:
    return "-" if math.isnan(value) else f"{100 * value:.1f} %"


def _counted(share: Share) -> str:
    return f"{share.hits}/{share.of} {_percent(share.value)}" if share.of else "-"


def _aligned(table: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    return "\n".join(
        "  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(cells)).rstrip()
        for cells in (list(zip(row, widths, strict=True)) for row in table)
    )


def _piped(table: Sequence[Sequence[str]]) -> str:
    head, *rows = table
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, rule, *rows])


def _plain(scores: Scores) -> dict[str, Any]:
    shares = {k: _plain_share(v) for k, v in vars(scores).items() if isinstance(v, Share)}
    values = asdict(scores) | shares
    return {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in values.items()}


def _plain_share(share: Share) -> dict[str, Any]:
    low, high = share.interval if share.of else (None, None)
    return {"hits": share.hits, "of": share.of, "low": low, "high": high}


def _plain_reliability(table: Reliability) -> dict[str, Any]:
    return {
        "source": table.source,
        "reads": table.reads,
        "claimed": table.claimed,
        "wrong": _plain_share(table.wrong),
        "expected_error": table.expected_error,
        "bins": [
            {"low": b.low, "high": b.high, "told": b.mean_confidence, **_plain_share(b.right)}
            for b in table.bins
        ],
    }


def _plain_vehicles(figures: FusedFigures) -> dict[str, Any]:
    return {
        "vehicles": len(figures.vehicles),
        "single_frames": _plain_share(figures.single_frames),
        "best_single": _plain_share(figures.best_single),
        "voted_right": _plain_share(figures.voted),
        "voted_wrong": _plain_share(figures.wrong),
    }
