"""Decisions and windows in words, in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from babel.dates import get_day_names

from core.web.translations import translate
from permits.access import TraceLine, Window
from permits.deciding.windows import HOLIDAY, clock_text

_CODES = frozenset({"profile", "zone", "zones", "point", "points"})
"""Values of a trace that are codes, or several of them separated by commas."""


def sentences(
    trace: Iterable[TraceLine], language: str, names: Mapping[str, str] | None = None
) -> list[str]:
    """The reasoning in `language`. `names` puts codes of profiles, zones and points into words."""
    known = names or {}
    return [
        translate(
            line.message,
            language,
            **{
                key: _named(value, known) if key in _CODES else translated(key, value, language)
                for key, value in line.values.items()
            },
        )
        for line in trace
    ]


def translated(key: str, value: str, language: str) -> str:
    """Values that are words of ours: modes and vehicle classes."""
    return translate(value, language) if key in {"mode", "class"} else value


def _named(value: str, names: Mapping[str, str]) -> str:
    return ", ".join(names.get(code, code) for code in value.split(", "))


def windows_in_words(windows: Sequence[Window], language: str) -> list[str]:
    """Each window as a phrase, such as "Monday–Thursday (not on public holidays), 21:00-23:00"."""
    if not windows:
        return [translate("At any time", language)]
    return [
        f"{days_in_words(window.days, language)}, "
        f"{clock_text(window.start_minute)}-{clock_text(window.end_minute)}"
        for window in windows
    ]


def days_in_words(days: frozenset[int], language: str) -> str:
    """The days of a window, runs of three or more written as a range."""
    if days == frozenset(range(8)):
        return translate("Every day", language)
    weekdays = ", ".join(_runs(sorted(days - {HOLIDAY}), language))
    if HOLIDAY not in days:
        return translate("%(days)s (not on public holidays)", language, days=weekdays)
    if not weekdays:
        return translate("Public holidays", language)
    return translate("%(days)s and public holidays", language, days=weekdays)


def _runs(days: list[int], language: str) -> list[str]:
    names = get_day_names("wide", locale=language)
    phrases = []
    for _, group in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0]):
        run = [day for _, day in group]
        if len(run) >= 3:
            phrases.append(f"{names[run[0]]}–{names[run[-1]]}")
        else:
            phrases += [names[day] for day in run]
    return phrases
