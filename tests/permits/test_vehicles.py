"""Changing the vehicle of an authorisation."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import audit
from core.encryption import KeyRing
from core.outbox import Job
from core.plates import PlateNumber
from permits.access import Outcome
from permits.errors import (
    NotInForce,
    PlateAlreadyAssigned,
    PlateChangeLimit,
    UnknownAuthorisation,
    UnknownVehicle,
)
from permits.models import PlateAssignment, Vehicle
from permits.service import PlateChange, change_plate, changes_left_today, suspend
from tests.permits.builders import DESK, NOW, authorisation, decided, facts, holder

IN_WINDOW = NOW + timedelta(hours=1)


def change(session: Session, keys: KeyRing, old: str, new: str, **data: Any) -> PlateChange:
    values = {"reference": "R-0001", "channel": "app", "now": NOW, **data}
    return change_plate(
        session, keys, DESK, values.pop("reference"), old=PlateNumber(old), new=facts(new), **values
    )


class TestChangePlate:
    def test_the_new_vehicle_enters_and_the_old_one_no_longer(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        receipt = change(register, keys, "1234BBC", "5678FGH")
        assert receipt.receipt == "PC-2026-000001"
        assert decided(register, keys, "5678FGH", IN_WINDOW).outcome is Outcome.AUTHORISED
        assert decided(register, keys, "1234BBC", IN_WINDOW).outcome is Outcome.NOT_AUTHORISED

    def test_it_never_rewrites_what_was_before_it(self, register: Session, keys: KeyRing) -> None:
        authorisation(register, keys, "1234BBC")
        change(register, keys, "1234BBC", "5678FGH", now=NOW + timedelta(hours=2))
        assert decided(register, keys, "1234BBC", IN_WINDOW).outcome is Outcome.AUTHORISED
        ended = register.scalars(select(PlateAssignment).order_by(PlateAssignment.id)).first()
        assert ended is not None
        assert ended.assigned_until == NOW + timedelta(hours=2)

    def test_an_entry_made_just_before_is_put_right(self, register: Session, keys: KeyRing) -> None:
        authorisation(register, keys, "1234BBC")
        change(register, keys, "1234BBC", "5678FGH", now=IN_WINDOW + timedelta(hours=20))
        assert decided(register, keys, "5678FGH", IN_WINDOW).outcome is Outcome.AUTHORISED

    def test_both_plates_are_decided_again_and_the_change_is_audited(
        self, register: Session, keys: KeyRing
    ) -> None:
        row = authorisation(register, keys, "1234BBC")
        register.execute(delete(Job))
        change(register, keys, "1234BBC", "5678FGH")
        hashes = {v.plate_hash.hex() for v in register.scalars(select(Vehicle))}
        jobs = register.scalars(select(Job)).all()
        assert {job.payload["plate_hash"] for job in jobs} == hashes
        events = audit.events(register, action="permits:vehicle:changed")
        assert [event.subject for event in events] == [f"authorisation:{row.id}"]
        assert "5678FGH" not in str([event.details for event in events])

    def test_the_limit_of_the_day_is_kept_and_begins_anew_at_midnight(
        self, register: Session, keys: KeyRing
    ) -> None:
        row = authorisation(register, keys, "1234BBC")
        change(register, keys, "1234BBC", "5678FGH")
        change(register, keys, "5678FGH", "9012JKL")
        assert changes_left_today(register, row, NOW) == 0
        with pytest.raises(PlateChangeLimit, match="2 plate changes a day"):
            change(register, keys, "9012JKL", "1234BBC")
        bilbao_midnight = NOW + timedelta(hours=16)
        with pytest.raises(PlateChangeLimit):
            change(register, keys, "9012JKL", "1234BBC", now=bilbao_midnight - timedelta(seconds=1))
        assert change(register, keys, "9012JKL", "1234BBC", now=bilbao_midnight).new == "1234BBC"

    def test_the_same_plate_is_no_change(self, register: Session, keys: KeyRing) -> None:
        authorisation(register, keys, "1234BBC", "5678FGH")
        with pytest.raises(PlateAlreadyAssigned, match="5678FGH is on authorisation R-0001"):
            change(register, keys, "1234BBC", "5678FGH")

    def test_a_vehicle_that_is_not_on_it_cannot_be_replaced(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        with pytest.raises(UnknownVehicle, match="9999ZZZ is not on"):
            change(register, keys, "9999ZZZ", "5678FGH")

    def test_somebody_elses_authorisation_does_not_exist(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        other = holder(register, keys, "Jon Agirre")
        with pytest.raises(UnknownAuthorisation, match="no authorisation R-0001"):
            change(register, keys, "1234BBC", "5678FGH", of_holder=other.id)

    def test_a_suspended_authorisation_takes_no_change(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        suspend(register, DESK, "R-0001", why="Lease in dispute", now=NOW)
        with pytest.raises(NotInForce, match="R-0001 is suspended"):
            change(register, keys, "1234BBC", "5678FGH")

    def test_one_vehicle_on_two_authorisations_is_one_row(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        authorisation(register, keys, "1234BBC", profile="garage")
        assert len(register.scalars(select(Vehicle)).all()) == 1
        decision = decided(register, keys, "1234BBC", IN_WINDOW)
        assert decision.grant == "G-0001"
