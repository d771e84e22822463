"""The seeded Old Quarter."""

import json
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import Point, shape
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import audit
from core.encryption import KeyRing
from core.errors import InvalidInput
from core.plates import PlateNumber, matching_formats
from permits.access import Outcome, Reason
from permits.errors import UnknownProfile
from permits.models import (
    Authorisation,
    AuthorisationEvent,
    ControlPoint,
    Holder,
    PlateAssignment,
    Vehicle,
    Zone,
)
from permits.seed.people import is_alike
from permits.seed.register import load_register
from permits.seed.service import seed
from permits.service import grant
from tests.permits.builders import DESK, NOW, authorisation, decided, facts, holder

FILMED = [PlateNumber("1234BCD"), PlateNumber("5050LMN")]


def count(session: Session, model: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


class TestSeed:
    def test_the_old_quarter_is_there_once(self, session: Session, keys: KeyRing) -> None:
        first = seed(session, keys, NOW, avoid=FILMED)
        second = seed(session, keys, NOW, avoid=FILMED)
        assert (first.created, second.created) == (True, False)
        assert (second.control_points, second.holders) == (30, 1200)
        assert count(session, Authorisation) == count(session, AuthorisationEvent)
        assert len(audit.events(session, action="permits:register:seeded")) == 1

    def test_it_has_the_numbers_of_the_launch(self, session: Session, keys: KeyRing) -> None:
        seed(session, keys, NOW, avoid=FILMED)
        by_profile = dict(
            session.execute(
                select(Authorisation.profile_code, func.count()).group_by(
                    Authorisation.profile_code
                )
            ).all()
        )
        expected = {"resident": 590, "garage": 501, "shop": 85, "disabled_badge": 20}
        assert expected.items() <= by_profile.items()

    def test_plates_are_spanish_unique_and_unlike_the_filmed_ones(
        self, session: Session, keys: KeyRing
    ) -> None:
        seed(session, keys, NOW, avoid=FILMED)
        plates = [vehicle.plate for vehicle in session.scalars(select(Vehicle))]
        assert len(set(plates)) == len(plates) > 1200
        assert all(matching_formats(PlateNumber(plate), "ES") for plate in plates)
        assert not any(is_alike(plate, filmed.text) for plate in plates for filmed in FILMED)

    def test_seeded_people_hold_what_their_profile_allows(
        self, session: Session, keys: KeyRing
    ) -> None:
        seed(session, keys, NOW, avoid=FILMED)
        vehicles = (
            select(PlateAssignment.authorisation_id, func.count().label("number"))
            .group_by(PlateAssignment.authorisation_id)
            .subquery()
        )
        too_many = select(Authorisation.reference).join(
            vehicles, vehicles.c.authorisation_id == Authorisation.id
        )
        assert not session.scalars(
            too_many.where(vehicles.c.number > Authorisation.max_vehicles)
        ).all()

    def test_new_references_go_on_after_the_seeded_ones(
        self, session: Session, keys: KeyRing
    ) -> None:
        seed(session, keys, NOW, avoid=FILMED)
        assert authorisation(session, keys, "1234BCD").reference == "R-0591"

    def test_control_points_lie_in_or_at_the_zone_and_few_do_not_enforce(
        self, register: Session
    ) -> None:
        quarter = shape(register.get_one(Zone, "old-quarter").polygon)
        assert quarter.is_valid
        points = register.scalars(select(ControlPoint).order_by(ControlPoint.code)).all()
        for point in points:
            assert quarter.distance(Point(point.longitude, point.latitude)) < 0.001
        quiet = {point.code: point.mode for point in points if point.mode != "enforcing"}
        assert quiet == {"CP-26": "warning", "CP-29": "test", "CP-30": "planned"}
        filmed = {p.code: (p.name, p.direction) for p in points[:5]}
        assert filmed == {
            "CP-01": ("Arenal", "entry"),
            "CP-02": ("Ribera", "entry"),
            "CP-03": ("Ronda", "exit"),
            "CP-04": ("Esperanza", "entry"),
            "CP-05": ("Iturribide", "entry"),
        }


ENTRY = {
    "plate": "1234BCD",
    "profile": "resident",
    "holder": "Maite Uriarte Gil",
    "valid_from": "2026-01-01T00:00:00+01:00",
    "valid_until": None,
    "used_this_month": 4,
    "zones": ["old-quarter"],
    "control_points": [],
    "vehicle_class": "car",
}


class TestLoadRegister:
    def write(self, folder: Path, content: object) -> Path:
        path = folder / "register.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def test_its_vehicles_hold_what_it_says(
        self, register: Session, keys: KeyRing, tmp_path: Path
    ) -> None:
        garage = {**ENTRY, "plate": "5050LMN", "profile": "garage", "used_this_month": 0}
        path = self.write(tmp_path, [ENTRY, garage])
        holders = load_register(register, keys, path, now=NOW)
        assert holders["1234BCD"] == holders["5050LMN"]
        assert decided(register, keys, "1234BCD", NOW).reason is Reason.QUOTA_EXCEEDED
        assert decided(register, keys, "5050LMN", NOW).outcome is Outcome.AUTHORISED

    def test_twice_is_once(self, register: Session, keys: KeyRing, tmp_path: Path) -> None:
        path = self.write(tmp_path, [ENTRY])
        assert load_register(register, keys, path, now=NOW) == load_register(
            register, keys, path, now=NOW
        )
        assert (count(register, Authorisation), count(register, Holder)) == (1, 1)

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("not json", "is not JSON"),
            ([{**ENTRY, "valid_from": "2026-01-01"}], "entry 0.valid_from"),
            ([{**ENTRY, "colour": "red"}], "entry 0.colour"),
            ([{**ENTRY, "plate": "12 34"}], "'12 34' is not a number plate"),
        ],
    )
    def test_a_malformed_file_is_named_and_nothing_is_written(
        self, register: Session, keys: KeyRing, tmp_path: Path, content: object, words: str
    ) -> None:
        with pytest.raises(InvalidInput, match=words):
            load_register(register, keys, self.write(tmp_path, content), now=NOW)
        assert count(register, Holder) == 0

    def test_a_missing_file_is_named(
        self, register: Session, keys: KeyRing, tmp_path: Path
    ) -> None:
        with pytest.raises(InvalidInput, match=r"absent\.json can't be read"):
            load_register(register, keys, tmp_path / "absent.json", now=NOW)

    def test_an_unknown_profile_is_named(
        self, register: Session, keys: KeyRing, tmp_path: Path
    ) -> None:
        path = self.write(tmp_path, [{**ENTRY, "profile": "astronaut"}])
        with pytest.raises(UnknownProfile, match="astronaut"):
            load_register(register, keys, path, now=NOW)


def test_every_loading_class_of_the_zone_is_one_that_carriers_can_register(
    register: Session, keys: KeyRing
) -> None:
    zone = register.get_one(Zone, "old-quarter")
    for index, vehicle_class in enumerate(zone.loading_classes):
        row = grant(
            register,
            keys,
            DESK,
            holder(register, keys),
            profile="loading",
            zones=["old-quarter"],
            vehicles=[facts(f"{index}234BBC", vehicle_class)],
            now=NOW,
        )
        assert row.state == "active"
