"""Reconsideration (recurso de reposición): a month of silence, its certificate, an answer."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.clock import municipal
from core.errors import Conflict, Forbidden
from sanctions import daily
from sanctions.deadlines import ONE_DAY, start_of_day
from sanctions.instruction import service, silence, views
from sanctions.instruction.kinds import Channel, SubmissionKind
from sanctions.instruction.submissions import Lodged, lodge
from sanctions.models import InfractionCase
from sanctions.states import CaseState
from tests.sanctions.lives import (
    INSTRUCTOR,
    RESOLVER,
    allege,
    enter_prices,
    notified,
    propose,
    resolve,
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


class TestReconsideration:
    def test_dismissed_by_a_month_of_silence(
        self, session: Session, contested: InfractionCase
    ) -> None:
        propose(session, contested.id, NOW)
        resolve(session, contested.id, NOW)
        service.serve_resolution(session, contested.id, served_on=TODAY, actor=INSTRUCTOR, now=NOW)
        appeal(session, contested, date(2026, 10, 31))
        run(session, start_of_day(date(2026, 11, 30)))
        assert contested.case_state is CaseState.RECONSIDERATION
        run(session, start_of_day(date(2026, 12, 1)))
        assert (contested.state, contested.firm_on) == ("firm", date(2026, 12, 1))

    def silent(self, session: Session, case: InfractionCase) -> InfractionCase:
        propose(session, case.id, NOW)
        resolve(session, case.id, NOW)
        service.serve_resolution(session, case.id, served_on=TODAY, actor=INSTRUCTOR, now=NOW)
        appeal(session, case, date(2026, 10, 31))
        run(session, start_of_day(date(2026, 12, 1)))
        return case

    def test_silence_waits_in_the_tray_for_its_certificate(
        self, session: Session, contested: InfractionCase
    ) -> None:
        """Ley 39/2015, article 24.4: fifteen working days; 7, 8 December and Christmas are none."""
        case = self.silent(session, contested)
        now = start_of_day(date(2026, 12, 2))
        (line,) = views.tray(session, now)
        assert line.step == "The resolver certifies the silence"
        assert line.until == date(2026, 12, 22)
        shown = views.procedure_context(session, case, RESOLVER, now)
        assert shown["silent_since"] == date(2026, 12, 1)
        assert shown["may_certify"]

    def test_the_resolver_certifies_it_once(
        self, session: Session, contested: InfractionCase
    ) -> None:
        case = self.silent(session, contested)
        now = start_of_day(date(2026, 12, 2))
        with pytest.raises(Forbidden):
            silence.certify(session, case.id, actor=INSTRUCTOR, now=now)
        made = silence.certify(session, case.id, actor=RESOLVER, now=now)
        assert made.kind == "silence_certificate"
        assert silence.certify(session, case.id, actor=RESOLVER, now=now) is made
        assert views.tray(session, now) == []

    def test_what_was_answered_is_not_certified_as_silence(
        self, session: Session, contested: InfractionCase
    ) -> None:
        propose(session, contested.id, NOW)
        resolve(session, contested.id, NOW)
        service.serve_resolution(session, contested.id, served_on=TODAY, actor=INSTRUCTOR, now=NOW)
        appeal(session, contested, TODAY)
        propose(session, contested.id, NOW)
        resolve(session, contested.id, NOW)
        with pytest.raises(Conflict, match="nothing to certify"):
            silence.certify(session, contested.id, actor=RESOLVER, now=NOW)

    def test_upheld_it_annuls(self, session: Session, contested: InfractionCase) -> None:
        propose(session, contested.id, NOW)
        resolve(session, contested.id, NOW)
        service.serve_resolution(session, contested.id, served_on=TODAY, actor=INSTRUCTOR, now=NOW)
        appeal(session, contested, TODAY)
        propose(session, contested.id, NOW, outcome="annul")
        resolve(session, contested.id, NOW, outcome="annul")
        assert contested.case_state is CaseState.ANNULLED


def appeal(session: Session, case: InfractionCase, day: date) -> None:
    what = Lodged(SubmissionKind.RECONSIDERATION, Channel.REGISTRY, "Once more.", day)
    lodge(session, case.id, what, actor=INSTRUCTOR, now=start_of_day(day + ONE_DAY))


def run(session: Session, now: datetime) -> None:
    for sweep in daily.SWEEPS:
        daily.run(session, sweep, now=now)
