"""The form that puts an entry right: what was typed, checked field by field.

Every error names its field in its details, for the page to point at and for the API to tell.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from starlette.datastructures import FormData

from control_center.pending.of_holder import OwnEntry
from core.clock import MUNICIPAL_ZONE
from core.errors import InvalidInput, SarbideError
from core.plates import PlateNumber
from mobile_api.plates import checked_plate
from permits.applications.evidence import media_type_of
from permits.applications.forms import papers_of, text_of
from permits.applications.handing_in import Paper
from permits.applications.requests import MAX_STATEMENT
from permits.applications.rights import Right
from permits.labels import EVIDENCE, VEHICLE_CLASSES

ABOUT = timedelta(hours=1)
"""How far from the hour that somebody remembers the entry may have been."""

MOST_BYTES = 100_000_000
"""More than its papers may have together, so that the form can say which of them is too large."""
FIELDS = ("token", "entry", "plate", "day", "hour", "under", "vehicle_class", "remark")
"""Of the form, beside its papers."""


async def _sent(request: Request) -> FormData:
    return await request.form()


SentForm = Annotated[FormData, Depends(_sent)]


@dataclass(frozen=True)
class EntryForm:
    """An entry, as somebody tells of it, and the right that it falls under."""

    right: Right
    plate: PlateNumber
    earliest: datetime
    latest: datetime
    vehicle_class: str | None
    remark: str | None
    papers: tuple[Paper, ...]


def submission_id(form: FormData, holder_id: UUID) -> UUID:
    """The same for the same form sent twice, another one after any change.

    Its ``token`` stands for the page it was typed on.
    """
    files = {
        row: hashlib.sha256(up.content).hexdigest() for row, (_, up) in papers_of(form).items()
    }
    told = [*sorted((name, text_of(form, name)) for name in FIELDS), *sorted(files.items())]
    digest = hashlib.sha256(holder_id.bytes + json.dumps(told).encode()).digest()
    return UUID(bytes=digest[:16])


@contextmanager
def about(field: str) -> Iterator[None]:
    """Errors in here are about `field`, unless they name one already."""
    try:
        yield
    except SarbideError as error:
        error.details.setdefault("field", field)
        raise


def read_entry_form(
    form: FormData, rights: Sequence[Right], entries: Sequence[OwnEntry], now: datetime
) -> EntryForm:
    """What `form` says; a chosen entry of `entries` brings its plate and its time.

    Raises:
        InvalidInput, UnusualPlate: a field says nothing that counts; the details name it.
    """
    chosen = _chosen(form, entries)
    if chosen is None:
        plate, earliest, latest = _typed_entry(form, now)
    else:
        plate = PlateNumber(chosen.plate or "")
        earliest = chosen.covered_from
        latest = chosen.seen_at or now
    return EntryForm(
        right=_right(form, rights),
        plate=plate,
        earliest=earliest,
        latest=latest,
        vehicle_class=_vehicle_class(form),
        papers=papers_checked(form),
        remark=_remark(form),
    )


def entry_called(code: str, entries: Sequence[OwnEntry]) -> OwnEntry:
    """Raises InvalidInput: none of the holder's, whoever's it may be."""
    for entry in entries:
        if entry.code == code:
            return entry
    raise InvalidInput("This is none of your entries that can still be put right.", field="plate")


def _chosen(form: FormData, entries: Sequence[OwnEntry]) -> OwnEntry | None:
    code = text_of(form, "entry")
    return entry_called(code, entries) if code else None


def _typed_entry(form: FormData, now: datetime) -> tuple[PlateNumber, datetime, datetime]:
    with about("plate"):
        plate = checked_plate(text_of(form, "plate"), confirmed=bool(text_of(form, "confirmed")))
    with about("day"):
        day = _day(text_of(form, "day"))
    with about("hour"):
        hour = _hour(text_of(form, "hour"))
    at = datetime.combine(day, time(hour), MUNICIPAL_ZONE)
    if at > now:
        raise InvalidInput(
            "That is still to come: an entry is put right after it.",
            field="hour" if day == now.astimezone(MUNICIPAL_ZONE).date() else "day",
        )
    return plate, at - ABOUT, min(at + ABOUT, now)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("'%(text)s' is no day: choose one.", text=text[:40]) from None


def _hour(text: str) -> int:
    if text.isdecimal() and len(text) <= 2 and int(text) < 24:
        return int(text)
    raise InvalidInput("Choose about what time it was.")


def _right(form: FormData, rights: Sequence[Right]) -> Right:
    code = text_of(form, "under")
    for right in rights:
        if right.code == code:
            return right
    raise InvalidInput("Choose one of your own rights.", field="under")


def _vehicle_class(form: FormData) -> str | None:
    code = text_of(form, "vehicle_class")
    if code and code not in VEHICLE_CLASSES:
        raise InvalidInput("Choose a kind of vehicle from the list.", field="vehicle_class")
    return code or None


def papers_checked(form: FormData) -> tuple[Paper, ...]:
    """The files of a form. Raises BadDocument, InvalidInput, naming the row's field."""
    papers = papers_of(form)
    for row, (shows, upload) in papers.items():
        with about(f"paper_{row}"):
            media_type_of(upload)
        if shows not in EVIDENCE:
            raise InvalidInput("Say of each paper what it shows.", field=f"shows_{row}")
    return tuple(papers.values())


def _remark(form: FormData) -> str | None:
    remark = text_of(form, "remark").replace("\r\n", "\n")
    if len(remark) > MAX_STATEMENT:
        raise InvalidInput(
            "Say it in %(limit)s characters at most.", limit=MAX_STATEMENT, field="remark"
        )
    return remark or None
