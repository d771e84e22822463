"""Keyed hashes of plates."""

import pytest

from core.keyed_hash import plate_hash
from core.plates import PlateNumber

KEY = bytes(range(32))


def test_the_hash_is_the_published_construction() -> None:
    # HMAC-SHA-256 over the normal form, first 16 bytes, by another implementation (openssl dgst).
    assert plate_hash(KEY, PlateNumber("1234BBC")).hex() == "5744d78d4dd47b0348e8fd0ead6167fa"


def test_another_key_gives_another_hash() -> None:
    assert plate_hash(KEY, PlateNumber("1234BBC")) != plate_hash(bytes(32), PlateNumber("1234BBC"))


def test_o_and_zero_give_different_hashes() -> None:
    assert plate_hash(KEY, PlateNumber("O123")) != plate_hash(KEY, PlateNumber("0123"))


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        plate_hash(b"short", PlateNumber("1234BBC"))
