"""Three languages, and which of them a request speaks."""

from datetime import UTC, datetime, timedelta

import pytest

from core.web import formats
from core.web.translations import current_language, negotiate, translate
from tests.clients import WebClient


class TestNegotiate:
    @pytest.mark.parametrize(
        ("asked", "cookie", "accept", "language"),
        [
            ("eu", "en", "es", "eu"),
            (None, "en", "es", "en"),
            (None, None, "eu-ES,eu;q=0.9,es;q=0.8", "eu"),
            (None, None, "fr-FR, en-GB;q=0.7", "en"),
            (None, None, "fr", "es"),
            ("klingon", "fr", "", "es"),
        ],
    )
    def test_asked_for_then_cookie_then_browser_then_default(
        self, asked: str | None, cookie: str | None, accept: str, language: str
    ) -> None:
        assert negotiate(asked, cookie, accept, "es") == language


class TestTranslate:
    def test_values_are_filled_in(self) -> None:
        assert translate("Error %(status)s", "eu", status=404) == "404 errorea"

    def test_an_unknown_message_stays_english(self) -> None:
        assert translate("Nobody wrote this.", "es") == "Nobody wrote this."

    def test_a_percent_sign_in_a_plain_sentence_does_no_harm(self) -> None:
        assert translate("50 % done", "es", case="1") == "50 % done"


class TestLanguageChoice:
    def test_the_choice_is_remembered(self, anonymous_client: WebClient) -> None:
        assert '<html lang="eu">' in anonymous_client.get("/login?lang=eu").text
        page = anonymous_client.get("/login").text
        assert '<html lang="eu">' in page
        assert "Hasi saioa" in page

    def test_the_switch_keeps_the_rest_of_the_address(self, anonymous_client: WebClient) -> None:
        page = anonymous_client.get("/login?next=/cases&lang=en").text
        assert 'href="/login?next=%2Fcases&amp;lang=eu"' in page


class TestFormats:
    @pytest.fixture(autouse=True)
    def in_english(self) -> None:
        current_language.set("en")

    @pytest.mark.parametrize(
        ("moment", "shown"),
        [
            (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "02:30:00 (UTC+0200)"),
            (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "02:30:00 (UTC+0100)"),
            (datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC), "01:59:59 (UTC+0100)"),
            (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "03:00:00 (UTC+0200)"),
        ],
    )
    def test_exact_times_keep_their_offset_over_clock_changes(
        self, moment: datetime, shown: str
    ) -> None:
        assert shown in formats.localtime_exact(moment)

    def test_a_plate_is_grouped_and_escaped(self) -> None:
        assert "<span>1234 BBC</span>" in formats.plate("1234BBC")
        assert "<b>" not in formats.plate("<b>")

    def test_durations_in_words(self) -> None:
        assert formats.duration(timedelta(hours=50)) == "2 days"
