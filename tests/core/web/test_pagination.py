"""Pages by key: complete, without doubles, whatever happens in between."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts.models import LoginAttempt
from core.errors import InvalidInput
from core.web.pagination import paginate

START = datetime(2026, 10, 20, tzinfo=UTC)
KEYS = (LoginAttempt.at, LoginAttempt.id)


def _add(session: Session, count: int, *, same_time: bool) -> None:
    for index in range(count):
        at = START if same_time else START + timedelta(seconds=index)
        session.add(LoginAttempt(scope=str(index), at=at))
    session.flush()


def _walk(session: Session, *, descending: bool = False) -> list[LoginAttempt]:
    rows: list[LoginAttempt] = []
    cursor = None
    for _ in range(100):
        page = paginate(
            session, select(LoginAttempt), KEYS, cursor=cursor, size=3, descending=descending
        )
        rows += page.items
        cursor = page.next_cursor
        if cursor is None:
            return rows
    raise AssertionError("the pages never end")


class TestPaginate:
    @pytest.mark.parametrize("same_time", [True, False])
    @pytest.mark.parametrize("descending", [True, False])
    @pytest.mark.parametrize("count", [0, 3, 10])
    def test_every_row_once_in_order(
        self, session: Session, count: int, descending: bool, same_time: bool
    ) -> None:
        _add(session, count, same_time=same_time)
        rows = _walk(session, descending=descending)
        keys = [(row.at, row.id) for row in rows]
        assert len(set(keys)) == count
        assert keys == sorted(keys, reverse=descending)

    @pytest.mark.parametrize("cursor", ["", "x", "WyJ4Il0", "bnVsbA", "WzEsMl0", "ñ"])
    def test_a_made_up_cursor_is_refused(self, session: Session, cursor: str) -> None:
        with pytest.raises(InvalidInput, match="first page"):
            paginate(session, select(LoginAttempt), KEYS, cursor=cursor)
