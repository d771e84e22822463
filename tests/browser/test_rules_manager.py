"""The rules manager shortens the residents' morning, after seeing whom it would have met."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.town import Town
from tests.browser.windows import Windows
from tests.control_center.builders import MORNING


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_rule_is_changed_with_a_preview_and_a_record(
    windows: Windows, town: Town, phone: bool, scripts: bool
) -> None:
    plate = town.new_plate()
    town.permit(plate, "resident")
    for days in range(3):
        town.passage(plate, MORNING - timedelta(days=days) + timedelta(minutes=20))
    window = windows.open("rules", phone=phone, scripts=scripts)
    page = window.go("/rules")
    page.get_by_role("link", name="Resident", exact=True).click()
    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_role("group", name="Line 1").get_by_label("to").fill("09:00")
    photograph(window.page, f"rules-edit-{phone}")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who would have been affected")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="CP-01"))
    expect(row.first).to_be_visible()
    photograph(window.page, f"rules-preview-{phone}")
    page.get_by_label("Why, or which resolution").fill("Resolution 2026/114")
    page.get_by_role("button", name="Save this version").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved as version")
    record = page.get_by_role("region", name="Record of changes")
    expect(record).to_contain_text("Resolution 2026/114")
    expect(record).to_contain_text("planned")
    photograph(window.page, f"rules-show-{phone}")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_holiday_file_with_a_broken_line_is_refused_and_mended(
    windows: Windows, tmp_path: Path, scripts: bool
) -> None:
    day = "2026-10-28" if scripts else "2026-10-29"
    page = windows.open("rules", phone=scripts, scripts=scripts).go("/rules/holidays?year=2026")
    table = page.get_by_role("textbox", name="The table").input_value()
    broken, mended = tmp_path / "broken.csv", tmp_path / "holidays.csv"
    broken.write_text(f"{table}{day},bilbao,Fiesta\n")
    mended.write_text(f"{table}{day},bilbao,Fiesta,Jaia,Feast of the bridge\n")
    page.get_by_label("A file (CSV)").set_input_files(broken)
    page.get_by_role("button", name="Preview").click()
    line = len(table.splitlines()) + 1
    expect(page.get_by_role("alert")).to_contain_text(f"broken.csv: line {line}: 5 fields expected")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed.")
    page.get_by_label("A file (CSV)").set_input_files(mended)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("ins").last).to_have_text("Feast of the bridge (Bilbao)")
    photograph(page, f"holidays-preview-{scripts}")
    page.get_by_label("Why, or which resolution?").fill("Order 12/2026")
    page.get_by_role("button", name="Let it hold").click()
    expect(page.get_by_role("status").first).to_contain_text("days were changed")
    expect(page.get_by_role("region", name="Record of changes")).to_contain_text("Order 12/2026")
    expect(page.get_by_role("rowheader", name=day)).to_be_visible()


def test_who_is_in_service_comes_from_a_file(windows: Windows, town: Town, tmp_path: Path) -> None:
    plate = town.new_plate()
    town.permit(plate, "taxi")
    file = tmp_path / "shift.csv"
    since = (MORNING - timedelta(minutes=5)).isoformat()
    file.write_text(f"plate,duty,since\n{plate},off,{since}\n{plate},maybe,{since}\n")
    page = windows.open("rules").go("/imports/duty")
    page.get_by_label("File (CSV)").set_input_files(file)
    page.get_by_role("button", name="Take it in").click()
    aside = page.get_by_role("region", name="Lines put aside").first
    expect(aside).to_contain_text("says neither 'on' nor 'off'")
    page.goto(page.url.rsplit("/", 1)[0] + "/duty")
    expect(page.locator("dl.facts")).to_contain_text("Off duty")


def photograph(page: object, name: str) -> None:
    folder = os.environ.get("SARBIDE_SCREENS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)  # type: ignore[attr-defined]
