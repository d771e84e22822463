"""The result of `demo --once`, for people and for programs."""

import json
from dataclasses import asdict
from typing import Any

from control_center.demo.comparison import Observed
from control_center.demo.once import Result


def summary(result: Result) -> str:
    """The queue of possible infractions, the figures, and every difference by name."""
    comparison = result.comparison
    lines = ["", "Possible infractions in the queue:"]
    lines += [f"  {_case_line(one)}" for one in result.observed if one.case]
    lines += [
        "",
        f"Passages: {comparison.observed} of {comparison.expected} expected.",
        f"Plates read exactly: {comparison.exact_plates} of {comparison.readable_plates} "
        f"({comparison.exact_share:.1%}).",
    ]
    if comparison.differences:
        lines.append(f"{len(comparison.differences)} differences from the manifest:")
        lines += [f"  {difference}" for difference in comparison.differences]
    else:
        lines.append("Everything is as the manifest says.")
    return "\n".join(lines)


def _case_line(one: Observed) -> str:
    return f"{one.seen_at:%H:%M:%S}  {one.control_point}  {one.plate or '-':<8}  {one.case}"


def json_text(result: Result) -> str:
    """The result for programs."""
    comparison = result.comparison
    document: dict[str, Any] = {
        "matches": not comparison.differences,
        "expected_passages": comparison.expected,
        "passages": [
            {**asdict(one), "seen_at": one.seen_at.isoformat()} for one in result.observed
        ],
        "cases": [
            {"passage_id": one.passage_id, "plate": one.plate, "offence": one.case}
            for one in result.observed
            if one.case
        ],
        "exact_plates": comparison.exact_plates,
        "readable_plates": comparison.readable_plates,
        "differences": list(comparison.differences),
    }
    return json.dumps(document, ensure_ascii=False, indent=2)
