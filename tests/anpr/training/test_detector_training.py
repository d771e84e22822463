"""One command trains, leaves a loadable model, and goes on where it was interrupted."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is in the training environment only")

from anpr.detection.detector import load_detector  # noqa: E402
from anpr.synthesis.scenes import FlatPlate  # noqa: E402
from anpr.training import detector, detector_export  # noqa: E402
from anpr.training.detector import PHASES, Phase, Plan, steps, train  # noqa: E402
from core.errors import SetupProblem  # noqa: E402

PLAN = Plan(samples=24)


class Killed(Exception):
    """Stands for a power cut."""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    plate = FlatPlate(np.full((110, 520, 3), 230, np.uint8), 520.0, 110.0)
    monkeypatch.setattr(detector, "street_scenes", lambda *_: [])
    monkeypatch.setattr(detector, "plate_source", lambda _seed: lambda _rng: plate)
    monkeypatch.setattr(detector, "PHASES", (Phase(64, 4, 1.0),))
    monkeypatch.setattr(detector, "SAVE_EVERY", 1)
    monkeypatch.setattr(detector, "REPORT_EVERY", 1)
    grey = np.full((96, 128, 3), 90, np.uint8)
    monkeypatch.setattr(detector_export, "calibration_pictures", lambda _folders: iter([grey]))


def test_the_phases_share_all_samples() -> None:
    assert sum(phase.share for phase in PHASES) == pytest.approx(1.0)
    assert [phase.side for phase in steps(24)] == [64] * 6


def test_training_leaves_an_8_bit_model_that_loads_and_a_learning_curve(tmp_path: Path) -> None:
    model = train(tmp_path, tmp_path / "new" / "detector.onnx", plan=PLAN)

    assert load_detector(str(model)).detect(np.zeros((90, 120, 3), np.uint8)) == []
    weights = torch.load(tmp_path / "again" / "checkpoint.pt", weights_only=True)["average"]
    assert model.stat().st_size < 2 * sum(value.numel() for value in weights.values())
    assert (tmp_path / "learning_curve.png").stat().st_size > 1000
    assert len((tmp_path / "curve.jsonl").read_text().splitlines()) == 6


def test_it_ends_with_a_report_on_the_labelled_photos(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    cv2.imwrite(str(photos / "car.png"), np.full((90, 120, 3), 90, np.uint8))
    table = "file\tx\ty\tw\th\ttext\tlegibility\ncar.png\t10\t20\t60\t14\tA1\tclear\n"
    (photos / "labels.tsv").write_text(table, encoding="utf-8")
    model = train(tmp_path / "first", tmp_path / "first.onnx", plan=PLAN)

    train(tmp_path / "work", tmp_path / "second.onnx", photos, replace(PLAN, earlier=model))

    in_bytes, exact = json.loads((tmp_path / "work" / "report.json").read_text())["photos"]
    assert (in_bytes["model"], exact["model"]) == ("second.onnx", "checkpoint.pt")
    for figures in (in_bytes, exact):
        counted = [figures[f"{part}, 0 px and more"] for part in ("held out", "others")]
        assert sorted(words.split(" (")[0] for words in counted) == ["0 of 0", "0 of 1"]


def test_photos_need_a_detector_that_marks_what_nobody_labelled(tmp_path: Path) -> None:
    plan = replace(PLAN, earlier=tmp_path / "none.onnx")

    with pytest.raises(SetupProblem, match=r"none\.onnx"):
        train(tmp_path / "work", tmp_path / "detector.onnx", tmp_path, plan)


def test_a_training_may_start_from_earlier_weights(tmp_path: Path) -> None:
    train(tmp_path / "first", tmp_path / "first.onnx", plan=PLAN)
    start = tmp_path / "first" / "checkpoint.pt"
    plan = replace(PLAN, start=start, rate=1e-9)

    train(tmp_path / "second", tmp_path / "second.onnx", plan=plan)

    first, second = (
        torch.load(path, weights_only=True)["average"]["backbone.stem.0.weight"]
        for path in (start, tmp_path / "second" / "checkpoint.pt")
    )
    assert torch.allclose(first, second, atol=1e-5)


@pytest.mark.parametrize("before", [4, 7])
def test_an_interrupted_training_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    """Six steps, and two of the second training; killed in the one or in the other."""
    real, done = detector._step, []

    def step(*arguments: object) -> dict[str, float]:
        if len(done) == before:
            raise Killed
        done.append(1)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(detector, "_step", step)
    with pytest.raises(Killed):
        train(tmp_path, tmp_path / "detector.onnx", plan=PLAN)
    monkeypatch.setattr(detector, "_step", lambda *a: done.append(2) or real(*a))  # type: ignore[func-returns-value]

    train(tmp_path, tmp_path / "detector.onnx", plan=PLAN)

    assert done == [1] * before + [2] * (8 - before)


def test_the_second_training_begins_from_what_the_first_one_gave(tmp_path: Path) -> None:
    plan = replace(PLAN, rate=1e-3)

    again = plan.again(tmp_path / "checkpoint.pt")

    assert (again.samples, again.rate) == (9, pytest.approx(4e-4))
    assert again.start == tmp_path / "checkpoint.pt"
    assert again.seed != plan.seed


def test_the_same_seed_gives_the_same_model(tmp_path: Path) -> None:
    curves = []
    for name in ("first", "second"):
        train(tmp_path / name, tmp_path / name / "detector.onnx", plan=PLAN)
        weights = torch.load(tmp_path / name / "checkpoint.pt", weights_only=True)["average"]
        curves.append(torch.cat([value.flatten().float() for value in weights.values()]))

    assert torch.equal(*curves)
