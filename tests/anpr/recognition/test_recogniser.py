import cv2
import numpy as np
import pytest

from anpr.recognition.recogniser import load_recogniser
from anpr.recognition.sight import spelled
from anpr.synthesis.plates import render_plate


@pytest.mark.parametrize("width", [70, 140, 520, 1500])
def test_a_clean_plate_is_read_at_any_size(width: int) -> None:
    recogniser = load_recogniser()
    plate = render_plate("4821KDM", "es_current", np.random.default_rng(3), px_per_mm=3.0).rgb
    bgr = np.ascontiguousarray(plate[:, :, ::-1])
    height = round(bgr.shape[0] * width / bgr.shape[1])
    crop = cv2.resize(bgr, (width, height), interpolation=cv2.INTER_AREA)
    (answer,) = recogniser.recognise([np.asarray(crop, np.uint8)])
    text = "".join(recogniser.alphabet[i] for i in answer.slots.argmax(axis=1)).replace("_", "")
    assert text == "4821KDM"


def test_countries_are_probabilities() -> None:
    (answer,) = load_recogniser().recognise([np.full((30, 120, 3), 90, np.uint8)])
    assert all(0.01 <= share <= 1 for share in answer.countries.values())
    assert sum(answer.countries.values()) <= 1.0001


def test_more_crops_than_a_batch_come_back_in_their_order() -> None:
    recogniser = load_recogniser()
    crops = [np.full((30, 120, 3), tone, np.uint8) for tone in range(0, 200, 5)]
    together = recogniser.recognise(crops)
    alone = [recogniser.recognise([crop])[0] for crop in crops]
    for one, other in zip(together, alone, strict=True):
        assert np.allclose(one.slots, other.slots, atol=1e-3)


def test_the_shipped_model_shows_which_character_lies_where() -> None:
    plate = render_plate("1234 BCD", "es_current", np.random.default_rng(3), px_per_mm=0.5).rgb
    recogniser = load_recogniser()
    (recognition,) = recogniser.recognise([cv2.cvtColor(plate, cv2.COLOR_RGB2BGR)])
    (sight,) = recognition.sights

    assert sight.shape == (4, 32, len(recogniser.alphabet))
    assert spelled(sight, recogniser.alphabet) == "1234BCD"
