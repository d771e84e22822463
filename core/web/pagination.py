"""Keyset paging: "the next 50 after this one" stays right while rows come and go."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.errors import InvalidInput

Row = TypeVar("Row")
DEFAULT_SIZE = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    items: tuple[Row, ...]
    next_cursor: str | None
    """Opaque; None on the last page."""


def paginate(
    session: Session,
    statement: Select[Row],
    keys: Sequence[InstrumentedAttribute[Any]],
    *,
    cursor: str | None = None,
    size: int = DEFAULT_SIZE,
    descending: bool = False,
) -> Page[Row]:
    """One page of `statement`, a select of one entity, ordered by `keys`; the last key is unique.

    Raises:
        InvalidInput: the cursor is not one of ours.
    """
    if cursor is not None:
        statement = statement.where(_after(keys, decode_cursor(cursor, keys), descending))
    order = [key.desc() if descending else key.asc() for key in keys]
    rows: list[Row] = list(session.scalars(statement.order_by(*order).limit(size + 1)))
    has_more = len(rows) > size
    items = tuple(rows[:size])
    last = [getattr(items[-1], key.key) for key in keys] if has_more else []
    return Page(items, encode_cursor(last) if has_more else None)


def encode_cursor(values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    raw = json.dumps([str(value) if isinstance(value, UUID) else value for value in plain])
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, keys: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
    """The values of `keys` in the last row of the page before. Raises InvalidInput."""
    try:
        raw = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_typed(value, key) for value, key in zip(raw, keys, strict=True)]
    except (ValueError, TypeError) as error:
        raise InvalidInput("This page address is malformed: go back to the first page.") from error


def _typed(value: Any, key: InstrumentedAttribute[Any]) -> Any:
    kind = key.type.python_type
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("no offset")
        return moment
    return kind(value)


def _after(
    keys: Sequence[InstrumentedAttribute[Any]], values: Sequence[Any], descending: bool
) -> ColumnElement[bool]:
    """(a, b) > (x, y) spelled out: a > x, or a = x and b > y."""
    branches = []
    for index, key in enumerate(keys):
        equal = [before == value for before, value in zip(keys[:index], values, strict=False)]
        beyond = key < values[index] if descending else key > values[index]
        branches.append(and_(*equal, beyond))
    return or_(*branches)
