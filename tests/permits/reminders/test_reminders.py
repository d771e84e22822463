"""Reminders before a grant ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.notifications.models import Notice
from permits.reminders.service import DAYS, due_reminder, remind
from permits.service import suspend
from tests.permits.builders import DESK, NOW, authorisation, holder

END = datetime(2027, 3, 28, 12, tzinfo=UTC)
"""The day of the spring clock change."""
A_DAY = timedelta(days=1)


class TestWhen:
    @pytest.mark.parametrize(
        ("before", "days"),
        [
            (timedelta(days=30, seconds=1), None),
            (timedelta(days=30), 30),
            (timedelta(days=8), 30),
            (timedelta(days=7), 7),
            (timedelta(days=1, seconds=1), 7),
            (timedelta(days=1), 1),
            (timedelta(seconds=1), 1),
            (timedelta(0), None),
            (-A_DAY, None),
        ],
    )
    def test_the_nearest_one_is_due(self, before: timedelta, days: int | None) -> None:
        assert due_reminder(END - timedelta(days=365), END, END - before) == days

    @pytest.mark.parametrize(("lasts", "days"), [(2, 1), (5, 1), (1, None)])
    def test_short_permits_are_not_announced_to_death(self, lasts: int, days: int | None) -> None:
        begin = END - timedelta(days=lasts)
        told = {due_reminder(begin, END, begin + timedelta(hours=h)) for h in range(lasts * 24)}
        assert told - {None} == ({days} if days else set())

    @given(hours=st.integers(1, 24 * 400), length=st.integers(1, 500))
    def test_never_after_the_end_and_never_more_than_asked(self, hours: int, length: int) -> None:
        begin = END - timedelta(days=length)
        answer = due_reminder(begin, END, END - timedelta(hours=hours))
        assert answer is None or (answer in DAYS and hours <= answer * 24)


def notices(session: Session) -> list[Notice]:
    return list(session.scalars(select(Notice).order_by(Notice.id)))


class TestReminders:
    @pytest.fixture
    def ends(self, register: Session, keys: KeyRing) -> datetime:
        ane = holder(register, keys, language="eu", email="ane@example.org")
        end = NOW + timedelta(days=100)
        authorisation(register, keys, "1234BBC", to=ane, valid_until=end)
        return end

    def test_each_of_the_three_goes_out_once(self, register: Session, ends: datetime) -> None:
        for before in (31, 30, 29, 8, 7, 6, 2, 1, 0.5):
            remind(register, ends - timedelta(days=before))
            remind(register, ends - timedelta(days=before))
        assert len(notices(register)) == 3

    def test_it_is_in_the_holders_language_and_names_no_plate(
        self, register: Session, ends: datetime
    ) -> None:
        remind(register, ends - timedelta(days=7))
        (notice,) = notices(register)
        assert "R-0001 baimena" in notice.subject
        assert (notice.channel, notice.address) == ("email", "ane@example.org")
        assert "1234" not in notice.subject + notice.body
        assert "BBC" not in notice.subject + notice.body

    @pytest.mark.parametrize(
        ("contact", "channel"),
        [
            ({"email": "a@example.org"}, "email"),
            ({}, "push"),
            ({"contact_channel": "letter", "address": "Somera 4"}, "letter"),
            ({"contact_channel": "letter"}, "push"),
            ({"contact_channel": "push", "email": "a@example.org"}, "push"),
        ],
    )
    def test_it_goes_the_way_that_was_chosen_or_into_the_app(
        self, register: Session, keys: KeyRing, contact: dict[str, Any], channel: str
    ) -> None:
        ane = holder(register, keys)
        for name, value in contact.items():
            setattr(ane, name, value)
        end = NOW + timedelta(days=7)
        authorisation(register, keys, "1234BBC", to=ane, valid_until=end)
        remind(register, NOW)
        assert [notice.channel for notice in notices(register)] == [channel]

    def test_a_suspended_one_is_not_announced(self, register: Session, ends: datetime) -> None:
        suspend(register, DESK, "R-0001", why="Lease in dispute", now=NOW)
        assert remind(register, ends - timedelta(days=7)) == 0

    def test_a_renewed_one_is_announced_again_at_its_new_end(
        self, register: Session, keys: KeyRing, ends: datetime
    ) -> None:
        from permits.queries import get_authorisation

        remind(register, ends - timedelta(days=7))
        get_authorisation(register, "R-0001").valid_until = ends + timedelta(days=300)
        register.flush()
        assert remind(register, ends) == 0
        assert remind(register, ends + timedelta(days=293)) == 1
