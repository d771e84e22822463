"""Only the centre's lists are used, never an older one, and never half of one."""

import sqlite3
from pathlib import Path

import pytest

from control_points.access.access_list import opened
from control_points.access.held_list import HeldList
from control_points.errors import AccessListRefused
from control_points.protocol import AccessList
from core.keyed_hash import plate_hash
from core.plates import PlateNumber
from core.signing import generate_key_pair
from permits.access import Grant
from tests.control_points.builders import (
    HASH_KEY,
    a_grant,
    a_list,
    a_point,
    a_vehicle,
    joined,
    signed,
)


@pytest.fixture
def held(tmp_path: Path) -> HeldList:
    return HeldList(tmp_path / "list.sqlite3")


def grants(held: HeldList, plate: str) -> tuple[Grant, ...]:
    return held.grants(plate_hash(HASH_KEY, PlateNumber(plate)))


class TestOpening:
    def test_the_centre_s_list_is_opened(self) -> None:
        private, public = generate_key_pair()
        assert opened(signed(a_list(7), private), public) == a_list(7)

    def test_another_key_s_list_is_refused(self) -> None:
        private, _ = generate_key_pair()
        _, other = generate_key_pair()
        with pytest.raises(AccessListRefused, match="is not the centre's"):
            opened(signed(a_list(), private), other)

    def test_one_changed_character_is_refused(self) -> None:
        private, public = generate_key_pair()
        genuine = signed(a_list(1), private)
        forged = genuine.model_copy(
            update={"payload": genuine.payload.replace('"version":1', '"version":2')}
        )
        with pytest.raises(AccessListRefused, match="is not the centre's"):
            opened(forged, public)

    def test_a_signed_list_of_another_form_is_refused(self) -> None:
        private, public = generate_key_pair()
        odd = a_list().model_copy(update={"version": -1})
        with pytest.raises(AccessListRefused, match="1 field"):
            opened(signed(odd, private), public)


class TestTaking:
    def test_grants_are_found_by_hash(self, held: HeldList) -> None:
        held.take(a_list(1, a_vehicle("1234BBC", a_grant(control_points=("CP-07",)))))
        assert [grant.control_points for grant in grants(held, "1234BBC")] == [("CP-07",)]
        assert grants(held, "9999ZZZ") == ()

    def test_a_whole_list_replaces_the_one_before(self, held: HeldList) -> None:
        held.take(a_list(1, a_vehicle("1234BBC")))
        held.take(a_list(5, a_vehicle("5678CDF")))
        assert grants(held, "1234BBC") == ()
        assert held.version == 5

    def test_a_delta_changes_only_what_it_names(self, held: HeldList) -> None:
        held.take(a_list(1, a_vehicle("1234BBC"), a_vehicle("5678CDF"), a_vehicle("9012FGH")))
        gone, _ = a_vehicle("5678CDF")
        changed = a_vehicle("9012FGH", a_grant(control_points=("CP-09",)))
        held.take(a_list(3, changed, base=1, removed=joined(gone)))
        assert grants(held, "1234BBC")
        assert grants(held, "5678CDF") == ()
        assert grants(held, "9012FGH")[0].control_points == ("CP-09",)

    def test_an_older_list_is_refused_and_the_list_in_use_stays(self, held: HeldList) -> None:
        held.take(a_list(5, a_vehicle("1234BBC")))
        with pytest.raises(AccessListRefused, match="older than the 5"):
            held.take(a_list(4))
        assert grants(held, "1234BBC")

    @pytest.mark.parametrize("base", [1, 3])
    def test_a_delta_over_a_gap_is_refused(self, held: HeldList, base: int) -> None:
        held.take(a_list(2, a_vehicle("1234BBC")))
        with pytest.raises(AccessListRefused, match="asking for a whole list"):
            held.take(a_list(4, base=base))
        assert held.version == 2

    @pytest.mark.parametrize(
        "odd",
        [
            a_list(2, a_vehicle("1234BBC", a_grant(tier="royal"))),
            a_list(2, control_points=(a_point(mode="sleeping"),)),
            a_list(2, holidays=("Christmas",)),
            a_list(2, rights=[], groups=[{"grants": [{"right": 3}], "plate_hashes": ""}]),
            a_list(2, removed=joined(b"too short")),
        ],
    )
    def test_unknown_words_leave_the_list_in_use(self, held: HeldList, odd: AccessList) -> None:
        held.take(a_list(1, a_vehicle("1234BBC")))
        with pytest.raises(AccessListRefused):
            held.take(odd)
        assert held.version == 1
        assert grants(held, "1234BBC")

    def test_vehicles_with_the_same_rights_share_them(self, held: HeldList) -> None:
        held.take(a_list(1, a_vehicle("1234BBC"), a_vehicle("5678CDF")))
        assert grants(held, "1234BBC") is grants(held, "5678CDF")

    def test_a_file_of_an_earlier_form_is_emptied(self, held: HeldList, tmp_path: Path) -> None:
        held.take(a_list(3, a_vehicle("1234BBC")))
        held.close()
        with sqlite3.connect(tmp_path / "list.sqlite3") as connection:
            connection.execute("PRAGMA user_version = 1")
        again = HeldList(tmp_path / "list.sqlite3")
        assert (again.version, grants(again, "1234BBC")) == (0, ())

    def test_the_list_outlives_a_restart(self, held: HeldList, tmp_path: Path) -> None:
        held.take(a_list(3, a_vehicle("1234BBC")))
        held.close()
        again = HeldList(tmp_path / "list.sqlite3")
        assert again.version == 3
        assert grants(again, "1234BBC")

    def test_neither_plate_nor_key_is_on_the_disk(self, held: HeldList, tmp_path: Path) -> None:
        held.take(a_list(1, a_vehicle("1234BBC")))
        held.close()
        written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert b"1234BBC" not in written
        assert HASH_KEY not in written

    def test_a_limit_only_the_centre_can_count_is_known_as_a_limit(self, held: HeldList) -> None:
        held.take(a_list(1, a_vehicle("1234BBC", a_grant(tier="quota", limited=True))))
        (quota,) = grants(held, "1234BBC")
        assert quota.is_limited
        assert quota.used_this_year is None
