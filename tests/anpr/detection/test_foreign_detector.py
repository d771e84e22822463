"""Detectors in open-image-models' contract run here too."""

from pathlib import Path

import numpy as np
import pytest

from anpr.detection.detector import load_detector
from anpr.detection.foreign_detector import OpenImageModelsDetector, letterbox
from anpr.types import Box, Detection
from tests.anpr.detection.square_model import square_model

PHOTO = np.zeros((480, 640, 3), np.uint8)


def test_a_file_that_says_nothing_of_sizes_runs_through_open_image_models(tmp_path: Path) -> None:
    other = tmp_path / "other.onnx"
    other.write_bytes(square_model(64, [(0, 16, 24, 48, 32, 0, 0.9), (0, 0, 0, 9, 9, 0, 0.1)]))

    detector = load_detector(str(other))

    # 640 x 480 pixels fill 64 x 48 of the square, eight pixels below its upper edge.
    assert detector.glance(PHOTO) == [Detection(Box(160, 160, 480, 240), pytest.approx(0.9))]
    assert detector.detect(PHOTO) == detector.glance(PHOTO)


def test_a_picture_fills_the_square_in_red_green_and_blue_with_grey_beside_it() -> None:
    blue = np.zeros((24, 32, 3), np.uint8)
    blue[..., 0] = 255

    tensor, ratio, left, top = letterbox(blue, 64)

    assert (tensor.shape, ratio, left, top) == ((1, 3, 64, 64), 2.0, 0, 8)
    assert tensor[0, :, 32, 32].tolist() == [0.0, 0.0, 1.0]
    assert np.allclose(tensor[0, :, :8], 114 / 255)


def test_its_threshold_is_kept(tmp_path: Path) -> None:
    other = tmp_path / "other.onnx"
    other.write_bytes(square_model(64, [(0, 16, 24, 48, 32, 0, 0.9), (0, 0, 0, 60, 20, 0, 0.5)]))

    low, high = (OpenImageModelsDetector(str(other), threshold) for threshold in (0.4, 0.8))

    assert [round(d.confidence, 3) for d in low.detect(PHOTO)] == [0.9, 0.5]
    assert [round(d.confidence, 3) for d in high.detect(PHOTO)] == [0.9]
