"""Notices reach people by the law's channels, and count as served on the law's days."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from core.clock import municipal
from core.database import transaction
from core.errors import Conflict
from sanctions.integrations import deliveries
from sanctions.integrations.alarms import AlarmKind
from sanctions.integrations.delivery_models import (
    Channel,
    Delivery,
    DeliveryNews,
    DeliveryState,
    Outcome,
)
from sanctions.integrations.electronic_notification.adapter import HttpElectronicNotifications
from sanctions.models import InfractionCase
from sanctions.reasons import Hold
from sanctions.service import mark_regularised
from sanctions.states import CaseState, Trigger
from sanctions.transitions import apply
from tests.sanctions import lives
from tests.sanctions.integrations.world import World
from tests.sanctions.lives import INSTRUCTOR
from tests.sanctions.reports import AFTER

NOT_ENROLLED = "0234BBC"
"""The fake register gives its holder a number that begins with 0, and such people have no DEV."""


def under_way(world: World, plate: str = "9876BCD", **fields: Any) -> tuple[UUID, Delivery]:
    case_id = world.validated(plate=plate, **fields)
    world.turn(3)
    return case_id, world.one(Delivery, case_id=case_id)


def electronic(world: World) -> tuple[UUID, Delivery]:
    return under_way(world, plate="9876BCD")


def later(world: World, **span: int) -> datetime:
    moment = AFTER + timedelta(**span)
    world.runtime.clock.move_to(moment)
    return moment


def dev(world: World, delivery: Delivery, state: str) -> None:
    world.fake(
        "electronic_notification",
        "/_fake_states",
        {"identifier": delivery.external_id, "state": state},
    )


def postman(world: World, delivery: Delivery, event: str, attempt: int = 1) -> None:
    body = {"identifier": delivery.external_id, "event": event, "attempt": attempt}
    world.fake("post", "/_fake_events", body)


class TestElectronic:
    def test_a_notice_is_put_at_the_persons_disposal(self, world: World) -> None:
        case_id, delivery = electronic(world)
        assert (delivery.channel, delivery.state) == (Channel.ELECTRONIC, DeliveryState.UNDER_WAY)
        assert delivery.put_on == municipal(AFTER).date()
        assert world.state(case_id) is CaseState.NOTIFYING
        assert len(world.received("electronic_notification", "/notices")) == 1

    @pytest.mark.parametrize(
        ("told", "outcome"), [("abierta", Outcome.OPENED), ("rechazada", Outcome.REJECTED)]
    )
    def test_opening_and_rejecting_serve_it_on_that_day(
        self, world: World, told: str, outcome: Outcome
    ) -> None:
        case_id, delivery = electronic(world)
        moment = later(world, days=4)
        dev(world, delivery, told)
        world.news()
        assert world.state(case_id) is CaseState.NOTIFIED
        assert world.case(case_id).served_on == municipal(moment).date()
        assert world.one(Delivery).outcome == outcome

    def test_unopened_for_ten_natural_days_it_counts_as_served(self, world: World) -> None:
        """RDL 6/2015, article 90.2. Put on Friday 23 October, over the clock change."""
        case_id, delivery = electronic(world)
        assert delivery.put_on == date(2026, 10, 23)
        later(world, days=10)
        world.news()
        assert world.state(case_id) is CaseState.NOTIFYING
        later(world, days=11)
        world.news()
        assert world.case(case_id).served_on == date(2026, 11, 3)
        assert world.one(Delivery).outcome == Outcome.EXPIRED

    def test_their_word_that_it_expired_is_not_taken_for_it(self, world: World) -> None:
        case_id, delivery = electronic(world)
        later(world, days=5)
        dev(world, delivery, "expirada")
        world.news()
        assert world.state(case_id) is CaseState.NOTIFYING

    def test_while_the_service_is_down_nothing_expires(self, world: World) -> None:
        """It may have been opened, and nobody here knows yet."""
        case_id, delivery = electronic(world)
        later(world, days=9)
        dev(world, delivery, "abierta")
        later(world, days=12)
        world.misbehave("electronic_notification", "error", path="/notices")
        world.news()
        assert world.state(case_id) is CaseState.NOTIFYING
        world.wake()
        world.news()
        assert world.one(Delivery).outcome == Outcome.OPENED

    def test_the_same_news_twice_changes_nothing(self, world: World) -> None:
        case_id, delivery = electronic(world)
        dev(world, delivery, "abierta")
        world.news()
        events = len(_events(world, case_id))
        world.news()
        assert len(_events(world, case_id)) == events

    def test_news_of_a_strange_notice_is_kept_and_alarmed_once(self, world: World) -> None:
        electronic(world)
        world.misbehave("electronic_notification", "wrong", times=2, path="/notices")
        world.news()
        world.news()
        assert len(world.all(DeliveryNews)) == 1
        assert world.alarms() == [AlarmKind.UNKNOWN_DELIVERY]

    @pytest.mark.parametrize("kind", ["error", "reset", "lost_answer", "malformed", "cut", "wrong"])
    def test_whatever_goes_wrong_it_goes_out_once(self, world: World, kind: str) -> None:
        case_id = world.validated(plate="9876BCD")
        world.misbehave("electronic_notification", kind, path="/notices")
        world.turn(3)
        assert world.state(case_id) is CaseState.HOLDER_FOUND
        world.wake()
        world.turn(2)
        assert world.state(case_id) is CaseState.NOTIFYING
        sent = world.received("electronic_notification", "/notices")
        assert len({one["once"] for one in sent}) == 1


class TestPost:
    def test_whoever_has_no_electronic_address_gets_a_letter(self, world: World) -> None:
        case_id, delivery = under_way(world, plate=NOT_ENROLLED)
        assert (delivery.channel, delivery.state) == (Channel.POST, DeliveryState.UNDER_WAY)
        assert world.state(case_id) is CaseState.NOTIFYING
        letter = world.received("post", "/letters")[0]["body"]
        assert letter["Destinatario"]["Direccion"][0] == "CL ASKAO 9 2 D"
        assert letter["Clase"] == "notificacion"

    def test_delivery_serves_it(self, world: World) -> None:
        case_id, delivery = under_way(world, plate=NOT_ENROLLED)
        postman(world, delivery, "entregada")
        world.news()
        assert world.state(case_id) is CaseState.NOTIFIED

    def test_refusing_it_serves_it_too(self, world: World) -> None:
        case_id, delivery = under_way(world, plate=NOT_ENROLLED)
        postman(world, delivery, "rehusada")
        world.news()
        assert world.one(Delivery).outcome == Outcome.REJECTED
        assert world.state(case_id) is CaseState.NOTIFIED

    def test_two_failed_attempts_within_three_days_lead_to_the_gazette(self, world: World) -> None:
        case_id, delivery = under_way(world, plate=NOT_ENROLLED)
        postman(world, delivery, "ausente", 1)
        world.news()
        assert world.one(Delivery).state == DeliveryState.FIRST_FAILED
        later(world, days=2)
        postman(world, delivery, "ausente", 2)
        world.news()
        assert world.alarms() == [AlarmKind.TO_THE_GAZETTE]
        assert world.one(Delivery).channel == Channel.GAZETTE
        assert world.state(case_id) is CaseState.NOTIFYING

    def test_a_second_attempt_that_comes_too_late_is_alarmed(self, world: World) -> None:
        _, delivery = under_way(world, plate=NOT_ENROLLED)
        postman(world, delivery, "ausente", 1)
        world.news()
        later(world, days=8)
        postman(world, delivery, "ausente", 2)
        world.news()
        assert world.alarms() == [AlarmKind.SECOND_ATTEMPT_LATE]

    def test_a_second_attempt_that_never_comes_is_alarmed(self, world: World) -> None:
        _, delivery = under_way(world, plate=NOT_ENROLLED)
        postman(world, delivery, "ausente", 1)
        world.news()
        later(world, days=3)
        world.news()
        assert world.alarms() == []
        later(world, days=9)
        world.news()
        assert world.alarms() == [AlarmKind.SECOND_ATTEMPT_LATE]

    def test_a_returned_letter_is_published_and_served_twenty_days_later(
        self, world: World
    ) -> None:
        """RDL 6/2015, article 91."""
        case_id, delivery = under_way(world, plate=NOT_ENROLLED)
        postman(world, delivery, "desconocido")
        world.news()
        with pytest.raises(Conflict), transaction(world.runtime.writing) as session:
            day = date(2026, 10, 30)
            deliveries.enter_publication(session, case_id, day, INSTRUCTOR, now=AFTER)
        with transaction(world.runtime.writing) as session:
            day = date(2026, 10, 23)
            deliveries.enter_publication(session, case_id, day, INSTRUCTOR, now=AFTER)
        assert world.alarms() == []
        later(world, days=20)
        world.news()
        assert world.state(case_id) is CaseState.NOTIFYING
        later(world, days=21)
        world.news()
        assert world.case(case_id).served_on == date(2026, 11, 13)

    def test_someone_without_an_address_is_for_a_person_to_find(self, world: World) -> None:
        """The register names renters without an address."""
        world.validated(plate="1234XXX")
        world.turn(4)
        assert world.alarms() == [AlarmKind.SEND_REFUSED]
        assert world.received("post", "/letters") == []

    @pytest.mark.parametrize("kind", ["error", "reset", "lost_answer", "malformed", "cut", "wrong"])
    def test_whatever_goes_wrong_one_letter_is_sent(self, world: World, kind: str) -> None:
        case_id = world.validated(plate=NOT_ENROLLED)
        world.misbehave("post", kind)
        world.turn(4)
        assert world.state(case_id) is CaseState.HOLDER_FOUND
        world.wake()
        world.turn(2)
        assert world.state(case_id) is CaseState.NOTIFYING
        assert len({one["once"] for one in world.received("post", "/letters")}) == 1


class TestResolutions:
    def test_a_resolution_is_notified_too_and_its_month_begins(self, world: World) -> None:
        with transaction(world.runtime.writing) as session:
            case = lives.notified(session)
            for trigger in (Trigger.ALLEGE, Trigger.RESOLVE):
                actor = lives.actor_for(trigger)
                apply(session, case, trigger, actor=actor, now=AFTER + timedelta(days=2))
            case_id = case.id
        later(world, days=3)
        world.turn(3)
        delivery = world.one(Delivery)
        assert (delivery.notice, delivery.channel) == ("resolution", Channel.POST)
        postman(world, delivery, "entregada")
        world.news()
        assert world.case(case_id).resolution_served_on == date(2026, 10, 26)
        world.turn(2)
        assert len(world.received("post", "/letters")) == 1


class TestWhatMayLeave:
    def test_nothing_goes_out_before_its_document_is_finished(self, world: World) -> None:
        world.papers.is_slow = True
        case_id = world.validated(plate="9876BCD")
        world.turn(3)
        assert world.received("electronic_notification", "/notices") == []
        assert world.papers.requested
        world.papers.is_slow = False
        world.turn()
        assert world.state(case_id) is CaseState.NOTIFYING

    def test_a_held_case_waits_and_goes_out_when_the_hold_is_lifted(self, world: World) -> None:
        world.papers.is_slow = True
        case_id = world.validated(plate="9876BCD")
        world.turn(2)
        _hold(world, case_id, Hold.REPEAT)
        world.papers.is_slow = False
        world.turn(2)
        assert world.received("electronic_notification", "/notices") == []
        _hold(world, case_id, None)
        world.turn(2)
        assert world.state(case_id) is CaseState.NOTIFYING

    def test_a_time_barred_case_is_not_sent(self, world: World) -> None:
        world.papers.is_slow = True
        case_id = world.validated(plate="9876BCD")
        world.turn(2)
        world.papers.is_slow = False
        world.runtime.clock.move_to(world.case(case_id).limitation_at)
        world.turn(2)
        assert world.received("electronic_notification", "/notices") == []
        assert world.one(Delivery).state == DeliveryState.WITHDRAWN

    def test_a_case_that_ends_while_its_notice_goes_out_is_told_to_staff(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        case_id = world.validated(plate="9876BCD")
        put = HttpElectronicNotifications.put_at_disposal

        def regularised_meanwhile(*given: Any) -> Any:
            answer = put(*given)
            with transaction(world.runtime.writing) as session:
                case = session.get_one(InfractionCase, case_id)
                mark_regularised(session, case.passage_id, why="permit in time", now=AFTER)
            return answer

        monkeypatch.setattr(HttpElectronicNotifications, "put_at_disposal", regularised_meanwhile)
        world.turn(3)
        assert world.state(case_id) is CaseState.REGULARISED
        assert world.alarms() == [AlarmKind.SENT_TOO_LATE]

    def test_a_warning_ends_with_a_plain_letter(self, world: World) -> None:
        case_id = world.validated(plate="9876BCD", is_warning=True)
        world.turn(3)
        assert world.state(case_id) is CaseState.INFORMED
        assert world.received("post", "/letters")[0]["body"]["Clase"] == "carta"


def _hold(world: World, case_id: UUID, hold: Hold | None) -> None:
    with transaction(world.runtime.writing) as session:
        session.get_one(InfractionCase, case_id).hold = hold.value if hold else None


def _events(world: World, case_id: UUID) -> list[Any]:
    with world.runtime.reading() as session:
        return list(session.get_one(InfractionCase, case_id).events)
