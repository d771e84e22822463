"""Evidence is written once, is unreadable on the disk, and gone when erased."""

import hashlib
from pathlib import Path

import pytest

from core.encryption import KeyRing, Undecryptable
from core.errors import Conflict, InvalidInput, NotFound
from core.evidence_store import EvidenceStore

PICTURE = b"\xff\xd8 a picture of a plate " * 50


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


@pytest.fixture
def store(folder: Path) -> EvidenceStore:
    return EvidenceStore.in_folder(folder, KeyRing([b"a secret of at least thirty-two characters"]))


class TestPut:
    def test_returns_the_hash_of_the_picture_and_gives_it_back(self, store: EvidenceStore) -> None:
        assert store.put("p1/plate.jpg", PICTURE) == hashlib.sha256(PICTURE).hexdigest()
        assert store.get("p1/plate.jpg") == PICTURE

    def test_a_retry_is_harmless(self, store: EvidenceStore) -> None:
        assert store.put("p1/plate.jpg", PICTURE) == store.put("p1/plate.jpg", PICTURE)

    def test_another_content_is_refused_and_the_first_stays(self, store: EvidenceStore) -> None:
        store.put("p1/plate.jpg", PICTURE)
        with pytest.raises(Conflict, match=r"p1/plate\.jpg"):
            store.put("p1/plate.jpg", b"another")
        assert store.get("p1/plate.jpg") == PICTURE

    def test_nothing_of_the_picture_is_on_the_disk(
        self, store: EvidenceStore, folder: Path
    ) -> None:
        store.put("p1/plate.jpg", PICTURE)
        (file,) = [path for path in folder.rglob("*") if path.is_file()]
        assert b"plate " not in file.read_bytes()

    @pytest.mark.parametrize("key", ["", "/etc/x", "../x", "a//b", "a/../b", "a/"])
    def test_keys_that_leave_the_folder_are_refused(self, store: EvidenceStore, key: str) -> None:
        with pytest.raises(InvalidInput, match="not a key"):
            store.put(key, PICTURE)


class TestGet:
    def test_one_flipped_byte_is_noticed(self, store: EvidenceStore, folder: Path) -> None:
        store.put("p1/plate.jpg", PICTURE)
        file = folder / "p1" / "plate.jpg"
        altered = bytearray(file.read_bytes())
        altered[-1] ^= 1
        file.write_bytes(altered)
        with pytest.raises(Undecryptable):
            store.get("p1/plate.jpg")

    def test_one_picture_can_not_be_passed_off_as_another(
        self, store: EvidenceStore, folder: Path
    ) -> None:
        store.put("p1/plate.jpg", PICTURE)
        (folder / "p2").mkdir()
        (folder / "p1" / "plate.jpg").rename(folder / "p2" / "plate.jpg")
        with pytest.raises(Undecryptable):
            store.get("p2/plate.jpg")


class TestErase:
    def test_what_is_erased_is_gone_and_erasing_twice_is_fine(self, store: EvidenceStore) -> None:
        store.put("p1/plate.jpg", PICTURE)
        store.erase("p1/plate.jpg")
        store.erase("p1/plate.jpg")
        with pytest.raises(NotFound, match="erased"):
            store.get("p1/plate.jpg")
