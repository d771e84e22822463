"""Decisions one by one, each in the words of the ordinance."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import InvalidInput
from core.plates import PlateNumber
from permits.access import (
    AccessDecision,
    CandidateRead,
    Movement,
    Outcome,
    PointHealth,
    PointMode,
    Reason,
    Tier,
    Window,
    decide,
)
from permits.replay import decision_from_json, query_from_json
from tests.permits.strategies import MORNING, NIGHT, TUESDAY_0930, grant, point, query, unlimited

LOADING = Window(frozenset(range(6)), 8 * 60, 11 * 60)


def at(text: str) -> datetime:
    """A moment in Bilbao's summer time."""
    return datetime.fromisoformat(f"{text}+02:00").astimezone(UTC)


def words(decision: AccessDecision) -> str:
    return " ".join(line.message % line.values for line in decision.trace)


class TestQuotaRight:
    def test_a_resident_in_the_morning_window_enters_and_one_entry_is_debited(self) -> None:
        decision = decide(query(grant(used_this_month=2, used_this_year=30)))
        assert (decision.outcome, decision.reason) == (Outcome.AUTHORISED, Reason.QUOTA_RIGHT)
        assert (decision.grant, decision.debits_quota) == ("R-0104", True)
        assert decision.max_stay_minutes == 30
        assert "allows old-quarter until 11:00; entry at 09:30" in words(decision)
        assert "entry 3 of 4 in the month" in words(decision)

    def test_at_eleven_sharp_the_window_is_over(self) -> None:
        open_until = decide(query(grant(), seen_at=at("2026-10-20T10:59:59")))
        closed = decide(query(grant(), seen_at=at("2026-10-20T11:00:00")))
        assert open_until.outcome is Outcome.AUTHORISED
        assert (closed.outcome, closed.reason) == (Outcome.NOT_AUTHORISED, Reason.OUTSIDE_WINDOW)
        assert closed.grant == "R-0104"
        assert "today at 08:00-11:00; entry at 11:00" in words(closed)

    @pytest.mark.parametrize("period", ["day", "month", "year"])
    def test_a_used_up_quota_refuses_and_says_which(self, period: str) -> None:
        used = {"day": "used_today", "month": "used_this_month", "year": "used_this_year"}[period]
        decision = decide(query(grant(**{f"entries_per_{period}": 4, used: 4})))
        assert decision.reason is Reason.QUOTA_EXCEEDED
        assert f"4 of 4 entries of the {period}" in words(decision)

    def test_at_the_edge_an_unknown_count_is_left_to_the_centre(self) -> None:
        decision = decide(query(grant(used_this_month=None, used_this_year=None)))
        assert (decision.outcome, decision.debits_quota) == (Outcome.AUTHORISED, True)
        assert "counted by the control centre" in words(decision)

    def test_a_garage_right_spares_the_quota(self) -> None:
        decision = decide(query(grant(), unlimited()))
        assert (decision.grant, decision.debits_quota) == ("G-0001", False)

    def test_a_second_right_serves_when_the_first_is_used_up(self) -> None:
        decision = decide(query(grant(used_this_month=4), grant(reference="R-0200")))
        assert decision.grant == "R-0200"


class TestTiers:
    @pytest.mark.parametrize(
        ("tier", "reason"),
        [
            (Tier.EXEMPT, Reason.EXEMPT),
            (Tier.UNLIMITED, Reason.UNLIMITED),
            (Tier.SPECIFIC, Reason.SPECIFIC_PERMIT),
            (Tier.LOADING, Reason.LOADING_WINDOW),
        ],
    )
    def test_each_tier_gives_its_reason(self, tier: Tier, reason: Reason) -> None:
        assert decide(query(unlimited(tier=tier))).reason is reason

    def test_the_highest_tier_counts_whatever_its_profile_is_called(self) -> None:
        exempt = unlimited(reference="Z-1", profile="whatever", tier=Tier.EXEMPT)
        assert decide(query(unlimited(), exempt)).grant == "Z-1"


class TestRefusal:
    def test_without_a_permit_it_says_so(self) -> None:
        decision = decide(query())
        assert (decision.outcome, decision.reason) == (Outcome.NOT_AUTHORISED, Reason.NO_PERMIT)
        assert decision.grant is None
        assert "No permit is registered" in words(decision)

    def test_the_closest_grant_is_named(self) -> None:
        elsewhere = unlimited(reference="E-1", zones=("other-zone",))
        ended = unlimited(reference="H-1", valid_until=TUESDAY_0930 - timedelta(days=1))
        late = grant(reference="R-1", windows=(NIGHT,))
        assert decide(query(elsewhere, ended, late)).grant == "R-1"
        assert decide(query(elsewhere, ended)).grant == "H-1"
        assert decide(query(elsewhere, ended)).reason is Reason.NO_PERMIT

    def test_an_ended_guest_permit_says_when_it_ended(self) -> None:
        ended = unlimited(reference="H-1", valid_until=at("2026-10-19T12:00"))
        assert "ended on 2026-10-19 12:00" in words(decide(query(ended)))

    def test_a_permit_is_valid_from_its_first_instant_and_not_at_its_last(self) -> None:
        guest = unlimited(valid_from=TUESDAY_0930, valid_until=TUESDAY_0930 + timedelta(hours=1))
        assert decide(query(guest)).outcome is Outcome.AUTHORISED
        after = query(guest, seen_at=TUESDAY_0930 + timedelta(hours=1))
        assert decide(after).outcome is Outcome.NOT_AUTHORISED

    def test_another_gate_is_the_wrong_gate(self) -> None:
        decision = decide(query(unlimited(control_points=("CP-07", "CP-08"))))
        assert decision.reason is Reason.WRONG_GATE
        assert "CP-07, CP-08, not for CP-01" in words(decision)

    def test_a_permit_for_vans_is_not_for_a_car(self) -> None:
        vans = unlimited(tier=Tier.LOADING, vehicle_classes=frozenset({"van"}))
        decision = decide(query(vans, known_vehicle_class="car"))
        assert decision.reason is Reason.VEHICLE_CLASS
        assert decide(query(vans, known_vehicle_class="van")).outcome is Outcome.AUTHORISED
        assert decide(query(vans, known_vehicle_class=None)).outcome is Outcome.AUTHORISED


class TestHolidaysAndMidnight:
    SUNDAYS_AND_HOLIDAYS = Window(frozenset({6, 7}), 18 * 60, 23 * 60)
    WORKING_DAYS = Window(frozenset({0, 1, 2, 3}), 21 * 60, 23 * 60)

    def test_a_holiday_has_holiday_hours_only(self) -> None:
        pilar = at("2026-10-12T18:30")  # a Monday
        resident = grant(windows=(self.SUNDAYS_AND_HOLIDAYS, self.WORKING_DAYS))
        asked = query(resident, seen_at=pilar)
        holiday = replace(asked, holidays=frozenset({date(2026, 10, 12)}))
        assert decide(asked).reason is Reason.OUTSIDE_WINDOW
        assert decide(holiday).outcome is Outcome.AUTHORISED

    def test_a_working_day_window_is_closed_on_a_holiday(self) -> None:
        resident = grant(windows=(self.WORKING_DAYS,))
        asked = query(resident, seen_at=at("2026-10-12T21:30"))
        holiday = replace(asked, holidays=frozenset({date(2026, 10, 12)}))
        assert decide(asked).outcome is Outcome.AUTHORISED
        assert decide(holiday).outcome is Outcome.NOT_AUTHORISED
        assert "no entry on this day" in words(decide(holiday))

    def test_a_saturday_night_window_runs_into_sunday_even_if_that_is_a_holiday(self) -> None:
        saturday_night = Window(frozenset({5}), 22 * 60, 2 * 60)
        asked = query(unlimited(windows=(saturday_night,)), seen_at=at("2026-10-11T01:30"))
        holiday = replace(asked, holidays=frozenset({date(2026, 10, 11)}))
        assert decide(holiday).outcome is Outcome.AUTHORISED
        assert "until 02:00" in words(decide(holiday))
        after = replace(holiday, seen_at=at("2026-10-11T02:00"))
        assert decide(after).outcome is Outcome.NOT_AUTHORISED


class TestReadInDoubt:
    def test_an_unread_plate_goes_to_a_person(self) -> None:
        decision = decide(query(plate=None, confidence=0.0))
        assert (decision.outcome, decision.reason) == (Outcome.READ_REVIEW, Reason.PLATE_UNREAD)

    def test_a_person_who_cannot_read_it_either_ends_it(self) -> None:
        decision = decide(query(plate=None, read_confirmed=True))
        assert decision.outcome is Outcome.COUNT_ONLY

    def test_low_confidence_comes_before_every_permit(self) -> None:
        asked = query(unlimited(tier=Tier.EXEMPT), confidence=0.4)
        assert decide(asked).reason is Reason.PLATE_DOUBTFUL
        assert decide(replace(asked, read_confirmed=True)).outcome is Outcome.AUTHORISED

    def test_a_read_that_fits_no_format_goes_to_a_person(self) -> None:
        asked = query(syntax_valid=False)
        assert decide(asked).reason is Reason.PLATE_SYNTAX
        assert decide(replace(asked, read_confirmed=True)).reason is Reason.NO_PERMIT

    def test_a_match_on_the_second_candidate_is_review_not_violation(self) -> None:
        other = CandidateRead(PlateNumber("1234BBG"), 0.2, (grant(),))
        asked = query(other_candidates=(other,))
        assert decide(asked).reason is Reason.SECOND_CANDIDATE
        assert decide(replace(asked, read_confirmed=True)).reason is Reason.NO_PERMIT

    def test_a_registered_best_read_needs_no_second_look(self) -> None:
        other = CandidateRead(PlateNumber("1234BBG"), 0.2, (grant(reference="R-2"),))
        assert decide(query(grant(), other_candidates=(other,))).outcome is Outcome.AUTHORISED

    def test_nobody_is_refused_while_the_direction_is_unknown(self) -> None:
        asked = query(movement=Movement.UNKNOWN)
        assert decide(asked).reason is Reason.MOVEMENT_UNKNOWN
        assert decide(replace(asked, read_confirmed=True)).reason is Reason.NO_PERMIT
        assert decide(query(unlimited(), movement=Movement.UNKNOWN)).reason is Reason.UNLIMITED


class TestLoading:
    def test_an_unknown_plate_in_the_loading_window_is_checked_by_a_person(self) -> None:
        decision = decide(query(loading_windows=(LOADING,)))
        assert decision.outcome is Outcome.VEHICLE_CHECK
        after = query(loading_windows=(LOADING,), seen_at=at("2026-10-20T12:00"))
        assert decide(after).reason is Reason.NO_PERMIT

    def test_the_check_decides(self) -> None:
        asked = query(loading_windows=(LOADING,), loading_max_stay_minutes=30)
        van = decide(replace(asked, confirmed_class="loading"))
        car = decide(replace(asked, confirmed_class="other"))
        assert (van.outcome, van.max_stay_minutes) == (Outcome.AUTHORISED, 30)
        assert (car.outcome, car.reason) == (Outcome.NOT_AUTHORISED, Reason.VEHICLE_CLASS)

    def test_a_van_known_to_the_register_needs_no_check(self) -> None:
        asked = query(
            loading_windows=(LOADING,),
            loading_classes=frozenset({"van"}),
            loading_entries_per_day=1,
            loading_max_stay_minutes=30,
            loading_used_today=0,
            known_vehicle_class="van",
        )
        assert decide(asked).reason is Reason.LOADING_WINDOW
        assert decide(replace(asked, loading_used_today=1)).reason is Reason.QUOTA_EXCEEDED
        assert decide(replace(asked, stay_minutes=31)).reason is Reason.OVERSTAY
        assert decide(replace(asked, known_vehicle_class="car")).reason is Reason.NO_PERMIT

    def test_a_resident_whose_quota_is_used_up_is_not_taken_for_a_loader(self) -> None:
        asked = query(
            grant(used_this_month=4), loading_windows=(LOADING,), known_vehicle_class="car"
        )
        assert decide(asked).reason is Reason.QUOTA_EXCEEDED


class TestPlace:
    @pytest.mark.parametrize("mode", [PointMode.PLANNED, PointMode.TEST])
    def test_a_point_that_does_not_enforce_only_counts(self, mode: PointMode) -> None:
        decision = decide(query(point=point(mode=mode)))
        assert decision.outcome is Outcome.COUNT_ONLY
        assert decision.reason is Reason.POINT_NOT_ENFORCING

    def test_a_faulty_point_only_counts(self) -> None:
        assert decide(query(point=point(health=PointHealth.FAULT))).reason is Reason.POINT_FAULT

    def test_a_warning_point_informs(self) -> None:
        decision = decide(query(point=point(mode=PointMode.WARNING)))
        assert (decision.outcome, decision.warning_only) == (Outcome.NOT_AUTHORISED, True)
        assert "only informed" in words(decision)

    def test_the_warning_weeks_of_a_zone_end(self) -> None:
        weeks = point(warning_until=TUESDAY_0930)
        assert decide(query(point=weeks)).warning_only is False
        assert decide(query(point=weeks, seen_at=TUESDAY_0930 - timedelta(1))).warning_only

    def test_an_open_zone_only_counts(self) -> None:
        assert decide(query(open_windows=(MORNING,))).reason is Reason.ZONE_OPEN
        assert decide(query(point=point(zones=()))).reason is Reason.ZONE_OPEN


class TestMovement:
    def test_an_exit_is_never_an_offence(self) -> None:
        decision = decide(query(movement=Movement.EXIT))
        assert (decision.outcome, decision.reason) == (Outcome.COUNT_ONLY, Reason.EXIT)

    def test_a_doubtful_exit_keeps_its_doubt_so_that_it_closes_no_stay(self) -> None:
        decision = decide(query(movement=Movement.EXIT, confidence=0.3))
        assert (decision.outcome, decision.reason) == (Outcome.COUNT_ONLY, Reason.PLATE_DOUBTFUL)

    def test_who_reversed_out_did_not_enter(self) -> None:
        assert decide(query(movement=Movement.REVERSED_OUT)).reason is Reason.DID_NOT_PASS


class TestCompletedStay:
    def test_thirty_minutes_are_allowed_and_thirty_one_are_not(self) -> None:
        assert decide(query(grant(), stay_minutes=30)).outcome is Outcome.AUTHORISED
        over = decide(query(grant(), stay_minutes=31))
        assert (over.outcome, over.reason) == (Outcome.NOT_AUTHORISED, Reason.OVERSTAY)
        assert "a stay of 30 minutes; this one took 31" in words(over)

    def test_a_garage_holder_never_overstays(self) -> None:
        assert decide(query(grant(), unlimited(), stay_minutes=600)).reason is Reason.UNLIMITED


class TestBadInput:
    def test_a_time_without_offset_is_refused(self) -> None:
        with pytest.raises(InvalidInput, match="no UTC offset"):
            decide(query(seen_at=datetime(2026, 10, 20, 9, 30)))  # noqa: DTZ001

    def test_a_stored_document_that_is_no_query_is_named(self) -> None:
        with pytest.raises(InvalidInput, match="stored access query cannot be read: plate"):
            query_from_json({"confidence": 1.0})
        with pytest.raises(InvalidInput, match="stored decision"):
            decision_from_json({})
