"""P1 to P3: what goes when, and that decisions can be replayed without what went."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text

from control_center.desk import visits
from control_center.desk.models import DeskVisit
from control_center.desk.visits import begin_visit
from control_center.keeping import retention
from control_center.models import DecisionRecord, PassageRecord
from core.clock import utc_now
from core.database import transaction
from core.runtime import Runtime
from permits.applications.models import RegistryEntry
from permits.applications.registry import Act, register
from permits.models import QuotaEntry, Stay, Vehicle
from permits.replay import decision_to_json, replay
from permits.rules.granting import state_duty
from permits.rules.models import DutyStatement
from tests.control_center.builders import (
    MORNING,
    NOON,
    EdgeBox,
    do_jobs,
    exit_report,
    id_of,
    report,
)
from tests.permits.builders import DESK, authorisation, holder

DAY = timedelta(hours=24)


def passage_of(runtime: Runtime, passage: UUID) -> PassageRecord:
    with transaction(runtime.reading) as session:
        row = session.get_one(PassageRecord, passage)
        assert row.read is not None
        assert row.decisions is not None
        assert row.pending is None or row.pending.deadline
        return row


def resident_stays(edge: EdgeBox, minutes: int = 20) -> tuple[UUID, UUID]:
    """A resident enters and leaves; ids of both passages."""
    with transaction(edge.runtime.writing) as session:
        authorisation(session, edge.runtime.keys, "1234BBC")
    leaving = exit_report("1234BBC", MORNING + timedelta(minutes=minutes))
    edge.report(report("1234BBC"), leaving)
    do_jobs(edge.runtime)
    return id_of("1234BBC", MORNING), UUID(leaving["passage_id"])


def apply_at(edge: EdgeBox, moment: datetime) -> dict[str, int]:
    edge.runtime.clock.move_to(moment)
    counts = retention.apply(edge.runtime)
    do_jobs(edge.runtime)
    return counts


class TestAuthorisedPassages:
    def test_keep_their_plate_for_a_day(self, edge: EdgeBox) -> None:
        entry, _ = resident_stays(edge)
        apply_at(edge, NOON + DAY - timedelta(minutes=1))
        assert passage_of(edge.runtime, entry).plate == "1234BBC"

    def test_then_lose_plate_hash_read_and_holder(self, edge: EdgeBox) -> None:
        entry, leaving = resident_stays(edge)
        apply_at(edge, NOON + DAY + timedelta(minutes=1))
        for one in (entry, leaving):
            passage = passage_of(edge.runtime, one)
            assert (passage.plate, passage.plate_hash, passage.read.content) == (None, None, None)
            assert passage.anonymised_at is not None
        with transaction(edge.runtime.reading) as session:
            stay = session.scalars(select(Stay)).one()
            assert (stay.plate_hash, stay.authorisation_id, stay.minutes) == (None, None, 20)

    def test_no_column_of_the_database_leads_to_the_vehicle_any_more(self, edge: EdgeBox) -> None:
        entry, _ = resident_stays(edge)
        hashed = passage_of(edge.runtime, entry).plate_hash
        assert hashed is not None
        apply_at(edge, NOON + DAY + timedelta(minutes=1))
        with transaction(edge.runtime.reading) as session:
            for record in session.scalars(select(DecisionRecord)):
                assert "1234BBC" not in record.inputs + record.answer
                assert "R-" not in record.answer
            for table in ("passage", "stay"):
                found = session.execute(
                    text(f"SELECT count(*) FROM {table} WHERE plate_hash = :h"), {"h": hashed}
                )
                assert found.scalar() == 0
            assert hashed.hex() not in str(session.execute(text("SELECT * FROM decision")).all())

    def test_still_replay_to_the_same_outcome(self, edge: EdgeBox) -> None:
        entry, leaving = resident_stays(edge)
        before = {
            record.id: (record.outcome, record.reason, record.rule_version)
            for one in (entry, leaving)
            for record in passage_of(edge.runtime, one).decisions
        }
        apply_at(edge, NOON + DAY + timedelta(minutes=1))
        with transaction(edge.runtime.reading) as session:
            for record in session.scalars(select(DecisionRecord)):
                again = replay(json.loads(record.inputs))
                assert decision_to_json(again) == json.loads(record.answer)
                assert (again.outcome, again.reason, again.rule_version) == before[record.id]

    def test_leave_the_quota_counted_by_day(self, edge: EdgeBox) -> None:
        resident_stays(edge)
        apply_at(edge, NOON + DAY + timedelta(minutes=1))
        with transaction(edge.runtime.reading) as session:
            entry = session.scalars(select(QuotaEntry)).one()
            assert entry.stay_id is None
            assert entry.entered_at == datetime.fromisoformat("2026-10-20T00:00:00+02:00")

    def test_anonymising_twice_changes_nothing(self, edge: EdgeBox) -> None:
        entry, _ = resident_stays(edge)
        apply_at(edge, NOON + DAY + timedelta(minutes=1))
        first = passage_of(edge.runtime, entry).anonymised_at
        apply_at(edge, NOON + 2 * DAY)
        assert passage_of(edge.runtime, entry).anonymised_at == first


class TestStaysWithoutExit:
    def test_are_closed_as_unknown_after_a_day_and_are_no_offence(self, edge: EdgeBox) -> None:
        with transaction(edge.runtime.writing) as session:
            authorisation(session, edge.runtime.keys, "1234BBC")
        edge.report(report("1234BBC"))
        do_jobs(edge.runtime)
        apply_at(edge, MORNING + DAY + timedelta(minutes=1))
        passage = passage_of(edge.runtime, id_of("1234BBC", MORNING))
        assert (passage.status, passage.pictures_wanted) == ("authorised", "discard")
        with transaction(edge.runtime.reading) as session:
            assert session.scalars(select(Stay)).one().state == "unknown"

    def test_a_late_exit_of_a_closed_stay_is_no_overstay(self, edge: EdgeBox) -> None:
        with transaction(edge.runtime.writing) as session:
            authorisation(session, edge.runtime.keys, "1234BBC")
        edge.report(report("1234BBC"))
        do_jobs(edge.runtime)
        apply_at(edge, MORNING + DAY + timedelta(minutes=1))
        edge.report(exit_report("1234BBC", MORNING + DAY))
        do_jobs(edge.runtime)
        assert passage_of(edge.runtime, id_of("1234BBC", MORNING)).status == "authorised"


class TestPendingPassages:
    def test_keep_everything_until_their_deadline(self, edge: EdgeBox) -> None:
        edge.report(report("5678DDD", NOON - timedelta(minutes=5)))
        do_jobs(edge.runtime)
        apply_at(edge, NOON + timedelta(hours=71))
        passage = passage_of(edge.runtime, id_of("5678DDD", NOON - timedelta(minutes=5)))
        assert (passage.status, passage.plate) == ("pending", "5678DDD")

    def test_regularised_ones_go_a_day_later(self, edge: EdgeBox) -> None:
        at = NOON - timedelta(minutes=5)
        edge.report(report("5678DDD", at))
        do_jobs(edge.runtime)
        with transaction(edge.runtime.writing) as session:
            authorisation(session, edge.runtime.keys, "5678DDD", profile="garage")
        do_jobs(edge.runtime)
        apply_at(edge, NOON + DAY + timedelta(minutes=1))
        assert passage_of(edge.runtime, id_of("5678DDD", at)).plate is None


class TestReviews:
    def test_nobody_looked_for_a_month(self, edge: EdgeBox) -> None:
        edge.report(report(None))
        do_jobs(edge.runtime)
        passage = str(id_of(None, MORNING))
        edge.upload(passage, "plate")
        apply_at(edge, MORNING + timedelta(days=29))
        assert passage_of(edge.runtime, UUID(passage)).status == "read_review"
        apply_at(edge, MORNING + timedelta(days=30, minutes=1))
        assert passage_of(edge.runtime, UUID(passage)).status == "counted"
        assert list(edge.runtime.settings.data_dir.rglob("*.jpg")) == []


class TestDeskVisits:
    def visit(self, edge: EdgeBox, began_at: datetime) -> UUID:
        with transaction(edge.runtime.writing) as session:
            citizen = holder(session, edge.runtime.keys)
            visit = begin_visit(
                session,
                DESK,
                citizen.id,
                way="in_person",
                identified_by="identity_card",
                now=began_at,
                proxy_name="Jon Zabala",
                proxy_document="12345678Z",
            )
            register(
                session,
                DESK,
                Act.CHANGED_PLATE,
                citizen,
                channel="desk",
                now=MORNING,
                detail="1234BBC",
                represented_by=visit.proxy_name,
            )
            return visit.id

    def test_they_go_after_their_term(self, edge: EdgeBox) -> None:
        old = self.visit(edge, utc_now() - timedelta(days=366))
        young = self.visit(edge, utc_now() - timedelta(days=364))
        apply_at(edge, MORNING)
        with transaction(edge.runtime.reading) as session:
            assert session.get(DeskVisit, old) is None
            assert session.get(DeskVisit, young) is not None

    def test_the_register_keeps_the_number_and_loses_plate_and_proxy(self, edge: EdgeBox) -> None:
        self.visit(edge, utc_now())
        apply_at(edge, MORNING + timedelta(days=364))
        assert self.entry(edge) == ("1234BBC", "Jon Zabala")
        apply_at(edge, MORNING + timedelta(days=365))
        assert self.entry(edge) == (None, None)

    def entry(self, edge: EdgeBox) -> tuple[str | None, str | None]:
        with transaction(edge.runtime.reading) as session:
            row = session.scalars(select(RegistryEntry)).one()
            assert row.number == "SB-2026-000001"
            return row.detail, row.represented_by

    def test_a_term_of_its_own_may_be_set(self, edge: EdgeBox) -> None:
        settings = edge.runtime.settings.model_copy(update={"visit_retention_days": 30})
        visit = self.visit(edge, utc_now() - timedelta(days=31))
        with transaction(edge.runtime.writing) as session:
            assert visits.forget(session, settings, utc_now(), limit=10) == 1
            assert session.get(DeskVisit, visit) is None


class TestDuty:
    def test_it_goes_after_a_month_unless_a_passage_waits(self, edge: EdgeBox) -> None:
        with transaction(edge.runtime.writing) as session:
            for plate in ("1234BBC", "5678FGH"):
                authorisation(session, edge.runtime.keys, plate, profile="taxi")
            for cab in session.scalars(select(Vehicle)):
                state_duty(session, DESK, cab, on_duty=False, at=MORNING - timedelta(hours=1))
        edge.report(report("1234BBC"))
        do_jobs(edge.runtime)
        assert passage_of(edge.runtime, id_of("1234BBC", MORNING)).status == "pending"
        apply_at(edge, MORNING + timedelta(days=30))
        with transaction(edge.runtime.reading) as session:
            kept = session.scalars(
                select(Vehicle.plate).join(DutyStatement, DutyStatement.vehicle_id == Vehicle.id)
            ).all()
        assert kept == ["1234BBC"]


class TestDryRun:
    def test_counts_and_changes_nothing(self, edge: EdgeBox) -> None:
        entry, _ = resident_stays(edge)
        edge.runtime.clock.move_to(NOON + DAY + timedelta(minutes=1))
        due = retention.due(edge.runtime)
        assert due["settled passages lose plate, hash, holder and pictures after 24 hours"] == 2
        assert passage_of(edge.runtime, entry).plate == "1234BBC"

    def test_the_policy_names_a_basis_for_every_rule(self) -> None:
        assert all(rule.basis for rule in retention.POLICY)
        assert len({rule.name for rule in retention.POLICY}) == len(retention.POLICY)
