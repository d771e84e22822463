"""What becomes of a passage: decided with the register, decided again when something changes."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from control_center.models import PassageRecord
from control_center.passages.passage_states import TRANSITIONS, PassageStatus, check_transition
from core.database import transaction
from core.errors import InvalidTransition
from core.runtime import Runtime
from permits.models import QuotaEntry
from permits.replay import decision_to_json, replay
from sanctions.models import InfractionCase
from tests.control_center.builders import (
    MORNING,
    NOON,
    EdgeBox,
    do_jobs,
    exit_report,
    id_of,
    report,
)
from tests.permits.builders import authorisation

PERIOD = timedelta(hours=72)


def permit(runtime: Runtime, *plates: str, **data: Any) -> None:
    with transaction(runtime.writing) as session:
        authorisation(session, runtime.keys, *plates, **data)


def state_of(runtime: Runtime, passage: UUID) -> tuple[str, str, str]:
    """(status, reason of the latest decision, instruction for the pictures)."""
    with transaction(runtime.reading) as session:
        row = session.get_one(PassageRecord, passage)
        return row.status, row.decisions[-1].reason, row.pictures_wanted


def passing(edge: EdgeBox, *reports: dict[str, Any]) -> UUID:
    """Report, decide, and return the id of the last passage."""
    edge.report(*reports)
    do_jobs(edge.runtime)
    return UUID(reports[-1]["passage_id"])


def offences(runtime: Runtime) -> dict[UUID, str]:
    with transaction(runtime.reading) as session:
        cases = session.scalars(select(InfractionCase))
        return {case.passage_id: case.offence for case in cases}


class TestFirstDecision:
    def test_an_unlimited_permit_is_authorised_and_its_pictures_are_discarded(
        self, edge: EdgeBox
    ) -> None:
        permit(edge.runtime, "1234BBC", profile="garage")
        passage = passing(edge, report("1234BBC"))
        assert state_of(edge.runtime, passage) == ("authorised", "unlimited", "discard")

    def test_a_resident_within_hours_keeps_its_picture_waiting_until_the_stay_ends(
        self, edge: EdgeBox
    ) -> None:
        permit(edge.runtime, "1234BBC")
        passage = passing(edge, report("1234BBC"))
        assert state_of(edge.runtime, passage) == ("authorised", "quota_right", "wait")

    def test_no_permit_is_pending_and_its_pictures_are_sent(self, edge: EdgeBox) -> None:
        passage = passing(edge, report("5678DDD", NOON - timedelta(minutes=5)))
        assert state_of(edge.runtime, passage) == ("pending", "no_permit", "send")

    def test_an_unread_plate_goes_to_a_person(self, edge: EdgeBox) -> None:
        passage = passing(edge, report(None))
        assert state_of(edge.runtime, passage) == ("read_review", "plate_unread", "send")

    def test_an_unknown_van_in_loading_hours_goes_to_a_vehicle_check(self, edge: EdgeBox) -> None:
        passage = passing(edge, report("5678DDD", MORNING))
        assert state_of(edge.runtime, passage)[:2] == ("vehicle_check", "vehicle_class_unknown")

    @pytest.mark.parametrize(
        ("plate", "at"), [("1234BBC", NOON), ("5678DDD", NOON), ("5678DDD", MORNING), (None, NOON)]
    )
    def test_the_plates_colour_changes_no_decision(
        self, edge: EdgeBox, plate: str | None, at: datetime
    ) -> None:
        """Light misleads a camera about colours: they accuse nobody and clear nobody."""
        permit(edge.runtime, "1234BBC", profile="garage")
        colours = (None, "white", "yellow", "blue", "green", "red")
        for second, colour in enumerate(colours):
            seen = at + timedelta(seconds=second)
            edge.report(report(plate, seen, plate_colour=colour))
        do_jobs(edge.runtime)
        with transaction(edge.runtime.reading) as session:
            passages = session.scalars(select(PassageRecord)).all()
            decisions = [one for passage in passages for one in passage.decisions]
            assert len(decisions) == len(colours)
            assert len({(one.outcome, one.reason) for one in decisions}) == 1
            assert not any("colour" in one.inputs for one in decisions)

    def test_deciding_twice_decides_once(self, edge: EdgeBox) -> None:
        passage = passing(edge, report("5678DDD"))
        passing(edge, report("5678DDD"))
        with transaction(edge.runtime.reading) as session:
            assert len(session.get_one(PassageRecord, passage).decisions) == 1

    def test_a_point_in_test_only_counts(self, edge: EdgeBox) -> None:
        box = EdgeBox(edge.client.app, key_id="edge-02", points=["CP-29", "CP-30"])  # type: ignore[arg-type]
        passage = passing(box, report("5678DDD", control_point="CP-30"))
        status, _, pictures = state_of(edge.runtime, passage)
        assert (status, pictures) == ("counted", "discard")


class TestReplay:
    def test_every_stored_decision_replays_to_the_same_answer(self, edge: EdgeBox) -> None:
        permit(edge.runtime, "1234BBC")
        passing(
            edge,
            report("1234BBC"),
            report("5678DDD", NOON - timedelta(minutes=1)),
            report(None),
            exit_report("1234BBC", MORNING + timedelta(minutes=50)),
        )
        with transaction(edge.runtime.reading) as session:
            records = [one for p in session.scalars(select(PassageRecord)) for one in p.decisions]
            assert len(records) == 5  # the overstay decides its entry a second time
            for record in records:
                assert decision_to_json(replay(json.loads(record.inputs))) == json.loads(
                    record.answer
                )


class TestStays:
    def test_leaving_in_time_settles_both_passages(self, edge: EdgeBox) -> None:
        permit(edge.runtime, "1234BBC")
        leaving = exit_report("1234BBC", MORNING + timedelta(minutes=20))
        passing(edge, report("1234BBC"), leaving)
        assert state_of(edge.runtime, id_of("1234BBC", MORNING)) == (
            "authorised",
            "quota_right",
            "discard",
        )
        assert state_of(edge.runtime, UUID(leaving["passage_id"]))[2] == "discard"

    def test_staying_too_long_is_found_at_the_exit(self, edge: EdgeBox) -> None:
        permit(edge.runtime, "1234BBC")
        leaving = exit_report("1234BBC", MORNING + timedelta(minutes=50))
        passing(edge, report("1234BBC"), leaving)
        entry = id_of("1234BBC", MORNING)
        assert state_of(edge.runtime, entry) == ("pending", "overstay", "send")
        assert state_of(edge.runtime, UUID(leaving["passage_id"]))[2] == "send"

    def test_an_exit_that_arrives_before_its_entry_still_finds_the_overstay(
        self, edge: EdgeBox
    ) -> None:
        permit(edge.runtime, "1234BBC")
        leaving = exit_report("1234BBC", MORNING + timedelta(minutes=50))
        passing(edge, leaving)
        assert state_of(edge.runtime, UUID(leaving["passage_id"]))[2] == "wait"
        passing(edge, report("1234BBC"))
        assert state_of(edge.runtime, id_of("1234BBC", MORNING))[:2] == ("pending", "overstay")
        assert state_of(edge.runtime, UUID(leaving["passage_id"]))[2] == "send"

    def test_an_exit_alone_is_never_an_offence(self, edge: EdgeBox) -> None:
        passage = passing(edge, exit_report("5678DDD", NOON))
        assert state_of(edge.runtime, passage)[:2] == ("counted", "exit")

    def test_a_permit_revoked_meanwhile_does_not_make_the_entry_an_offence(
        self, edge: EdgeBox
    ) -> None:
        permit(edge.runtime, "1234BBC")
        passing(edge, report("1234BBC"))
        with transaction(edge.runtime.writing) as session:
            from permits.models import Authorisation

            session.scalars(select(Authorisation)).one().state = "revoked"
        passing(edge, exit_report("1234BBC", MORNING + timedelta(minutes=10)))
        assert state_of(edge.runtime, id_of("1234BBC", MORNING))[0] == "authorised"


class TestQuota:
    def test_the_fifth_entry_of_a_month_is_a_breach_that_the_edge_could_not_see(
        self, edge: EdgeBox
    ) -> None:
        permit(edge.runtime, "1234BBC")
        days = [MORNING - timedelta(days=back) for back in (12, 8, 7, 1, 0)]
        for day in days:
            last = passing(edge, report("1234BBC", day))
        assert state_of(edge.runtime, last) == ("pending", "quota_exceeded", "send")

    @pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 4, 0, 3, 1)])
    def test_the_last_entry_is_the_breach_in_whatever_order_they_are_reported(
        self, edge: EdgeBox, order: tuple[int, ...]
    ) -> None:
        permit(edge.runtime, "1234BBC")
        days = [MORNING - timedelta(days=back) for back in (12, 8, 7, 1, 0)]
        for place in order:
            passing(edge, report("1234BBC", days[place]))
        states = [state_of(edge.runtime, id_of("1234BBC", day))[:2] for day in days]
        assert states == [("authorised", "quota_right")] * 4 + [("pending", "quota_exceeded")]
        with transaction(edge.runtime.reading) as session:
            assert len(session.scalars(select(QuotaEntry)).all()) == 4

    def test_a_stay_debits_once_however_often_it_is_reported(self, edge: EdgeBox) -> None:
        permit(edge.runtime, "1234BBC")
        for _ in range(3):
            passing(edge, report("1234BBC"))
        with transaction(edge.runtime.reading) as session:
            assert len(session.scalars(select(QuotaEntry)).all()) == 1


class TestRegularisation:
    def test_a_grant_in_time_regularises(self, edge: EdgeBox) -> None:
        passage = passing(edge, report("5678DDD", NOON - timedelta(minutes=5)))
        permit(edge.runtime, "5678DDD", profile="garage")
        do_jobs(edge.runtime)
        assert state_of(edge.runtime, passage) == ("regularised", "unlimited", "discard")
        edge.runtime.clock.advance(PERIOD)
        do_jobs(edge.runtime)
        assert offences(edge.runtime) == {}

    def test_no_case_opens_before_the_deadline(self, edge: EdgeBox) -> None:
        passing(edge, report("5678DDD", NOON - timedelta(minutes=5)))
        edge.runtime.clock.advance(PERIOD - timedelta(minutes=10))
        do_jobs(edge.runtime)
        assert offences(edge.runtime) == {}

    def test_at_the_deadline_a_case_opens_once_the_pictures_are_there(self, edge: EdgeBox) -> None:
        passage = passing(edge, report("5678DDD", NOON - timedelta(minutes=5)))
        for kind in ("plate", "context"):
            assert edge.upload(str(passage), kind).status_code == 200
        edge.runtime.clock.advance(PERIOD)
        do_jobs(edge.runtime)
        do_jobs(edge.runtime)
        assert offences(edge.runtime) == {passage: "no_permit"}
        assert state_of(edge.runtime, passage)[0] == "case_opened"

    def test_a_case_waits_two_days_for_its_pictures_and_takes_them_later_too(
        self, edge: EdgeBox
    ) -> None:
        passage = passing(edge, report("5678DDD", NOON - timedelta(minutes=5)))
        edge.runtime.clock.advance(PERIOD)
        do_jobs(edge.runtime)
        assert offences(edge.runtime) == {}
        edge.runtime.clock.advance(timedelta(hours=49))
        do_jobs(edge.runtime)
        assert offences(edge.runtime) == {passage: "no_permit"}
        for kind in ("plate", "context"):
            edge.upload(str(passage), kind)
        with transaction(edge.runtime.reading) as session:
            case = session.scalars(select(InfractionCase)).one()
            assert {one.kind for one in case.pictures} == {"plate", "context"}
            assert case.state == "ready"

    def test_an_overstay_case_carries_the_pictures_of_entry_and_exit(self, edge: EdgeBox) -> None:
        permit(edge.runtime, "1234BBC")
        leaving = exit_report("1234BBC", MORNING + timedelta(minutes=50))
        passing(edge, report("1234BBC"), leaving)
        entry = id_of("1234BBC", MORNING)
        for passage in (str(entry), leaving["passage_id"]):
            for kind in ("plate", "context"):
                assert edge.upload(passage, kind).status_code == 200
        edge.runtime.clock.advance(PERIOD)
        do_jobs(edge.runtime)
        with transaction(edge.runtime.reading) as session:
            case = session.scalars(select(InfractionCase)).one()
            kinds = {one.kind for one in case.pictures}
        assert (case.passage_id, case.offence) == (entry, "overstay")
        assert kinds == {"plate", "context", "exit-plate", "exit-context"}

    def test_a_grant_after_the_case_opened_still_extinguishes_it(self, edge: EdgeBox) -> None:
        passage = passing(edge, report("5678DDD", NOON - timedelta(minutes=5), pictures=[]))
        edge.runtime.clock.advance(PERIOD)
        do_jobs(edge.runtime)
        permit(edge.runtime, "5678DDD", profile="garage")
        do_jobs(edge.runtime)
        assert state_of(edge.runtime, passage)[0] == "regularised"
        with transaction(edge.runtime.reading) as session:
            assert session.scalars(select(InfractionCase)).one().state == "regularised"

    def test_a_lost_deadline_job_is_made_again(self, edge: EdgeBox) -> None:
        from sqlalchemy import delete

        from control_center.pending.regularisation import enqueue_overdue
        from core.outbox import Job

        passage = passing(edge, report("5678DDD", NOON - timedelta(minutes=5), pictures=[]))
        edge.runtime.clock.advance(PERIOD)
        with transaction(edge.runtime.writing) as session:
            session.execute(delete(Job).where(Job.done_at.is_(None)))
            assert enqueue_overdue(session, edge.runtime.clock.now()) == 1
            assert enqueue_overdue(session, edge.runtime.clock.now()) == 0
        do_jobs(edge.runtime)
        assert offences(edge.runtime) == {passage: "no_permit"}


class TestTransitions:
    @pytest.mark.parametrize("new", PassageStatus)
    @pytest.mark.parametrize("old", PassageStatus)
    def test_only_the_table_is_allowed(self, old: PassageStatus, new: PassageStatus) -> None:
        if new is old or new in TRANSITIONS[old]:
            check_transition("x", old, new)
        else:
            with pytest.raises(InvalidTransition, match=old.value):
                check_transition("x", old, new)

    def test_nothing_leads_out_of_a_case_but_a_grant_and_time_given_back(self) -> None:
        assert TRANSITIONS[PassageStatus.CASE_OPENED] == {
            PassageStatus.REGULARISED,
            PassageStatus.PENDING,
        }

    def test_nothing_becomes_received_again(self) -> None:
        assert all(PassageStatus.RECEIVED not in after for after in TRANSITIONS.values())
