"""Sealed pictures open only for the centre, and only as what they were sealed as."""

import pytest

from core.errors import InvalidInput
from core.sealing import generate_key_pair, seal, unseal

PRIVATE, PUBLIC = generate_key_pair()


def test_the_recipient_opens_it() -> None:
    assert unseal(PRIVATE, seal(PUBLIC, b"picture", b"p1|plate"), b"p1|plate") == b"picture"


def test_nobody_else_opens_it() -> None:
    other, _ = generate_key_pair()
    with pytest.raises(InvalidInput):
        unseal(other, seal(PUBLIC, b"picture", b"p1|plate"), b"p1|plate")


def test_it_cannot_be_passed_off_as_another_passage() -> None:
    with pytest.raises(InvalidInput):
        unseal(PRIVATE, seal(PUBLIC, b"picture", b"p1|plate"), b"p2|plate")


def test_flipping_any_byte_is_noticed() -> None:
    sealed = seal(PUBLIC, b"picture", b"c")
    for position in range(len(sealed)):
        touched = bytearray(sealed)
        touched[position] ^= 1
        with pytest.raises(InvalidInput):
            unseal(PRIVATE, bytes(touched), b"c")


@pytest.mark.parametrize("length", [0, 2, 10, 40, 47])
def test_a_truncated_one_is_refused(length: int) -> None:
    with pytest.raises(InvalidInput):
        unseal(PRIVATE, seal(PUBLIC, b"picture", b"c")[:length], b"c")


def test_the_sealed_bytes_do_not_hold_the_picture() -> None:
    assert b"picture" not in seal(PUBLIC, b"picture" * 20, b"c")
