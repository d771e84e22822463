"""Every deadline, article by article, across month ends, leap days, holidays and clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import MUNICIPAL_ZONE
from sanctions import deadlines
from sanctions.deadlines import Deadline, Zone

D = date
NONE: frozenset[date] = frozenset()
CHRISTMAS = frozenset({D(2026, 12, 25), D(2027, 1, 1), D(2027, 1, 6)})
DAYS = st.dates(D(2024, 1, 1), D(2032, 12, 31))


def at(day: date, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A moment of the municipal clock."""
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=MUNICIPAL_ZONE)


class TestArticle30OfLey39:
    """How days, months and years are counted in general."""

    def test_30_3_days_are_counted_from_the_day_after(self) -> None:
        assert deadlines.natural_days(D(2026, 3, 2), 10, NONE, "").last_safe == D(2026, 3, 12)

    @pytest.mark.parametrize(
        ("start", "months", "end"),
        [
            (D(2026, 1, 15), 1, D(2026, 2, 15)),
            (D(2026, 1, 31), 1, D(2026, 2, 28)),
            (D(2028, 1, 31), 1, D(2028, 2, 29)),
            (D(2026, 8, 31), 1, D(2026, 9, 30)),
            (D(2026, 12, 31), 2, D(2027, 2, 28)),
            (D(2024, 2, 29), 12, D(2025, 2, 28)),
            (D(2024, 2, 29), 48, D(2028, 2, 29)),
        ],
    )
    def test_30_4_months_end_on_the_same_date_or_the_last_of_the_month(
        self, start: date, months: int, end: date
    ) -> None:
        assert deadlines.add_months(start, months) == end

    @pytest.mark.parametrize(
        ("day", "working"),
        [
            (D(2026, 12, 24), D(2026, 12, 24)),
            (D(2026, 12, 25), D(2026, 12, 28)),  # Friday, a holiday, before a weekend
            (D(2026, 12, 26), D(2026, 12, 28)),
            (D(2026, 12, 27), D(2026, 12, 28)),
        ],
    )
    def test_30_2_and_30_5_saturdays_sundays_and_holidays_do_not_end_a_deadline(
        self, day: date, working: date
    ) -> None:
        assert deadlines.next_working(day, CHRISTMAS) == working

    def test_30_5_a_month_that_ends_on_a_sunday_is_extended_for_certain(self) -> None:
        month = deadlines.months_from(D(2026, 10, 15), 1, NONE, "")
        assert (month.last_safe, month.last_possible) == (D(2026, 11, 16), D(2026, 11, 16))
        assert not month.is_doubtful

    def test_natural_days_that_end_on_a_sunday_are_doubtful_until_monday(self) -> None:
        period = deadlines.natural_days(D(2026, 10, 26), 20, NONE, "")
        assert (period.last_safe, period.last_possible) == (D(2026, 11, 15), D(2026, 11, 16))
        assert period.zone(at(D(2026, 11, 15), 23, 59, 59)) is Zone.SAFE
        assert period.zone(at(D(2026, 11, 16))) is Zone.DOUBTFUL
        assert period.zone(at(D(2026, 11, 17))) is Zone.BARRED

    def test_30_6_a_local_holiday_elsewhere_may_extend_a_deadline_by_two_working_days(self) -> None:
        monday = deadlines.natural_days(D(2026, 11, 10), 20, NONE, "")
        period = deadlines.of_another_town(monday, NONE)
        assert (period.last_safe, period.last_possible) == (D(2026, 11, 30), D(2026, 12, 2))

    def test_30_6_those_working_days_jump_over_days_off(self) -> None:
        friday = deadlines.natural_days(D(2026, 12, 4), 20, CHRISTMAS, "")  # ends on Christmas Eve
        period = deadlines.of_another_town(friday, CHRISTMAS)
        assert (period.last_safe, period.last_possible) == (D(2026, 12, 24), D(2026, 12, 29))

    def test_30_6_a_month_that_ends_without_doubt_becomes_doubtful(self) -> None:
        month = deadlines.appeal(D(2026, 11, 10), NONE)
        assert not month.is_doubtful
        assert deadlines.of_another_town(month, NONE).last_possible == D(2026, 12, 14)


class TestArticle90:
    def test_90_2_an_electronic_notice_nobody_opens_is_served_after_ten_whole_days(self) -> None:
        assert deadlines.electronic_service(D(2026, 2, 20)) == D(2026, 3, 3)
        assert deadlines.electronic_service(D(2028, 2, 20)) == D(2028, 3, 2)  # leap year

    def test_90_3_the_post_tries_again_within_three_days_working_ones_being_doubtful(self) -> None:
        attempt = deadlines.second_attempt(D(2026, 12, 23), CHRISTMAS)  # a Wednesday
        assert (attempt.last_safe, attempt.last_possible) == (D(2026, 12, 26), D(2026, 12, 29))

    def test_90_3_without_a_weekend_in_between_there_is_no_doubt(self) -> None:
        assert not deadlines.second_attempt(D(2026, 11, 16), NONE).is_doubtful


class TestArticle91:
    def test_the_gazette_serves_after_twenty_whole_days(self) -> None:
        assert deadlines.gazette_service(D(2026, 1, 30)) == D(2026, 2, 20)


class TestArticle93:
    """To pay with half the amount off, to allege, to name the driver: 20 natural days."""

    def test_the_day_of_the_service_does_not_count(self) -> None:
        assert deadlines.answer(D(2026, 11, 3), NONE).last_safe == D(2026, 11, 23)

    def test_across_the_end_of_february(self) -> None:
        assert deadlines.answer(D(2026, 2, 20), NONE).last_safe == D(2026, 3, 12)
        assert deadlines.answer(D(2028, 2, 20), NONE).last_safe == D(2028, 3, 11)

    def test_a_deadline_on_new_year_is_doubtful_until_the_next_working_day(self) -> None:
        period = deadlines.answer(D(2026, 12, 12), CHRISTMAS)
        assert (period.last_safe, period.last_possible) == (D(2027, 1, 1), D(2027, 1, 4))

    @pytest.mark.parametrize(
        ("served_on", "last_day", "offset_hours"),
        [
            (D(2026, 3, 10), D(2026, 3, 30), 2),  # clocks go forward on 29 March
            (D(2026, 10, 6), D(2026, 10, 26), 1),  # clocks go back on 25 October
        ],
    )
    def test_a_clock_change_inside_moves_no_day(
        self, served_on: date, last_day: date, offset_hours: int
    ) -> None:
        period = deadlines.answer(served_on, NONE)
        assert period.last_safe == last_day
        last_second = datetime.combine(
            last_day, datetime.max.time().replace(microsecond=0), UTC
        ) - timedelta(hours=offset_hours)
        assert period.zone(last_second) is Zone.SAFE
        assert period.zone(last_second + timedelta(seconds=1)) is not Zone.SAFE


class TestArticle95:
    def test_95_2_the_agent_reports_within_fifteen_natural_days(self) -> None:
        assert deadlines.agent_report(D(2026, 2, 16), NONE).last_safe == D(2026, 3, 3)

    def test_95_3_new_allegations_within_fifteen_natural_days(self) -> None:
        assert deadlines.new_allegations(D(2026, 11, 2), NONE).last_safe == D(2026, 11, 17)

    def test_95_4_a_denuncia_nobody_answered_is_executable_after_thirty_whole_days(self) -> None:
        assert deadlines.executable_from(D(2026, 1, 31)) == D(2026, 3, 3)
        assert deadlines.executable_from(D(2028, 1, 31)) == D(2028, 3, 2)


class TestArticle96:
    def test_a_month_to_ask_for_reconsideration(self) -> None:
        assert deadlines.appeal(D(2026, 11, 10), NONE).last_possible == D(2026, 12, 10)

    def test_from_the_last_of_january_it_ends_with_february_or_the_working_day_after(self) -> None:
        assert deadlines.appeal(D(2029, 1, 31), NONE).last_possible == D(2029, 2, 28)
        assert deadlines.appeal(D(2026, 1, 31), NONE).last_possible == D(2026, 3, 2)

    def test_96_5_a_month_of_silence_dismisses_it(self) -> None:
        assert deadlines.appeal_dismissed_from(D(2026, 1, 31)) == D(2026, 3, 1)


class TestArticle110:
    def test_fifteen_natural_days_to_pay_a_firm_sanction(self) -> None:
        assert deadlines.payment(D(2026, 12, 20), CHRISTMAS).last_safe == D(2027, 1, 4)


class TestArticle112:
    @pytest.mark.parametrize(
        ("day", "safe", "possible"),
        [
            (D(2026, 10, 20), D(2027, 1, 19), D(2027, 1, 20)),
            (D(2026, 11, 30), D(2027, 2, 27), D(2027, 2, 28)),
            (D(2026, 11, 28), D(2027, 2, 27), D(2027, 2, 28)),
            (D(2027, 11, 30), D(2028, 2, 28), D(2028, 2, 29)),
            (D(2026, 12, 31), D(2027, 3, 30), D(2027, 3, 31)),
        ],
    )
    def test_112_1_a_minor_infraction_lasts_three_months_counting_its_day(
        self, day: date, safe: date, possible: date
    ) -> None:
        bar = deadlines.infraction_bar(day)
        assert (bar.last_safe, bar.last_possible) == (safe, possible)

    def test_112_1_a_serious_one_lasts_six(self) -> None:
        bar = deadlines.infraction_bar(D(2026, 8, 31), serious=True)
        assert (bar.last_safe, bar.last_possible) == (D(2027, 2, 27), D(2027, 2, 28))

    def test_112_1_no_holiday_extends_it(self) -> None:
        bar = deadlines.infraction_bar(D(2026, 10, 2))  # ends around New Year
        assert bar.last_possible == D(2027, 1, 2)

    def test_112_1_a_passage_at_night_belongs_to_its_municipal_day(self) -> None:
        """00:30 in the city is the day before in UTC, summer and winter."""
        bar = deadlines.infraction_bar(D(2026, 10, 20))
        assert bar.zone(datetime(2027, 1, 19, 22, 59, 59, tzinfo=UTC)) is Zone.SAFE
        assert bar.zone(datetime(2027, 1, 19, 23, 0, tzinfo=UTC)) is Zone.DOUBTFUL
        assert bar.zone(datetime(2027, 1, 20, 23, 0, tzinfo=UTC)) is Zone.BARRED

    def test_112_1_from_summer_into_winter_and_back(self) -> None:
        autumn = deadlines.infraction_bar(D(2026, 8, 1))
        assert autumn.safe_until == datetime(2026, 10, 31, 23, 0, tzinfo=UTC)
        spring = deadlines.infraction_bar(D(2027, 1, 1))
        assert spring.safe_until == datetime(2027, 3, 31, 22, 0, tzinfo=UTC)

    def test_112_2_an_enquiry_at_another_body_begins_it_anew(self) -> None:
        bar = deadlines.interrupted_bar(D(2026, 10, 20), [D(2026, 11, 30)])
        assert bar.last_safe == D(2027, 2, 27)

    def test_112_2_an_enquiry_on_a_doubtful_day_or_later_interrupts_nothing(self) -> None:
        for late in (D(2027, 1, 20), D(2027, 2, 1)):
            bar = deadlines.interrupted_bar(D(2026, 10, 20), [late])
            assert bar == deadlines.infraction_bar(D(2026, 10, 20))

    def test_112_2_one_interruption_can_make_room_for_the_next(self) -> None:
        bar = deadlines.interrupted_bar(D(2026, 10, 20), [D(2027, 3, 1), D(2026, 12, 10)])
        assert bar.last_safe == D(2027, 5, 31)

    @pytest.mark.parametrize(
        ("last_act", "days_left", "safe", "possible"),
        [
            # Ten days were left: they go on once the month is over.
            (D(2026, 11, 2), 10, D(2026, 12, 12), D(2027, 3, 3)),
            # None was left: the month itself is safe.
            (D(2027, 1, 31), 0, D(2027, 2, 28), D(2027, 6, 1)),
            (D(2028, 1, 31), 0, D(2028, 2, 29), D(2028, 6, 1)),
            # Many were left: beginning anew from the last act is the earliest reading.
            (D(2026, 11, 2), 89, D(2027, 2, 1), D(2027, 3, 3)),
            (D(2026, 11, 2), -5, D(2026, 12, 2), D(2027, 3, 3)),
        ],
    )
    def test_112_2_after_more_than_a_month_of_standstill_it_runs_again(
        self, last_act: date, days_left: int, safe: date, possible: date
    ) -> None:
        bar = deadlines.standstill_bar(last_act, days_left)
        assert (bar.last_safe, bar.last_possible, bar.article) == (
            safe,
            possible,
            "RDL 6/2015, 112.2",
        )

    def test_112_2_a_serious_infraction_stands_still_for_longer(self) -> None:
        bar = deadlines.standstill_bar(D(2026, 11, 2), 170, serious=True)
        assert (bar.last_safe, bar.last_possible) == (D(2027, 5, 1), D(2027, 6, 3))

    @given(DAYS, st.integers(0, 200), st.booleans())
    def test_112_2_a_month_of_standstill_never_bars(
        self, last_act: date, days_left: int, serious: bool
    ) -> None:
        bar = deadlines.standstill_bar(last_act, days_left, serious=serious)
        assert deadlines.add_months(last_act, 1) <= bar.last_safe < bar.last_possible

    def test_112_3_a_year_to_resolve(self) -> None:
        assert deadlines.lapse(D(2026, 11, 5)).last_safe == D(2027, 11, 4)
        leap = deadlines.lapse(D(2028, 2, 29))
        assert (leap.last_safe, leap.last_possible) == (D(2029, 2, 27), D(2029, 2, 28))

    def test_112_4_four_years_to_collect_from_the_day_after_it_is_firm(self) -> None:
        bar = deadlines.fine_bar(D(2026, 3, 9))
        assert (bar.last_safe, bar.last_possible) == (D(2030, 3, 9), D(2030, 3, 10))


class TestDeadline:
    @given(DAYS, st.integers(0, 48))
    def test_safe_comes_before_doubtful_and_doubtful_before_barred(
        self, day: date, months: int
    ) -> None:
        bar = deadlines.bar(day, months, "")
        order = [Zone.SAFE, Zone.DOUBTFUL, Zone.BARRED]
        hours = [bar.safe_until + timedelta(hours=hour) for hour in range(-30, 31, 3)]
        seen = [order.index(bar.zone(hour)) for hour in hours]
        assert seen == sorted(seen)

    @given(DAYS, st.integers(1, 60))
    def test_a_doubtful_stretch_of_natural_days_only_follows_a_day_off(
        self, day: date, days: int
    ) -> None:
        period = deadlines.natural_days(day, days, CHRISTMAS, "")
        assert period.is_doubtful is not deadlines.is_working(period.last_safe, CHRISTMAS)
        assert deadlines.is_working(period.last_possible, CHRISTMAS)

    def test_it_counts_the_days_that_are_left(self) -> None:
        deadline = Deadline(D(2026, 11, 20), D(2026, 11, 20), "")
        assert deadline.days_left(at(D(2026, 11, 18), 23)) == 2
        assert deadline.days_left(at(D(2026, 11, 20), 8)) == 0
        assert deadline.days_left(at(D(2026, 12, 1), 8)) == 0
