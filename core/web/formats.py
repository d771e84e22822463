"""How values look on a page: municipal time, plates, durations, in the reader's language."""

import re
from datetime import date, datetime, timedelta

from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_currency
from markupsafe import Markup

from core.clock import municipal
from core.web.translations import current_language


def localtime(moment: datetime) -> Markup:
    """``<time>`` with date and time of day in the municipality, seconds left out."""
    return _time_element(moment, _short(moment))


def localtime_exact(moment: datetime) -> Markup:
    """As `localtime` with seconds and UTC offset: how evidence is dated."""
    local = municipal(moment)
    day = format_date(local, "d MMM y", locale=current_language.get())
    return _time_element(moment, f"{day}, {local:%H:%M:%S} (UTC{local:%z})")


def localdate(moment: datetime) -> Markup:
    day = format_date(municipal(moment), "d MMM y", locale=current_language.get())
    return _time_element(moment, day)


def day(value: date) -> Markup:
    """A day that is no moment: of a deadline, say."""
    text = format_date(value, "d MMM y", locale=current_language.get())
    return Markup('<time datetime="{}" class="nowrap">{}</time>').format(value.isoformat(), text)


def euros(cents: int) -> str:
    """An amount of money."""
    return format_currency(cents / 100, "EUR", locale=current_language.get())


def clock_time(moment: datetime) -> Markup:
    """Only the time of day, for lists of one day."""
    text = format_time(municipal(moment), "HH:mm:ss", locale=current_language.get())
    return _time_element(moment, text)


def _short(moment: datetime) -> str:
    return format_datetime(municipal(moment), "d MMM y, HH:mm", locale=current_language.get())


def _time_element(moment: datetime, text: str) -> Markup:
    stamp = municipal(moment).isoformat(timespec="seconds")
    return Markup('<time datetime="{}">{}</time>').format(stamp, text)


def duration(length: timedelta) -> str:
    """About how long, in the largest unit that fits: "3 hours", "2 days"."""
    return format_timedelta(length, threshold=1.2, locale=current_language.get())


def plate(text: str | None, country: str | None = None) -> Markup:
    """A number plate drawn like one; an unread plate is a dash with its meaning for readers."""
    if not text:
        return Markup('<span class="plate plate-unread">—</span>')
    band = Markup('<span class="plate-country">{}</span>').format(country) if country else ""
    return Markup('<span class="plate" translate="no">{}<span>{}</span></span>').format(
        band, _grouped(text)
    )


def _grouped(text: str) -> str:
    """Digits and letters apart, as on the plate: "1234 BBC"."""
    return " ".join(re.findall(r"[0-9]+|[^0-9]+", text))
