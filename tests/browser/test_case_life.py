"""The whole life of one case, with three people at their own screens: agent, instructor, resolver.

What the systems outside do (naming the holder, delivering, paying) is entered as they would.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from core.clock import municipal
from core.database import transaction
from sanctions import daily, procedure
from sanctions.deadlines import ONE_DAY
from sanctions.documents.service import documents_of
from sanctions.queries import get_case
from tests.browser.test_police import send_form, take
from tests.browser.town import Town
from tests.browser.windows import Window, Windows
from tests.control_center.builders import NOON
from tests.sanctions.lives import HOLDER


@pytest.fixture
def case(town: Town) -> Iterator[UUID]:
    yield town.possible_infraction()
    town.runtime.clock.move_to(NOON)


@pytest.fixture
def agent(windows: Windows) -> Window:
    return windows.open("agent")


@pytest.fixture
def instructor(windows: Windows) -> Window:
    return windows.open("instructor")


@pytest.fixture
def resolver(windows: Windows) -> Window:
    return windows.open("resolver")


@pytest.fixture
def resident(windows: Windows) -> Window:
    """Anybody at home, logged in nowhere."""
    return windows.open(application="citizen")


def said(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


class TestLife:
    def test_from_the_queue_to_the_payment(
        self,
        town: Town,
        case: UUID,
        agent: Window,
        instructor: Window,
        resolver: Window,
        resident: Window,
    ) -> None:
        validate(agent, town, case)
        see_paper(agent, town, case, "Statement of offence")
        find_holder(town, case)
        ask_for_notification(instructor, case)
        see_paper(instructor, town, case, "Notification of the offence")
        deliver(town, case)
        lodge_allegations(instructor, town, case)
        ask_and_give_report(instructor, agent, case)
        propose(instructor, case)
        resolve(resolver, town, case)
        see_paper(resolver, town, case, "Resolution of the sanctioning procedure")
        verify_resolution(resident, town, case)
        note_service(instructor, case)
        let_time_pass(town, timedelta(days=40))
        assert town.case(case)[1] == "firm"
        pay(town, case)
        page = resolver.go(f"/cases/{case}")
        for words in ("Paid voluntarily", "Resolved", "Allegations lodged", "Notified"):
            expect(page.get_by_role("listitem").filter(has_text=words).first).to_be_visible()

    def test_nobody_does_what_is_anothers_duty(
        self, town: Town, case: UUID, agent: Window, instructor: Window, resolver: Window
    ) -> None:
        validate(agent, town, case)
        serve(town, case)
        lodge_allegations(instructor, town, case)
        propose(instructor, case)
        for window, forbidden in ((agent, "resolution"), (agent, "proposal"), (agent, "annul")):
            page = window.go(f"/procedures/{case}")
            assert send_form(page, f"/procedures/{case}/{forbidden}", FORM) == 403
        page = instructor.go(f"/procedures/{case}")
        expect(page.get_by_role("button", name="Resolve the case")).to_have_count(0)
        assert send_form(page, f"/procedures/{case}/resolution", FORM) == 403
        page = resolver.go(f"/procedures/{case}")
        expect(page.get_by_role("button", name="Make the proposal")).to_have_count(0)
        assert send_form(page, f"/cases/{case}/validate") == 403
        assert town.case(case)[1] == "allegations"


FORM = {"outcome": "sanction", "text": "x", "reason": "formal_defect"}


def validate(agent: Window, town: Town, case: UUID) -> None:
    page = take(agent, case)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("v")
    page.keyboard.press("Enter")
    said(page, "is validated.")
    assert town.case(case)[1] == "agent_validated"


def see_paper(window: Window, town: Town, case: UUID, name: str) -> None:
    """The worker makes it; the page of the case's papers shows it, signed, as a PDF."""
    town.do_jobs()
    page = window.go(f"/cases/{case}/papers")
    link = page.get_by_role("link", name=name)
    expect(link).to_be_visible()
    answer = page.request.get(window.address + str(link.get_attribute("href")))
    assert answer.body().startswith(b"%PDF")
    assert b"ETSI.CAdES.detached" in answer.body()


def ask_for_notification(instructor: Window, case: UUID) -> None:
    page = instructor.go(f"/cases/{case}/papers")
    page.get_by_label("Have a document made").select_option("notification")
    page.get_by_role("button", name="Make it").click()
    said(page, "It is being made.")


def verify_resolution(resident: Window, town: Town, case: UUID) -> None:
    with town.runtime.reading() as session:
        (made,) = (one for one in documents_of(session, case) if one.kind == "resolution")
        reference, code = get_case(session, case).reference, made.code
    page = resident.go("/verify")
    page.get_by_label("Verification code").fill(code)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("This code belongs to a document that we issued.")).to_be_visible()
    expect(page.get_by_text(reference)).to_be_visible()
    expect(page.get_by_text(str(made.sha256))).to_be_visible()


def serve(town: Town, case: UUID) -> None:
    find_holder(town, case)
    deliver(town, case)


def find_holder(town: Town, case: UUID) -> None:
    now = town.runtime.clock.now()
    with transaction(town.runtime.writing) as session:
        procedure.find_holder(session, case, HOLDER, enquired_at=now, now=now)


def deliver(town: Town, case: UUID) -> None:
    now = town.runtime.clock.now()
    with transaction(town.runtime.writing) as session:
        procedure.start_notifying(session, case, channel="post", now=now)
    town.runtime.clock.advance(timedelta(days=2))
    now = town.runtime.clock.now()
    with transaction(town.runtime.writing) as session:
        day = municipal(now).date() - ONE_DAY
        procedure.serve(session, case, served_on=day, how="post", now=now)
    assert town.case(case)[1] == "notified"


def lodge_allegations(instructor: Window, town: Town, case: UUID) -> None:
    page = instructor.go(f"/procedures/{case}")
    page.get_by_label("How it came").select_option("registry")
    page.get_by_label("Registry number").fill("2026-R-4711")
    page.get_by_label("Text").last.fill("I was in Vitoria that day.")
    page.get_by_role("button", name="Put into the file").click()
    said(page, "It is in the file.")
    assert town.case(case)[1] == "allegations"


def ask_and_give_report(instructor: Window, agent: Window, case: UUID) -> None:
    page = instructor.go(f"/procedures/{case}")
    page.get_by_label("What is denied").fill("The person denies having been there.")
    page.get_by_role("button", name="Ask for the report").click()
    said(page, "The agent is asked for a report.")
    page = agent.go("/procedures")
    page.get_by_role("link", name="The person denies").click()
    page.get_by_label("What you saw").fill("The plate and the van are clear in both pictures.")
    page.get_by_label("The facts", exact=True).select_option("true")
    page.get_by_role("button", name="Give the report").click()
    said(page, "Your report is in the file.")


def propose(instructor: Window, case: UUID) -> None:
    page = instructor.go("/procedures")
    page.locator(f'a[href="/procedures/{case}"]').click()
    page.get_by_label("Begin with a text").select_option("facts_proven")
    page.get_by_role("button", name="Fill in").click()
    expect(page.get_by_label("Text", exact=True).first).to_have_value(re.compile("90,00 €"))
    page.get_by_role("button", name="Make the proposal").click()
    said(page, "The proposal is made.")


def resolve(resolver: Window, town: Town, case: UUID) -> None:
    page = resolver.go("/procedures")
    page.locator(f'a[href="/procedures/{case}"]').click()
    page.get_by_label("Decision").select_option("sanction")
    page.get_by_role("button", name="Resolve the case").click()
    said(page, "The case is resolved.")
    assert town.case(case)[1] == "resolved"


def note_service(instructor: Window, case: UUID) -> None:
    page = instructor.go(f"/procedures/{case}")
    page.get_by_role("button", name="Note the day").click()
    said(page, "The day of the service is noted.")


def let_time_pass(town: Town, length: timedelta) -> None:
    town.runtime.clock.advance(length)
    daily.run_all(town.runtime.writing, now=town.runtime.clock.now())


def pay(town: Town, case: UUID) -> None:
    now = town.runtime.clock.now()
    with transaction(town.runtime.writing) as session:
        procedure.pay(session, case, cents=9_000, paid_at=now, payment="TPV-1", now=now)
