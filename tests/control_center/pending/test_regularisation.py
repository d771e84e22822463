"""The time to put an entry right: how long, when it stands still, and how it is put right."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from control_center.background import people_jobs
from control_center.models import PassageRecord
from control_center.pending import regularisation
from control_center.pending.extended_periods import follow_open_outages, follow_outage
from control_center.pending.outage_models import ServiceOutage
from control_center.pending.outages import Service, end_outage, record_outage
from core.database import transaction
from core.errors import Conflict, InvalidInput
from core.identity import Actor, Role
from core.notifications.models import Notice
from core.runtime import Runtime
from permits.applications.lodging import submit
from permits.applications.reviewing import approve, refuse, take_up
from permits.models import Profile, Zone
from sanctions.extended_periods import Extended
from sanctions.models import InfractionCase
from sanctions.queries import get_case
from tests.control_center.builders import NOON, EdgeBox, do_jobs, report
from tests.permits.applications.builders import OFFICER, drafted
from tests.permits.builders import authorisation
from tests.sanctions.lives import enter_prices, validate

PLATE = "5678DDD"
PERIOD = timedelta(hours=72)
OPERATOR = Actor(UUID(int=5), "Nerea", frozenset({Role.ADMINISTRATOR}))


class Street:
    """Vehicles pass, days go by, people apply."""

    def __init__(self, edge: EdgeBox) -> None:
        self._edge, self.runtime = edge, edge.runtime

    def entry(self, plate: str = PLATE) -> UUID:
        raw = report(plate, NOON)
        self._edge.report(raw)
        do_jobs(self.runtime)
        for kind in ("plate", "context"):
            self._edge.upload(raw["passage_id"], kind)
        return UUID(raw["passage_id"])

    def passes(self, time: timedelta) -> None:
        self.runtime.clock.move_to(NOON + time)
        with transaction(self.runtime.writing) as session:
            regularisation.follow_all_freezes(session, self.now, only_frozen=True)
            follow_open_outages(session, self.now)
            regularisation.enqueue_overdue(session, self.now)
        people_jobs.follow_time(self.runtime)
        do_jobs(self.runtime)

    @property
    def now(self) -> datetime:
        return self.runtime.clock.now()

    def applies(self, plate: str = PLATE, profile: str = "home_care") -> str:
        with transaction(self.runtime.writing) as session:
            kind = session.get_one(Profile, profile)
            kind.retroactive_hours, kind.evidence_required = 72, []
            kind.lead_time_hours, kind.vehicle_classes = None, []
            row = drafted(
                session,
                self.runtime.keys,
                plate,
                profile=profile,
                now=self.now,
                valid_from=NOON - timedelta(minutes=30),
            )
            reference = row.authorisation.reference
            submit(session, self.runtime.keys, OFFICER, reference, now=self.now)
            take_up(session, OFFICER, reference, now=self.now)
        do_jobs(self.runtime)
        return reference

    def stands(self, passage: UUID) -> tuple[str, str | None]:
        """(status, what freezes it)."""
        with transaction(self.runtime.reading) as session:
            row = session.get_one(PassageRecord, passage)
            assert row.pending is not None
            return row.status, row.pending.frozen_by

    def deadline(self, passage: UUID) -> datetime:
        with transaction(self.runtime.reading) as session:
            row = session.get_one(PassageRecord, passage)
            assert row.pending is not None
            return row.pending.deadline

    def cases(self) -> int:
        with transaction(self.runtime.reading) as session:
            return len(session.scalars(select(InfractionCase)).all())


@pytest.fixture
def street(edge: EdgeBox) -> Street:
    return Street(edge)


def zone_hours(runtime: Runtime, hours: int) -> None:
    with transaction(runtime.writing) as session:
        session.get_one(Zone, "old-quarter").regularisation_hours = hours


class TestHowLong:
    def test_three_days_unless_the_zone_says_otherwise(self, street: Street) -> None:
        assert street.deadline(street.entry()) == NOON + PERIOD
        zone_hours(street.runtime, 120)
        assert street.deadline(street.entry("9999FFF")) == NOON + timedelta(hours=120)

    def test_a_period_that_runs_keeps_its_length_when_the_zone_changes(
        self, street: Street
    ) -> None:
        passage = street.entry()
        zone_hours(street.runtime, 48)
        street.passes(timedelta(hours=50))
        assert street.stands(passage) == ("pending", None)
        street.passes(PERIOD + timedelta(seconds=1))
        assert street.stands(passage)[0] == "case_opened"


class TestAnApplication:
    def test_it_stops_the_period_until_it_is_answered(self, street: Street) -> None:
        passage = street.entry()
        street.passes(timedelta(hours=70))
        reference = street.applies()
        street.passes(timedelta(hours=300))
        assert (street.stands(passage), street.cases()) == (("pending", "application"), 0)
        with transaction(street.runtime.writing) as session:
            refuse(session, OFFICER, reference, reason="not_entitled", now=street.now)
        do_jobs(street.runtime)
        # The two hours that were left go on from the answer.
        assert street.stands(passage) == ("pending", None)
        assert abs(street.deadline(passage) - (NOON + timedelta(hours=302))) < PERIOD / 1000
        street.passes(timedelta(hours=301))
        assert street.cases() == 0
        street.passes(timedelta(hours=302, minutes=5))
        assert (street.stands(passage)[0], street.cases()) == ("case_opened", 1)

    def test_a_grant_that_reaches_back_puts_the_entry_right(self, street: Street) -> None:
        passage = street.entry()
        street.passes(timedelta(hours=20))
        reference = street.applies()
        with transaction(street.runtime.writing) as session:
            approve(session, street.runtime.keys, OFFICER, reference, now=street.now)
        do_jobs(street.runtime)
        assert street.stands(passage)[0] == "regularised"
        street.passes(timedelta(hours=400))
        assert street.cases() == 0

    def test_one_for_another_vehicle_stops_nothing(self, street: Street) -> None:
        passage = street.entry()
        street.passes(timedelta(hours=20))
        street.applies("1111BBB")
        assert street.stands(passage) == ("pending", None)

    def test_one_that_comes_too_late_stops_nothing_but_its_grant_ends_the_case(
        self, street: Street
    ) -> None:
        passage = street.entry()
        street.passes(PERIOD + timedelta(seconds=1))
        assert street.cases() == 1
        with transaction(street.runtime.writing) as session:
            session.get_one(Profile, "home_care").retroactive_hours = 100
        street.passes(timedelta(hours=71))  # the citizen's clock; the case stays
        reference = street.applies()
        with transaction(street.runtime.writing) as session:
            approve(session, street.runtime.keys, OFFICER, reference, now=street.now)
        do_jobs(street.runtime)
        assert street.stands(passage)[0] == "regularised"


class TestAnOutage:
    def test_it_stops_every_period_until_a_day_after_it_ended(self, street: Street) -> None:
        passage = street.entry()
        street.passes(timedelta(hours=60))
        with transaction(street.runtime.writing) as session:
            outage = record_outage(
                session, OPERATOR, Service.APP, reason="Data centre without power", now=street.now
            )
            regularisation.follow_all_freezes(session, street.now)
        assert street.stands(passage) == ("pending", "outage")
        street.passes(timedelta(hours=80))
        assert street.stands(passage) == ("pending", "outage")
        with transaction(street.runtime.writing) as session:
            end_outage(session, OPERATOR, outage.id, now=street.now)
            regularisation.follow_all_freezes(session, street.now)
        street.passes(timedelta(hours=103))
        assert street.stands(passage) == ("pending", "outage")
        street.passes(timedelta(hours=105))
        assert street.stands(passage) == ("pending", None)
        # 12 hours were left: 80 + 24 + 12.
        street.passes(timedelta(hours=115, minutes=50))
        assert street.cases() == 0
        street.passes(timedelta(hours=116, minutes=10))
        assert street.cases() == 1

    def test_what_enters_during_an_outage_has_its_whole_time_after_it(self, street: Street) -> None:
        with transaction(street.runtime.writing) as session:
            record_outage(session, OPERATOR, Service.DESK, reason="Strike", now=street.now)
        passage = street.entry()
        assert street.stands(passage) == ("pending", "outage")

    def test_one_is_open_at_a_time_and_each_has_a_reason(self, street: Street) -> None:
        with transaction(street.runtime.writing) as session:
            with pytest.raises(InvalidInput, match="out of order"):
                record_outage(session, OPERATOR, Service.APP, reason=" ", now=street.now)
            with pytest.raises(InvalidInput, match="now or in the past"):
                record_outage(
                    session,
                    OPERATOR,
                    Service.APP,
                    reason="Maintenance",
                    now=street.now,
                    began_at=street.now + timedelta(hours=1),
                )
            outage = record_outage(session, OPERATOR, Service.APP, reason="Fire", now=street.now)
            with pytest.raises(Conflict, match="already"):
                record_outage(session, OPERATOR, Service.APP, reason="Fire", now=street.now)
            end_outage(session, OPERATOR, outage.id, now=street.now)
            with pytest.raises(Conflict, match="ended already"):
                end_outage(session, OPERATOR, outage.id, now=street.now)


class TestAnOutageWrittenDownAfterwards:
    """From hour 60 to hour 80, while the period of 72 hours ended and its case opened."""

    def written_down(self, street: Street, end: float | None = 80) -> dict[Extended, int]:
        with transaction(street.runtime.writing) as session:
            outage = record_outage(
                session,
                OPERATOR,
                Service.APP,
                reason="Found in the provider's report",
                now=street.now,
                began_at=NOON + timedelta(hours=60),
                restored_at=None if end is None else NOON + timedelta(hours=end),
            )
            regularisation.follow_all_freezes(session, street.now)
            return dict(follow_outage(session, outage, street.now))

    def case_of(self, street: Street) -> InfractionCase:
        with transaction(street.runtime.reading) as session:
            return session.scalars(select(InfractionCase).order_by(InfractionCase.id)).all()[-1]

    def opened(self, street: Street) -> UUID:
        passage = street.entry()
        street.passes(timedelta(hours=90))
        assert (street.stands(passage)[0], street.cases()) == ("case_opened", 1)
        return passage

    def test_a_case_that_nobody_validated_goes_back_to_waiting(self, street: Street) -> None:
        passage = self.opened(street)
        assert self.written_down(street) == {Extended.TAKEN_BACK: 1}
        assert street.stands(passage) == ("pending", "outage")
        # 12 hours were left: 80 + 24 + 12.
        assert street.deadline(passage) == NOON + timedelta(hours=116)
        assert self.case_of(street).state == "discarded"

    def test_it_can_be_put_right_and_then_no_case_opens(self, street: Street) -> None:
        passage = self.opened(street)
        self.written_down(street)
        with transaction(street.runtime.writing) as session:
            authorisation(session, street.runtime.keys, PLATE, profile="garage")
        do_jobs(street.runtime)
        street.passes(timedelta(hours=200))
        assert (street.stands(passage)[0], street.cases()) == ("regularised", 1)

    def test_otherwise_another_case_opens_at_the_new_deadline(self, street: Street) -> None:
        passage = self.opened(street)
        self.written_down(street)
        street.passes(timedelta(hours=115, minutes=50))
        assert street.stands(passage) == ("pending", None)
        street.passes(timedelta(hours=116, minutes=10))
        assert (street.stands(passage)[0], street.cases()) == ("case_opened", 2)
        case = self.case_of(street)
        assert (case.state, case.regularisation_deadline) == ("ready", NOON + timedelta(hours=116))

    def test_a_validated_case_waits_with_its_agent(self, street: Street) -> None:
        passage = self.opened(street)
        with transaction(street.runtime.writing) as session:
            agent_validates(session, self.case_of(street).id, street.now)
        assert self.written_down(street) == {Extended.WAITS: 1}
        assert street.stands(passage)[0] == "case_opened"
        case = self.case_of(street)
        assert case.state == "agent_validated"
        assert case.regularisation_deadline == NOON + timedelta(hours=116)

    def test_one_that_lasts_moves_the_deadline_of_a_validated_case_on(self, street: Street) -> None:
        self.opened(street)
        with transaction(street.runtime.writing) as session:
            agent_validates(session, self.case_of(street).id, street.now)
        assert self.written_down(street, end=None) == {Extended.WAITS: 1}
        street.passes(timedelta(hours=120))
        assert self.case_of(street).regularisation_deadline > street.now

    def test_what_it_did_not_touch_stays(self, street: Street) -> None:
        passage = street.entry()
        street.passes(timedelta(hours=90))
        with transaction(street.runtime.writing) as session:
            outage = record_outage(
                session,
                OPERATOR,
                Service.APP,
                reason="After its time",
                now=street.now,
                began_at=NOON + timedelta(hours=73),
                restored_at=NOON + timedelta(hours=80),
            )
            assert follow_outage(session, outage, street.now) == {}
        assert street.stands(passage)[0] == "case_opened"

    def test_a_second_look_changes_nothing(self, street: Street) -> None:
        self.opened(street)
        self.written_down(street)
        with transaction(street.runtime.writing) as session:
            outage = session.scalars(select(ServiceOutage)).one()
            assert follow_outage(session, outage, street.now) == {}
        assert street.cases() == 1

    @pytest.mark.parametrize("end", [59, 91])
    def test_it_ends_after_it_began_and_not_in_the_future(self, street: Street, end: int) -> None:
        street.passes(timedelta(hours=90))
        with pytest.raises(InvalidInput):
            self.written_down(street, end=end)


def agent_validates(session: Session, case_id: UUID, now: datetime) -> None:
    enter_prices(session)
    validate(session, get_case(session, case_id, lock=True), now)


class TestNotices:
    def test_the_worker_keeps_them_outside_production(self, street: Street) -> None:
        street.entry()
        street.passes(timedelta(hours=1))
        reference = street.applies()
        with transaction(street.runtime.writing) as session:
            approve(session, street.runtime.keys, OFFICER, reference, now=street.now)
        do_jobs(street.runtime)
        with transaction(street.runtime.reading) as session:
            assert {notice.state for notice in session.scalars(select(Notice))} == {"kept"}
