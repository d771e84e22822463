"""What is encrypted can be read back by us, in its own place, and by nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.encryption import KeyRing, Undecryptable

OLD, NEW = b"an old secret of thirty-two chars", b"a new secret of thirty-two chars."


class TestKeyRing:
    @given(st.binary(max_size=200), st.binary(max_size=20))
    def test_what_was_encrypted_comes_back(self, plaintext: bytes, context: bytes) -> None:
        ring = KeyRing([NEW])
        assert ring.decrypt(ring.encrypt(plaintext, context), context) == plaintext

    def test_the_same_text_never_looks_the_same(self) -> None:
        ring = KeyRing([NEW])
        assert ring.encrypt_text("1234 BBC", "plate") != ring.encrypt_text("1234 BBC", "plate")

    def test_any_flipped_bit_is_noticed(self) -> None:
        ring = KeyRing([NEW])
        blob = ring.encrypt(b"plate", b"here")
        for index in range(len(blob)):
            altered = bytearray(blob)
            altered[index] ^= 1
            with pytest.raises(Undecryptable):
                ring.decrypt(bytes(altered), b"here")

    def test_a_blob_moved_to_another_place_does_not_open(self) -> None:
        ring = KeyRing([NEW])
        blob = ring.encrypt(b"picture", b"evidence/a")
        with pytest.raises(Undecryptable, match="evidence/b"):
            ring.decrypt(blob, b"evidence/b")

    def test_truncated_data_is_an_error_of_ours(self) -> None:
        ring = KeyRing([NEW])
        for length in range(20):
            with pytest.raises(Undecryptable):
                ring.decrypt(ring.encrypt(b"x", b"")[:length], b"")

    def test_after_a_change_of_secret_old_data_is_still_read(self) -> None:
        blob = KeyRing([OLD]).encrypt(b"kept", b"")
        both = KeyRing([NEW, OLD])
        assert both.decrypt(blob, b"") == b"kept"
        with pytest.raises(Undecryptable, match="SARBIDE_SECRET_KEY"):
            KeyRing([NEW]).decrypt(blob, b"")

    def test_new_data_is_written_under_the_first_secret(self) -> None:
        blob = KeyRing([NEW, OLD]).encrypt(b"fresh", b"")
        assert KeyRing([NEW]).decrypt(blob, b"") == b"fresh"

    def test_each_purpose_has_a_key_of_its_own(self) -> None:
        ring = KeyRing([NEW])
        assert ring.derive("form tokens") == ring.derive("form tokens")
        assert len({ring.derive("form tokens"), ring.derive("flash"), ring.plate_hash_key}) == 3
