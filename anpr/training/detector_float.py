"""The trained network in floating point, searched as the 8-bit file is: what 8 bits cost shows."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from anpr.detection.detector_session import fitted
from anpr.training.detector_boxes import LOWEST_SCORE, MOST_OVERLAP, MOST_PLATES
from anpr.training.detector_export import averaged_network
from anpr.training.detector_net import STRIDES
from anpr.training.detector_ranges import as_input
from anpr.types import Image


class FloatNetwork:
    """A training's checkpoint as `anpr.detection.detector.Looking`."""

    def __init__(self, checkpoint: Path) -> None:
        torch.set_num_threads(1)  # two wait for each other more than they gain
        self._net = averaged_network(checkpoint)

    def run(self, image: Image, side: int) -> NDArray[np.float64]:
        picture, ratio = fitted(image, side, STRIDES[-1])
        with torch.no_grad():
            logits, boxes = self._net(as_input(picture))
        scores, corners = logits[0].sigmoid().numpy(), boxes[0].numpy()
        kept = _without_overlaps(corners, scores)
        return np.column_stack((corners[kept] / ratio, scores[kept])).astype(np.float64)


def _without_overlaps(corners: NDArray[np.float32], scores: NDArray[np.float32]) -> list[int]:
    sizes = np.column_stack((corners[:, :2], corners[:, 2:] - corners[:, :2]))
    kept = cv2.dnn.NMSBoxes(sizes.tolist(), scores.tolist(), LOWEST_SCORE, MOST_OVERLAP)
    return [int(i) for i in kept][:MOST_PLATES]
