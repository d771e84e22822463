"""A resident and a hotel put an entry right from a phone."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.database import transaction
from permits.applications.reviewing import approve, refuse, request_information, take_up
from tests.browser.page_checks import accessibility_problems, structure_problems
from tests.browser.test_every_page import photograph
from tests.browser.town import Town, spaced
from tests.browser.windows import Window, Windows, description_of
from tests.control_center.builders import NOON
from tests.permits.applications.builders import ANOTHER, OFFICER, PDF


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    file = tmp_path / "booking.pdf"
    file.write_bytes(PDF)
    return file


def reference_on(page: Page) -> str:
    """Of the application, from its receipt."""
    page.get_by_role("button", name="The application").click()
    return page.get_by_role("heading", level=1).inner_text().split()[-1]


class TestResident:
    def test_from_the_entry_on_the_list_to_the_appeal(
        self, windows: Windows, town: Town, paper: Path
    ) -> None:
        resident = town.add_resident("puts-right", "Garazi Elorza Gil", place="Somera 12, 3.º B")
        passage = town.passage(resident.plate, NOON - timedelta(minutes=35))
        page = windows.open(resident.login, phone=True).go("/")
        page.get_by_role("button", name="Put it right").tap()
        expect(page.get_by_role("main")).to_contain_text(spaced(resident.plate))
        page.get_by_label("Which right does it fall under?").select_option(
            f"{resident.reference}/one_off"
        )
        page.get_by_label("Paper 1", exact=True).set_input_files(paper)
        page.get_by_label("Paper 1 shows").select_option("purchase")
        page.get_by_label("Remark").fill("We had to bring a wheelchair.")
        page.get_by_role("button", name="Lodge it").tap()
        expect(page.get_by_role("heading", level=1)).to_contain_text("SB-2026-")
        name = reference_on(page)
        town.do_jobs()
        expect(page.get_by_text("Stands still")).to_be_visible()
        with transaction(town.runtime.writing) as session:
            take_up(session, OFFICER, name, now=NOON)
            request_information(session, OFFICER, name, "Whose wheelchair is it?", now=NOON)
        page.reload()
        expect(page.get_by_text("Whose wheelchair is it?")).to_be_visible()
        page.get_by_label("Your answer").fill("My mother's.")
        page.get_by_role("button", name="Send the answer").tap()
        expect(page.get_by_role("status")).to_contain_text("Information and papers handed in")
        with transaction(town.runtime.writing) as session:
            refuse(session, OFFICER, name, reason="evidence_insufficient", now=NOON)
        page.get_by_role("link", name="Applications").tap()
        page.get_by_role("link", name=name).tap()
        expect(page.get_by_text("The papers do not show")).to_be_visible()
        page.get_by_label("Why do you not agree?").fill("The invoice has her name on it.")
        page.get_by_role("button", name="Lodge the appeal").tap()
        expect(page.get_by_role("status")).to_contain_text("Appeal against a refusal")
        with transaction(town.runtime.writing) as session:
            approve(session, town.runtime.keys, ANOTHER, name, now=NOON)
        town.do_jobs()
        assert town.status_of(passage) == "regularised"


class TestHotel:
    def test_a_guests_entry_without_scripts(
        self, windows: Windows, town: Town, paper: Path
    ) -> None:
        hotel = town.add_resident(
            "hotel", "Hotel Arriaga Berria", profile="hotel", place="Hotel Arriaga Berria"
        )
        guest = town.new_plate()
        passage = town.passage(guest, NOON - timedelta(minutes=20))
        window = windows.open(hotel.login, phone=True, scripts=False)
        page = window.go("/entries")
        page.get_by_role("button", name="Put an entry right").click()
        plate = page.get_by_label("Plate")
        plate.fill("12 %&")
        self._fill(page, paper)
        expect(page.get_by_role("alert")).to_contain_text("is not a number plate")
        assert "12 %&" in description_of(plate)
        expect(plate).to_have_value("12 %&")
        plate.fill(f"{guest[:4]} {guest[4:].lower()}")
        page.get_by_role("button", name="Lodge it").click()
        expect(page.get_by_role("alert")).to_contain_text("booking or invoice")
        self._fill(page, paper)
        expect(page.get_by_role("heading", level=1)).to_contain_text("SB-2026-")
        name = reference_on(page)
        town.do_jobs()
        with transaction(town.runtime.writing) as session:
            take_up(session, OFFICER, name, now=NOON)
            approve(session, town.runtime.keys, OFFICER, name, now=NOON)
        town.do_jobs()
        assert town.status_of(passage) == "regularised"
        page.reload()
        expect(page.get_by_text("that entry is in order now")).to_be_visible()

    @staticmethod
    def _fill(page: Page, paper: Path) -> None:
        page.get_by_label("About what time").select_option("12")
        page.get_by_label("Which right does it fall under?").select_option(
            label="Hotel guest · Hotel Arriaga Berria (booking or invoice)"
        )
        page.get_by_label("Paper 1", exact=True).set_input_files(paper)
        page.get_by_label("Paper 1 shows").select_option("booking")
        page.get_by_role("button", name="Lodge it").click()


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_every_page_is_sound(windows: Windows, town: Town, paper: Path, phone: bool) -> None:
    """On a phone in daylight and on a desktop at night."""
    name = f"Amaia Zubiri {'Gil' if phone else 'Ruiz'}"
    resident = town.add_resident(f"sound-entries-{phone}", name, place="Tendería 4, 1.º C")
    town.passage(resident.plate, NOON - timedelta(minutes=15 if phone else 16))
    window = windows.open(resident.login, phone=phone, dark=not phone)
    check(window, "/", "entry-home", phone)
    check(window, "/entries", "entries", phone)
    page = window.page
    page.get_by_role("button", name="Put it right").click()
    check(window, None, "entry-chosen", phone)
    window.go("/entries/new")
    page.get_by_label("Plate").fill("12 %&")
    page.get_by_role("button", name="Lodge it").click()
    check(window, None, "entry-problem", phone)
    page.get_by_label("Plate").fill(town.new_plate())
    page.get_by_label("About what time").select_option("11")
    page.get_by_label("Which right does it fall under?").select_option(
        f"{resident.reference}/one_off"
    )
    page.get_by_role("button", name="Lodge it").click()
    check(window, None, "entry-receipt", phone)
    reference = reference_on(page)
    with transaction(town.runtime.writing) as session:
        take_up(session, OFFICER, reference, now=NOON)
        request_information(session, OFFICER, reference, "Who came to see you?", now=NOON)
    check(window, f"/applications/{reference}", "own-application-asked", phone)
    check(window, "/applications", "own-applications", phone)
    page.get_by_role("link", name="answer before").click()
    page.get_by_label("Your answer").fill("My aunt.")
    page.get_by_role("button", name="Send the answer").click()
    with transaction(town.runtime.writing) as session:
        refuse(session, OFFICER, reference, reason="evidence_insufficient", now=NOON)
    check(window, f"/applications/{reference}", "own-application-refused", phone)
    check(window, "/entries", "entries-refused", phone)


def check(window: Window, path: str | None, name: str, phone: bool) -> None:
    if path is not None:
        window.go(path)
    photograph(window, f"{name}-{'phone' if phone else 'desktop'}")
    assert structure_problems(window.page) + accessibility_problems(window.page) == [], name
