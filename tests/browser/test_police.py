"""An agent's morning: the queue, a case with its pictures, decisions by hand and by keyboard."""

from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.town import Town
from tests.browser.windows import Window, Windows, is_loaded


@pytest.fixture
def agent(windows: Windows) -> Window:
    return windows.open("agent")


@pytest.fixture
def case(town: Town) -> UUID:
    return town.possible_infraction()


def take(window: Window, case: UUID) -> Page:
    page = window.go(f"/cases/{case}")
    page.get_by_role("button", name="Take the case").click()
    expect(page.get_by_role("button", name="Give the case back")).to_be_visible()
    return page


def send_form(page: Page, path: str, fields: dict[str, str] | None = None) -> int:
    """Status of a form sent from this page without any button for it being there."""
    return int(
        page.evaluate(
            """async ([path, fields]) => {
                const token = document.querySelector('meta[name="csrf-token"]').content;
                const body = new URLSearchParams({ csrf_token: token, ...fields });
                return (await fetch(path, { method: "POST", body })).status;
            }""",
            [path, fields or {}],
        )
    )


class TestQueue:
    def test_leads_to_a_case_with_both_pictures(
        self, agent: Window, town: Town, case: UUID
    ) -> None:
        page = agent.go("/cases")
        page.get_by_role("link", name=town.case(case)[0]).click()
        pictures = page.get_by_role("region", name="Pictures").get_by_role("img")
        expect(pictures).to_have_count(2)
        assert [is_loaded(pictures.nth(one)) for one in range(2)] == [True, True]

    def test_on_a_phone_too(self, windows: Windows, town: Town, case: UUID) -> None:
        page = windows.open("agent", phone=True).go("/cases")
        page.get_by_role("link", name=town.case(case)[0]).tap()
        pictures = page.get_by_role("region", name="Pictures").get_by_role("img")
        assert [is_loaded(pictures.nth(one)) for one in range(2)] == [True, True]


class TestValidation:
    def test_is_impossible_before_looking(self, agent: Window, town: Town, case: UUID) -> None:
        page = agent.go("/cases")
        expect(page.get_by_role("button", name="Validate")).to_have_count(0)
        assert send_form(page, f"/cases/{case}/validate") == 409
        assert town.case(case)[1] == "ready"

    def test_is_impossible_without_taking_the_case(
        self, agent: Window, town: Town, case: UUID
    ) -> None:
        page = agent.go(f"/cases/{case}")
        expect(page.get_by_role("button", name="Validate")).to_have_count(0)
        assert send_form(page, f"/cases/{case}/validate") == 409
        assert town.case(case)[1] == "ready"

    def test_ends_in_the_list_of_reviewed_cases(
        self, agent: Window, town: Town, case: UUID
    ) -> None:
        page = take(agent, case)
        page.get_by_role("button", name="Validate the infraction").click()
        reference, state = town.case(case)
        expect(page.get_by_role("status")).to_have_text(f"Case {reference} is validated.")
        assert state == "agent_validated"
        page.get_by_role("link", name="Reviewed").click()
        expect(page.get_by_role("link", name=reference)).to_be_visible()

    def test_a_second_agent_sees_who_has_the_case(
        self, agent: Window, windows: Windows, town: Town, case: UUID
    ) -> None:
        take(agent, case)
        page = windows.open("colleague").go(f"/cases/{case}")
        expect(page.get_by_text("Jon Agirre has this case at the moment.")).to_be_visible()
        expect(page.get_by_role("button", name="Validate")).to_have_count(0)


class TestKeyboard:
    def test_rejects_with_a_coded_reason(self, agent: Window, town: Town, case: UUID) -> None:
        page = agent.go(f"/cases/{case}")
        page.keyboard.press("t")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Reject")).to_be_visible()
        page.keyboard.press("r")
        reason = page.get_by_label("Reason for no infraction")
        expect(reason).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(reason).not_to_have_value("")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Reject")).to_be_focused()
        page.keyboard.press("Enter")
        reference, _ = town.case(case)
        expect(page.get_by_role("status")).to_have_text(f"Case {reference} is rejected.")
        assert town.case(case)[1] == "agent_rejected"

    def test_validates_only_with_a_second_key(self, agent: Window, town: Town, case: UUID) -> None:
        page = agent.go(f"/cases/{case}")
        page.keyboard.press("t")
        page.keyboard.press("Enter")
        validate = page.get_by_role("button", name="Validate the infraction")
        expect(validate).to_be_visible()
        page.keyboard.press("v")
        expect(validate).to_be_focused()
        assert town.case(case)[1] == "ready"
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("is validated.")
        assert town.case(case)[1] == "agent_validated"

    def test_letters_typed_into_the_note_are_letters(self, agent: Window, case: UUID) -> None:
        page = take(agent, case)
        note = page.get_by_label("Note")
        note.press_sequentially("vrtqn")
        expect(note).to_have_value("vrtqn")
        expect(note).to_be_focused()

    @pytest.mark.parametrize(
        ("key", "field"), [("c", "Plate in the picture"), ("l", "What you are not sure about")]
    )
    def test_a_key_leads_into_the_field_so_that_what_follows_is_text(
        self, agent: Window, case: UUID, key: str, field: str
    ) -> None:
        page = take(agent, case)
        page.keyboard.press(key)
        page.keyboard.type("1vrs")
        expect(page.get_by_label(field)).to_have_value("1vrs")
        expect(page.get_by_role("dialog")).to_have_count(0)

    def test_after_a_refusal_the_same_page_goes_on(
        self, agent: Window, town: Town, case: UUID
    ) -> None:
        page = take(agent, case)
        page.keyboard.press("r")
        page.get_by_label("Reason for no infraction").select_option("instructed")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("needs a reference")
        expect(page.get_by_label("Reason for no infraction")).to_have_value("instructed")
        page.get_by_label("Note").fill("Officer 48-0099")
        page.get_by_role("button", name="Reject").click()
        expect(page.get_by_role("status")).to_contain_text("is rejected.")
        assert town.case(case)[1] == "agent_rejected"
