"""Weekly windows in municipal time, with public holidays, midnight and both clock changes.

A window is a statement about the clock on the wall: at 02:30 in the night of the autumn change it
is open in both hours called 02:30, and in spring nobody ever enters at 02:30.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.clock import municipal
from permits.deciding.values import Window

HOLIDAY = 7
"""The day of a window that stands for public holidays, beside 0 (Monday) to 6."""
MINUTES_A_DAY = 1440


@dataclass(frozen=True, slots=True)
class LocalMoment:
    """An instant as the wall clock and the municipal calendar show it."""

    at: datetime
    minute: int
    """Minute of the municipal day, 0 to 1439."""
    today: int
    """Kind of day: 0 (Monday) to 6, or `HOLIDAY`."""
    yesterday: int


def kind_of_day(day: date, holidays: Collection[date]) -> int:
    """`HOLIDAY` on a public holiday, else the weekday."""
    return HOLIDAY if day in holidays else day.weekday()


def local_moment(moment: datetime, holidays: Collection[date]) -> LocalMoment:
    """`moment` in municipal time. Raises InvalidInput when it has no offset."""
    at = municipal(moment)
    day = at.date()
    return LocalMoment(
        at=at,
        minute=at.hour * 60 + at.minute,
        today=kind_of_day(day, holidays),
        yesterday=kind_of_day(day - timedelta(days=1), holidays),
    )


def is_open(window: Window, moment: LocalMoment) -> bool:
    """Whether `window` is open; one that runs over midnight belongs to the day it starts on."""
    over_midnight = window.end_minute <= window.start_minute
    if moment.today in window.days and window.start_minute <= moment.minute:
        return over_midnight or moment.minute < window.end_minute
    return over_midnight and moment.yesterday in window.days and moment.minute < window.end_minute


def is_any_open(windows: Iterable[Window], moment: LocalMoment) -> bool:
    """Whether one of them is open."""
    for window in windows:  # noqa: SIM110 -- every passage comes by here, and any() is slower
        if is_open(window, moment):
            return True
    return False


def open_window(windows: Iterable[Window], moment: LocalMoment) -> Window | None:
    """The open window that closes last, or None."""
    open_now = [window for window in windows if is_open(window, moment)]
    return max(open_now, key=lambda window: _minutes_left(window, moment), default=None)


def _minutes_left(window: Window, moment: LocalMoment) -> int:
    left = window.end_minute - moment.minute
    return left if left > 0 else left + MINUTES_A_DAY


def clock_text(minute: int) -> str:
    """Minute of the day as a person writes it: 480 is ``08:00``, 1440 is ``24:00``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def hours_today(windows: Iterable[Window], moment: LocalMoment) -> str:
    """The day's opening hours, such as ``08:00-11:00, 21:00-23:00``; empty when there are none."""
    today = sorted(
        {(w.start_minute, w.end_minute) for w in windows if moment.today in w.days},
    )
    return ", ".join(f"{clock_text(start)}-{clock_text(end)}" for start, end in today)
