"""The language switch: on every page, in one press, and remembered."""

import pytest
from playwright.sync_api import expect

from core.web.translations import translate
from tests.browser.windows import Windows

PAGES = {
    ("operator", "/"): "Overview",
    ("operator", "/pending"): "Pending regularisation",
    ("operator", "/reviews/reads"): "Reads to review",
    ("operator", "/control-points"): "Control points",
    ("agent", "/cases"): "Possible infractions",
    ("ane", "/"): "My authorisations",
}


@pytest.mark.parametrize(("login", "path"), PAGES)
def test_a_page_changes_its_language_in_place(windows: Windows, login: str, path: str) -> None:
    heading = PAGES[login, path]
    window = windows.open(login, phone=login == "ane")
    page = window.go(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    for language in ("eu", "es"):
        page.locator(f'a[hreflang="{language}"]').click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        title = page.get_by_role("heading", level=1)
        expect(title).to_have_text(translate(heading, language))
        expect(title).not_to_have_text(heading)
    window.go(path)
    expect(page.locator("html")).to_have_attribute("lang", "es")


@pytest.mark.parametrize("language", ["es", "eu", "en"])
def test_a_browser_is_answered_in_its_own_language(windows: Windows, language: str) -> None:
    page = windows.open(language=language).go("/login")
    expect(page.get_by_role("heading", level=1)).to_have_text(translate("Log in", language))
