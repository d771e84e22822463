"""Training refuses to start where it cannot end well, and says why."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from anpr.training import recogniser
from anpr.training.recogniser_data import ALPHABET, REGIONS, SLOTS
from anpr.training.recogniser_model import plate_config
from core.errors import SetupProblem

MODELS = Path(recogniser.__file__).parents[1] / "models"


@pytest.mark.skipif(find_spec("torch") is not None, reason="PyTorch is installed here")
def test_without_pytorch_the_list_to_install_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupProblem, match=r"requirements-train\.txt"):
        recogniser.train(work=tmp_path / "work", target=tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()


def test_the_configuration_is_one_that_fast_plate_ocr_accepts() -> None:
    from fast_plate_ocr.inference.config import PlateConfig

    config = PlateConfig(**plate_config())
    assert (config.max_plate_slots, config.num_channels) == (SLOTS, 3)
    assert config.has_region_recognition


def test_the_shipped_configuration_is_the_one_trained_with() -> None:
    from fast_plate_ocr.inference.config import PlateConfig

    shipped = PlateConfig.from_yaml(MODELS / "recogniser.yaml")
    assert shipped == PlateConfig(**plate_config())
    assert shipped.alphabet == ALPHABET
    assert tuple(shipped.plate_regions or ()) == REGIONS
