"""The shipped recogniser reads what its card says it reads."""

import os
from pathlib import Path

import numpy as np
import pytest

from anpr.synthesis import catalogue, formats
from anpr.synthesis.plates import render_plate
from anpr.training import photos, recogniser
from anpr.training.recogniser_data import to_input
from anpr.training.recogniser_measure import Score, onnx_predict, photo_crops, score

MODEL = Path(recogniser.__file__).parents[1] / "models" / "recogniser.onnx"


def shared_photos() -> Path:
    folder = os.environ.get("SARBIDE_SHARED_DATA")
    if folder and (Path(folder) / "plates" / "ro_dashcam").is_dir():
        return Path(folder) / "plates" / "ro_dashcam"
    if os.environ.get("CI") == "true":
        pytest.fail("SARBIDE_SHARED_DATA must name the folder of shared photos under CI")
    pytest.skip("SARBIDE_SHARED_DATA does not name the folder of shared photos")


def read_rendered(format_name: str, count: int = 40) -> Score:
    """Clean plates of a format, cut exactly."""
    rng = np.random.default_rng(11)
    plate_format = catalogue.plate_format(format_name)
    crops, texts = [], []
    for _ in range(count):
        text = formats.random_text(plate_format, plate_format.patterns[0], rng)
        crops.append(to_input(render_plate(text, format_name, rng, px_per_mm=0.5).rgb))
        texts.append(text)
    return score(onnx_predict(MODEL), np.stack(crops), texts, [plate_format.country] * count)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("format_name", "share"),
    [
        ("es_current", 0.95),
        ("es_taxi", 0.85),
        ("es_current_motorcycle", 0.8),
        ("es_trailer", 0.85),
        ("es_special_tall", 0.6),
    ],
)
def test_clean_spanish_plates_are_read(format_name: str, share: float) -> None:
    result = read_rendered(format_name)

    assert result.exact >= share * result.plates, result
    assert result.country >= 0.8 * result.plates, result


@pytest.mark.slow
@pytest.mark.shared_data
def test_real_plates_never_trained_on_are_read_as_well_as_the_card_says() -> None:
    plates = [p for p in photos.labelled_plates(shared_photos()) if p.width >= 80 and p.held_out]

    countries: list[str | None] = ["RO"] * len(plates)
    result = score(onnx_predict(MODEL), photo_crops(plates), [p.text for p in plates], countries)

    assert result.plates == 95
    assert result.exact >= 90, result
