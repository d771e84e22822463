"""When the time to put an entry right stands still, and when it ends. Pure.

While somebody waits for an answer to an application for the vehicle, or could not act because
the app or the service desk was out of order, the regularisation period does not run. The law's
own clock, the time-bar of the infraction, always runs; pages show both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

AFTER_OUTAGE = timedelta(hours=24)
"""How long after an outage ended the period still stands still."""


class Cause(StrEnum):
    APPLICATION = "application"
    OUTAGE = "outage"


@dataclass(frozen=True)
class Freeze:
    """A time that does not count. `end` None: nobody knows yet."""

    begin: datetime
    end: datetime | None
    cause: Cause


@dataclass(frozen=True)
class Period:
    """A regularisation period as it stands."""

    deadline: datetime
    """While it is frozen without a known end: when it would end if it went on at once."""
    frozen_since: datetime | None = None
    frozen_by: Cause | None = None

    @property
    def is_frozen(self) -> bool:
        return self.frozen_since is not None


def period(began: datetime, length: timedelta, freezes: Iterable[Freeze], now: datetime) -> Period:
    """Where a period of `length` from `began` stands at `now`.

    A freeze that begins when the time is up already changes nothing any more.
    """
    at, left = began, length
    frozen: Freeze | None = None
    for freeze in sorted(freezes, key=_order):
        begin = max(freeze.begin, at)
        if begin > now or begin - at >= left:
            break
        if freeze.end is not None and freeze.end <= begin:
            continue
        left -= begin - at
        at = begin
        if freeze.end is None:
            return Period(now + left, frozen.begin if frozen else begin, freeze.cause)
        at = freeze.end
        if now < freeze.end:
            frozen = frozen or Freeze(begin, freeze.end, freeze.cause)
    deadline = at + left
    if frozen is None:
        return Period(deadline)
    return Period(deadline, frozen.begin, frozen.cause)


def _order(freeze: Freeze) -> tuple[datetime, str, bool, datetime]:
    return freeze.begin, freeze.cause.value, freeze.end is None, freeze.end or freeze.begin
