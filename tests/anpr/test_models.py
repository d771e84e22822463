"""Model files that are not what they should be are told at the start, in one sentence."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from anpr.detection.detector import SHIPPED_DETECTOR, load_detector
from anpr.errors import ModelProblem
from anpr.reader import load_reader
from anpr.recognition.recogniser import SHIPPED_RECOGNISER, load_recogniser
from core.errors import SetupProblem

LOADERS = {"detector": load_detector, "recogniser": load_recogniser}
SHIPPED = {"detector": SHIPPED_DETECTOR, "recogniser": SHIPPED_RECOGNISER}
OTHER = {"detector": SHIPPED_RECOGNISER, "recogniser": SHIPPED_DETECTOR}


@pytest.fixture(params=["detector", "recogniser"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def copied(kind: str, folder: Path, change: Callable[[bytes], bytes] = lambda b: b) -> Path:
    """The shipped model of `kind`, changed, with the configuration that lies beside it."""
    path = folder / SHIPPED[kind].name
    path.write_bytes(change(SHIPPED[kind].read_bytes()))
    shutil.copy(SHIPPED_RECOGNISER.with_suffix(".yaml"), path.with_suffix(".yaml"))
    return path


def refusal(kind: str, path: Path) -> str:
    with pytest.raises(SetupProblem) as caught:
        LOADERS[kind](str(path))
    assert isinstance(caught.value, ModelProblem)
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message
    return caught.value.message


class TestBadModelFiles:
    def test_missing(self, kind: str, tmp_path: Path) -> None:
        words = refusal(kind, tmp_path / "none.onnx")
        assert f"SARBIDE_{kind.upper()}_MODEL" in words

    def test_truncated(self, kind: str, tmp_path: Path) -> None:
        refusal(kind, copied(kind, tmp_path, lambda b: b[: len(b) // 2]))

    def test_empty(self, kind: str, tmp_path: Path) -> None:
        refusal(kind, copied(kind, tmp_path, lambda b: b""))

    def test_no_model_at_all(self, kind: str, tmp_path: Path) -> None:
        refusal(kind, copied(kind, tmp_path, lambda b: b"GIF89a not a model" * 40))

    def test_of_another_contract(self, kind: str, tmp_path: Path) -> None:
        refusal(kind, copied(kind, tmp_path, lambda b: OTHER[kind].read_bytes()))

    def test_a_recogniser_without_its_configuration(self, tmp_path: Path) -> None:
        path = copied("recogniser", tmp_path)
        path.with_suffix(".yaml").unlink()
        assert "recogniser.yaml is expected" in refusal("recogniser", path)

    def test_a_recogniser_with_anothers_configuration(self, tmp_path: Path) -> None:
        path = copied("recogniser", tmp_path)
        config = path.with_suffix(".yaml")
        slots = "max_plate_slots: 10"
        assert slots in config.read_text()
        config.write_text(config.read_text().replace(slots, "max_plate_slots: 7"))
        assert "belongs to the model" in refusal("recogniser", path)


class TestChoosingAModel:
    def test_the_setting_names_another_model(
        self, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chosen = copied(kind, tmp_path).rename(tmp_path / "mine.onnx")
        (tmp_path / SHIPPED[kind].with_suffix(".yaml").name).rename(tmp_path / "mine.yaml")
        monkeypatch.setenv(f"SARBIDE_{kind.upper()}_MODEL", str(chosen))
        assert LOADERS[kind]().label.startswith("mine.onnx@")

    def test_the_label_changes_with_the_file(self, kind: str, tmp_path: Path) -> None:
        shipped = LOADERS[kind]().label
        assert LOADERS[kind](str(copied(kind, tmp_path))).label == shipped
        assert load_reader().label.count("@") == 2
