"""Rendered street frames are made once and read back with their doubt."""

from pathlib import Path

import numpy as np
import pytest

from anpr.synthesis.street import random_frames
from anpr.training.detector_frames import street_scenes

NEAR, FAR = (100.0, 90.0, 140.0, 100.0), (60.0, 40.0, 75.0, 44.0)


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Replaces the renderer, which takes seconds, and notes how many frames it was asked for."""
    asked: list[int] = []

    def frames(rng: np.random.Generator, count: int) -> list:
        asked.append(count)
        picture = rng.integers(0, 255, (120, 160, 3), dtype=np.uint8)
        return [(picture, [(FAR, "1111BBB"), (NEAR, "2222CCC")])] * count

    monkeypatch.setattr(random_frames, "street_frames", frames)
    return asked


def test_only_the_nearest_plate_is_certain_to_be_visible(
    tmp_path: Path, rendered: list[int]
) -> None:
    scene = street_scenes(tmp_path / "streets", 3, seed=1)[0]

    assert scene.plates == [NEAR]
    assert scene.ignored == [FAR]


def test_frames_are_rendered_once(tmp_path: Path, rendered: list[int]) -> None:
    for _ in range(2):
        assert len(street_scenes(tmp_path / "streets", 3, seed=1)) == 3

    assert rendered == [3]


def test_an_interrupted_rendering_begins_anew(tmp_path: Path, rendered: list[int]) -> None:
    street_scenes(tmp_path / "streets", 3, seed=1)
    (tmp_path / "streets" / "labels.tsv").unlink()

    assert len(street_scenes(tmp_path / "streets", 3, seed=1)) == 3
    assert rendered == [3, 3]
