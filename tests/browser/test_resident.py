"""A resident in a hurry, on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.town import Resident, Town, spaced
from tests.browser.windows import Window, Windows, description_of
from tests.control_center.builders import NOON


@pytest.fixture
def resident(town: Town, request: pytest.FixtureRequest) -> Resident:
    login = f"resident-{abs(hash(request.node.nodeid))}"
    return town.add_resident(login, "Itziar Goikoetxea Ruiz")


@pytest.fixture
def phone(windows: Windows, resident: Resident) -> Window:
    return windows.open(resident.login, phone=True)


class TestLogin:
    def test_leads_to_the_authorisations(self, windows: Windows, resident: Resident) -> None:
        window = windows.open(application="citizen", phone=True)
        page = window.go("/")
        window.log_in(resident.login)
        expect(page.get_by_role("heading", level=1)).to_have_text("My authorisations")
        card = page.get_by_role("article", name=resident.reference)
        expect(card).to_contain_text("Active")
        expect(card).to_contain_text("4")

    def test_staff_have_no_business_here(self, windows: Windows) -> None:
        window = windows.open(application="citizen", phone=True)
        page = window.go("/")
        window.log_in("operator")
        expect(page.get_by_role("alert")).to_contain_text("is wrong")


class TestPlateChange:
    def test_a_malformed_plate_gets_an_error_tied_to_its_field(self, phone: Window) -> None:
        page = phone.go("/")
        page.get_by_role("button", name="Change").tap()
        field = page.get_by_label("New plate")
        field.fill("12 %&")
        page.get_by_role("button", name="Change the vehicle").tap()
        expect(page.get_by_role("alert")).to_contain_text("There is a problem")
        expect(field).to_have_attribute("aria-invalid", "true")
        assert "12 %&" in description_of(field)
        expect(field).to_have_value("12 %&")
        page.get_by_role("alert").get_by_role("link").tap()
        expect(field).to_be_focused()
        expect(page).to_have_title("Error: Change a vehicle · Sarbide")

    def test_a_valid_one_is_confirmed_with_a_reference(
        self, phone: Window, town: Town, resident: Resident
    ) -> None:
        plate = town.new_plate()
        page = phone.go("/")
        page.get_by_role("button", name="Change").tap()
        page.get_by_label("New plate").fill(f"{plate[:4]}-{plate[4:].lower()}")
        page.get_by_role("button", name="Change the vehicle").tap()
        expect(page.get_by_text("This is your reference number.")).to_be_visible()
        reference = page.get_by_role("heading", level=1).inner_text()
        assert any(character.isdigit() for character in reference)
        page.get_by_role("button", name="My authorisations").tap()
        card = page.get_by_role("article", name=resident.reference)
        expect(card).to_contain_text(spaced(plate))
        expect(card).not_to_contain_text(spaced(resident.plate))

    def test_puts_a_pending_passage_right(
        self, windows: Windows, town: Town, phone: Window
    ) -> None:
        guest = town.new_plate()
        passage = town.passage(guest, NOON)
        assert town.status_of(passage) == "pending"
        page = phone.go("/")
        page.get_by_role("button", name="Change").tap()
        page.get_by_label("New plate").fill(guest)
        page.get_by_role("button", name="Change the vehicle").tap()
        expect(page.get_by_text("This is your reference number.")).to_be_visible()
        town.do_jobs()
        operator = windows.open("operator").go(f"/passages/{passage}")
        assert operator.get_by_role("region", name="Decisions").get_by_role("article").count() == 2
