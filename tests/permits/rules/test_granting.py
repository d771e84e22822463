"""What a profile's rules ask before an authorisation is granted, and who is in service."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.errors import InvalidInput
from permits.access import Outcome
from permits.models import Profile, Vehicle
from permits.rules.granting import state_duty
from tests.permits.builders import DESK, NOW, authorisation, decided


def test_a_closed_profile_takes_nobody_new_and_leaves_the_others(
    register: Session, keys: KeyRing
) -> None:
    authorisation(register, keys, "1234BBC", profile="garage")
    register.get_one(Profile, "garage").active = False
    with pytest.raises(InvalidInput, match="is closed"):
        authorisation(register, keys, "5678FGH", profile="garage")
    assert decided(register, keys, "1234BBC", NOW).outcome is Outcome.AUTHORISED


def test_a_profile_of_another_zone_is_refused(register: Session, keys: KeyRing) -> None:
    register.get_one(Profile, "garage").zones = ["harbour"]
    with pytest.raises(InvalidInput, match="is not for the zone 'old-quarter'"):
        authorisation(register, keys, "1234BBC", profile="garage")


def test_a_taxi_off_duty_is_a_car_like_any_other(register: Session, keys: KeyRing) -> None:
    authorisation(register, keys, "1234BBC", profile="taxi", vehicle_class="taxi")
    cab = register.scalars(select(Vehicle)).one()
    noon = NOW + timedelta(hours=4)
    state_duty(register, DESK, cab, on_duty=False, at=noon)
    state_duty(register, DESK, cab, on_duty=True, at=noon + timedelta(hours=2))
    outcomes = [
        decided(register, keys, "1234BBC", noon + timedelta(hours=shift)).outcome
        for shift in (-1, 1, 3)
    ]
    assert outcomes == [Outcome.AUTHORISED, Outcome.NOT_AUTHORISED, Outcome.AUTHORISED]
