"""Number plates: normal form, formats, and what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.plates import PlateNumber, is_valid_syntax, matching_formats, normalise


class TestNormalise:
    @pytest.mark.parametrize(
        ("typed", "normal"),
        [
            ("1234 bbc", "1234BBC"),
            ("1234-BBC", "1234BBC"),
            ("１２３４ＢＢＣ", "1234BBC"),  # full-width forms fold under NFKC
            ("BI·1234·CK", "BI1234CK"),
            ("ñandú", "AND"),
        ],
    )
    def test_keeps_letters_and_digits_only(self, typed: str, normal: str) -> None:
        assert normalise(typed) == normal

    def test_keeps_o_and_zero_apart(self) -> None:
        assert normalise("O0") == "O0"

    @given(st.text(max_size=30))
    def test_is_stable_when_applied_twice(self, text: str) -> None:
        assert normalise(normalise(text)) == normalise(text)


class TestPlateNumber:
    @pytest.mark.parametrize(
        "malformed", ["", " ", "A", "1234BBC99999", "12€4BBC", "1234;DROP", "<b>1</b>", "\x00"]
    )
    def test_malformed_text_is_refused_with_a_sentence(self, malformed: str) -> None:
        with pytest.raises(InvalidInput, match="is not a number plate"):
            PlateNumber.parse(malformed)

    def test_only_the_normal_form_can_be_constructed(self) -> None:
        with pytest.raises(InvalidInput):
            PlateNumber("1234 bbc")

    def test_people_may_type_spaces_dots_and_dashes(self) -> None:
        assert PlateNumber.parse(" 1234-b.bc ") == PlateNumber("1234BBC")


class TestFormats:
    @pytest.mark.parametrize(
        ("text", "country", "name"),
        [
            ("1234BBC", "ES", "current"),
            ("NA6584AY", "ES", "provincial"),
            ("VI00310", "ES", "provincial-numeric"),
            ("E0009BBB", "ES", "special"),
            ("C1234BBB", "ES", "moped"),
            ("R1234BBB", "ES", "trailer"),
            ("CD1234", "ES", "diplomatic"),
            ("PMM12345", "ES", "state"),
            ("AB123CD", "FR", "current"),
            ("B21GSB", "RO", "current"),
        ],
    )
    def test_names_the_format(self, text: str, country: str, name: str) -> None:
        found = matching_formats(PlateNumber(text), country)
        assert name in {fmt.name for fmt in found}

    @pytest.mark.parametrize("text", ["1234ABC", "1234BQC", "1234BBÑ".replace("Ñ", "U")])
    def test_current_spanish_plates_have_no_vowels_and_no_q(self, text: str) -> None:
        assert not is_valid_syntax(PlateNumber(text), "ES")

    def test_a_shop_sign_fits_nothing(self) -> None:
        assert not is_valid_syntax(PlateNumber("PELUQUERIA"))
