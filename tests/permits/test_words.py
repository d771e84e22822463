"""Decisions and windows in words."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from permits.access import Window
from permits.queries import names
from permits.words import sentences, windows_in_words
from tests.permits.builders import NOW, authorisation, decided


class TestSentences:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("en", "Resident permit R-0001 allows Old Quarter until 11:00; entry at 09:00."),
            (
                "es",
                "La autorización R-0001 (Residente) permite entrar en Casco Viejo hasta las "
                "11:00; entrada a las 09:00.",
            ),
            (
                "eu",
                "R-0001 baimenak (Egoiliarra) 11:00 arte uzten du sartzen: Alde Zaharra; "
                "sarrera-ordua: 09:00.",
            ),
        ],
    )
    def test_a_decision_reads_in_three_languages(
        self, register: Session, keys: KeyRing, language: str, words: str
    ) -> None:
        authorisation(register, keys, "1234BBC")
        decision = decided(register, keys, "1234BBC", NOW + timedelta(hours=1))
        assert words in sentences(decision.trace, language, names(register, language))

    def test_codes_without_names_stay_codes(self, register: Session, keys: KeyRing) -> None:
        decision = decided(register, keys, "1234BBC", NOW)
        assert sentences(decision.trace, "en")[0] == "Entry at CP-01, 2026-10-20 at 08:00."

    def test_modes_are_translated_inside_a_sentence(self, register: Session, keys: KeyRing) -> None:
        decision = decided(register, keys, "1234BBC", NOW, point="CP-29")
        assert "modo «prueba»" in " ".join(sentences(decision.trace, "es"))


class TestWindowsInWords:
    @pytest.mark.parametrize(
        ("days", "words"),
        [
            (range(8), "Every day, 08:00-11:00"),
            (range(4), "Monday–Thursday (not on public holidays), 08:00-11:00"),
            ((6, 7), "Sunday and public holidays, 08:00-11:00"),
            ((7,), "Public holidays, 08:00-11:00"),
            ((0, 2, 3, 4), "Monday, Wednesday–Friday (not on public holidays), 08:00-11:00"),
        ],
    )
    def test_days_are_put_together(self, days: tuple[int, ...], words: str) -> None:
        assert windows_in_words([Window(frozenset(days), 480, 660)], "en") == [words]

    def test_no_window_is_any_time(self) -> None:
        assert windows_in_words([], "eu") == ["Edozein ordutan"]
