"""An operator's night: passages as they happen, plates in doubt, cameras, deadlines."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.town import Town, spaced
from tests.browser.windows import Window, Windows, description_of, is_loaded
from tests.control_center.builders import NOON


class TestLogin:
    @pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
    def test_a_wrong_password_is_explained_and_the_right_one_opens_the_overview(
        self, windows: Windows, phone: bool
    ) -> None:
        window = windows.open(phone=phone)
        page = window.go("/pending")
        window.log_in("operator", "not the password")
        expect(page.get_by_role("alert")).to_contain_text("login or the password is wrong")
        assert "is wrong" in description_of(page.get_by_label("Password"))
        window.log_in("operator")
        expect(page.get_by_role("heading", level=1)).to_have_text("Pending regularisation")

    def test_logging_out_closes_the_pages(self, windows: Windows) -> None:
        window = windows.open()
        page = window.go("/login")
        window.log_in("operator")
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("status")).to_have_text("You are logged out.")
        window.go("/passages")
        expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


class TestLivePassages:
    def test_a_passage_appears_without_reloading(self, desk: Window, town: Town) -> None:
        page = desk.go("/")
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        page.evaluate("() => { window.neverReloaded = true }")
        plate = town.new_plate()
        town.passage(plate, NOON - timedelta(minutes=1))
        row = page.get_by_role("row").filter(has_text=spaced(plate))
        expect(row).to_contain_text("Pending")
        assert page.evaluate("() => window.neverReloaded") is True
        row.get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(spaced(plate))

    def test_the_row_changes_in_place_when_the_passage_is_decided_again(
        self, desk: Window, town: Town
    ) -> None:
        plate = town.new_plate()
        town.passage(plate, NOON - timedelta(minutes=1))
        page = desk.go("/")
        row = page.get_by_role("row").filter(has_text=spaced(plate))
        expect(row).to_contain_text("Pending")
        town.permit(plate, "garage")
        town.do_jobs()
        expect(row).to_contain_text("Regularised")
        expect(row).to_have_count(1)


class TestReadReview:
    def test_a_corrected_plate_is_decided_and_explained_in_words(
        self, desk: Window, town: Town
    ) -> None:
        plate = town.new_plate()
        town.permit(plate, "garage")
        doubtful = f"{plate[:-1]}X"
        passage = town.passage(doubtful, confidence=0.31)
        town.send_pictures(passage, doubtful)
        page = desk.go("/reviews/reads")
        page.get_by_role("button", name=f"Answer {doubtful}").click()
        expect(page.get_by_role("img").first).to_be_visible()
        assert is_loaded(page.locator("main img").first)

        field = page.get_by_label("The plate says")
        field.fill("12-%")
        page.get_by_role("button", name="Save and decide again").click()
        expect(field).to_have_attribute("aria-invalid", "true")
        assert "is not a number plate" in description_of(field)

        field.fill(plate.lower())
        page.get_by_role("button", name="Save and decide again").click()
        expect(page.get_by_role("status")).to_contain_text("The passage is now: Authorised")
        desk.go(f"/passages/{passage}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(spaced(plate))
        decision = page.get_by_role("region", name="Decisions").get_by_role("article").first
        expect(decision).to_contain_text("Garage")
        assert town.status_of(passage) == "authorised"


class TestCameras:
    def test_a_covered_camera_is_named_with_its_trouble(self, desk: Window) -> None:
        page = desk.go("/control-points")
        row = page.get_by_role("row").filter(has_text="CP-02")
        expect(row).to_contain_text("Covered")
        expect(page.get_by_role("row").filter(has_text="CP-01")).to_contain_text("Good")
        expect(page.get_by_role("heading", name="edge-01")).to_be_visible()


class TestPending:
    def test_counts_down_to_the_deadline(self, desk: Window, town: Town) -> None:
        plate = town.new_plate()
        town.passage(plate, NOON - timedelta(hours=23, minutes=30))
        page = desk.go("/pending")
        row = page.get_by_role("row").filter(has_text=spaced(plate))
        expect(row).to_contain_text("2 days")
        expect(row).to_contain_text("22 Oct 2026, 13:00")


class TestAlarms:
    @pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
    def test_a_moved_camera_appears_without_reloading_with_what_to_do(
        self, windows: Windows, town: Town, phone: bool
    ) -> None:
        town.heartbeat(CP_01="good")
        page = windows.open("operator", phone=phone).go("/control-points")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        words = page.locator("[data-refresh]").get_by_text("The camera was moved")
        expect(words).to_have_count(0)
        town.heartbeat(CP_01="moved")
        expect(words.first).to_be_visible()
        expect(page.get_by_text("Have it turned back").first).to_be_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
        town.heartbeat(CP_01="good")
