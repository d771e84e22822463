"""Papers: judged by their content, kept once, refused in words."""

import pytest
from PIL import ImageFile
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.errors import InvalidInput
from core.evidence_store import EvidenceStore
from permits.applications import evidence
from permits.applications.evidence import Upload, add_document, document_of, media_type_of
from permits.errors import BadDocument, UnknownDocument
from tests.permits.applications.builders import OFFICER, PDF, drafted, picture
from tests.permits.builders import NOW


class TestWhatComesIn:
    def test_cut_off_pictures_are_refused_even_where_documents_are_made(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
        with pytest.raises(BadDocument, match="damaged picture"):
            media_type_of(Upload("lease.jpg", picture("JPEG", (600, 400))[:900]))

    @pytest.mark.parametrize(
        ("content", "media_type"),
        [
            (PDF, "application/pdf"),
            (picture("JPEG"), "image/jpeg"),
            (picture("PNG"), "image/png"),
        ],
    )
    def test_good_files_are_known_by_their_content_whatever_their_name(
        self, content: bytes, media_type: str
    ) -> None:
        assert media_type_of(Upload("paper.exe", content)) == media_type

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "is empty"),
            (b"MZ\x90\x00 a program", "neither a PDF nor"),
            (b"<svg onload='x'/>", "neither a PDF nor"),
            (PDF[:-10], "is cut off"),
            (PDF.replace(b"<<>>", b"<</Encrypt 3 0 R>>"), "password"),
            (picture("JPEG", (600, 400))[:900], "damaged picture"),
            (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "damaged picture"),
            (picture("GIF"), "neither a PDF nor"),
        ],
    )
    def test_bad_files_are_refused_in_words_that_name_them(
        self, content: bytes, words: str
    ) -> None:
        with pytest.raises(BadDocument, match=f"'lease.pdf' .*{words}|'lease.pdf' {words}"):
            media_type_of(Upload("C:\\papers\\lease.pdf", content))

    def test_a_file_of_the_limit_is_taken_and_one_byte_more_is_not(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(evidence, "MAX_BYTES", len(PDF))
        assert media_type_of(Upload("a.pdf", PDF))
        with pytest.raises(BadDocument, match="larger than"):
            media_type_of(Upload("a.pdf", PDF[:-1] + b"\n\n"))

    def test_a_picture_that_would_fill_the_memory_is_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(evidence, "MAX_PIXELS", 99)
        with pytest.raises(BadDocument, match="too many pixels"):
            media_type_of(Upload("a.png", picture("PNG", (10, 10))))


class TestKeeping:
    def test_it_is_kept_encrypted_and_read_back(
        self, register: Session, keys: KeyRing, store: EvidenceStore
    ) -> None:
        row = drafted(register, keys)
        kept = add_document(
            register, store, OFFICER, row, Upload("a.pdf", PDF), kind="residence", now=NOW
        )
        assert store.get(kept.store_key) == PDF
        assert document_of(row, str(kept.id)) is kept
        with pytest.raises(UnknownDocument):
            document_of(row, "another")

    def test_the_same_file_twice_is_kept_once(
        self, register: Session, keys: KeyRing, store: EvidenceStore
    ) -> None:
        row = drafted(register, keys)
        for name in ("a.pdf", "b.pdf"):
            add_document(
                register, store, OFFICER, row, Upload(name, PDF), kind="residence", now=NOW
            )
        assert len(row.documents) == 1

    def test_there_is_an_end_to_papers(
        self,
        register: Session,
        keys: KeyRing,
        store: EvidenceStore,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(evidence, "MAX_DOCUMENTS", 1)
        row = drafted(register, keys)
        add_document(register, store, OFFICER, row, Upload("a", PDF), kind="residence", now=NOW)
        with pytest.raises(InvalidInput, match="1 papers at most"):
            add_document(
                register, store, OFFICER, row, Upload("b", PDF + b"\n"), kind="residence", now=NOW
            )
