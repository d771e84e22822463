"""A shipped recogniser goes on learning from where it was."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest

pytest.importorskip("torch", reason="PyTorch is in the training environment only")

from anpr.training.recogniser_data import rendered_chunk
from anpr.training.recogniser_export import export
from anpr.training.recogniser_loop import Learner
from anpr.training.recogniser_revival import shipped_weights
from core.errors import InvalidInput

SHIPPED = Path("anpr/models/recogniser.onnx")


@pytest.fixture(scope="module")
def crops() -> Any:
    return rendered_chunk(5, 40)


def _read(path: Path, pictures: Any) -> Any:
    session = ort.InferenceSession(str(path))
    return session.run(["plate", "region", "tokens"], {"input": pictures})


@pytest.fixture(scope="module")
def revived(tmp_path_factory: pytest.TempPathFactory, crops: Any) -> Path:
    learner = Learner(1, grown=True)
    learner.revive(SHIPPED, crops)
    target = tmp_path_factory.mktemp("revived") / "recogniser.onnx"
    export(learner.averaged(), learner.hints, target)
    return target


def test_it_reads_what_the_shipped_file_reads(revived: Path, crops: Any) -> None:
    shipped, again = _read(SHIPPED, crops.pictures), _read(revived, crops.pictures)
    same = (shipped[0].argmax(-1) == again[0].argmax(-1)).all(-1)

    assert same.mean() > 0.9  # in floating point a few doubtful reads fall the other way
    assert np.abs(shipped[1] - again[1]).mean() < 0.002
    assert np.abs(shipped[2] - again[2]).mean() < 0.002


def test_in_floating_point_nothing_is_lost(revived: Path, crops: Any, tmp_path: Path) -> None:
    learner = Learner(2, grown=True)
    learner.revive(revived, crops)
    export(learner.averaged(), learner.hints, tmp_path / "twice.onnx")

    for before, after in zip(
        _read(revived, crops.pictures), _read(tmp_path / "twice.onnx", crops.pictures), strict=True
    ):
        assert after == pytest.approx(before, abs=1e-3)


def test_the_first_step_finds_it_reading(crops: Any) -> None:
    learner = Learner(3, grown=True)
    learner.revive(SHIPPED, crops)
    _, exact = learner.learn(crops, 0.0)

    assert exact > 0.6  # its own normalisation now measures each batch


def test_another_architecture_is_refused(crops: Any) -> None:
    with pytest.raises(InvalidInput, match="not a recogniser of this architecture"):
        Learner(4, grown=True).revive(Path("anpr/models/detector.onnx"), crops)


def test_weights_come_in_the_order_they_were_written() -> None:
    shapes = [w.shape for w in shipped_weights(SHIPPED)]

    assert shapes[:2] == [(24, 3, 3, 3), (24,)]
    assert shapes[-3:] == [(48,), (96, 37), (37,)]
