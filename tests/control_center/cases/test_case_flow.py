"""Centre and cases: corrected reads, warning weeks, tests, repeats, terms."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from control_center.keeping import retention
from control_center.models import PassageRecord, ReadRecord
from core.database import transaction
from core.errors import NotFound
from core.identity import Role
from core.runtime import Runtime
from permits.models import ControlPoint, Zone
from sanctions import retention as case_retention
from sanctions.catalogue.seeding import seed_catalogue
from sanctions.errors import NotViewed
from sanctions.models import CaseEvent, InfractionCase
from sanctions.review import claims, corrections, service
from sanctions.states import Trigger
from sanctions.transitions import apply
from tests.control_center.builders import NOON, EdgeBox, do_jobs, id_of, report
from tests.permits.builders import authorisation
from tests.sanctions.lives import AGENT, look_at, person

PERIOD = timedelta(hours=72)


@pytest.fixture(autouse=True)
def prices(edge: EdgeBox) -> None:
    with transaction(edge.runtime.writing) as session:
        seed_catalogue(session)


def case_of(edge: EdgeBox, plate: str = "5678DDD", minutes: int = 5) -> UUID:
    """A case whose time to be put right is over."""
    at = NOON - timedelta(minutes=minutes)
    edge.report(report(plate, at))
    do_jobs(edge.runtime)
    passage = id_of(plate, at)
    for kind in ("plate", "context"):
        assert edge.upload(str(passage), kind).status_code == 200
    edge.runtime.clock.move_to(at + PERIOD + timedelta(minutes=1))
    do_jobs(edge.runtime)
    with transaction(edge.runtime.reading) as session:
        query = select(InfractionCase.id).where(InfractionCase.passage_id == passage)
        return session.scalars(query).one()


def correct(runtime: Runtime, case_id: UUID, plate: str) -> None:
    now = runtime.clock.now()
    with transaction(runtime.writing) as session:
        claims.claim(session, case_id, AGENT, now=now)
        look_at(session.get_one(InfractionCase, case_id), AGENT, now)
        corrections.ask_correction(session, case_id, AGENT, plate=plate, now=now)


class TestCorrectedRead:
    def test_makes_a_version_decides_again_and_asks_for_another_look(self, edge: EdgeBox) -> None:
        case_id = case_of(edge)
        with transaction(edge.runtime.reading) as session:
            raw = session.scalars(select(ReadRecord.content)).one()
        correct(edge.runtime, case_id, "5678DDB")
        do_jobs(edge.runtime)
        now = edge.runtime.clock.now()
        with transaction(edge.runtime.writing) as session:
            case = session.get_one(InfractionCase, case_id)
            assert (case.plate, case.version, case.state) == ("5678DDB", 2, "ready")
            assert [one.plate for one in case.versions] == ["5678DDD", "5678DDB"]
            passage = session.get_one(PassageRecord, case.passage_id)
            assert passage.decisions[-1].cause == "correction"
            assert passage.read.content == raw
            with pytest.raises(NotViewed):
                service.validate(session, case_id, AGENT, now=now)

    def test_while_it_is_being_decided_nobody_validates(self, edge: EdgeBox) -> None:
        case_id = case_of(edge)
        correct(edge.runtime, case_id, "5678DDB")
        with transaction(edge.runtime.writing) as session, pytest.raises(NotViewed):
            now = edge.runtime.clock.now()
            service.validate(session, case_id, AGENT, now=now)

    def test_to_a_plate_with_a_permit_ends_the_case(self, edge: EdgeBox) -> None:
        with transaction(edge.runtime.writing) as session:
            authorisation(session, edge.runtime.keys, "5678DDB", profile="garage")
        case_id = case_of(edge)
        correct(edge.runtime, case_id, "5678DDB")
        do_jobs(edge.runtime)
        with transaction(edge.runtime.reading) as session:
            assert session.get_one(InfractionCase, case_id).state == "regularised"

    def test_earlier_versions_cannot_be_changed(self, edge: EdgeBox) -> None:
        case_of(edge)
        with (
            transaction(edge.runtime.writing) as session,
            pytest.raises(DBAPIError, match="append-only"),
        ):
            session.execute(text("UPDATE case_version SET number = 7"))


class TestModes:
    def test_a_zone_in_its_first_weeks_leads_to_a_letter(self, edge: EdgeBox) -> None:
        with transaction(edge.runtime.writing) as session:
            for zone in session.scalars(select(Zone)):
                zone.warning_until = NOON + timedelta(days=30)
        case_id = case_of(edge)
        with transaction(edge.runtime.reading) as session:
            assert session.get_one(InfractionCase, case_id).is_warning

    def test_a_point_under_test_makes_no_case(self, edge: EdgeBox) -> None:
        with transaction(edge.runtime.writing) as session:
            session.get_one(ControlPoint, "CP-01").mode = "test"
        edge.report(report("5678DDD", NOON - timedelta(minutes=5)))
        edge.runtime.clock.advance(PERIOD)
        do_jobs(edge.runtime)
        with transaction(edge.runtime.reading) as session:
            assert session.scalar(select(func.count()).select_from(InfractionCase)) == 0


class TestRepeats:
    def test_a_later_passage_of_the_same_kind_waits_for_the_instructor(self, edge: EdgeBox) -> None:
        first = case_of(edge, minutes=65)
        second = case_of(edge, minutes=5)
        other = case_of(edge, "9012FFF", minutes=4)
        with transaction(edge.runtime.reading) as session:
            rows = [session.get_one(InfractionCase, one) for one in (first, second, other)]
            assert [row.hold for row in rows] == [None, "repeat", None]
            assert rows[1].repeat_of == first


class TestTerm:
    def test_a_rejected_case_goes_after_its_term_with_everything(self, edge: EdgeBox) -> None:
        case_id = case_of(edge)
        runtime, now = edge.runtime, edge.runtime.clock.now()
        with transaction(runtime.writing) as session:
            case = session.get_one(InfractionCase, case_id)
            keys = [one.evidence_key for one in case.pictures]
            apply(session, case, Trigger.REJECT, actor=AGENT, now=now, reason="emergency")
        runtime.clock.advance(timedelta(days=89))
        retention.apply(runtime)
        with transaction(runtime.reading) as session:
            assert session.get(InfractionCase, case_id) is not None
        runtime.clock.advance(timedelta(days=2))
        retention.apply(runtime)
        do_jobs(runtime)
        with transaction(runtime.reading) as session:
            assert session.scalar(select(func.count()).select_from(InfractionCase)) == 0
            assert session.scalar(select(func.count()).select_from(CaseEvent)) == 0
            passage = session.scalars(select(PassageRecord)).one()
            assert passage.plate is None and passage.anonymised_at is not None
        for key in keys:
            with pytest.raises(NotFound):
                runtime.store.get(key)

    def test_a_hold_keeps_it_and_says_who_and_why(self, edge: EdgeBox) -> None:
        case_id = case_of(edge)
        runtime, now = edge.runtime, edge.runtime.clock.now()
        officer = person(Role.DATA_PROTECTION, "Xabier")
        with transaction(runtime.writing) as session:
            case = session.get_one(InfractionCase, case_id)
            apply(session, case, Trigger.REJECT, actor=AGENT, now=now, reason="emergency")
            case_retention.hold(session, case_id, officer, reason="Court 3, 12/2027", now=now)
        runtime.clock.advance(timedelta(days=4000))
        retention.apply(runtime)
        with transaction(runtime.writing) as session:
            case = session.get_one(InfractionCase, case_id)
            assert (case.events[-1].actor_name, case.events[-1].note) == (
                "Xabier",
                "Court 3, 12/2027",
            )
            case_retention.lift_hold(session, case_id, officer, reason="Closed", now=now)
        retention.apply(runtime)
        with transaction(runtime.reading) as session:
            assert session.get(InfractionCase, case_id) is None
