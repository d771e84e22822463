"""Verification codes: not to be guessed, easy to type, counted when tried."""

import re

import pytest
from fastapi import FastAPI

from core import audit
from core.database import transaction
from core.runtime import Runtime
from sanctions.documents.codes import ALPHABET, LENGTH, code_hash, new_code, normal_code
from sanctions.documents.kinds import DocumentKind
from sanctions.documents.lookup import FAILURES_ALLOWED
from sanctions.documents.models import CaseDocument
from sanctions.documents.public import router
from sanctions.documents.service import documents_of
from tests.clients import WebClient
from tests.conftest import BuildApp
from tests.sanctions.evidence.papers import do_papers, validated_case


@pytest.fixture
def app(build_app: BuildApp) -> FastAPI:
    return build_app([router], ["sanctions"], session_kind="citizen")


@pytest.fixture
def denuncia(runtime: Runtime) -> CaseDocument:
    """Of a validated case, signed and stored."""
    case_id = validated_case(runtime)
    do_papers(runtime)
    with transaction(runtime.reading) as session:
        (document,) = documents_of(session, case_id)
    assert document.kind == DocumentKind.DENUNCIA
    return document


class TestCodes:
    def test_a_code_has_over_a_hundred_bits_and_no_look_alikes(self) -> None:
        assert len(ALPHABET) ** LENGTH > 2**100
        assert not set("0O1IL") & set(ALPHABET)
        assert len({new_code() for _ in range(1000)}) == 1000

    @pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " "), str.strip])
    def test_how_it_is_typed_does_not_matter(self, change: object) -> None:
        code = new_code()
        assert callable(change)
        assert code_hash(change(code)) == code_hash(code)

    @pytest.mark.parametrize("typed", ["", "ABCD", "O" * 24, "ñ" * 24, "2" * 25, "٣" * 24])
    def test_what_is_no_code_is_known_at_once(self, typed: str) -> None:
        assert normal_code(typed) is None


class TestPublicPage:
    def test_the_code_shows_the_authentic_document(
        self, anonymous_client: WebClient, runtime: Runtime, denuncia: CaseDocument
    ) -> None:
        page = anonymous_client.submit("/verify", {"code": denuncia.code.lower()})
        assert page.status_code == 200
        for shown in ("Statement of offence", "2026/000001", denuncia.sha256):
            assert shown in page.text
        assert "1234" not in page.text, "no plate beside the document itself"
        served = anonymous_client.submit("/verify/document", {"code": denuncia.code})
        assert served.headers["Content-Type"] == "application/pdf"
        assert served.headers["Cache-Control"] == "no-store"
        assert served.content == runtime.store.get(denuncia.store_key or "")

    def test_neither_code_nor_plate_is_ever_in_an_address(
        self, anonymous_client: WebClient, denuncia: CaseDocument
    ) -> None:
        page = anonymous_client.submit("/verify", {"code": denuncia.code}).text
        addresses = " ".join(re.findall(r'(?:href|action)="([^"]*)"', page))
        assert denuncia.code not in addresses
        assert "1234" not in addresses
        assert (
            anonymous_client.get(f"/verify?code={denuncia.code}").text.count(
                "belongs to a document"
            )
            == 0
        )

    def test_a_wrong_code_is_told_without_saying_what_is_wrong(
        self, anonymous_client: WebClient, denuncia: CaseDocument
    ) -> None:
        nearly = denuncia.code[:-1] + ("2" if denuncia.code[-1] != "2" else "3")
        for typed in (nearly, "nonsense", ""):
            answer = anonymous_client.submit("/verify", {"code": typed})
            assert answer.status_code == 404
            assert "No document has this code" in answer.text

    def test_trying_codes_out_ends_after_a_few(
        self, anonymous_client: WebClient, denuncia: CaseDocument
    ) -> None:
        for _ in range(FAILURES_ALLOWED):
            assert anonymous_client.submit("/verify", {"code": new_code()}).status_code == 404
        answer = anonymous_client.submit("/verify", {"code": denuncia.code})
        assert answer.status_code == 429, "not even the right one is told apart now"
        assert "Try again in an hour" in answer.text

    def test_a_look_is_in_the_audit_trail(
        self, anonymous_client: WebClient, runtime: Runtime, denuncia: CaseDocument
    ) -> None:
        anonymous_client.submit("/verify/document", {"code": denuncia.code})
        with transaction(runtime.writing) as session:
            (row,) = audit.events(session, action="sanctions:document:verified")
        assert row.subject == f"case:{denuncia.case_id}"

    def test_nothing_is_checked_without_the_form_token(
        self, anonymous_client: WebClient, denuncia: CaseDocument
    ) -> None:
        assert anonymous_client.post("/verify", data={"code": denuncia.code}).status_code == 403

    @pytest.mark.parametrize("language", ["es", "eu"])
    def test_it_speaks_the_readers_language(
        self, anonymous_client: WebClient, language: str
    ) -> None:
        heading = {"es": "Verificar un documento", "eu": "Dokumentu bat egiaztatu"}[language]
        assert heading in anonymous_client.get(f"/verify?lang={language}").text
