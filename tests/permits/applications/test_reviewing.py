"""The officer's side: every answer, its state, its event and what the citizen is told."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.errors import Forbidden, InvalidInput, NotFound
from core.evidence_store import EvidenceStore
from core.notifications.models import Notice
from permits.access import Outcome
from permits.applications.evidence import Upload, add_document
from permits.applications.expiry import apply_time, forget_papers
from permits.applications.lodging import appeal
from permits.applications.models import Application
from permits.applications.queries import applications_for_plate, to_answer
from permits.applications.reviewing import (
    approve,
    end_of_working_days,
    refuse,
    request_information,
    take_up,
)
from permits.errors import CapacityReached, NoSuchTransition
from permits.states import TRANSITIONS
from permits.states import AuthorisationState as S
from tests.permits.applications.builders import (
    ANOTHER,
    OFFICER,
    PDF,
    drafted,
    entitlement,
    hash_of,
    submitted,
)
from tests.permits.builders import NOW, decided, holder

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def waiting(register: Session, keys: KeyRing) -> Application:
    ane = holder(register, keys, language="eu", email="ane@example.org")
    return submitted(register, keys, "1234BBC", to=ane)


def path(row: Application) -> list[str | None]:
    return [event.to_state for event in row.authorisation.events if event.to_state]


class TestAnswers:
    def test_a_grant_puts_the_vehicles_on_and_says_so_in_the_citizens_language(
        self, register: Session, keys: KeyRing, waiting: Application
    ) -> None:
        name = waiting.authorisation.reference
        take_up(register, OFFICER, name, now=NOW)
        approve(register, keys, OFFICER, name, now=NOW)
        assert path(waiting) == ["draft", "submitted", "under_review", "granted", "active"]
        assert decided(register, keys, "1234BBC", LATER).outcome is Outcome.AUTHORISED
        assert applications_for_plate(register, hash_of(keys, "1234BBC")) == [(NOW, NOW)]
        notice = register.scalars(select(Notice)).one()
        assert (notice.language, notice.channel) == ("eu", "email")
        assert f"{name} baimena eman" in notice.subject

    def test_what_begins_later_is_granted_and_becomes_active_by_itself(
        self, register: Session, keys: KeyRing
    ) -> None:
        begin = NOW + timedelta(days=3)
        row = submitted(register, keys, "1234BBC", profile="works", valid_from=begin)
        name = row.authorisation.reference
        take_up(register, OFFICER, name, now=NOW)
        approve(register, keys, OFFICER, name, now=NOW)
        assert row.authorisation.state == "granted"
        assert apply_time(register, begin - timedelta(seconds=1))["begun"] == 0
        assert apply_time(register, begin)["begun"] == 1
        assert row.authorisation.state == "active"

    def test_a_refusal_needs_a_reason_that_the_citizen_reads(
        self, register: Session, waiting: Application
    ) -> None:
        name = waiting.authorisation.reference
        take_up(register, OFFICER, name, now=NOW)
        for reason, note in (("", ""), ("because", ""), ("other", " ")):
            with pytest.raises(InvalidInput):
                refuse(register, OFFICER, name, reason=reason, note=note, now=NOW)
        refuse(register, OFFICER, name, reason="not_entitled", note="No lease", now=LATER)
        assert (waiting.authorisation.state, waiting.answered_at) == ("refused", LATER)
        body = register.scalars(select(Notice)).one().body
        assert "No lease" not in body  # an officer's own words may name a plate
        assert "Arrazoia" in body

    def test_nobody_can_skip_the_review(
        self, register: Session, keys: KeyRing, waiting: Application
    ) -> None:
        with pytest.raises(NoSuchTransition):
            approve(register, keys, OFFICER, waiting.authorisation.reference, now=NOW)

    def test_a_grant_beyond_the_places_leaves_everything_as_it_was(
        self, register: Session, keys: KeyRing, waiting: Application
    ) -> None:
        place = entitlement(register, keys, "11111111H", capacity=0)
        waiting.authorisation.entitlement_id = place.id
        take_up(register, OFFICER, waiting.authorisation.reference, now=NOW)
        with pytest.raises(CapacityReached, match="places for 0 vehicles"), register.begin_nested():
            approve(register, keys, OFFICER, waiting.authorisation.reference, now=NOW)
        register.refresh(waiting.authorisation)
        assert waiting.authorisation.state == "under_review"


class TestQuestions:
    def test_ten_working_days_skip_weekends_and_holidays(self, register: Session) -> None:
        # Thursday 29 October 2026; All Saints falls on a Sunday, 6 December on the next bridge.
        asked = datetime(2026, 12, 3, 11, 0, tzinfo=UTC)
        # 4, 7, 9, 10, 11, 14, 15, 16, 17, 18 December: the 8th is a holiday.
        assert end_of_working_days(register, asked, 10) == datetime(2026, 12, 18, 23, tzinfo=UTC)

    def test_an_unanswered_question_counts_as_withdrawal_and_not_a_second_earlier(
        self, register: Session, waiting: Application
    ) -> None:
        name = waiting.authorisation.reference
        take_up(register, OFFICER, name, now=NOW)
        request_information(register, OFFICER, name, "Which garage?", now=NOW)
        due = waiting.answer_by
        assert due is not None
        assert apply_time(register, due - timedelta(seconds=1))["lapsed"] == 0
        assert waiting.authorisation.state == "information_requested"
        assert apply_time(register, due)["lapsed"] == 1
        assert (waiting.authorisation.state, waiting.answered_at) == ("withdrawn", due)


class TestAppeals:
    def test_somebody_else_decides_it(
        self, register: Session, keys: KeyRing, waiting: Application
    ) -> None:
        name = waiting.authorisation.reference
        take_up(register, OFFICER, name, now=NOW)
        refuse(register, OFFICER, name, reason="not_entitled", now=NOW)
        appeal(register, OFFICER, name, "I live there", now=NOW)
        with pytest.raises(Forbidden, match="somebody else"):
            approve(register, keys, OFFICER, name, now=NOW)
        with pytest.raises(Forbidden, match="somebody else"):
            refuse(register, OFFICER, name, reason="not_entitled", now=NOW)
        approve(register, keys, ANOTHER, name, now=NOW)
        assert path(waiting)[-4:] == ["refused", "appealed", "granted", "active"]

    def test_it_can_be_dismissed(self, register: Session, waiting: Application) -> None:
        name = waiting.authorisation.reference
        take_up(register, OFFICER, name, now=NOW)
        refuse(register, OFFICER, name, reason="not_entitled", now=NOW)
        appeal(register, OFFICER, name, "I live there", now=NOW)
        refuse(register, ANOTHER, name, reason="duplicate", now=LATER)
        assert (waiting.authorisation.state, waiting.reason) == ("refused", "duplicate")


class TestTheTable:
    def test_every_state_of_an_application_can_be_left_or_is_an_end(self) -> None:
        ends = {state for state, following in TRANSITIONS.items() if not following}
        assert ends == {S.EXPIRED, S.REVOKED, S.WITHDRAWN}

    @pytest.mark.parametrize("state", list(S))
    def test_no_state_but_those_of_a_review_can_be_granted(
        self, register: Session, keys: KeyRing, waiting: Application, state: S
    ) -> None:
        name = waiting.authorisation.reference
        waiting.authorisation.state = state.value
        register.flush()
        if state in {S.UNDER_REVIEW, S.APPEALED}:
            approve(register, keys, ANOTHER, name, now=NOW)
            assert waiting.authorisation.state == "active"
        else:
            with pytest.raises(NoSuchTransition):
                approve(register, keys, ANOTHER, name, now=NOW)


class TestTime:
    def test_an_authorisation_ends_with_its_validity(
        self, register: Session, keys: KeyRing
    ) -> None:
        row = submitted(register, keys, "1234BBC", profile="one_off")
        name = row.authorisation.reference
        take_up(register, OFFICER, name, now=NOW)
        approve(register, keys, OFFICER, name, now=NOW)
        end = row.authorisation.valid_until
        assert end is not None
        assert apply_time(register, end - timedelta(seconds=1))["ended"] == 0
        assert apply_time(register, end)["ended"] == 1
        assert apply_time(register, end)["ended"] == 0
        assert row.authorisation.state == "expired"

    def test_a_draft_that_nobody_hands_in_is_forgotten(
        self, register: Session, keys: KeyRing
    ) -> None:
        row = drafted(register, keys, "1234BBC")
        assert apply_time(register, NOW + timedelta(days=29))["drafts"] == 0
        assert apply_time(register, NOW + timedelta(days=30))["drafts"] == 1
        assert row.authorisation.state == "withdrawn"

    def test_papers_are_erased_half_a_year_after_the_answer(
        self, register: Session, keys: KeyRing, store: EvidenceStore
    ) -> None:
        row = submitted(register, keys, "1234BBC")
        paper = add_document(
            register, store, OFFICER, row, Upload("a.pdf", PDF), kind="residence", now=NOW
        )
        take_up(register, OFFICER, row.authorisation.reference, now=NOW)
        refuse(register, OFFICER, row.authorisation.reference, reason="duplicate", now=NOW)
        assert forget_papers(register, store, NOW + timedelta(days=179)) == 0
        assert forget_papers(register, store, NOW + timedelta(days=180)) == 1
        with pytest.raises(NotFound):
            store.get(paper.store_key)

    def test_the_tray_shows_the_longest_waiting_first(
        self, register: Session, keys: KeyRing, waiting: Application
    ) -> None:
        newer = submitted(register, keys, "2345CCD", now=LATER)
        assert [one.id for one in to_answer(register)] == [waiting.id, newer.id]
        take_up(register, OFFICER, waiting.authorisation.reference, now=NOW)
        request_information(
            register, OFFICER, waiting.authorisation.reference, "Which garage?", now=NOW
        )
        assert [one.id for one in to_answer(register)] == [newer.id, waiting.id]
