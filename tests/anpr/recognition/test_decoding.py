import numpy as np
import pytest

from anpr.recognition.decoding import decode, edit_distance, similarity
from tests.anpr.builders import ALPHABET, slots_of


def texts(slots: np.ndarray, country: str | None = None, sure: float = 0.0) -> list[str]:
    countries = {country: sure} if country else {}
    return [c.text for c in decode(slots, ALPHABET, countries).candidates]


class TestCandidates:
    def test_the_most_probable_text_comes_first(self) -> None:
        decoded = decode(slots_of("1234BBC"), ALPHABET, {"ES": 0.9})
        assert decoded.text == "1234BBC"
        assert decoded.candidates[0].probability > 0.6

    def test_rivals_follow_by_probability(self) -> None:
        slots = slots_of("3492BBC", doubts={0: ("7", 0.3), 6: ("G", 0.2)})
        assert texts(slots)[:4] == ["3492BBC", "7492BBC", "3492BBG", "7492BBG"]

    def test_probabilities_sum_to_at_most_one(self) -> None:
        slots = np.full((10, len(ALPHABET)), 1 / len(ALPHABET), np.float32)
        candidates = decode(slots, ALPHABET, {}).candidates
        assert len(candidates) == 5
        assert sum(c.probability for c in candidates) <= 1

    def test_a_doubtful_end_gives_the_shorter_text_as_a_rival(self) -> None:
        slots = slots_of("AB12345", doubts={6: ("_", 0.4)})
        assert "AB1234" in texts(slots)

    def test_the_confidence_is_the_weakest_characters(self) -> None:
        slots = slots_of("1234BBC", confidence=0.98, doubts={3: ("A", 0.3)})
        assert decode(slots, ALPHABET, {"ES": 0.9}).weakest == pytest.approx(0.68, abs=0.02)


class TestSyntaxAsEvidence:
    def test_a_close_candidate_of_a_known_format_overtakes(self) -> None:
        slots = slots_of("1234B8C", doubts={5: ("B", 0.45)})
        assert texts(slots, "ES", 0.95)[0] == "1234BBC"

    def test_a_clear_read_of_no_known_format_is_returned_as_it_is(self) -> None:
        slots = slots_of("1234B8C", 0.999, doubts={5: ("B", 0.001)})
        assert texts(slots, "ES", 0.95)[0] == "1234B8C"

    def test_an_unsure_country_is_not_asked_for_its_formats(self) -> None:
        slots = slots_of("AB123CO", doubts={6: ("D", 0.3)})
        assert texts(slots, "IT", 0.95)[0] == "AB123CD"
        assert texts(slots, "IT", 0.1)[0] == "AB123CO"

    @pytest.mark.parametrize(
        ("seen", "country", "meant"),
        [
            ("BAI23CD", "SK", "BA123CD"),
            ("5AO1234", "CZ", "5A01234"),
            ("M0X9357", "DE", "MOX9357"),
            ("12340BC", "ES", "12340BC"),
            ("XIIUME", "GB", "X11UME"),
        ],
    )
    def test_letters_and_digits_drawn_alike_are_told_apart_by_the_countrys_format(
        self, seen: str, country: str, meant: str
    ) -> None:
        """Spain knows no O either: then nothing fits better, and what is seen is returned."""
        assert texts(slots_of(seen, 0.999), country, 0.97)[0] == meant

    def test_a_bare_stroke_is_a_one_or_an_i_as_formats_want_it_whatever_the_country(self) -> None:
        assert texts(slots_of("AI7OVF", 0.99), "SE", 0.2)[0] == "A17OVF"

    def test_a_noughts_place_is_no_o_of_a_district_that_does_not_exist(self) -> None:
        assert texts(slots_of("O745FRV", 0.99), "ES", 0.4)[0] == "0745FRV"

    def test_what_no_slot_shows_is_never_read(self) -> None:
        decoded = decode(slots_of("1234AEI", 0.999), ALPHABET, {"ES": 0.99})
        assert decoded.text == "1234AEI"
        assert not decoded.fits_format

    def test_a_plate_of_no_known_format_is_returned_and_flagged(self) -> None:
        assert decode(slots_of("1234BBC"), ALPHABET, {"ES": 0.99}).fits_format
        assert not decode(slots_of("SARBIDE"), ALPHABET, {"ES": 0.99}).fits_format


class TestTheCountry:
    def test_the_text_decides_between_countries_that_look_alike(self) -> None:
        decoded = decode(slots_of("5AU5341"), ALPHABET, {"SK": 0.55, "CZ": 0.45})
        assert decoded.country == "CZ"
        assert decoded.country_confidence > 0.9

    def test_it_is_left_open_when_nobody_is_sure(self) -> None:
        decoded = decode(slots_of("ABC123"), ALPHABET, {"HU": 0.3, "LT": 0.3, "SE": 0.3})
        assert decoded.country is None
        assert decoded.fits_format


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [("", "", 0), ("ABC", "ABC", 0), ("ABC", "AC", 1), ("1234BBC", "1284BB", 2), ("", "AB", 2)],
)
def test_edit_distance(first: str, second: str, distance: int) -> None:
    assert edit_distance(first, second) == distance
    assert similarity(first, second) == 1 - distance / max(1, len(first), len(second))
