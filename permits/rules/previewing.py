"""The preview of an edited rule, from the counts of the last thirty days."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from permits.calendar import holidays_around
from permits.rules.contents import (
    PointContent,
    ProfileContent,
    RuleContent,
    ZoneContent,
)
from permits.rules.counting import counts_between, quarter_of
from permits.rules.current import point_rules, profile_rules, rule_book, zone_rules
from permits.rules.models import PassageCount
from permits.rules.preview import (
    Preview,
    preview_point,
    preview_profile,
    preview_zone,
    silent_about,
)

PERIOD = timedelta(days=30)


@dataclass(frozen=True)
class PreviewOfPeriod:
    begin: datetime
    end: datetime
    counted_since: datetime | None
    """The first quarter that was counted at all; None before any."""
    preview: Preview

    @property
    def is_partial(self) -> bool:
        """Whether counting began within the period."""
        return self.counted_since is None or self.counted_since > self.begin


def preview_of(
    session: Session, code: str, old: RuleContent | None, new: RuleContent, *, now: datetime
) -> PreviewOfPeriod:
    """Who would have been affected in the thirty days before `now`; nobody by a new rule."""
    end = quarter_of(now)
    begin = end - PERIOD
    first = session.scalar(select(func.min(PassageCount.quarter)))
    nobody = Preview(considered=0)
    found = nobody if old is None else _preview(session, code, old, new, begin, end)
    return PreviewOfPeriod(begin, end, first, found)


def _preview(
    session: Session,
    code: str,
    old: RuleContent,
    new: RuleContent,
    begin: datetime,
    end: datetime,
) -> Preview:
    book = rule_book(session)
    counts = counts_between(session, begin, end)

    def holidays(moment: datetime) -> frozenset[date]:
        return holidays_around(book, moment)

    match old, new:
        case ProfileContent(), ProfileContent():
            found = preview_profile(
                counts, profile_rules(code, old), profile_rules(code, new), holidays
            )
        case ZoneContent(), ZoneContent():
            gates = book.gates_of(code)
            found = preview_zone(
                counts, gates, zone_rules(code, old), zone_rules(code, new), holidays
            )
        case PointContent(), PointContent():
            found = preview_point(counts, point_rules(code, old), point_rules(code, new), holidays)
        case _:
            raise TypeError("a rule never changes its kind")
    return replace(found, cannot=silent_about(old, new))
