"""The recogniser's stream of rendered crops is reproducible, labelled and varied."""

import numpy as np
import pytest

from anpr.synthesis.catalogue import COUNTRIES
from anpr.training import recogniser_data as data
from anpr.training.recogniser_data import decode_text, encode_text, rendered_crop
from tests.anpr.builders import numbered_crops


@pytest.mark.parametrize("text", ["1234BCD", "PGC1234AB", "", "ABCDEFGHIJ"])
def test_texts_survive_encoding(text: str) -> None:
    assert decode_text(encode_text(text)) == text


def test_a_text_of_more_than_ten_characters_has_no_slots() -> None:
    with pytest.raises(ValueError, match="10 characters"):
        encode_text("ABCDEFGHIJK")


def test_a_crop_depends_on_seed_and_number_alone() -> None:
    first, second = rendered_crop(1, 9000), rendered_crop(1, 9000)
    assert (first.picture == second.picture).all()
    assert (first.text, first.country) == (second.text, second.country)
    assert (first.places == second.places).all()
    assert (rendered_crop(2, 9000).picture != first.picture).any()


def test_crops_show_many_countries_and_letters() -> None:
    drawn = [rendered_crop(3, 7000 + i) for i in range(150)]

    assert all(crop.picture.shape == (64, 128, 3) for crop in drawn)
    assert len({crop.country for crop in drawn}) > 20
    assert len({c for crop in drawn for c in crop.text}) > 33


def test_every_character_has_its_place_in_the_picture() -> None:
    for crop in (rendered_crop(4, 7000 + i) for i in range(100)):
        known = crop.places[: len(crop.text)]
        assert (known[:, 2:] > 0).all()
        assert not crop.places[len(crop.text) :].any()
        inside = (known[:, 0] > -8) & (known[:, 0] < 136) & (known[:, 1] > -8) & (known[:, 1] < 72)
        assert inside.all()


def test_ink_stands_where_the_places_say() -> None:
    """Columns through characters differ from the ground more than the gaps between groups do."""
    spans, gaps = [], []
    for number in range(60):  # the first crops of a stream are fine pictures
        crop = rendered_crop(5, number)
        grey = crop.picture.astype(float).mean(2)
        for x, y, wide, high in crop.places[: len(crop.text)].astype(float):
            rows = slice(max(0, int(y - high)), int(y + high) + 1)
            ink = grey[rows, max(0, int(x - wide)) : int(x + wide) + 1]
            spans.append(np.ptp(ink) if ink.size else 0)
        gaps.append(float(np.ptp(grey[:3])))
    assert np.median(spans) > 60
    assert np.median(spans) > np.median(gaps)


def test_every_country_has_a_place_in_the_country_head() -> None:
    assert data.REGIONS == COUNTRIES
    assert {"ES", "FR", "PT", "DE", "RO"} <= set(data.REGIONS)


def test_joined_batches_keep_pictures_and_labels_together() -> None:
    both = data.joined([numbered_crops(2), numbered_crops(3, first=5)])

    assert len(both) == 5
    assert both.pictures[:, 0, 0, 0].tolist() == both.countries.tolist() == [0, 1, 5, 6, 7]
    assert both.places[:, 0, 0].tolist() == [0, 1, 5, 6, 7]
