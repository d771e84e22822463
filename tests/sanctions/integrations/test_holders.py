"""The vehicle register is asked for a case, after its deadline, and believed for its plate only."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from core import audit
from core.database import transaction
from core.errors import Forbidden
from sanctions.integrations.alarms import AlarmKind
from sanctions.integrations.errors import LookupTooEarly, OutsideForbidden
from sanctions.integrations.holders import lookup
from sanctions.integrations.holders.models import HolderLookup, LookupState
from sanctions.integrations.leaving import check_may_be_looked_up
from sanctions.models import InfractionCase
from sanctions.procedure import Person, PersonRole
from sanctions.reasons import Hold
from sanctions.service import mark_regularised
from sanctions.states import CaseState
from tests.sanctions.integrations.world import World
from tests.sanctions.lives import AGENT, INSTRUCTOR
from tests.sanctions.reports import AFTER


def questions(world: World) -> list[str]:
    """Case references with which the register was asked."""
    return [
        one["body"]["DatosGenericos"]["Solicitante"]["IdExpediente"]
        for one in world.received("holders", "/vehicles")
    ]


def role(world: World, case_id: object) -> str:
    with world.runtime.reading() as session:
        person = session.get_one(InfractionCase, case_id).person
        assert person is not None
        return person.role


class TestLookup:
    def test_the_holder_of_a_validated_case_is_found(self, world: World) -> None:
        case_id = world.validated()
        world.turn()
        assert world.case(case_id).case_state in {CaseState.HOLDER_FOUND, CaseState.NOTIFYING}
        assert role(world, case_id) == PersonRole.HOLDER
        assert questions(world) == [world.case(case_id).reference]

    @pytest.mark.parametrize(
        ("plate", "expected"),
        [("1234XXX", PersonRole.RENTER), ("1234WWW", PersonRole.HABITUAL_DRIVER)],
    )
    def test_a_renter_or_a_habitual_driver_answers_in_the_holders_place(
        self, world: World, plate: str, expected: PersonRole
    ) -> None:
        case_id = world.validated(plate=plate)
        world.turn()
        assert role(world, case_id) == expected

    def test_it_is_asked_once(self, world: World) -> None:
        world.validated()
        world.turn(3)
        assert len(questions(world)) == 1

    def test_an_unknown_plate_is_for_a_person_to_look_at(self, world: World) -> None:
        case_id = world.validated(plate="1234ZZZ")
        world.turn(2)
        assert world.state(case_id) is CaseState.AGENT_VALIDATED
        assert world.alarms() == [AlarmKind.NO_RECORD]
        assert world.one(HolderLookup).code == "1"
        assert len(questions(world)) == 1

    def test_a_foreign_vehicle_is_not_asked_about_here(self, world: World) -> None:
        world.validated(plate="AB123CD", country="FR")
        world.turn(2)
        assert questions(world) == []
        assert world.alarms() == [AlarmKind.FOREIGN_PLATE]

    def test_what_a_person_found_out_can_be_entered(self, world: World) -> None:
        case_id = world.validated(plate="AB123CD", country="FR")
        world.turn()
        holder = Person(PersonRole.HOLDER, "Marie", "FR-1", ("Rue 1", "64100 Bayonne"))
        with transaction(world.runtime.writing) as session:
            lookup.enter_by_hand(session, case_id, holder, INSTRUCTOR, now=AFTER)
        assert world.state(case_id) is CaseState.HOLDER_FOUND
        assert world.alarms() == []


class TestPrivacy:
    def test_p7_nobody_is_asked_before_the_regularisation_deadline(self, world: World) -> None:
        case = world.case(world.validated())
        early = case.regularisation_deadline - timedelta(minutes=10)
        with pytest.raises(LookupTooEarly):
            check_may_be_looked_up(case, early)
        world.runtime.clock.move_to(early)
        world.turn(2)
        assert questions(world) == []

    def test_p7_a_question_that_waited_is_checked_again_at_the_last_moment(
        self, world: World
    ) -> None:
        case_id = world.validated()
        world.misbehave("holders", "reset")
        world.turn()
        with transaction(world.runtime.writing) as session:
            case = session.get_one(InfractionCase, case_id)
            mark_regularised(session, case.passage_id, why="permit in time", now=AFTER)
        world.wake()
        world.turn()
        assert questions(world) == []
        assert world.one(HolderLookup).state == LookupState.WITHDRAWN

    def test_p7_every_question_is_on_record_with_its_case_and_purpose(self, world: World) -> None:
        case_id = world.validated()
        world.misbehave("holders", "reset")
        world.turn()
        with transaction(world.runtime.writing) as session:
            rows = audit.events(session, action="sanctions:holder:asked")
        assert [row.subject for row in rows] == [f"case:{case_id}"]
        assert rows[0].details["purpose"]

    def test_p8_inspection_and_insurance_are_dropped_unseen(self, world: World) -> None:
        world.validated()
        world.turn()
        answer = world.one(HolderLookup).answer
        assert "AGIRRE" in answer
        assert "2027-01-31" not in answer
        assert "2026-12-31" not in answer

    def test_what_the_register_said_is_sealed_in_the_database(self, world: World) -> None:
        world.validated()
        world.turn()
        with world.runtime.engine.connect() as connection:
            rows = connection.execute(text("SELECT * FROM holder_lookup, liable_person")).all()
        stored = b"".join(
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            for row in rows
            for value in row
        )
        assert b"AGIRRE" not in stored
        assert b"ASKAO" not in stored
        assert rows

    def test_a_held_case_is_not_asked_about(self, world: World) -> None:
        case_id = world.validated()
        with transaction(world.runtime.writing) as session:
            session.get_one(InfractionCase, case_id).hold = Hold.REPEAT.value
        world.turn(2)
        assert questions(world) == []


class TestOutsideProduction:
    def test_nothing_is_asked_of_an_address_outside(self, world: World) -> None:
        case_id = world.validated()
        elsewhere = {"holders_url": "https://192.0.2.1", "post_url": "https://192.0.2.1"}
        settings = world.runtime.settings.model_copy(update=elsewhere)
        world.runtime = replace(world.runtime, settings=settings)
        world.turn(2)
        assert world.state(case_id) is CaseState.AGENT_VALIDATED
        assert world.all(HolderLookup) == []

    def test_a_job_that_got_there_all_the_same_sends_nothing(self, world: World) -> None:
        world.validated()
        world.misbehave("holders", "reset")
        world.turn()
        world.wake()
        waiting = str(world.one(HolderLookup).id)
        elsewhere = {"holders_url": "https://192.0.2.1"}
        settings = world.runtime.settings.model_copy(update=elsewhere)
        outside = replace(world.runtime, settings=settings)
        with pytest.raises(OutsideForbidden), transaction(world.runtime.writing) as session:
            lookup.ask(session, outside, {"lookup_id": waiting})


class TestFaults:
    def test_two_workers_never_ask_the_same_at_once(self, world: World) -> None:
        world.validated()
        world.misbehave("holders", "reset")
        world.turn()
        world.wake()
        waiting = world.one(HolderLookup).id
        assert lookup._take(world.runtime, waiting) is not None
        assert lookup._take(world.runtime, waiting) is None

    def test_an_answer_for_another_plate_is_thrown_away(self, world: World) -> None:
        case_id = world.validated()
        world.misbehave("holders", "wrong")
        world.turn(2)
        assert world.state(case_id) is CaseState.AGENT_VALIDATED
        assert world.alarms() == [AlarmKind.OTHER_PLATE]
        assert world.one(HolderLookup).answer is None
        assert world.case(case_id).agent_number
        assert len(questions(world)) == 1

    def test_a_person_can_have_it_asked_again(self, world: World) -> None:
        case_id = world.validated()
        world.misbehave("holders", "wrong")
        world.turn()
        with pytest.raises(Forbidden), transaction(world.runtime.writing) as session:
            lookup.ask_again(session, case_id, AGENT, now=AFTER)
        with transaction(world.runtime.writing) as session:
            lookup.ask_again(session, case_id, INSTRUCTOR, now=AFTER)
        world.turn()
        assert role(world, case_id) == PersonRole.HOLDER
        assert world.alarms() == []

    @pytest.mark.parametrize("kind", ["error", "reset", "lost_answer", "malformed", "cut"])
    def test_a_register_that_fails_is_asked_later(self, world: World, kind: str) -> None:
        case_id = world.validated()
        world.misbehave("holders", kind)
        world.turn()
        assert world.state(case_id) is CaseState.AGENT_VALIDATED
        world.wake()
        world.turn()
        assert role(world, case_id) == PersonRole.HOLDER

    def test_one_that_is_down_holds_up_nothing_else(self, world: World) -> None:
        for number in range(5):
            world.validated(plate=f"{1000 + number}BCD")
        world.misbehave("holders", "error", times=99)
        world.turn(3)
        health = world.health("holders")
        assert health is not None
        assert health.failures == 1

    def test_a_slow_register_is_asked_less_often_and_holds_up_nothing(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sanctions.integrations.health.SLOW_SECONDS", 0.3)
        for number in range(4):
            world.validated(plate=f"{1000 + number}BCD")
        world.misbehave("holders", "slow", times=99, seconds=0.4)
        world.turn()
        assert len(questions(world)) == 1
        health = world.health("holders")
        assert health is not None
        assert health.failing_since is None
        world.wake()
        world.turn()
        assert len(questions(world)) == 2

    def test_a_slow_drip_is_given_up(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sanctions.integrations.http.LONGEST_EXCHANGE", 0.3)
        case_id = world.validated()
        world.misbehave("holders", "drip", seconds=0.05)
        world.turn()
        assert world.state(case_id) is CaseState.AGENT_VALIDATED
        health = world.health("holders")
        assert health is not None
        assert "slowly" in (health.last_error or "")
