"""What the register puts into an access query."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.plates import PlateNumber
from permits.access import AccessQuery, Movement, Outcome, PointMode, Reason, decide
from permits.errors import UnknownControlPoint
from permits.models import ControlPoint, Zone
from permits.queries import build_query, control_point_codes, holder_of_grant, names
from permits.replay import query_from_json, query_to_json
from tests.permits.builders import NOW, authorisation, decided

NINE = NOW + timedelta(hours=1)


def asked(session: Session, keys: KeyRing, plate: str | None, **data: object) -> AccessQuery:
    values = {
        "confidence": 0.97,
        "country": "ES",
        "movement": Movement.ENTRY,
        "seen_at": NINE,
        "control_point": "CP-01",
        **data,
    }
    return build_query(
        session,
        keys,
        plate=PlateNumber(plate) if plate else None,
        **values,  # type: ignore[arg-type]
    )


class TestBuildQuery:
    def test_it_knows_place_grants_class_and_loading_rule(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        query = asked(register, keys, "1234BBC")
        assert query.point.zones == ("old-quarter",)
        assert query.point.mode is PointMode.ENFORCING
        assert [grant.reference for grant in query.grants] == ["R-0001"]
        assert query.grants[0].used_this_month == 0
        assert query.known_vehicle_class == "car"
        assert query.loading_max_stay_minutes == 30
        assert query_from_json(query_to_json(query)) == query

    def test_holidays_are_those_around_the_day(self, register: Session, keys: KeyRing) -> None:
        pilar = datetime(2026, 10, 12, 10, tzinfo=UTC)
        aste_nagusia = datetime(2026, 8, 28, 10, tzinfo=UTC)
        biscay = datetime(2026, 7, 31, 10, tzinfo=UTC)
        basque = datetime(2026, 7, 25, 10, tzinfo=UTC)
        for moment in (pilar, aste_nagusia, biscay, basque):
            query = asked(register, keys, "1234BBC", seen_at=moment)
            assert query.holidays == {moment.date()}
        assert asked(register, keys, "1234BBC").holidays == frozenset()

    def test_the_day_of_bilbao_counts_not_that_of_greenwich(
        self, register: Session, keys: KeyRing
    ) -> None:
        new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
        query = asked(register, keys, "1234BBC", seen_at=new_year)
        assert date(2027, 1, 1) in query.holidays

    def test_a_registered_second_candidate_is_looked_at_by_a_person(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        candidates = [
            (PlateNumber("1234BBG"), 0.7),
            (PlateNumber("1234BBC"), 0.2),
            (PlateNumber("1234BBD"), 0.1),
        ]
        query = asked(register, keys, "1234BBG", candidates=candidates)
        assert [c.plate for c in query.other_candidates] == [PlateNumber("1234BBC")]
        assert decide(query).reason is Reason.SECOND_CANDIDATE

    def test_a_registered_plate_of_unknown_shape_is_a_plate(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "7QQ7QQ7QQ7")
        assert asked(register, keys, "7QQ7QQ7QQ7").syntax_valid
        assert not asked(register, keys, "7QQ7QQ7QQ8").syntax_valid

    def test_an_unread_plate_has_nothing_to_look_up(self, register: Session, keys: KeyRing) -> None:
        query = asked(register, keys, None, confidence=0.0)
        assert (query.syntax_valid, query.grants) == (False, ())

    def test_an_unknown_control_point_is_named(self, register: Session, keys: KeyRing) -> None:
        with pytest.raises(UnknownControlPoint, match="'CP-99'"):
            asked(register, keys, "1234BBC", control_point="CP-99")

    def test_a_zone_in_its_warning_weeks_only_informs(
        self, register: Session, keys: KeyRing
    ) -> None:
        zone = register.get_one(Zone, "old-quarter")
        zone.warning_until = NOW + timedelta(days=30)
        late = NINE + timedelta(hours=5)
        decision = decided(register, keys, "1234BBC", late)
        assert (decision.outcome, decision.warning_only) == (Outcome.NOT_AUTHORISED, True)
        register.get_one(ControlPoint, "CP-01").mode = "test"
        assert decided(register, keys, "1234BBC", late).outcome is Outcome.COUNT_ONLY


def test_codes_have_names_in_three_languages(register: Session) -> None:
    assert len(control_point_codes(register)) == 30
    zone_names = {names(register, language)["old-quarter"] for language in ("es", "eu", "en")}
    assert zone_names == {"Casco Viejo", "Alde Zaharra", "Old Quarter"}


def test_a_grant_leads_to_its_holder(register: Session, keys: KeyRing) -> None:
    row = authorisation(register, keys, "1234BBC")
    assert holder_of_grant(register, "R-0001") == row.holder_id
    assert holder_of_grant(register, "R-0002") is None
