"""From the allegations to the resolution: who does what, and until when."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core import audit
from core.clock import municipal
from core.errors import Conflict, Forbidden, InvalidInput, InvalidTransition
from core.identity import Actor, Role
from sanctions import daily, procedure, refunds
from sanctions.deadlines import ONE_DAY, start_of_day
from sanctions.errors import DoubtfulDeadline, SamePerson, TooLate, UnknownReason
from sanctions.instruction import queries, service, views
from sanctions.instruction.kinds import Channel, SubmissionKind
from sanctions.instruction.submissions import Lodged, lodge, lodged
from sanctions.instruction.templates import begin, templates
from sanctions.models import InfractionCase
from sanctions.states import CaseState
from tests.sanctions.lives import (
    AGENT,
    DRIVER,
    INSTRUCTOR,
    allege,
    enter_prices,
    notified,
    person,
    propose,
    resolve,
    validated,
)
from tests.sanctions.reports import AFTER

NOW = AFTER + timedelta(days=2)
TODAY = municipal(NOW).date()


@pytest.fixture
def case(session: Session) -> InfractionCase:
    """Served the day before `NOW`."""
    enter_prices(session)
    return notified(session)


@pytest.fixture
def contested(session: Session, case: InfractionCase) -> InfractionCase:
    allege(session, case.id, NOW)
    return case


class TestLodge:
    def test_allegations_in_time_move_the_case(
        self, session: Session, case: InfractionCase
    ) -> None:
        row = allege(session, case.id, NOW)
        assert case.case_state is CaseState.ALLEGATIONS
        assert (row.timeliness, row.recorded_by_name) == ("safe", "Begoña")

    @pytest.mark.parametrize(
        ("days_after_service", "timeliness", "state"),
        [(20, "safe", "allegations"), (21, "barred", "notified")],
    )
    def test_the_twentieth_natural_day_is_the_last(
        self,
        session: Session,
        case: InfractionCase,
        days_after_service: int,
        timeliness: str,
        state: str,
    ) -> None:
        case.served_on = date(2026, 10, 27)  # its 20th day, 16 November, is a Monday
        day = case.served_on + timedelta(days=days_after_service)
        row = allege(session, case.id, start_of_day(day + ONE_DAY), day)
        assert (row.timeliness, case.state) == (timeliness, state)

    def test_on_a_doubtful_day_they_are_taken_in_and_flagged(
        self, session: Session, case: InfractionCase
    ) -> None:
        case.served_on = date(2026, 10, 26)  # its 20th day, 15 November, is a Sunday
        monday = date(2026, 11, 16)
        row = allege(session, case.id, start_of_day(monday), monday)
        assert (row.timeliness, case.state) == ("doubtful", "allegations")
        assert "deadline_flagged" in [event.kind for event in case.events]

    def test_what_is_late_stays_in_the_file(self, session: Session, case: InfractionCase) -> None:
        late = TODAY + timedelta(days=60)
        allege(session, case.id, start_of_day(late), late)
        assert case.case_state is CaseState.NOTIFIED
        assert [one.text for one in queries.submissions(session, case)] == ["I was in Vitoria."]

    def test_a_day_to_come_is_refused(self, session: Session, case: InfractionCase) -> None:
        with pytest.raises(InvalidInput, match="still to come"):
            allege(session, case.id, NOW, TODAY + ONE_DAY)

    def test_a_citizen_lodges_from_the_app(self, session: Session, case: InfractionCase) -> None:
        what = Lodged(SubmissionKind.ALLEGATIONS, Channel.APP, "It was an emergency.", TODAY)
        lodge(session, case.id, what, actor=person(Role.CITIZEN, "Ane"), now=NOW)
        assert case.case_state is CaseState.ALLEGATIONS

    def test_an_operator_does_not(self, session: Session, case: InfractionCase) -> None:
        what = Lodged(SubmissionKind.ALLEGATIONS, Channel.PAPER, "x", TODAY)
        with pytest.raises(Forbidden):
            lodge(session, case.id, what, actor=person(Role.OPERATOR, "Olatz"), now=NOW)

    def test_before_the_notification_there_is_nothing_to_contest(self, session: Session) -> None:
        enter_prices(session)
        case = validated(session)
        with pytest.raises(InvalidTransition, match="lodge allegations"):
            allege(session, case.id, NOW)

    @pytest.mark.parametrize(
        ("kind", "channel", "text"),
        [("complaint", "paper", "x"), ("allegations", "pigeon", "x"), ("driver", "paper", "x")],
    )
    def test_unknown_codes_are_refused_by_name(self, kind: str, channel: str, text: str) -> None:
        with pytest.raises(UnknownReason):
            lodged(kind, channel, text, TODAY)

    def test_empty_words_are_refused(self) -> None:
        with pytest.raises(InvalidInput):
            lodged("allegations", "paper", "   ", TODAY)


class TestReport:
    def test_the_agent_who_validated_answers(
        self, session: Session, contested: InfractionCase
    ) -> None:
        asked = service.ask_report(session, contested.id, "Why?", actor=INSTRUCTOR, now=NOW)
        assert asked.due_on == TODAY + timedelta(days=15)
        with pytest.raises(Conflict, match="Wait for the report"):
            propose(session, contested.id, NOW)
        service.give_report(
            session, contested.id, "It is clear.", confirms=True, actor=AGENT, now=NOW
        )
        assert queries.open_request(session, contested) is None
        assert propose(session, contested.id, NOW)

    def test_another_agent_does_not(self, session: Session, contested: InfractionCase) -> None:
        service.ask_report(session, contested.id, "Why?", actor=INSTRUCTOR, now=NOW)
        other = person(Role.POLICE, "Ander", "48-0815")
        with pytest.raises(SamePerson, match="agent who validated"):
            service.give_report(session, contested.id, "x", confirms=True, actor=other, now=NOW)

    def test_after_fifteen_days_the_instructor_goes_on_without_it(
        self, session: Session, contested: InfractionCase
    ) -> None:
        service.ask_report(session, contested.id, "Why?", actor=INSTRUCTOR, now=NOW)
        assert propose(session, contested.id, NOW + timedelta(days=16))

    def test_asking_twice_is_refused(self, session: Session, contested: InfractionCase) -> None:
        service.ask_report(session, contested.id, "Why?", actor=INSTRUCTOR, now=NOW)
        with pytest.raises(Conflict, match="asked for"):
            service.ask_report(session, contested.id, "And?", actor=INSTRUCTOR, now=NOW)


class TestProposal:
    def test_begins_from_a_template_in_either_language(self, contested: InfractionCase) -> None:
        for code in templates():
            for language in ("es", "eu", "en"):
                text = begin(contested, code, language)
                assert contested.reference in text and "{" not in text
        assert "100,00 €" in begin(contested, "facts_proven", "eu")

    def test_new_facts_open_a_round_of_fifteen_days(
        self, session: Session, contested: InfractionCase
    ) -> None:
        propose(session, contested.id, NOW, has_new_facts=True)
        with pytest.raises(Conflict, match="may answer"):
            resolve(session, contested.id, NOW + timedelta(days=10))
        assert resolve(session, contested.id, NOW + timedelta(days=20))

    def test_an_answer_ends_the_round_early(
        self, session: Session, contested: InfractionCase
    ) -> None:
        propose(session, contested.id, NOW, has_new_facts=True)
        what = Lodged(SubmissionKind.NEW_ALLEGATIONS, Channel.REGISTRY, "Not so.", TODAY)
        lodge(session, contested.id, what, actor=INSTRUCTOR, now=NOW)
        assert resolve(session, contested.id, NOW + timedelta(days=1))

    def test_nobody_answers_a_round_that_was_not_opened(
        self, session: Session, contested: InfractionCase
    ) -> None:
        propose(session, contested.id, NOW)
        what = Lodged(SubmissionKind.NEW_ALLEGATIONS, Channel.REGISTRY, "Not so.", TODAY)
        with pytest.raises(InvalidInput, match="no period is open"):
            lodge(session, contested.id, what, actor=INSTRUCTOR, now=NOW)


class TestResolution:
    def test_needs_a_proposal(self, session: Session, contested: InfractionCase) -> None:
        with pytest.raises(Conflict, match="no proposal"):
            resolve(session, contested.id, NOW)

    def test_a_sanction_waits_for_its_service_and_a_month(
        self, session: Session, contested: InfractionCase
    ) -> None:
        propose(session, contested.id, NOW)
        resolve(session, contested.id, NOW)
        service.serve_resolution(
            session, contested.id, served_on=date(2026, 11, 10), actor=INSTRUCTOR, now=NOW
        )
        run(session, start_of_day(date(2026, 12, 10)))
        assert contested.case_state is CaseState.RESOLVED
        run(session, start_of_day(date(2026, 12, 11)))
        assert contested.case_state is CaseState.FIRM
        assert contested.firm_on == date(2026, 12, 11)

    def test_upholding_the_allegations_annuls_the_case(
        self, session: Session, contested: InfractionCase
    ) -> None:
        propose(session, contested.id, NOW, outcome="annul")
        row = resolve(session, contested.id, NOW, outcome="annul")
        assert (contested.state, row.amount_cents) == ("annulled", None)
        assert [event.reason for event in contested.events if event.to_state == "annulled"] == [
            "allegations_upheld"
        ]

    def test_a_lapsed_case_is_resolved_by_nobody(
        self, session: Session, contested: InfractionCase
    ) -> None:
        keep_moving(session, contested)
        with pytest.raises(TooLate, match="lapsed"):
            resolve(session, contested.id, NOW + timedelta(days=366), note="still in time")

    def test_on_the_doubtful_day_of_its_year_only_with_a_reason(
        self, session: Session, contested: InfractionCase
    ) -> None:
        keep_moving(session, contested)
        doubtful = start_of_day(date(2027, 10, 23))
        with pytest.raises(DoubtfulDeadline):
            resolve(session, contested.id, doubtful)
        assert resolve(session, contested.id, doubtful, note="The eve was a holiday.")


class TestThreePeople:
    def test_the_agent_who_validated_cannot_instruct(
        self, session: Session, contested: InfractionCase
    ) -> None:
        both = Actor(AGENT.id, "Miren", frozenset({Role.POLICE, Role.INSTRUCTOR}))
        with pytest.raises(SamePerson):
            propose(session, contested.id, NOW, actor=both)

    def test_the_instructor_cannot_resolve(
        self, session: Session, contested: InfractionCase
    ) -> None:
        both = Actor(INSTRUCTOR.id, "Begoña", frozenset({Role.INSTRUCTOR, Role.RESOLVER}))
        propose(session, contested.id, NOW)
        with pytest.raises(SamePerson):
            resolve(session, contested.id, NOW, actor=both)

    def test_neither_can_the_agent(self, session: Session, contested: InfractionCase) -> None:
        both = Actor(AGENT.id, "Miren", frozenset({Role.POLICE, Role.RESOLVER}))
        propose(session, contested.id, NOW)
        with pytest.raises(SamePerson):
            resolve(session, contested.id, NOW, actor=both)

    def test_the_agent_cannot_annul_what_the_agent_validated(
        self, session: Session, case: InfractionCase
    ) -> None:
        both = Actor(AGENT.id, "Miren", frozenset({Role.POLICE, Role.INSTRUCTOR}))
        with pytest.raises(SamePerson):
            procedure.annul(session, case.id, reason="formal_defect", actor=both, now=NOW)

    def test_whoever_opened_the_drivers_case_cannot_annul_it(
        self, session: Session, case: InfractionCase
    ) -> None:
        fresh = procedure.identify_driver(session, case.id, DRIVER, actor=INSTRUCTOR, now=NOW)
        with pytest.raises(SamePerson):
            procedure.annul(session, fresh.id, reason="wrong_person", actor=INSTRUCTOR, now=NOW)
        other = person(Role.INSTRUCTOR, "Maite")
        procedure.annul(session, fresh.id, reason="wrong_person", actor=other, now=NOW)


class TestDriver:
    def test_naming_one_closes_the_case_and_opens_another(
        self, session: Session, case: InfractionCase
    ) -> None:
        fresh = procedure.identify_driver(session, case.id, DRIVER, actor=INSTRUCTOR, now=NOW)
        assert (case.state, fresh.state) == ("driver_identified", "holder_found")
        assert fresh.parent_id == case.id and fresh.person is not None
        assert (fresh.person.name, fresh.agent_number) == ("Jon Driver", "48-1207")
        assert {one.kind for one in fresh.pictures} == {"plate", "context"}
        assert fresh.limitation_at == case.limitation_at < fresh.barred_at


class TestAnnulmentAfterPayment:
    def test_opens_a_refund_that_is_settled_once(
        self, session: Session, case: InfractionCase
    ) -> None:
        procedure.pay(session, case.id, cents=5_000, paid_at=NOW, payment="P-1", now=NOW)
        procedure.annul(session, case.id, reason="formal_defect", actor=INSTRUCTOR, now=NOW)
        (refund,) = refunds.open_refunds(session)
        assert (refund.amount_cents, refund.payment, case.state) == (5_000, "P-1", "annulled")
        for reference in ("T-1", "T-2"):
            refunds.settle_refund(session, case.id, settlement=reference, actor=INSTRUCTOR, now=NOW)
        assert refund.settlement == "T-1"
        assert refunds.open_refunds(session) == []

    def test_without_a_payment_there_is_nothing_to_give_back(
        self, session: Session, case: InfractionCase
    ) -> None:
        procedure.annul(session, case.id, reason="formal_defect", actor=INSTRUCTOR, now=NOW)
        assert refunds.open_refunds(session) == []

    def test_another_reason_needs_a_note(self, session: Session, case: InfractionCase) -> None:
        with pytest.raises(InvalidInput, match="note"):
            procedure.annul(session, case.id, reason="other", actor=INSTRUCTOR, now=NOW)
        with pytest.raises(UnknownReason):
            procedure.annul(session, case.id, reason="because", actor=INSTRUCTOR, now=NOW)


class TestTray:
    def test_the_fewest_days_left_come_first_and_the_next_step_is_named(
        self, session: Session, contested: InfractionCase
    ) -> None:
        other = notified(session)
        allege(session, other.id, NOW)
        service.ask_report(session, other.id, "Why?", actor=INSTRUCTOR, now=NOW)
        lines = views.tray(session, NOW)
        assert [line.case.id for line in lines] == [other.id, contested.id]
        assert [line.step for line in lines] == ["The agent reports", "The instructor proposes"]
        assert lines[0].days_left == 15

    def test_every_step_is_audited(self, session: Session, contested: InfractionCase) -> None:
        propose(session, contested.id, NOW)
        resolve(session, contested.id, NOW)
        actions = [row.action for row in audit.events(session, subject=f"case:{contested.id}")]
        for wanted in ("submission:lodged", "case:proposed", "case:resolved", "case:resolution"):
            assert f"sanctions:{wanted}" in actions


def keep_moving(session: Session, case: InfractionCase) -> None:
    """An act a month for the whole year: a procedure that stands still is barred before it."""
    for month in range(13):
        propose(session, case.id, NOW + timedelta(days=28 * month))


def run(session: Session, now: datetime) -> None:
    for sweep in daily.SWEEPS:
        daily.run(session, sweep, now=now)
