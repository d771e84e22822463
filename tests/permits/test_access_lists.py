"""The register as a gate gets it: whole lists, changes, and that both say the same."""

from datetime import timedelta

from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.keyed_hash import plate_hash
from core.plates import PlateNumber
from permits.access import Grant
from permits.access_list_changes import current_version, note_everything
from permits.access_lists import AccessListContents, access_list
from permits.service import change_plate, resume, revoke, suspend
from tests.permits.builders import DESK, NOW, authorisation, facts

Held = dict[bytes, tuple[Grant, ...]]


def hashed(keys: KeyRing, plate: str) -> bytes:
    return plate_hash(keys.plate_hash_key, PlateNumber(plate))


def apply(held: Held, update: AccessListContents) -> Held:
    """What a gate does with a list."""
    kept = {} if update.base is None else held
    kept = {name: grants for name, grants in kept.items() if name not in update.removed}
    return kept | {vehicle.plate_hash: vehicle.grants for vehicle in update.vehicles}


class TestAccessList:
    def test_a_whole_list_has_hashes_rights_and_places_but_no_plates_or_counts(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        full = access_list(register, now=NOW)
        (vehicle,) = full.vehicles
        assert vehicle.plate_hash == hashed(keys, "1234BBC")
        assert vehicle.grants[0].is_limited
        assert vehicle.grants[0].used_this_month is None
        assert len(full.control_points) == 30
        assert "1234BBC" not in repr(full)

    def test_changes_lead_from_any_version_to_the_same_list(
        self, register: Session, keys: KeyRing
    ) -> None:
        steps: list[tuple[int, Held]] = []

        def remember() -> None:
            whole = apply({}, access_list(register, now=NOW))
            steps.append((current_version(register), whole))

        authorisation(register, keys, "1234BBC")
        remember()
        authorisation(register, keys, "1234BBC", profile="garage")
        remember()
        change_plate(
            register,
            keys,
            DESK,
            "R-0001",
            old=PlateNumber("1234BBC"),
            new=facts("5678FGH"),
            channel="app",
            now=NOW,
        )
        remember()
        suspend(register, DESK, "G-0001", why="Lease in dispute", now=NOW)
        remember()
        resume(register, DESK, "G-0001", why="Settled", now=NOW)
        revoke(register, DESK, "R-0001", why="Moved away", now=NOW)
        remember()
        newest = steps[-1][1]
        assert set(newest) == {hashed(keys, "1234BBC")}
        for version, held in steps:
            update = access_list(register, now=NOW, since=version)
            assert update.base == version
            assert apply(held, update) == newest

    def test_nothing_new_is_an_empty_change(self, register: Session, keys: KeyRing) -> None:
        authorisation(register, keys, "1234BBC")
        update = access_list(register, now=NOW, since=current_version(register))
        assert (update.vehicles, update.removed) == ((), ())
        assert update.base == update.version

    def test_a_version_from_nowhere_gets_a_whole_list(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        for since in (None, 0, -3, 999):
            assert access_list(register, now=NOW, since=since).base is None

    def test_after_a_change_of_rules_everybody_gets_a_whole_list(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC")
        version = current_version(register)
        note_everything(register)
        register.flush()
        assert access_list(register, now=NOW, since=version).base is None

    def test_what_has_ended_is_not_listed_and_what_begins_tomorrow_is(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, "1234BBC", valid_until=NOW + timedelta(hours=1))
        authorisation(register, keys, "5678FGH", valid_from=NOW + timedelta(days=1))
        listed = {
            v.plate_hash for v in access_list(register, now=NOW + timedelta(hours=1)).vehicles
        }
        assert listed == {hashed(keys, "5678FGH")}
