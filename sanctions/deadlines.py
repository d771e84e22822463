"""Every deadline of the procedure, computed and never guessed. Pure: days in, a `Deadline` out.

Two laws rule: RDL 6/2015 (traffic; its deadlines are natural days and months) and Ley 39/2015
(procedure in general; article 30 says how days, months and years are counted). Where they leave
room for argument, a deadline has a doubtful stretch between its last safe and its last possible
day, and a person decides what falls into it. Two things are argued: whether a deadline in natural
days is extended when its last day is not a working one (Ley 39/2015, article 30.5, speaks of
every deadline; RDL 6/2015 counts without a pause), and whether a time-bar of months "counting the
day itself" ends on the eve of the same date or on it. `standstill_bar` and `of_another_town` tell
of two more.

Days are those of the municipal clock, so both clock changes fall inside a day and never move one.
"""

import calendar
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from core.clock import MUNICIPAL_ZONE, municipal

ANSWER_DAYS = 20
"""To pay with reduction, allege or name the driver (RDL 6/2015, articles 93.1 and 94)."""
ELECTRONIC_DAYS = 10
"""A notice in the electronic mailbox nobody opens counts as refused (article 90.2)."""
GAZETTE_DAYS = 20
"""After publication the notice counts as served (article 91)."""
POST_DAYS = 3
"""For the second attempt of the post (article 90.3; Ley 39/2015, article 42.2)."""
REPORT_DAYS = 15
"""For the agent's report (article 95.2), and for new allegations (article 95.3)."""
CERTIFICATE_DAYS = 15
"""Working days to certify a silence, unasked (Ley 39/2015, articles 24.4 and 30.2)."""
SILENCE_DAYS = 30
"""After the notification a denuncia nobody answered can be executed (article 95.4)."""
APPEAL_MONTHS = 1
"""To ask for reconsideration, and to answer it (article 96)."""
PAYMENT_DAYS = 15
"""To pay once the sanction is firm (article 110)."""
MINOR_MONTHS = 3
SERIOUS_MONTHS = 6
"""Time-bar of infractions (article 112.1)."""
LAPSE_MONTHS = 12
"""From the beginning of the procedure to its resolution (article 112.3)."""
FINE_MONTHS = 48
"""Time-bar of the fine (article 112.4)."""
STANDSTILL_MONTHS = 1
"""A procedure that stands still for longer lets the time-bar run on (article 112.2)."""
LOCAL_HOLIDAYS = 2
"""A municipality's own in a year, at most (Estatuto de los Trabajadores, article 37.2)."""

ONE_DAY = timedelta(days=1)


class Zone(StrEnum):
    """Where a moment stands before a deadline."""

    SAFE = "safe"
    DOUBTFUL = "doubtful"
    BARRED = "barred"


@dataclass(frozen=True)
class Deadline:
    """Until when something may be done. `last_possible` is later only where the law is argued."""

    last_safe: date
    last_possible: date
    article: str

    @property
    def safe_until(self) -> datetime:
        """The first instant after the last safe day, in UTC."""
        return start_of_day(self.last_safe + ONE_DAY)

    @property
    def possible_until(self) -> datetime:
        """The first instant after the last possible day, in UTC."""
        return start_of_day(self.last_possible + ONE_DAY)

    @property
    def is_doubtful(self) -> bool:
        return self.last_possible != self.last_safe

    def zone(self, moment: datetime) -> Zone:
        """Where `moment` (aware) stands."""
        if moment < self.safe_until:
            return Zone.SAFE
        return Zone.DOUBTFUL if moment < self.possible_until else Zone.BARRED

    def days_left(self, moment: datetime) -> int:
        """Whole days until the last safe day ends; 0 on that day and after it."""
        return max(0, (self.last_safe - municipal(moment).date()).days)


def start_of_day(day: date) -> datetime:
    """Midnight of the municipal clock, in UTC."""
    return datetime.combine(day, time.min, MUNICIPAL_ZONE).astimezone(UTC)


def is_working(day: date, holidays: Collection[date]) -> bool:
    """Saturdays, Sundays and holidays are not (Ley 39/2015, article 30.2)."""
    return day.weekday() < 5 and day not in holidays


def next_working(day: date, holidays: Collection[date]) -> date:
    """`day` itself, or the first working day after it (Ley 39/2015, article 30.5)."""
    while not is_working(day, holidays):
        day += ONE_DAY
    return day


def add_months(day: date, months: int) -> date:
    """The same date `months` later, or that month's last day where it has no such date
    (Ley 39/2015, article 30.4)."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def natural_days(start: date, days: int, holidays: Collection[date], article: str) -> Deadline:
    """`days` natural days, counted from the day after `start` (Ley 39/2015, article 30.3)."""
    last = start + days * ONE_DAY
    return Deadline(last, next_working(last, holidays), article)


def months_from(start: date, months: int, holidays: Collection[date], article: str) -> Deadline:
    """Months of procedure: article 30.5 of Ley 39/2015 extends their end without any doubt."""
    last = next_working(add_months(start, months), holidays)
    return Deadline(last, last, article)


def of_another_town(period: Deadline, holidays: Collection[date]) -> Deadline:
    """`period` of a person who lives where the local holidays are not known (Ley 39/2015, article
    30.6: a day off at either place is one): its last days may be such, so it is doubtful for as
    many working days more."""
    last = period.last_possible
    for _ in range(LOCAL_HOLIDAYS):
        last = next_working(last + ONE_DAY, holidays)
    return replace(period, last_possible=last)


def bar(day: date, months: int, article: str) -> Deadline:
    """A time-bar that counts `day` itself: safe to the eve of the same date, doubtful on it.

    No working day extends it: it limits what the city may do, not what a person may.
    """
    same_date = add_months(day, months)
    return Deadline(same_date - ONE_DAY, same_date, article)


# RDL 6/2015, articles 89 to 91: serving


def electronic_service(put_on: date) -> date:
    """The day on which an unopened electronic notice counts as served (article 90.2).

    Ten whole days pass first, from the day after it was put at disposal.
    """
    return put_on + (ELECTRONIC_DAYS + 1) * ONE_DAY


def gazette_service(published_on: date) -> date:
    """The day on which a notice in the gazette counts as served (article 91)."""
    return published_on + (GAZETTE_DAYS + 1) * ONE_DAY


def second_attempt(first_on: date, holidays: Collection[date]) -> Deadline:
    """Until when the post tries again (article 90.3).

    The article does not say which days: three natural ones are safe, three working ones possible.
    """
    last = first_on
    for _ in range(POST_DAYS):
        last = next_working(last + ONE_DAY, holidays)
    return Deadline(first_on + POST_DAYS * ONE_DAY, last, "RDL 6/2015, 90.3")


# RDL 6/2015, articles 93 to 96 and 110: answering, resolving, paying


def answer(served_on: date, holidays: Collection[date]) -> Deadline:
    """To pay with reduction, to allege or to name the driver (articles 93.1, 94 and 11)."""
    return natural_days(served_on, ANSWER_DAYS, holidays, "RDL 6/2015, 93.1")


def agent_report(asked_on: date, holidays: Collection[date]) -> Deadline:
    """For the agent's report on facts that allegations deny (article 95.2)."""
    return natural_days(asked_on, REPORT_DAYS, holidays, "RDL 6/2015, 95.2")


def new_allegations(shown_on: date, holidays: Collection[date]) -> Deadline:
    """To allege against a proposal with other facts or evidence (article 95.3)."""
    return natural_days(shown_on, REPORT_DAYS, holidays, "RDL 6/2015, 95.3")


def executable_from(served_on: date) -> date:
    """From when a denuncia that nobody answered may be executed (article 95.4)."""
    return served_on + (SILENCE_DAYS + 1) * ONE_DAY


def appeal(served_on: date, holidays: Collection[date]) -> Deadline:
    """To ask for reconsideration of a resolution (article 96)."""
    return months_from(served_on, APPEAL_MONTHS, holidays, "RDL 6/2015, 96")


def appeal_dismissed_from(lodged_on: date) -> date:
    """From when a reconsideration nobody answered counts as dismissed (article 96.5)."""
    return add_months(lodged_on, APPEAL_MONTHS) + ONE_DAY


def silence_certificate(dismissed_on: date, holidays: Collection[date]) -> Deadline:
    """To certify that silence dismissed a reconsideration (Ley 39/2015, article 24.4).

    The days are working ones, counted from the day after the term ran out, which is `dismissed_on`.
    """
    last = dismissed_on - ONE_DAY
    for _ in range(CERTIFICATE_DAYS):
        last = next_working(last + ONE_DAY, holidays)
    return Deadline(last, last, "Ley 39/2015, 24.4")


def payment(firm_on: date, holidays: Collection[date]) -> Deadline:
    """To pay a firm sanction before enforced collection (article 110.1)."""
    return natural_days(firm_on, PAYMENT_DAYS, holidays, "RDL 6/2015, 110.1")


# RDL 6/2015, article 112: what time takes away


def infraction_bar(day: date, *, serious: bool = False) -> Deadline:
    """Until when the infraction can be prosecuted (article 112.1): counted from its own day.

    For an interrupted time-bar `day` is the day of the last interruption (article 112.2).
    """
    months = SERIOUS_MONTHS if serious else MINOR_MONTHS
    return bar(day, months, "RDL 6/2015, 112.1")


def interrupted_bar(
    infraction_on: date, interrupted_on: Collection[date], *, serious: bool = False
) -> Deadline:
    """The bar after enquiries about the holder at other bodies, or a service (article 112.2).

    An interruption only counts while the infraction can still be prosecuted without doubt.
    """
    present = infraction_bar(infraction_on, serious=serious)
    for day in sorted(interrupted_on):
        if infraction_on <= day <= present.last_safe:
            present = infraction_bar(day, serious=serious)
    return present


def standstill_bar(last_act_on: date, days_left: int, *, serious: bool = False) -> Deadline:
    """The bar of a procedure whose last act was on `last_act_on`, if nothing follows (article
    112.2, last sentence): after more than a month of standstill the time-bar is taken up again.

    Whether it goes on with the `days_left` at the service ("se reanudará"), or begins anew as in
    general (Ley 40/2015, article 30.2), is argued, and so is from which day: safe while no reading
    bars it, barred when all do.
    """
    month_over = add_months(last_act_on, STANDSTILL_MONTHS)
    goes_on = month_over + max(0, days_left) * ONE_DAY
    anew_from_the_act = infraction_bar(last_act_on, serious=serious)
    anew_after_the_month = infraction_bar(month_over + ONE_DAY, serious=serious)
    return Deadline(
        min(goes_on, anew_from_the_act.last_safe),
        anew_after_the_month.last_possible,
        "RDL 6/2015, 112.2",
    )


def lapse(initiated_on: date) -> Deadline:
    """Until when the resolution must be there (article 112.3)."""
    return bar(initiated_on, LAPSE_MONTHS, "RDL 6/2015, 112.3")


def fine_bar(firm_on: date) -> Deadline:
    """Until when a firm fine can be collected: counted from the day after (article 112.4)."""
    return bar(firm_on + ONE_DAY, FINE_MONTHS, "RDL 6/2015, 112.4")
