"""What an infraction costs, where and when."""

from datetime import date, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from core.identity import Role
from core.runtime import Runtime
from sanctions.catalogue.seeding import seed_catalogue
from sanctions.catalogue.service import catalogue, enter, price_on, reduced
from sanctions.reasons import Offence
from tests.clients import logged_in_client
from tests.sanctions.lives import price, ready
from tests.sanctions.reports import SEEN_AT

DAY = date(2026, 10, 20)


class TestPrice:
    def test_is_the_one_of_the_day_of_the_infraction(self, session: Session) -> None:
        enter(session, price(amount_cents=6_000))
        enter(session, price(amount_cents=9_000, valid_from=DAY))
        eve = price_on(session, "old-quarter", "no_permit", DAY - timedelta(days=1))
        day = price_on(session, "old-quarter", "no_permit", DAY)
        assert eve is not None and day is not None
        assert (eve.amount_cents, day.amount_cents) == (6_000, 9_000)
        assert (eve.valid_to, day.valid_to) == (DAY - timedelta(days=1), None)

    def test_entered_between_two_ends_where_the_next_begins(self, session: Session) -> None:
        enter(session, price(amount_cents=1_000))
        enter(session, price(amount_cents=3_000, valid_from=DAY))
        middle = enter(session, price(amount_cents=2_000, valid_from=date(2026, 1, 1)))
        assert middle.valid_to == DAY - timedelta(days=1)

    def test_another_zone_has_its_own(self, session: Session) -> None:
        enter(session, price())
        assert price_on(session, "other", "no_permit", DAY) is None

    def test_a_night_passage_pays_the_price_of_its_municipal_day(self, session: Session) -> None:
        enter(session, price(amount_cents=1_000))
        enter(session, price(amount_cents=2_000, valid_from=DAY + timedelta(days=1)))
        night = SEEN_AT.replace(hour=22, minute=30)  # half past midnight in the city
        assert ready(session, seen_at=night).amount_cents == 2_000

    def test_a_case_keeps_its_price_when_the_catalogue_changes(self, session: Session) -> None:
        enter(session, price())
        case = ready(session)
        enter(session, price(amount_cents=20_000, valid_from=DAY))
        assert (case.amount_cents, case.reduced_cents) == (10_000, 5_000)

    @pytest.mark.parametrize(
        ("cents", "percent", "half"), [(9_000, 50, 4_500), (9_001, 50, 4_500), (100, 0, 100)]
    )
    def test_the_reduction_is_rounded_for_the_payer(
        self, cents: int, percent: int, half: int
    ) -> None:
        assert reduced(cents, percent) == half


class TestSeed:
    def test_has_every_offence_in_both_languages_once(self, session: Session) -> None:
        for _ in range(2):
            seed_catalogue(session)
        rows = catalogue(session)
        assert {row.offence for row in rows} == set(Offence)
        assert len(rows) == len(Offence)
        assert all({"es", "eu"} <= set(row.descriptions) for row in rows)


FORM = {
    "zone": "old-quarter",
    "offence": "overstay",
    "valid_from": "2026-11-01",
    "severity": "minor",
    "euros": "30.50",
    "reduction_percent": "50",
    "legal_basis": "Ordenanza, art. 23",
    "text_es": "Permanecer más tiempo.",
    "text_eu": "Denbora gehiago egotea.",
}


class TestPage:
    def test_a_rules_manager_enters_a_price_and_never_changes_one(
        self, app: FastAPI, runtime: Runtime
    ) -> None:
        manager = logged_in_client(app, Role.RULES_MANAGER)
        assert manager.submit("/prices", FORM).status_code == 303
        assert "€30.50" in manager.get("/prices").text
        assert manager.submit("/prices", FORM).status_code == 422
        with runtime.reading() as session:
            (row,) = catalogue(session)
            assert (row.amount_cents, row.valid_from) == (3_050, date(2026, 11, 1))

    def test_zones_are_named_where_the_application_knows_them(self, app: FastAPI) -> None:
        app.state.zone_names = lambda _, language: {"old-quarter": f"Old Quarter ({language})"}
        manager = logged_in_client(app, Role.RULES_MANAGER)
        assert ">Old Quarter (en)</option>" in manager.get("/prices").text
        refused = manager.submit("/prices", FORM | {"zone": "atlantis"})
        assert (refused.status_code, "no such zone" in refused.text) == (422, True)

    def test_nobody_else_does(self, app: FastAPI) -> None:
        for role in (Role.POLICE, Role.INSTRUCTOR, Role.ADMINISTRATOR):
            client = logged_in_client(app, role)
            assert client.submit("/prices", FORM).status_code == 403
