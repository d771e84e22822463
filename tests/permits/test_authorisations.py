"""Granting, suspending and taking back."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from core import audit
from core.encryption import KeyRing
from core.errors import InvalidInput
from core.outbox import Job
from permits.access import Outcome, Reason
from permits.errors import (
    CapacityReached,
    NoSuchTransition,
    UnknownAuthorisation,
    UnknownProfile,
    UnknownZone,
    VehicleNotAdmitted,
)
from permits.models import Authorisation, AuthorisationEvent
from permits.service import grant, resume, revoke, suspend
from tests.permits.builders import DESK, NOW, authorisation, decided, facts, holder

IN_WINDOW = NOW + timedelta(hours=1)


class TestGrant:
    def test_it_lets_the_vehicle_in(self, register: Session, keys: KeyRing) -> None:
        before = decided(register, keys, "1234BBC", IN_WINDOW, confirmed_class="other")
        row = authorisation(register, keys, "1234BBC")
        after = decided(register, keys, "1234BBC", IN_WINDOW)
        assert before.outcome is Outcome.NOT_AUTHORISED
        assert (after.outcome, after.grant) == (Outcome.AUTHORISED, row.reference)

    def test_every_state_on_the_way_has_its_event(self, register: Session, keys: KeyRing) -> None:
        row = authorisation(register, keys, "1234BBC")
        path = [(e.from_state, e.to_state) for e in row.events if e.to_state]
        assert path == [
            (None, "draft"),
            ("draft", "submitted"),
            ("submitted", "under_review"),
            ("under_review", "granted"),
            ("granted", "active"),
        ]
        assert {event.by_name for event in row.events} == {DESK.name}

    def test_events_are_read_back_in_their_order(self, register: Session, keys: KeyRing) -> None:
        row = authorisation(register, keys, "1234BBC")
        register.commit()
        register.expire_all()
        states = [event.to_state for event in row.events]
        assert states == ["draft", "submitted", "under_review", "granted", "active", None]

    def test_one_that_begins_later_is_granted_and_not_yet_active(
        self, register: Session, keys: KeyRing
    ) -> None:
        row = authorisation(register, keys, "1234BBC", valid_from=NOW + timedelta(days=1))
        assert row.state == "granted"
        assert decided(register, keys, "1234BBC", IN_WINDOW).reason is Reason.NO_PERMIT
        tomorrow = IN_WINDOW + timedelta(days=1)
        assert decided(register, keys, "1234BBC", tomorrow).outcome is Outcome.AUTHORISED

    def test_references_count_up_within_a_profile(self, register: Session, keys: KeyRing) -> None:
        first = authorisation(register, keys, "1234BBC")
        garage = authorisation(register, keys, "1234BBC", profile="garage")
        second = authorisation(register, keys, "5678FGH")
        assert [first.reference, garage.reference, second.reference] == [
            "R-0001",
            "G-0001",
            "R-0002",
        ]

    def test_the_profile_gives_the_end(self, register: Session, keys: KeyRing) -> None:
        guest = authorisation(register, keys, "1234BBC", profile="hotel_guest", valid_from=NOW)
        assert guest.valid_until == NOW + timedelta(days=2)

    def test_reversed_dates_are_refused(self, register: Session, keys: KeyRing) -> None:
        with pytest.raises(InvalidInput, match=r"would end on .* before it begins"):
            authorisation(register, keys, "1234BBC", valid_until=NOW - timedelta(days=60))

    def test_unknown_codes_are_named(self, register: Session, keys: KeyRing) -> None:
        with pytest.raises(UnknownProfile, match="'astronaut'"):
            authorisation(register, keys, "1234BBC", profile="astronaut")
        with pytest.raises(UnknownZone, match="'moon'"):
            authorisation(register, keys, "1234BBC", zones=["moon"])

    def test_no_more_vehicles_than_the_profile_takes(
        self, register: Session, keys: KeyRing
    ) -> None:
        with pytest.raises(CapacityReached, match="takes 2 vehicles"):
            authorisation(register, keys, "1234BBC", "5678FGH", "9012JKL")

    def test_loading_takes_no_car_no_heavy_lorry_and_no_unknown_class(
        self, register: Session, keys: KeyRing
    ) -> None:
        for plate, vehicle_class, mass, height in (
            ("1111BBB", "car", None, None),
            ("2222BBB", None, None, None),
            ("3333BBB", "lorry", 7_500, None),
            ("4444BBB", "lorry", 3_500, 310),
        ):
            with pytest.raises(VehicleNotAdmitted, match=plate):
                grant(
                    register,
                    keys,
                    DESK,
                    holder(register, keys),
                    profile="loading",
                    zones=["old-quarter"],
                    vehicles=[facts(plate, vehicle_class, mass_kg=mass, height_cm=height)],
                    now=NOW,
                )


class TestSuspendAndRevoke:
    def test_suspended_is_absent_and_resumed_is_back(
        self, register: Session, keys: KeyRing
    ) -> None:
        row = authorisation(register, keys, "1234BBC")
        suspend(register, DESK, row.reference, why="Lease in dispute", now=NOW)
        refused = decided(register, keys, "1234BBC", IN_WINDOW)
        assert refused.outcome is Outcome.NOT_AUTHORISED
        assert refused.reason is Reason.NO_PERMIT
        resume(register, DESK, row.reference, why="Settled", now=NOW)
        assert decided(register, keys, "1234BBC", IN_WINDOW).outcome is Outcome.AUTHORISED

    def test_revoked_for_good(self, register: Session, keys: KeyRing) -> None:
        row = authorisation(register, keys, "1234BBC")
        revoke(register, DESK, row.reference, why="Moved away", now=NOW)
        with pytest.raises(NoSuchTransition, match="is revoked and cannot become active"):
            resume(register, DESK, row.reference, why="By mistake", now=NOW)

    def test_a_change_has_event_audit_row_and_asks_for_new_decisions(
        self, register: Session, keys: KeyRing
    ) -> None:
        row = authorisation(register, keys, "1234BBC")
        register.execute(delete(Job))
        revoke(register, DESK, row.reference, why="Moved away", now=NOW)
        last = row.events[-1]
        assert (last.from_state, last.to_state, last.why) == ("active", "revoked", "Moved away")
        assert audit.events(register, action="permits:authorisation:changed")
        jobs = register.scalars(select(Job)).all()
        hashed = row.current[0].vehicle.plate_hash.hex()
        assert [(job.kind, job.payload) for job in jobs] == [("redecide", {"plate_hash": hashed})]

    def test_a_reason_is_asked_for(self, register: Session, keys: KeyRing) -> None:
        row = authorisation(register, keys, "1234BBC")
        with pytest.raises(InvalidInput, match="why"):
            revoke(register, DESK, row.reference, why=" ", now=NOW)
        assert row.state == "active"

    def test_an_unknown_reference_is_named(self, register: Session) -> None:
        with pytest.raises(UnknownAuthorisation, match="R-9999"):
            revoke(register, DESK, "R-9999", why="Moved away", now=NOW)


class TestHistory:
    def test_events_cannot_be_changed_or_dropped(self, register: Session, keys: KeyRing) -> None:
        authorisation(register, keys, "1234BBC")
        register.commit()
        for statement in (
            "UPDATE authorisation_event SET why = 'x'",
            "DELETE FROM authorisation_event",
        ):
            with pytest.raises(DatabaseError, match="append-only"):
                register.execute(text(statement))
            register.rollback()

    def test_plates_and_people_are_unreadable_in_the_database(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC", place="Somera 4, 2.º A")
        register.flush()
        rows = [
            *register.execute(text("SELECT plate FROM vehicle")).scalars(),
            *register.execute(text("SELECT name FROM holder")).scalars(),
            *register.execute(text("SELECT place FROM authorisation")).scalars(),
        ]
        stored = b" ".join(bytes(row) for row in rows)
        assert not any(word in stored for word in (b"1234BBC", b"Etxebarria", b"Somera"))

    def test_an_authorisation_that_goes_takes_its_events_along(
        self, register: Session, keys: KeyRing
    ) -> None:
        row = authorisation(register, keys)
        register.commit()
        register.execute(delete(Authorisation).where(Authorisation.id == row.id))
        assert register.scalars(select(AuthorisationEvent)).all() == []
