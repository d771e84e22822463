"""Rules change by dated versions: what held before goes on holding for what happened before."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.errors import Forbidden
from core.identity import Actor, Role
from core.outbox import Job
from permits.access import Outcome, PointHealth, Reason
from permits.access_list_changes import current_version
from permits.models import ControlPoint, Profile, Zone
from permits.queries import build_query
from permits.rules.contents import ProfileContent, RuleKind
from permits.rules.current import rule_book
from permits.rules.errors import RuleChanged, RuleRefused
from permits.rules.models import RuleVersion
from permits.rules.service import (
    RULES_BEGIN,
    checked,
    present_content,
    publish_due,
    save_version,
    versions_of,
)
from tests.permits.builders import DESK, NOW, authorisation, decided

MANAGER = Actor(UUID(int=9), "Iker Rules", frozenset({Role.RULES_MANAGER}))
WHY = "Resolution 2026/114"
TOMORROW = NOW + timedelta(days=1)
NINE = timedelta(hours=1)
NOON = timedelta(hours=4)


def change(
    session: Session,
    kind: RuleKind = RuleKind.PROFILE,
    code: str = "resident",
    *,
    begins: datetime = TOMORROW,
    why: str = WHY,
    actor: Actor = MANAGER,
    base: int | None = None,
    **fields: Any,
) -> RuleVersion:
    """Save the present rules with `fields` changed."""
    values = present_content(session, kind, code).model_dump(mode="json") | fields
    content = checked(kind, values)
    return save_version(
        session, actor, kind, code, content, valid_from=begins, why=why, now=NOW, base=base
    )


def window(start: int, end: int, days: tuple[int, ...] = tuple(range(8))) -> dict[str, Any]:
    return {"days": list(days), "start": start * 60, "end": end * 60}


class TestVersions:
    def test_each_entry_is_decided_by_the_rules_of_its_own_time(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        change(register, windows=[window(12, 14)])
        for day, at_nine, at_noon in (
            (NOW, Outcome.AUTHORISED, Outcome.NOT_AUTHORISED),
            (TOMORROW, Outcome.NOT_AUTHORISED, Outcome.AUTHORISED),
        ):
            assert decided(register, keys, "1234BBC", day + NINE).outcome is at_nine
            assert decided(register, keys, "1234BBC", day + NOON).outcome is at_noon

    def test_the_row_follows_when_the_day_has_come(self, register: Session) -> None:
        before = register.get_one(Profile, "resident").max_stay_minutes
        change(register, max_stay_minutes=45)
        assert register.get_one(Profile, "resident").max_stay_minutes == before == 30
        (job,) = register.scalars(select(Job).where(Job.kind == RULES_BEGIN)).all()
        assert job.due_at == TOMORROW
        listed = current_version(register)
        assert publish_due(register, TOMORROW) == ["profile:resident"]
        assert register.get_one(Profile, "resident").max_stay_minutes == 45
        assert current_version(register) > listed
        assert publish_due(register, TOMORROW) == []

    def test_the_record_keeps_who_when_and_why_from_the_first_state_on(
        self, register: Session
    ) -> None:
        change(register, max_stay_minutes=45)
        change(register, max_stay_minutes=40, why="Resolution 2026/131")
        newest, second, first = versions_of(register, RuleKind.PROFILE, "resident")
        assert [v.number for v in (newest, second, first)] == [3, 2, 1]
        assert (second.by_name, second.why, second.made_at) == ("Iker Rules", WHY, NOW)
        assert first.content["max_stay_minutes"] == 30

    @pytest.mark.parametrize(
        "statement", ["UPDATE rule_version SET why = 'x'", "DELETE FROM rule_version"]
    )
    def test_the_record_cannot_be_rewritten(self, register: Session, statement: str) -> None:
        from sqlalchemy import text

        change(register, max_stay_minutes=45)
        with pytest.raises(DBAPIError, match="append-only"):
            register.execute(text(statement))

    def test_of_two_that_begin_together_the_later_one_counts(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        change(register, windows=[window(12, 14)])
        change(register, windows=[window(8, 11)])
        day = TOMORROW + NINE
        assert decided(register, keys, "1234BBC", day).outcome is Outcome.AUTHORISED

    def test_an_earlier_one_made_later_holds_until_the_planned_one_begins(
        self, register: Session
    ) -> None:
        change(register, begins=NOW + timedelta(days=10), max_stay_minutes=60)
        change(register, begins=NOW + timedelta(days=5), max_stay_minutes=45)
        book = rule_book(register)
        stays = [book.profile("resident", NOW + timedelta(days=d)) for d in (1, 6, 11)]
        assert [rules.max_stay_minutes for rules in stays if rules] == [30, 45, 60]

    def test_a_new_profile_is_there_from_its_day_on(self, register: Session) -> None:
        shop = present_content(register, RuleKind.PROFILE, "shop").model_dump(mode="json")
        content = checked(RuleKind.PROFILE, shop | {"reference_prefix": "MK"})
        save_version(
            register,
            MANAGER,
            RuleKind.PROFILE,
            "market-stall",
            content,
            valid_from=TOMORROW,
            why=WHY,
            now=NOW,
        )
        book = rule_book(register)
        assert book.profile("market-stall", NOW) is None
        assert book.profile("market-stall", TOMORROW) is not None


class TestRefused:
    def test_only_a_rules_manager_may(self, register: Session) -> None:
        with pytest.raises(Forbidden):
            change(register, actor=DESK, max_stay_minutes=45)

    @pytest.mark.parametrize(
        ("field", "changes"),
        [
            ("valid_from", {"begins": NOW - timedelta(seconds=1)}),
            ("why", {"why": " no "}),
            ("zones", {"zones": ["atlantis"]}),
            ("control_points", {"control_points": ["CP-99"]}),
            ("reference_prefix", {"reference_prefix": "S"}),
            ("vehicle_classes", {"vehicle_classes": ["hovercraft"]}),
            ("evidence_required", {"evidence_required": ["promise"]}),
            ("max_stay_minutes", {"max_stay_minutes": 0}),
            ("max_vehicles", {"max_vehicles": -1}),
            ("windows", {"windows": [window(8, 8)]}),
            ("windows", {"windows": [{"days": [], "start": 0, "end": 60}]}),
            ("windows", {"windows": [{"days": [8], "start": 0, "end": 60}]}),
            ("names", {"names": {"es": "Residente", "eu": " ", "en": "Resident"}}),
            ("tier", {"tier": "royal"}),
            ("", {"entries_per_month": 50, "entries_per_year": 48}),
        ],
    )
    def test_each_field_says_what_is_wrong_with_it(
        self, register: Session, field: str, changes: dict[str, Any]
    ) -> None:
        with pytest.raises(RuleRefused) as refused:
            change(register, **changes)
        assert list(refused.value.problems) == [field]
        assert register.scalars(select(RuleVersion)).all() == []

    def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
        self, register: Session
    ) -> None:
        change(register, base=0, max_stay_minutes=45)
        with pytest.raises(RuleChanged, match="Iker Rules"):
            change(register, base=0, max_stay_minutes=20)
        assert change(register, base=2, max_stay_minutes=20).number == 3

    @pytest.mark.parametrize(
        "outline",
        [
            {"type": "Point", "coordinates": [0, 0]},
            {"type": "Polygon", "coordinates": []},
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]},
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 91], [0, 0]]]},
            {"type": "Polygon", "coordinates": [[["0", 0], [1, 0], [1, 1], ["0", 0]]]},
            "POLYGON((0 0, 1 1))",
        ],
    )
    def test_an_outline_that_is_none(self, register: Session, outline: object) -> None:
        with pytest.raises(RuleRefused) as refused:
            change(register, RuleKind.ZONE, "old-quarter", polygon=outline)
        assert list(refused.value.problems) == ["polygon"]

    def test_a_gate_without_resolution_or_signs_may_not_enforce(self, register: Session) -> None:
        with pytest.raises(RuleRefused, match="resolution"):
            change(register, RuleKind.CONTROL_POINT, "CP-29", mode="enforcing")
        done = {"resolution_ref": "2026-0114", "signs_verified_on": "2026-10-01"}
        change(register, RuleKind.CONTROL_POINT, "CP-29", mode="enforcing", **done)


class TestPlaces:
    def test_the_stricter_restraint_of_gate_and_zone_wins(
        self, register: Session, keys: KeyRing
    ) -> None:
        def seen(days: int) -> tuple[Outcome, bool]:
            answer = decided(register, keys, "1234BBC", NOW + timedelta(days=days) + NOON)
            return answer.outcome, answer.warning_only

        zone, gate = (RuleKind.ZONE, "old-quarter"), (RuleKind.CONTROL_POINT, "CP-01")
        until = (NOW + timedelta(days=20)).isoformat()
        change(register, *zone, begins=NOW + timedelta(days=10), warning_until=until)
        change(register, *gate, begins=NOW + timedelta(days=12), mode="test")
        change(register, *gate, begins=NOW + timedelta(days=14), mode="warning")
        change(register, *gate, begins=NOW + timedelta(days=30), mode="enforcing")
        assert seen(1) == (Outcome.NOT_AUTHORISED, False)
        assert seen(11) == (Outcome.NOT_AUTHORISED, True)
        assert seen(13)[0] is Outcome.COUNT_ONLY
        assert seen(15) == (Outcome.NOT_AUTHORISED, True)
        assert seen(25) == (Outcome.NOT_AUTHORISED, True)
        assert seen(31) == (Outcome.NOT_AUTHORISED, False)

    def test_two_zones_have_their_own_rules(self, register: Session, keys: KeyRing) -> None:
        old = present_content(register, RuleKind.ZONE, "old-quarter").model_dump(mode="json")
        harbour = old | {"open_windows": [window(0, 24, (5, 6, 7))], "loading_windows": []}
        content = checked(RuleKind.ZONE, harbour)
        save_version(
            register,
            MANAGER,
            RuleKind.ZONE,
            "harbour",
            content,
            valid_from=NOW,
            why=WHY,
            now=NOW,
        )
        change(register, RuleKind.CONTROL_POINT, "CP-02", begins=NOW, zones=["harbour"])
        authorisation(register, keys, "1234BBC", profile="garage", zones=["harbour"])
        here = decided(register, keys, "1234BBC", NOW + NOON, point="CP-02")
        there = decided(register, keys, "1234BBC", NOW + NOON, point="CP-01")
        assert (here.reason, there.reason) == (Reason.UNLIMITED, Reason.NO_PERMIT)
        saturday = NOW + timedelta(days=4) + NOON
        stranger = decided(register, keys, "9999ZZZ", saturday, point="CP-02")
        assert stranger.reason is Reason.ZONE_OPEN

    def test_a_gate_of_two_zones_is_open_when_both_are(
        self, register: Session, keys: KeyRing
    ) -> None:
        old = present_content(register, RuleKind.ZONE, "old-quarter").model_dump(mode="json")
        content = checked(RuleKind.ZONE, old | {"open_windows": [window(10, 18)]})
        save_version(
            register, MANAGER, RuleKind.ZONE, "inner", content, valid_from=NOW, why=WHY, now=NOW
        )
        both = ["old-quarter", "inner"]
        change(register, RuleKind.CONTROL_POINT, "CP-01", begins=NOW, zones=both)
        noon = NOW + NOON
        assert decided(register, keys, "9999ZZZ", noon).outcome is Outcome.NOT_AUTHORISED
        change(register, RuleKind.ZONE, "old-quarter", begins=NOW, open_windows=[window(11, 13)])
        assert decided(register, keys, "9999ZZZ", noon).reason is Reason.ZONE_OPEN

    def test_a_zone_given_up_restricts_nobody(self, register: Session, keys: KeyRing) -> None:
        change(register, RuleKind.ZONE, "old-quarter", active=False)
        noon = decided(register, keys, "9999ZZZ", NOW + NOON)
        later = decided(register, keys, "9999ZZZ", TOMORROW + NOON)
        assert (noon.outcome, later.reason) == (Outcome.NOT_AUTHORISED, Reason.ZONE_OPEN)

    def test_health_is_apart_from_the_mode(self, register: Session, keys: KeyRing) -> None:
        register.get_one(ControlPoint, "CP-01").health = "fault"
        assert decided(register, keys, "9999ZZZ", NOW + NOON).reason is Reason.POINT_FAULT
        register.get_one(ControlPoint, "CP-01").health = "ok"
        assert decided(register, keys, "9999ZZZ", NOW + NOON).reason is Reason.NO_PERMIT

    def test_a_changed_row_is_seen_at_once_and_a_change_taken_back_is_forgotten(
        self, register: Session
    ) -> None:
        register.commit()
        assert rule_book(register).health("CP-01", NOW) is PointHealth.OK
        register.get_one(ControlPoint, "CP-01").health = "fault"
        assert rule_book(register).health("CP-01", NOW) is PointHealth.FAULT
        register.rollback()
        assert rule_book(register).health("CP-01", NOW) is PointHealth.OK


def test_a_price_has_its_date(register: Session) -> None:
    change(register, RuleKind.ZONE, "old-quarter", price_table={"no_permit": 9000})
    book = rule_book(register)
    prices = [
        zone.price_table["no_permit"]
        for day in (NOW, TOMORROW)
        for zone in book.zones_at(["old-quarter"], day)
    ]
    assert prices == [20000, 9000]


def test_what_is_stored_reads_back_as_it_was(register: Session) -> None:
    for row in register.scalars(select(Profile)):
        content = ProfileContent.model_validate(row)
        assert ProfileContent.model_validate(content.model_dump(mode="json")) == content
    assert register.scalars(select(Zone)).all()


def test_a_query_of_an_unbuilt_place_names_it(register: Session, keys: KeyRing) -> None:
    from permits.access import Movement
    from permits.errors import UnknownControlPoint

    point = present_content(register, RuleKind.CONTROL_POINT, "CP-01")
    save_version(
        register,
        MANAGER,
        RuleKind.CONTROL_POINT,
        "CP-31",
        point,
        valid_from=TOMORROW,
        why=WHY,
        now=NOW,
    )
    with pytest.raises(UnknownControlPoint, match="CP-31"):
        build_query(
            register,
            keys,
            plate=None,
            confidence=0.0,
            country=None,
            movement=Movement.ENTRY,
            seen_at=NOW,
            control_point="CP-31",
        )
