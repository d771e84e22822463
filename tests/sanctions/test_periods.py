"""A case's own deadlines: where its person lives, and whether its procedure stands still."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from sanctions import daily, deadlines, periods
from sanctions.deadlines import Zone
from sanctions.errors import DoubtfulDeadline, TooLate
from sanctions.instruction.kinds import Channel, SubmissionKind
from sanctions.instruction.submissions import Lodged, lodge
from sanctions.models import InfractionCase
from sanctions.states import CaseState
from sanctions.transitions import bar_zone, standstill
from tests.sanctions.lives import INSTRUCTOR, allege, enter_prices, notified, propose, resolve
from tests.sanctions.reports import AFTER

ANDALUSIA_DAY = date(2027, 3, 1)
"""The eve, 28 February, is Andalusia's day: in 2027 a Sunday, kept on the Monday."""


def living_at(session: Session, line: str) -> InfractionCase:
    enter_prices(session)
    case = notified(session)
    assert case.person is not None
    case.person.address = f'["Kalea 1", "{line}"]'
    session.flush()
    return case


class TestArticle30Of6:
    """Ley 39/2015: a day off where the person lives counts too."""

    def test_in_the_city_its_own_calendar_is_all(self, session: Session) -> None:
        case = living_at(session, "48005 Bilbao")
        period = periods.answer_of(session, case)
        assert period == deadlines.answer(case.served_on or date.max, frozenset())
        assert not period.is_doubtful

    @pytest.mark.parametrize("line", ["48901 Barakaldo", "Lyon, France", ""])
    def test_elsewhere_the_last_days_are_doubtful(self, session: Session, line: str) -> None:
        at_home = periods.answer_of(session, living_at(session, "48005 Bilbao"))
        case = living_at(session, line)
        period = periods.answer_of(session, case)
        assert period is not None
        assert at_home is not None
        assert period.last_safe == at_home.last_safe
        assert not at_home.is_doubtful
        assert (period.last_safe, period.last_possible) == (date(2026, 11, 13), date(2026, 11, 17))

    def test_a_holiday_of_the_persons_region_is_known(self, session: Session) -> None:
        case = living_at(session, "41001 Sevilla")
        calendar = periods.calendar_for(session, case, date(2027, 2, 10))
        assert ANDALUSIA_DAY in calendar.holidays
        home = living_at(session, "48005 Bilbao")
        assert ANDALUSIA_DAY not in periods.calendar_for(session, home, date(2027, 2, 10)).holidays

    def test_what_comes_on_such_a_day_is_heard_and_flagged(self, session: Session) -> None:
        case = living_at(session, "48901 Barakaldo")
        period = periods.answer_of(session, case)
        assert period is not None
        day = period.last_possible
        what = Lodged(SubmissionKind.ALLEGATIONS, Channel.REGISTRY, "In time here.", day)
        now = deadlines.start_of_day(day) + timedelta(hours=12)
        row = lodge(session, case.id, what, actor=INSTRUCTOR, now=now)
        assert row.timeliness == Zone.DOUBTFUL
        assert case.case_state is CaseState.ALLEGATIONS

    def test_nothing_becomes_final_on_such_a_day(self, session: Session) -> None:
        case = living_at(session, "48901 Barakaldo")
        period = periods.answer_of(session, case)
        assert period is not None
        (sweep,) = (one for one in daily.SWEEPS if "become final" in one.name)
        daily.run(session, sweep, now=period.possible_until - timedelta(minutes=1))
        assert case.case_state is CaseState.NOTIFIED
        daily.run(session, sweep, now=period.possible_until)
        assert case.case_state is CaseState.FINAL


class TestArticle112Of2:
    """RDL 6/2015, last sentence: a procedure that stands still lets the time-bar run on."""

    def in_allegations(self, session: Session) -> InfractionCase:
        case = living_at(session, "48005 Bilbao")
        allege(session, case.id, AFTER + timedelta(days=5))
        return case

    def test_while_something_is_done_every_month_nothing_is_barred(self, session: Session) -> None:
        case = self.in_allegations(session)
        for month in range(1, 8):
            now = AFTER + timedelta(days=5 + 28 * month)
            assert bar_zone(case, now) is Zone.SAFE
            propose(session, case.id, now)
        resolve(session, case.id, AFTER + timedelta(days=210))
        assert case.case_state is CaseState.RESOLVED

    def test_on_a_doubtful_day_the_resolver_writes_down_why(self, session: Session) -> None:
        case = self.in_allegations(session)
        propose(session, case.id, AFTER + timedelta(days=6))
        bar = standstill(case)
        assert bar is not None
        doubtful = bar.safe_until + timedelta(hours=1)
        with pytest.raises(DoubtfulDeadline):
            resolve(session, case.id, doubtful)
        resolve(session, case.id, doubtful, note="The file was at the court until Monday.")
        assert case.case_state is CaseState.RESOLVED

    def test_afterwards_nobody_moves_it_on_and_the_day_marks_it(self, session: Session) -> None:
        case = self.in_allegations(session)
        propose(session, case.id, AFTER + timedelta(days=6))
        bar = standstill(case)
        assert bar is not None
        with pytest.raises(TooLate):
            resolve(session, case.id, bar.possible_until, note="We had no time.")
        (sweep,) = (one for one in daily.SWEEPS if "stand still" in one.name)
        daily.run(session, sweep, now=bar.possible_until - timedelta(minutes=1))
        assert case.case_state is CaseState.ALLEGATIONS
        daily.run(session, sweep, now=bar.possible_until)
        assert case.case_state is CaseState.TIME_BARRED

    def test_a_look_at_the_case_is_no_act(self, session: Session) -> None:
        from sanctions.review import service

        case = self.in_allegations(session)
        before = standstill(case)
        service.view(session, case.id, INSTRUCTOR, now=AFTER + timedelta(days=50))
        assert standstill(case) == before

    def test_while_an_answer_is_waited_for_nothing_stands_still(self, session: Session) -> None:
        assert standstill(living_at(session, "48005 Bilbao")) is None
