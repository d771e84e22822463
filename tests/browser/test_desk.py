"""The service desk in a browser: a citizen comes, and everything is done for them."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.database import transaction
from core.identity import SYSTEM
from permits.imports.running import run_import
from permits.models import Profile
from tests.browser.page_checks import accessibility_problems, structure_problems
from tests.browser.test_every_page import photograph
from tests.browser.town import Town, spaced
from tests.browser.windows import Window, Windows
from tests.control_center.builders import NOON
from tests.permits.applications.builders import PDF
from tests.permits.imports.test_running import Given, many


@pytest.fixture
def agent(windows: Windows) -> Window:
    return windows.open("desk")


def serve(window: Window, text: str, name: str) -> None:
    """Find somebody by `text` and begin to serve them."""
    page = window.go("/desk")
    page.get_by_label("Plate, reference, name or document").fill(text)
    page.get_by_label("What do you search for?").fill("The citizen is at the desk")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name=f"Serve {name}").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


class TestSomebodyNew:
    def test_is_enrolled_applies_with_a_paper_and_takes_a_receipt_home(
        self, agent: Window, town: Town, tmp_path: Path
    ) -> None:
        paper = tmp_path / "lease.pdf"
        paper.write_bytes(PDF)
        plate = town.new_plate()
        page = agent.go("/desk")
        page.get_by_role("button", name="Enrol somebody new").or_(
            page.get_by_role("link", name="Enrol somebody new")
        ).click()
        page.get_by_label("Name", exact=True).fill("Itziar Goikoetxea Ruiz")
        page.get_by_label("Identity or tax number").fill("11223344-B")
        page.get_by_role("button", name="Enrol and serve").click()
        expect(page.get_by_role("status")).to_contain_text("Enrolled: SB-2026-")
        page.get_by_role("button", name="Apply for an authorisation").or_(
            page.get_by_role("link", name="Apply for an authorisation")
        ).click()
        page.get_by_label("What for").select_option("garage")
        page.get_by_label("Plate 1").fill(plate.lower())
        page.get_by_role("button", name="Lodge the application").click()
        expect(page.get_by_role("alert")).to_contain_text("needs a paper")
        expect(page.get_by_label("Plate 1")).to_have_value(plate.lower())
        page.get_by_label("Paper 1", exact=True).set_input_files(paper)
        page.get_by_label("Paper 1 shows").select_option("garage_title")
        page.get_by_role("button", name="Lodge the application").click()
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_contain_text("SB-2026-")
        expect(page.get_by_role("article")).to_contain_text("Itziar Goikoetxea Ruiz")
        page.emulate_media(media="print")
        expect(page.get_by_text("End the visit")).to_be_hidden()
        expect(page.get_by_text("Stamp and signature")).to_be_visible()
        page.emulate_media(media="screen")

    def test_the_officer_grants_it_and_the_citizens_file_says_so(
        self, agent: Window, town: Town
    ) -> None:
        resident = town.add_resident("granted-one", "Maialen Ibarra Gil")
        plate = town.new_plate()
        serve(agent, resident.reference, "Maialen Ibarra Gil")
        page = agent.page
        page.get_by_role("button", name="Apply for an authorisation").or_(
            page.get_by_role("link", name="Apply for an authorisation")
        ).click()
        page.get_by_label("What for").select_option("taxi")
        with transaction(town.runtime.writing) as session:
            session.get_one(Profile, "taxi").evidence_required = []
        page.get_by_label("Plate 1").fill(plate)
        page.get_by_label("Kind of vehicle 1").select_option("taxi")
        page.get_by_role("button", name="Lodge the application").click()
        reference = page.get_by_role("article").inner_text().split("TX-")[1][:4]
        agent.go(f"/applications/TX-{reference}")
        page.get_by_role("button", name="Begin the review").click()
        page.get_by_role("button", name="Grant it").click()
        expect(page.get_by_role("status")).to_contain_text("is granted")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Active")


class TestSomebodyKnown:
    def test_changes_a_vehicle_by_phone_and_hears_the_number(
        self, agent: Window, town: Town
    ) -> None:
        resident = town.add_resident("by-phone", "Gorka Zabala Ugarte")
        new = town.new_plate()
        serve(agent, spaced(resident.plate), "Gorka Zabala Ugarte")
        page = agent.page
        page.get_by_role("link", name=f"Change {resident.plate}").click()
        page.get_by_label("New plate").fill("12 %&")
        page.get_by_role("button", name="Change a vehicle").click()
        expect(page.get_by_role("alert")).to_contain_text("There is a problem")
        page.get_by_label("New plate").fill(new)
        page.get_by_label("Kind of vehicle").select_option("car")
        page.get_by_role("button", name="Change a vehicle").click()
        expect(page.get_by_role("article")).to_contain_text(f"{resident.plate} → {new}")
        page.get_by_role("button", name="End the visit").click()
        expect(page.get_by_role("status")).to_contain_text("The visit has ended")

    def test_a_visitors_entry_is_put_right(self, agent: Window, town: Town) -> None:
        resident = town.add_resident("host", "Nerea Elorza Díaz")
        visitor = town.new_plate()
        town.passage(visitor, NOON - timedelta(hours=1))
        with transaction(town.runtime.writing) as session:
            rules = session.get_one(Profile, "home_care")
            rules.retroactive_hours, rules.evidence_required, rules.lead_time_hours = 72, [], None
        serve(agent, resident.reference, "Nerea Elorza Díaz")
        page = agent.page
        page.get_by_label("Another plate").fill(visitor)
        page.get_by_role("button", name="Find its entries").click()
        page.get_by_role("button", name="Put it right").or_(
            page.get_by_role("link", name="Put it right")
        ).click()
        expect(page.get_by_label("Plate 1")).to_have_value(visitor)
        page.get_by_label("What for").select_option("home_care")
        page.get_by_role("button", name="Lodge the application").click()
        expect(page.get_by_role("article")).to_contain_text("put an entry right")

    @pytest.mark.parametrize("path", ["/authorisations", "/desk"])
    def test_changing_the_language_after_a_search_leads_to_a_page(
        self, agent: Window, path: str
    ) -> None:
        page = agent.go(path)
        page.get_by_label("Plate, reference, name or document").fill("Etxebarria")
        page.get_by_label("What do you search for?").fill("Trying the language")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name="eu", exact=True).click()
        expect(page.get_by_role("heading", level=1)).not_to_contain_text("404")
        assert page.evaluate("document.documentElement.lang") == "eu"
        assert page.url.split("?")[0].endswith(path)


class TestEveryPage:
    """On a phone in daylight and on a desktop at night."""

    @pytest.fixture(scope="class")
    @classmethod
    def held(cls, town: Town) -> str:
        runtime = town.runtime
        run_import(runtime, "garages", Given(many(30).encode()), SYSTEM, now=NOON)
        bad = many(10, G2="G-2,1,Holder 2,12").encode()
        return str(run_import(runtime, "garages", Given(bad), SYSTEM, now=NOON))

    @pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
    def test_of_the_desk_is_sound(self, windows: Windows, town: Town, phone: bool) -> None:
        window = windows.open("desk", phone=phone, dark=not phone)
        name = f"Ane Agirre {'Gil' if phone else 'Ruiz'}"
        resident = town.add_resident(f"sound-{phone}", name, place="Somera 4, 2.º A")
        town.passage(resident.plate, NOON - timedelta(minutes=40 if phone else 50))
        serve(window, resident.reference, name)
        file = window.page.url.removeprefix(window.address)
        self._check(window, "desk-file", phone)
        pages = {
            "desk": "/desk",
            "desk-enrol": "/desk/enrol",
            "desk-apply": f"{file}/apply",
            "desk-vehicle": f"{file}/vehicles/{resident.reference}?old={resident.plate}",
            "applications": "/applications",
            "notices": "/notices",
            "outages": "/outages",
        }
        for page_name, path in pages.items():
            window.go(path)
            self._check(window, page_name, phone)
        window.go(f"{file}/fleet")
        content = b"plate,vehicle_class,class_evidence\n1234BBC,ship,FT-001\n"
        fleet = {"name": "fleet.csv", "mimeType": "text/csv", "buffer": content}
        window.page.locator("input[type=file]").set_input_files(files=fleet)  # type: ignore[arg-type]
        window.page.get_by_role("button", name="Register the fleet").click()
        expect(window.page.get_by_role("alert")).to_contain_text("Nothing was changed")
        self._check(window, "desk-fleet", phone)
        window.go(f"{file}/apply")
        window.page.get_by_label("What for").select_option("garage")
        window.page.get_by_label("Plate 1").fill(town.new_plate())
        with transaction(town.runtime.writing) as session:
            session.get_one(Profile, "garage").evidence_required = []
        window.page.get_by_role("button", name="Lodge the application").click()
        self._check(window, "desk-receipt", phone)
        text = window.page.get_by_role("article").inner_text()
        reference = next(word for word in text.split() if word.startswith("G-"))
        for page_name, path in {
            "application": f"/applications/{reference}",
            "desk-application": f"{file}/applications/{reference}",
        }.items():
            window.go(path)
            self._check(window, page_name, phone)
        with transaction(town.runtime.writing) as session:
            session.get_one(Profile, "garage").evidence_required = ["garage_title"]

    @pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
    def test_of_the_imports_is_sound(self, windows: Windows, held: str, phone: bool) -> None:
        window = windows.open("rules", phone=phone, dark=not phone)
        for name, path in {"imports": "/imports", "import": f"/imports/{held}"}.items():
            window.go(path)
            self._check(window, name, phone)

    @staticmethod
    def _check(window: Window, name: str, phone: bool) -> None:
        photograph(window, f"{name}-{'phone' if phone else 'desktop'}")
        problems = structure_problems(window.page) + accessibility_problems(window.page)
        assert problems == [], name
