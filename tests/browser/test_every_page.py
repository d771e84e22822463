"""Each page, on a phone in daylight and on a desktop at night: structure, accessibility, console.

With SARBIDE_SCREENS naming a folder, every page is also photographed into it.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tests.browser.page_checks import accessibility_problems, structure_problems
from tests.browser.town import Town
from tests.browser.windows import Window, Windows
from tests.control_center.builders import MORNING, NOON

SCREENS = "SARBIDE_SCREENS"


@pytest.fixture(scope="package")
def places(town: Town) -> dict[str, str]:
    """Paths of pages that show one thing."""
    pending = town.passage("9012CCK", NOON - timedelta(minutes=26))
    town.send_pictures(pending, "9012CCK")
    unread = town.passage(None, NOON - timedelta(minutes=3), control_point="CP-02")
    town.send_pictures(unread, None)
    van = town.passage("8765DDK", MORNING + timedelta(minutes=40))
    town.send_pictures(van, "8765DDK")
    cases = [
        town.possible_infraction(f"{number}GGK", NOON - timedelta(hours=73 + 20 * day))
        for day, number in enumerate((7001, 7002, 7003))
    ]
    return {
        "passage": f"/passages/{pending}",
        "read": f"/reviews/reads/{unread}",
        "vehicle": f"/reviews/vehicles/{van}",
        "case": f"/cases/{cases[0]}",
        "procedure": f"/procedures/{_with_allegations(town)}",
        "authorisation": "/authorisations/R-0001",
        "plate": "/authorisations/R-0001/plate?old=5678FGH",
    }


def _with_allegations(town: Town) -> UUID:
    """A case in the instructor's hands, with a proposal."""
    case = town.possible_infraction("7004GGK")
    town.instruct(case)
    return case


PAGES = {
    "login": (None, "/login"),
    "overview": ("operator", "/"),
    "passages": ("operator", "/passages"),
    "passage": ("operator", "{passage}"),
    "reads": ("operator", "/reviews/reads"),
    "read": ("operator", "{read}"),
    "vehicles": ("operator", "/reviews/vehicles"),
    "vehicle": ("operator", "{vehicle}"),
    "pending": ("operator", "/pending"),
    "control-points": ("operator", "/control-points"),
    "police-overview": ("agent", "/"),
    "cases": ("agent", "/cases"),
    "cases-reviewed": ("agent", "/cases?decided=true"),
    "case": ("agent", "{case}"),
    "procedures": ("instructor", "/procedures"),
    "procedure": ("instructor", "{procedure}"),
    "procedure-resolver": ("resolver", "{procedure}"),
    "integrations": ("instructor", "/integrations"),
    "figures": ("chief", "/figures"),
    "prices": ("rules", "/prices"),
    "authorisations": ("desk", "/authorisations"),
    "authorisation": ("desk", "{authorisation}"),
    "zones": ("rules", "/zones"),
    "rules": ("rules", "/rules"),
    "rule": ("rules", "/rules/profile/loading"),
    "rule-edit": ("rules", "/rules/zone/old-quarter/edit"),
    "holidays": ("rules", "/rules/holidays?year=2026"),
    "duty": ("rules", "/imports/duty"),
    "outages": ("desk", "/outages"),
    "papers": ("agent", "{case}/papers"),
    "payments": ("ane", "/payments"),
    "verify": ("ane", "/verify"),
    "answers": ("ane", "/answers"),
    "resident-home": ("ane", "/"),
    "resident-plate": ("ane", "{plate}"),
    "unknown-page": ("operator", "/nothing-here"),
}


def _case_in_hand(window: Window, _: Town) -> None:
    take = window.page.get_by_role("button", name="Take the case")
    if take.count():
        take.click()
        window.page.get_by_role("button", name="Give the case back").wait_for()


BEFORE: dict[str, Callable[[Window, Town], None]] = {"case": _case_in_hand}
"""What has to be done on a page before it shows all that it can."""


@pytest.mark.parametrize("name", PAGES)
def test_is_sound_on_a_phone_by_day_and_on_a_desktop_by_night(
    windows: Windows, town: Town, places: dict[str, str], name: str
) -> None:
    login, path = PAGES[name]
    for phone in (True, False):
        window = windows.open(login, phone=phone, dark=not phone)
        page = window.go(path.format_map(places))
        BEFORE.get(name, lambda *_: None)(window, town)
        photograph(window, f"{name}-{'phone' if phone else 'desktop'}")
        size = "on a phone" if phone else "on a desktop"
        assert structure_problems(page) + accessibility_problems(page) == [], f"{name} {size}"


def photograph(window: Window, name: str) -> None:
    folder = os.environ.get(SCREENS)
    if folder:
        window.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
