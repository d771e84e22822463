"""Stays and the quota they debit."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from permits.access import AccessDecision, Movement, Outcome, Reason
from permits.models import QuotaEntry, Stay
from permits.service import StayChange, record_stay
from tests.permits.builders import (
    NOW,
    Trust,
    authorisation,
    decided,
    passage_of,
    passing,
    sighting,
)

NINE = NOW + timedelta(hours=1)
EXIT = Movement.EXIT


def leave(session: Session, keys: KeyRing, at: datetime) -> StayChange:
    return passing(session, keys, "1234BBC", at, EXIT, point="CP-03")[1]


def debits(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(QuotaEntry)) or 0


class TestStay:
    def test_entry_and_exit_make_a_stay_with_its_whole_minutes(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        _, entered = passing(register, keys, "1234BBC", NINE)
        left = leave(register, keys, NINE + timedelta(minutes=30, seconds=59))
        assert left.completed is not None
        assert left.completed.stay_id == entered.opened
        assert left.completed.entry_passage_id == passage_of("1234BBC", NINE)
        assert left.completed.minutes == 30

    def test_an_overstay_is_decided_on_the_entry_with_its_minutes(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        passing(register, keys, "1234BBC", NINE)
        for minutes, outcome in ((30, Outcome.AUTHORISED), (31, Outcome.NOT_AUTHORISED)):
            again = decided(register, keys, "1234BBC", NINE, stay_minutes=minutes)
            assert again.outcome is outcome

    def test_an_unmatched_exit_alone_means_nothing(self, register: Session, keys: KeyRing) -> None:
        decision, change = passing(register, keys, "1234BBC", NINE, EXIT, point="CP-03")
        assert decision.outcome is Outcome.COUNT_ONLY
        assert change == StayChange()

    def test_a_second_entry_makes_the_first_stay_incomplete(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        passing(register, keys, "1234BBC", NINE)
        _, again = passing(register, keys, "1234BBC", NINE + timedelta(hours=1))
        left = leave(register, keys, NINE + timedelta(hours=1, minutes=10))
        assert again.incomplete == (passage_of("1234BBC", NINE),)
        assert left.completed is not None
        assert left.completed.minutes == 10

    def test_an_exit_that_arrives_before_its_entry_is_matched_later(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        assert leave(register, keys, NINE + timedelta(minutes=45)).completed is None
        _, entered = passing(register, keys, "1234BBC", NINE)
        assert entered.completed is not None
        assert entered.completed.minutes == 45

    def test_a_late_entry_does_not_take_the_exit_of_a_later_one(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        passing(register, keys, "1234BBC", NINE + timedelta(minutes=20))
        leave(register, keys, NINE + timedelta(minutes=40))
        _, late = passing(register, keys, "1234BBC", NINE)
        assert late.completed is None
        assert late.incomplete == (passage_of("1234BBC", NINE),)

    def test_of_two_exits_without_entry_the_first_one_after_it_is_its_own(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        for minutes in (55, 45):
            leave(register, keys, NINE + timedelta(minutes=minutes))
        _, entered = passing(register, keys, "1234BBC", NINE)
        assert entered.completed is not None
        assert entered.completed.minutes == 45

    def test_a_leftover_exit_is_not_given_to_an_entry_before_another_entry(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        passing(register, keys, "1234BBC", NINE + timedelta(minutes=20))
        for minutes in (30, 50):
            leave(register, keys, NINE + timedelta(minutes=minutes))
        _, late = passing(register, keys, "1234BBC", NINE)
        assert late.completed is None

    def test_a_doubtful_exit_completes_nothing(self, register: Session, keys: KeyRing) -> None:
        authorisation(register, keys, "1234BBC")
        passing(register, keys, "1234BBC", NINE)
        later = NINE + timedelta(hours=3)
        decision, change = passing(
            register, keys, "1234BBC", later, EXIT, point="CP-03", confidence=0.4
        )
        assert decision.reason is Reason.PLATE_DOUBTFUL
        assert change.completed is None

    def test_the_same_exit_twice_completes_once(self, register: Session, keys: KeyRing) -> None:
        authorisation(register, keys, "1234BBC")
        passing(register, keys, "1234BBC", NINE)
        at = NINE + timedelta(minutes=10)
        assert leave(register, keys, at).completed is not None
        assert leave(register, keys, at).completed is None

    def test_who_reversed_out_opens_no_stay(self, register: Session, keys: KeyRing) -> None:
        authorisation(register, keys, "1234BBC")
        passing(register, keys, "1234BBC", NINE, Movement.REVERSED_OUT)
        assert register.scalars(select(Stay)).all() == []


class TestQuota:
    def test_a_stay_debits_once_however_often_it_is_recorded(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        for _ in range(3):
            decision, _ = passing(register, keys, "1234BBC", NINE)
            assert decision.outcome is Outcome.AUTHORISED
        leave(register, keys, NINE + timedelta(minutes=5))
        assert debits(register) == 1

    def test_the_fifth_entry_of_the_month_is_refused_and_the_next_month_begins_anew(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        for day in range(4):
            decision, _ = passing(register, keys, "1234BBC", NINE + timedelta(days=day))
            assert decision.outcome is Outcome.AUTHORISED
        fifth, _ = passing(register, keys, "1234BBC", NINE + timedelta(days=4))
        assert fifth.reason is Reason.QUOTA_EXCEEDED
        november = NINE + timedelta(days=14)
        assert passing(register, keys, "1234BBC", november)[0].outcome is Outcome.AUTHORISED

    def test_deciding_the_fourth_entry_again_does_not_count_it_against_itself(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        for day in range(4):
            passing(register, keys, "1234BBC", NINE + timedelta(days=day))
        again = decided(register, keys, "1234BBC", NINE + timedelta(days=3))
        assert again.outcome is Outcome.AUTHORISED

    def test_two_vehicles_of_a_dwelling_share_its_quota(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC", "5678FGH")
        for day in range(4):
            passing(register, keys, "1234BBC", NINE + timedelta(days=day))
        other = decided(register, keys, "5678FGH", NINE + timedelta(days=4))
        assert other.reason is Reason.QUOTA_EXCEEDED

    def test_a_better_right_given_later_takes_the_debit_back(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        passing(register, keys, "1234BBC", NINE)
        authorisation(register, keys, "1234BBC", profile="garage")
        decision, _ = passing(register, keys, "1234BBC", NINE)
        assert (decision.grant, debits(register)) == ("G-0001", 0)

    def test_an_overstay_gives_no_entry_back(self, register: Session, keys: KeyRing) -> None:
        authorisation(register, keys, "1234BBC")
        passing(register, keys, "1234BBC", NINE)
        over = decided(register, keys, "1234BBC", NINE, stay_minutes=50)
        record(register, keys, over)
        assert (over.reason, debits(register)) == (Reason.OVERSTAY, 1)

    def test_a_van_may_load_once_a_day_without_a_permit_of_its_own(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(
            register, keys, "1234BBC", profile="works", vehicle_class="van", valid_until=NOW
        )
        first, _ = passing(register, keys, "1234BBC", NINE)
        second, _ = passing(register, keys, "1234BBC", NINE + timedelta(hours=1))
        tomorrow, _ = passing(register, keys, "1234BBC", NINE + timedelta(days=1))
        assert [first.reason, second.reason, tomorrow.reason] == [
            Reason.LOADING_WINDOW,
            Reason.QUOTA_EXCEEDED,
            Reason.LOADING_WINDOW,
        ]


def record(session: Session, keys: KeyRing, decision: AccessDecision) -> StayChange:
    return record_stay(session, sighting(keys, "1234BBC", NINE), decision, Trust())
