"""Calibration in words and as a picture: what confidence was told, and how often it was right."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from anpr.evaluation.reliability import Reliability
from anpr.types import Image

SIDE = 420
MARGIN = 60
_COLOURS = ((40, 40, 200), (180, 110, 30), (60, 140, 60))
"""Of the tables in turn: red, blue, green."""


def as_markdown(tables: Sequence[Reliability]) -> str:
    """A table of the promise, one of the bins for each source."""
    head = [
        "| reads | all | of confidence 0.95 or more | wrong among them | 95 % interval "
        "| expected calibration error |",
        "|---|---:|---:|---:|---:|---:|",
        *(_promise_row(t) for t in tables),
    ]
    return "\n".join([*head, "", *(line for t in tables for line in _bins(t))]).rstrip()


def diagram(tables: Sequence[Reliability]) -> Image:
    """Reliability diagram: told confidence to the right, share right upwards; larger dots stand
    for more reads. On the diagonal every confidence is right; above it, it was too modest."""
    canvas = np.full((SIDE + 2 * MARGIN, SIDE + 2 * MARGIN, 3), 255, np.uint8)
    for tick in np.linspace(0, 1, 6):
        _gridline(canvas, float(tick))
    cv2.line(canvas, _place(0, 0), _place(1, 1), (170, 170, 170), 1, cv2.LINE_AA)
    for number, table in enumerate(tables):
        _dots(canvas, table, _COLOURS[number % len(_COLOURS)])
        _legend(canvas, table, number)
    _text(canvas, "told confidence", (MARGIN + SIDE // 2 - 60, SIDE + 2 * MARGIN - 14))
    _text(canvas, "share right", (6, MARGIN - 22))
    return np.asarray(canvas, dtype=np.uint8)


def write_diagram(tables: Sequence[Reliability], path: Path) -> None:
    """Write the diagram as a PNG."""
    path.write_bytes(cv2.imencode(".png", diagram(tables))[1].tobytes())


def _promise_row(t: Reliability) -> str:
    low, high = t.wrong.interval
    interval = f"{100 * low:.2f}-{100 * high:.2f} %" if t.wrong.of else "-"
    share = f"{t.wrong.hits} ({100 * t.wrong.value:.2f} %)" if t.wrong.of else "-"
    error = f"{100 * t.expected_error:.1f} %"
    return f"| {t.source} | {t.reads} | {t.claimed} | {share} | {interval} | {error} |"


def _bins(t: Reliability) -> list[str]:
    rows = [
        f"| {b.low:.2f}-{b.high:.2f} | {b.mean_confidence:.3f} | {b.right.hits}/{b.right.of} "
        f"| {b.right.value:.3f} | {b.right.interval[0]:.3f}-{b.right.interval[1]:.3f} |"
        for b in t.bins
    ]
    head = f"| {t.source}: told confidence | mean told | right | share right | 95 % interval |"
    return [head, "|---|---:|---:|---:|---:|", *rows, ""]


def _dots(canvas: Image, table: Reliability, colour: tuple[int, int, int]) -> None:
    for b in table.bins:
        low, high = b.right.interval
        cv2.line(canvas, _place(b.mean_confidence, low), _place(b.mean_confidence, high), colour, 1)
        radius = 3 + round(2 * np.log10(max(1, b.right.of)))
        cv2.circle(
            canvas, _place(b.mean_confidence, b.right.value), radius, colour, -1, cv2.LINE_AA
        )


def _legend(canvas: Image, table: Reliability, number: int) -> None:
    at = MARGIN + 14, MARGIN + 20 + 20 * number
    colour = _COLOURS[number % len(_COLOURS)]
    cv2.circle(canvas, (at[0], at[1] - 5), 5, colour, -1, cv2.LINE_AA)
    _text(canvas, f"{table.source}, {table.reads} reads", (at[0] + 14, at[1]))


def _gridline(canvas: Image, tick: float) -> None:
    cv2.line(canvas, _place(tick, 0), _place(tick, 1), (228, 228, 228), 1)
    cv2.line(canvas, _place(0, tick), _place(1, tick), (228, 228, 228), 1)
    x, y = _place(tick, 0)
    _text(canvas, f"{tick:.1f}", (x - 12, y + 20))
    x, y = _place(0, tick)
    _text(canvas, f"{tick:.1f}", (x - 36, y + 5))


def _place(x: float, y: float) -> tuple[int, int]:
    return MARGIN + round(x * SIDE), MARGIN + SIDE - round(y * SIDE)


def _text(canvas: Image, words: str, at: tuple[int, int]) -> None:
    cv2.putText(canvas, words, at, cv2.FONT_HERSHEY_SIMPLEX, 0.45, (40, 40, 40), 1, cv2.LINE_AA)
