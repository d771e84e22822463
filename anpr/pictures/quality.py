"""Is a camera's picture good enough to judge by? Dark, covered, moved, blurred or good.

Compares each picture with a slowly learnt memory of the camera's own scene: a covered lens has
lost the scene's detail and structure, a blurred one the fine detail only, a moved one shows as
much detail in other places. Verdicts change only after several pictures agree, so that a lorry
passing close to the lens is no fault.
"""

from collections import Counter, deque
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.types import Image
from anpr.vehicles.motion import SAMPLED_ROWS, thumbnail

Verdict = Literal["good", "dark", "covered", "moved", "blurred"]
"""The values of `control_points.protocol.PictureQuality`."""

BLOCKS = (4, 4)
PATIENCE: dict[Verdict, int] = {"good": 4, "dark": 8, "covered": 4, "moved": 16, "blurred": 8}
"""Pictures in a row that must agree before the verdict becomes this one."""
DARK_HIGHLIGHT = 40
"""Grey level below which 99 of 100 pixels lie in a dark picture."""
EMPTY_DETAIL = 1.2
"""Mean gradient (grey levels a pixel) below which a picture shows nothing at all."""
LOST_DETAIL = 0.25
"""Share of the remembered detail below which a block has lost it."""
LOST_FINE_DETAIL = 0.45
"""The same for the energy of the finest structures, which a blurred lens takes first."""
LOST_BLOCKS = 0.7
"""Share of blocks that must have lost their detail, or show something else. A vehicle that covers
half the picture spoils fewer."""
SAME_SCENE = 0.45
"""Correlation with the memory from which a block shows the same scene."""
LEARNING_RATE = 0.05
SETTLE = 10
"""Pictures after which the memory is good enough to compare with."""
FORGET = 600
"""Pictures of a moved camera after which its new view becomes the scene."""


@dataclass(frozen=True)
class _Measures:
    grey: NDArray[np.float32]
    highlight: float
    detail: NDArray[np.float32]
    """Mean gradient of each block."""
    fine: NDArray[np.float32]
    """Mean squared Laplacian of each block at half size."""


class QualityMonitor:
    """Watches one camera. Feed it every frame, or every n-th; it counts pictures, not time."""

    def __init__(self) -> None:
        self._scene: NDArray[np.float32] | None = None
        self._detail: NDArray[np.float32] = np.zeros(BLOCKS, np.float32)
        self._fine: NDArray[np.float32] = np.zeros(BLOCKS, np.float32)
        self._learnt = 0
        self._recent: deque[Verdict] = deque(maxlen=max(PATIENCE.values()))
        self._faults: Counter[Verdict] = Counter()
        self.verdict: Verdict = "good"

    def update(self, image: Image) -> Verdict:
        """Take in one picture and return the verdict, which changes only after its patience."""
        measures = _measure(image)
        seen = self._judge(measures)
        self._recent.append(seen)
        if all(self._last(PATIENCE[seen], seen)):
            self.verdict = seen
        self._learn(measures, seen)
        return self.verdict

    def _last(self, count: int, verdict: Verdict) -> list[bool]:
        recent = list(self._recent)[-count:]
        return [v == verdict for v in recent] if len(recent) == count else [False]

    def _judge(self, m: _Measures) -> Verdict:
        if self._scene is None or self._learnt < SETTLE:
            return _judge_alone(m)
        lost = float(np.mean(m.detail < LOST_DETAIL * self._detail))
        other = float(np.mean(_correlations(m.grey, self._scene) < SAME_SCENE))
        if lost >= LOST_BLOCKS:
            return "dark" if m.highlight < DARK_HIGHLIGHT and other < LOST_BLOCKS else "covered"
        if m.highlight < DARK_HIGHLIGHT:
            return "dark"
        if other >= LOST_BLOCKS:
            return "moved"
        soft = float(np.mean(m.fine < LOST_FINE_DETAIL * self._fine))
        return "blurred" if soft >= LOST_BLOCKS else "good"

    def _learn(self, m: _Measures, seen: Verdict) -> None:
        self._faults[seen] = self._faults[seen] + 1 if seen == "moved" else 0
        if self._faults["moved"] >= FORGET:
            self._scene, self._learnt = None, 0
            self._faults.clear()
        if seen not in ("good", "dark"):
            return
        rate = LEARNING_RATE if self._learnt >= SETTLE else 1.0 / (self._learnt + 1)
        scene = m.grey if self._scene is None else self._scene
        self._scene = scene + rate * (m.grey - scene)
        self._detail = self._detail + rate * (m.detail - self._detail)
        self._fine = self._fine + rate * (m.fine - self._fine)
        self._learnt += 1


def _judge_alone(m: _Measures) -> Verdict:
    """Before a memory exists only what no scene looks like can be said."""
    if float(np.mean(m.detail)) < EMPTY_DETAIL:
        return "covered" if m.highlight >= DARK_HIGHLIGHT else "dark"
    return "dark" if m.highlight < DARK_HIGHLIGHT else "good"


def _measure(image: Image) -> _Measures:
    small = thumbnail(image)
    grey = small.astype(np.float32)
    gradient = np.hypot(
        cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=0.25), cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=0.25)
    )
    return _Measures(
        grey=grey,
        highlight=float(np.percentile(small, 99)),
        detail=_by_block(gradient).mean(axis=2),
        fine=_fine_detail(image),
    )


def _fine_detail(image: Image) -> NDArray[np.float32]:
    """Sharpness by Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy" (2000).

    Samples, not means, are taken of a large picture: averaging would blur it by itself.
    """
    step = max(1, image.shape[0] // SAMPLED_ROWS)
    sampled = np.ascontiguousarray(image[::step, ::step, 1])
    fine = np.asarray(cv2.Laplacian(sampled, cv2.CV_32F), dtype=np.float32)
    energy: NDArray[np.float32] = _by_block(fine * fine).mean(axis=2)
    return energy


def _by_block(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows x columns x pixels of a block."""
    rows, columns = BLOCKS
    height, width = values.shape[0] // rows, values.shape[1] // columns
    cut = values[: rows * height, : columns * width]
    blocks = cut.reshape(rows, height, columns, width).swapaxes(1, 2)
    return blocks.reshape(rows, columns, height * width)


def _correlations(picture: NDArray[np.float32], scene: NDArray[np.float32]) -> NDArray[np.float32]:
    """Normalised correlation of each block; light that only grows or fades changes nothing."""
    a, b = _by_block(picture), _by_block(scene)
    a = a - a.mean(axis=2, keepdims=True)
    b = b - b.mean(axis=2, keepdims=True)
    spread = np.sqrt((a * a).sum(axis=2) * (b * b).sum(axis=2))
    correlation: NDArray[np.float32] = (a * b).sum(axis=2) / np.maximum(spread, 1e-3)
    return correlation
