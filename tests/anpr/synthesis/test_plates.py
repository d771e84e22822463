"""A text becomes the plate of its country."""

import numpy as np
import pytest

from anpr.synthesis import catalogue, formats, plates
from anpr.synthesis.catalogue import UnknownFormatError
from anpr.synthesis.formats import PlateColour
from anpr.synthesis.plates import RenderedPlate, TextDoesNotFitError, render_plate


def render(text: str, name: str, seed: int = 1) -> RenderedPlate:
    return render_plate(text, name, np.random.default_rng(seed))


def ink(plate: RenderedPlate) -> np.ndarray:
    """Where the plate is much darker than its ground, without its bands and border."""
    grey = plate.rgb.mean(axis=2)
    inner = grey[12:-12, 70:-70]
    return inner < np.median(inner) - 80


def test_a_spanish_plate_has_the_size_and_colour_of_the_regulation() -> None:
    plate = render("1234 BCD", "es_current")

    assert (plate.width_mm, plate.height_mm, plate.rows) == (520, 110, 1)
    assert plate.image.shape == (110, 520, 4)
    assert (plate.text, plate.country, plate.colour) == ("1234BCD", "ES", PlateColour.WHITE)
    assert ink(plate).mean() > 0.08


def test_a_taxi_plate_is_white_on_blue() -> None:
    rgb = render("1234 BCD", "es_taxi").rgb.reshape(-1, 3).astype(int)

    ground = np.median(rgb, axis=0)
    assert ground[2] > ground[0] + 60
    assert (rgb.min(axis=1) > 200).mean() > 0.05


def test_the_same_seed_draws_the_same_plate() -> None:
    assert (
        render("1234 BCD", "es_current", 5).image == render("1234BCD", "es_current", 5).image
    ).all()
    assert (
        render("1234 BCD", "es_current", 5).image != render("1234BCD", "es_current", 6).image
    ).any()


def test_characters_stand_in_two_rows_on_a_motorcycle() -> None:
    plate = render("1234 BCD", "es_current_motorcycle")
    grey = plate.rgb[10:-10, 50:-20].mean(axis=2)
    dark_rows = (grey < 110).any(axis=1)

    changes = np.flatnonzero(np.diff(dark_rows.astype(int)))
    assert plate.rows == 2
    assert len(changes) >= 3  # ink, a gap between the rows, ink


def test_spaces_decide_where_the_german_district_ends() -> None:
    ways = formats.layouts(catalogue.plate_format("de_standard"), "BAB123")
    assert {plates._groups(way)[0] for way in ways} == {"B", "BA"}

    kept = plates._that_keep_groups(ways, "BA-B 123")
    assert [plates._groups(way) for way in kept] == [["BA", "B", "123"]]


def test_a_seal_moves_the_characters_apart() -> None:
    """Slots shift unless coats of arms and seals take the room they take in reality."""
    plate = render("BA 123AB", "sk_standard")
    width = plate.image.shape[1]
    colourful = np.ptp(plate.rgb[20:90, width // 8 :].astype(int), axis=2) > 60

    columns = np.flatnonzero(colourful.any(axis=0))
    assert columns.size > 15
    assert not ink(plate)[:, columns[0] : columns[0]].any()


def test_umlauts_are_read_as_their_letters() -> None:
    assert render("TÜ AB 123", "de_standard").text == "TUAB123"


def test_every_format_draws_texts_of_its_own() -> None:
    rng = np.random.default_rng(3)
    for plate_format in catalogue.FORMATS.values():
        for pattern in plate_format.patterns:
            text = formats.random_text(plate_format, pattern, rng)
            plate = render_plate(text, plate_format.name, rng, px_per_mm=0.3)
            assert plate.country == plate_format.country
            assert 3 <= len(plate.text) <= 10, plate_format.name


EUROPE = set(
    formats.codes(
        "AD AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FR GB GE GI GR HR HU IE IS IT LI LT LU LV "
        "MC MD ME MK MT NL NO PL PT RO RS RU SE SI SK SM TR UA XK"
    )
)


def test_every_country_of_europe_has_plates() -> None:
    assert set(catalogue.COUNTRIES) == EUROPE


def test_most_countries_have_plates_of_two_rows() -> None:
    two_row = {f.country for f in catalogue.FORMATS.values() if f.rows > 1}
    assert len(two_row) > 35
    assert {"ES", "DE", "FR", "PT", "RO", "SK", "CZ", "IT", "GB"} <= two_row


def test_every_character_is_known_by_its_place() -> None:
    plate = render("1234 BCD", "es_current_motorcycle")
    left, top, wide, high = plate.glyphs.T

    assert plate.glyphs.shape == (7, 4)
    assert (np.diff(left[:4]) > 0).all()
    assert (top[:4] + high[:4] <= top[4:].min()).all()
    for x, y, w, h in plate.glyphs.astype(int):
        assert plate.rgb[y : y + h, x : x + w].min() < 60, "ink stands in the character's box"
    assert (wide > 10).all()


def test_light_green_plates_are_not_dark() -> None:
    ground = np.median(render("EP 12345", "pl_electric").rgb.reshape(-1, 3), axis=0)
    assert ground[1] > 180
    assert catalogue.plate_format("pl_electric").light_on_dark is False


def test_random_plates_of_a_country_belong_to_it() -> None:
    rng = np.random.default_rng(4)
    drawn = [plates.random_plate(rng, "RO", px_per_mm=0.2) for _ in range(20)]

    assert {plate.country for plate in drawn} == {"RO"}
    assert len({plate.text for plate in drawn}) == 20


def test_rim_strokes_stand_at_an_end_of_a_text_that_keeps_its_form() -> None:
    rng = np.random.default_rng(6)
    drawn = [plates.random_plate(rng, "ES", px_per_mm=0.2, rim_stroke_share=1.0) for _ in range(60)]

    for plate in drawn:
        assert plate.text[0] in "1I" or plate.text[-1] in "1I"
    ends = [(p.text[0] in "1I", p.text[-1] in "1I") for p in drawn]
    assert any(first for first, _ in ends)
    assert any(last for _, last in ends)


def test_random_strings_still_fit_the_layout() -> None:
    rng = np.random.default_rng(4)
    drawn = [
        plates.random_plate(rng, "ES", px_per_mm=0.2, random_string_share=1.0) for _ in range(60)
    ]

    unlike_spain = [plate for plate in drawn if set(plate.text) & set("AEIOU")]
    assert len(unlike_spain) > 30


def test_plates_can_be_kept_to_some_formats() -> None:
    rng = np.random.default_rng(5)
    two_row = [
        plates.random_plate(rng, px_per_mm=0.2, where=lambda f: f.rows > 1) for _ in range(20)
    ]
    dark = [
        plates.random_plate(rng, px_per_mm=0.2, where=lambda f: f.light_on_dark) for _ in range(20)
    ]

    assert all("/" in "".join(catalogue.FORMATS[p.format_name].patterns) for p in two_row)
    assert all(p.rgb.mean() < 160 for p in dark)


@pytest.mark.parametrize("text", ["", "1", "1234 BCDF 5", "123456789012"])
def test_a_text_of_the_wrong_length_is_refused(text: str) -> None:
    with pytest.raises(TextDoesNotFitError, match="9999 AAA"):
        render(text, "es_current")


def test_an_unknown_format_names_its_neighbours() -> None:
    with pytest.raises(UnknownFormatError, match="es_current"):
        render("1234 BCD", "es_curent")
    with pytest.raises(UnknownFormatError, match="XX"):
        plates.random_plate(np.random.default_rng(0), "XX")


def test_a_malformed_pattern_is_told() -> None:
    with pytest.raises(ValueError, match="unknown sign at 2"):
        formats.tokens("99?AA")
