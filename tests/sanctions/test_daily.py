"""What the calendar does to cases by itself, and what it leaves to people."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.clock import municipal
from core.database import transaction
from core.runtime import Runtime
from sanctions import daily, procedure
from sanctions.catalogue.service import enter
from sanctions.deadlines import start_of_day
from sanctions.errors import DoubtfulDeadline, TooLate
from sanctions.models import InfractionCase
from sanctions.queries import get_case
from sanctions.states import CaseState
from tests.sanctions.lives import (
    HOLDER,
    INSTRUCTOR,
    enter_prices,
    notified,
    notifying,
    price,
    ready,
    validate,
    validated,
)
from tests.sanctions.reports import AFTER

SAFE, DOUBTFUL, BARRED = (start_of_day(date(2027, 1, day)) for day in (19, 20, 21))
"""For an infraction of 20 October 2026."""


@pytest.fixture(autouse=True)
def prices(session: Session) -> None:
    enter_prices(session)


def run(session: Session, now: datetime) -> dict[str, int]:
    return {sweep.name: daily.run(session, sweep, now=now).moved for sweep in daily.SWEEPS}


class TestInfractionBar:
    def test_a_case_is_marked_after_the_last_possible_day_and_not_before(
        self, session: Session
    ) -> None:
        case = ready(session)
        for now in (SAFE, DOUBTFUL):
            run(session, now)
            assert case.case_state is CaseState.READY
        run(session, BARRED)
        assert case.case_state is CaseState.TIME_BARRED

    def test_the_doubtful_day_is_flagged_once(self, session: Session) -> None:
        case = ready(session)
        for _ in range(3):
            run(session, DOUBTFUL)
        assert [event.kind for event in case.events].count("deadline_flagged") == 1

    def test_nobody_moves_a_barred_case_even_before_it_is_marked(self, session: Session) -> None:
        case = ready(session)
        with pytest.raises(TooLate, match="time-barred"):
            validate(session, case, BARRED)

    def test_on_the_doubtful_day_the_system_sends_nothing_but_a_person_may(
        self, session: Session
    ) -> None:
        case = validated(session)
        case.state = "holder_found"
        with pytest.raises(DoubtfulDeadline):
            procedure.start_notifying(session, case.id, channel="post", now=DOUBTFUL)
        with pytest.raises(DoubtfulDeadline):
            procedure.start_notifying(
                session, case.id, channel="post", now=DOUBTFUL, actor=INSTRUCTOR
            )
        procedure.start_notifying(
            session, case.id, channel="post", now=DOUBTFUL, actor=INSTRUCTOR, note="eve counts"
        )
        assert case.case_state is CaseState.NOTIFYING

    def test_asking_for_the_holder_begins_it_anew(self, session: Session) -> None:
        case = validated(session)
        asked = AFTER + timedelta(days=10)
        holder_at = holder_of(session, case, asked)
        assert municipal(holder_at.limitation_at).date() == date(2027, 2, 2)
        assert "interrupted" in [event.kind for event in case.events]

    def test_a_service_after_the_bar_is_no_service(self, session: Session) -> None:
        case = notifying(session)
        last = municipal(case.barred_at).date()
        procedure.serve(session, case.id, served_on=last, how="gazette", now=case.barred_at)
        assert case.case_state is CaseState.TIME_BARRED
        assert case.served_on is None

    def test_a_service_in_time_counts_however_late_its_receipt_comes(
        self, session: Session
    ) -> None:
        case = notifying(session)
        day = municipal(case.limitation_at).date() - timedelta(days=2)
        late = case.barred_at + timedelta(days=30)
        procedure.serve(session, case.id, served_on=day, how="post", now=late)
        assert (case.case_state, case.served_on) == (CaseState.NOTIFIED, day)

    def test_a_serious_infraction_lasts_longer(self, session: Session) -> None:
        enter(session, price(severity="serious", valid_from=date(2026, 10, 1)))
        case = ready(session)
        run(session, BARRED)
        assert case.case_state is CaseState.READY
        run(session, start_of_day(date(2027, 4, 21)))
        assert case.case_state is CaseState.TIME_BARRED


def holder_of(session: Session, case: InfractionCase, asked: datetime) -> InfractionCase:
    return procedure.find_holder(session, case.id, HOLDER, enquired_at=asked, now=asked)


class TestSilence:
    """Served on 24 October 2026: the 20th day is Friday 13 November."""

    def test_without_an_answer_the_denuncia_becomes_final_then_firm(self, session: Session) -> None:
        case = notified(session)
        assert case.served_on == date(2026, 10, 24)
        run(session, start_of_day(date(2026, 11, 13)))
        assert case.case_state is CaseState.NOTIFIED
        run(session, start_of_day(date(2026, 11, 14)))
        assert case.case_state is CaseState.FINAL
        run(session, start_of_day(date(2026, 11, 23)))
        assert case.case_state is CaseState.FINAL
        run(session, start_of_day(date(2026, 11, 24)))
        assert (case.state, case.firm_on) == ("firm", date(2026, 11, 24))

    def test_a_doubtful_last_day_is_the_persons(self, session: Session) -> None:
        case = notified(session)
        case.served_on = date(2026, 10, 26)  # the 20th day, 15 November, is a Sunday
        run(session, start_of_day(date(2026, 11, 16)))
        assert case.case_state is CaseState.NOTIFIED
        owed = procedure.owed(session, case, start_of_day(date(2026, 11, 16)))
        assert owed is not None and owed.is_doubtful and owed.cents == 5_000
        run(session, start_of_day(date(2026, 11, 17)))
        assert case.case_state is CaseState.FINAL

    def test_days_are_caught_up_after_an_outage(self, session: Session) -> None:
        case = notified(session)
        for _ in range(2):
            run(session, start_of_day(date(2027, 1, 15)))
        assert (case.state, case.firm_on) == ("firm", date(2026, 11, 24))


class TestLapseAndFine:
    def test_a_procedure_of_over_a_year_lapses(self, session: Session) -> None:
        case = notified(session)
        case.served_on = date(2027, 10, 20)  # a long way to the person
        run(session, start_of_day(date(2027, 10, 23)))
        assert case.case_state is CaseState.NOTIFIED
        run(session, start_of_day(date(2027, 10, 24)))
        assert case.case_state is CaseState.LAPSED

    def test_a_fine_nobody_collected_for_four_years_is_barred(self, session: Session) -> None:
        case = notified(session)
        for day in (date(2026, 11, 14), date(2026, 11, 24), date(2030, 11, 25)):
            run(session, start_of_day(day))
        assert case.case_state is CaseState.FIRM
        run(session, start_of_day(date(2030, 11, 26)))
        assert case.case_state is CaseState.TIME_BARRED


class TestRunAll:
    def test_goes_through_every_case_in_small_steps(
        self, runtime: Runtime, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(daily, "BATCH", 2)
        cases = [ready(session) for _ in range(5)]
        session.commit()
        moved = daily.run_all(runtime.writing, now=BARRED)
        assert moved["infractions too old to be served are marked"] == 5
        assert sum(daily.run_all(runtime.writing, now=BARRED).values()) == 0
        with transaction(runtime.writing) as other:
            assert {get_case(other, case.id).state for case in cases} == {"time_barred"}
