"""The main forms with JavaScript switched off."""

from playwright.sync_api import expect

from tests.browser.town import Town, spaced
from tests.browser.windows import Windows


def test_an_operator_logs_in_reads_the_list_and_corrects_a_plate(
    windows: Windows, town: Town
) -> None:
    plate = town.new_plate()
    passage = town.passage(plate, confidence=0.3)
    window = windows.open(scripts=False)
    page = window.go(f"/reviews/reads/{passage}")
    window.log_in("operator")
    page.get_by_label("The plate says").fill(plate)
    page.get_by_role("button", name="Save and decide again").click()
    expect(page.get_by_role("status")).to_contain_text("Answer saved.")
    assert town.status_of(passage) == "pending"
    window.go("/")
    expect(page.get_by_role("row").filter(has_text=spaced(plate))).to_be_visible()
    expect(page.locator("noscript p")).to_be_visible()


def test_an_agent_takes_and_validates_a_case(windows: Windows, town: Town) -> None:
    case = town.possible_infraction()
    page = windows.open("agent", scripts=False).go(f"/cases/{case}")
    page.get_by_role("button", name="Take the case").click()
    page.get_by_role("button", name="Validate the infraction").click()
    expect(page.get_by_role("status")).to_contain_text("is validated.")
    assert town.case(case)[1] == "agent_validated"


def test_a_resident_changes_a_plate(windows: Windows, town: Town) -> None:
    town.add_resident("without-scripts", "Peio Arana")
    plate = town.new_plate()
    page = windows.open("without-scripts", scripts=False, phone=True).go("/")
    page.get_by_role("button", name="Change").click()
    page.get_by_label("New plate").fill(plate)
    page.get_by_role("button", name="Change the vehicle").click()
    expect(page.get_by_text("This is your reference number.")).to_be_visible()
