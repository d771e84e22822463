"""Documents: what the law wants is on them, they are archivable and signed, and never void."""

import io
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from sqlalchemy.orm import Session

from core.database import transaction
from core.encryption import KeyRing
from core.errors import SetupProblem
from core.runtime import Runtime
from core.settings import Environment, Settings
from sanctions import procedure
from sanctions.documents.certificates import signing_identity, specimen_identity
from sanctions.documents.errors import DocumentVoid
from sanctions.documents.kinds import DocumentKind
from sanctions.documents.legal import EXAMPLE, load_texts, texts_on
from sanctions.documents.models import CaseDocument
from sanctions.documents.service import documents_of, request_document
from sanctions.documents.signing import sign_pdf
from sanctions.models import InfractionCase
from sanctions.states import CaseState
from tests.sanctions.evidence.papers import case_of, do_papers, validated_case
from tests.sanctions.lives import HOLDER, enter_prices, in_state
from tests.sanctions.reports import AFTER

KEYS = KeyRing([b"a root secret for tests, long enough"])


def text_of(pdf: bytes) -> str:
    """What a reader sees, by poppler; skips where it is not installed."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return re.sub(r"\s+", " ", done.stdout.decode())


def made(runtime: Runtime, document: CaseDocument) -> bytes:
    with transaction(runtime.reading) as session:
        row = session.get_one(CaseDocument, document.id)
        assert row.store_key is not None, row.problem
        return runtime.store.get(row.store_key)


def found_holder(runtime: Runtime) -> InfractionCase:
    case_id = validated_case(runtime)
    with transaction(runtime.writing) as session:
        return procedure.find_holder(
            session, case_id, HOLDER, enquired_at=AFTER, now=AFTER + timedelta(days=1)
        )


def ask(
    runtime: Runtime,
    kind: DocumentKind,
    prepare: Callable[[Session, InfractionCase], None] | None = None,
) -> bytes:
    case = found_holder(runtime)
    with transaction(runtime.writing) as session:
        same = case_of(session, case.id)
        if prepare is not None:
            prepare(session, same)
        document = request_document(session, same, kind, now=runtime.clock.now())
    do_papers(runtime)
    return made(runtime, document)


class TestWhatTheLawWants:
    def test_the_denuncia_names_vehicle_place_date_time_and_agent(self, runtime: Runtime) -> None:
        """RDL 6/2015, article 87.2; and the fact, the rule, the amounts, why not on the spot."""
        text = text_of(ask(runtime, DocumentKind.DENUNCIA))
        for words in (
            "1234 BBC",
            "Arenal, Casco Viejo",
            "20 de octubre de 2026, 14:41:07 (UTC+02:00)",
            "Número profesional 48-1207",
            "Entrar sin autorización",
            "Baimenik gabe sartzea",
            "Ordenanza, art. 1",
            "100,00",
            "50,00",
            "89.2.c",
            "Boletín de denuncia",
            "Salaketa-buletina",
        ):
            assert words in text, words

    def test_the_notification_says_what_the_person_can_do_and_until_when(
        self, runtime: Runtime
    ) -> None:
        text = text_of(ask(runtime, DocumentKind.NOTIFICATION))
        for words in (
            "Ane Etxebarria Gil",
            "Somera 4, 2.º A",
            "Pagar con reducción",
            "Presentar alegaciones",
            "Identificar a quien conducía",
            "20 días naturales",
            "20 egun natural",
            "/payments",
            "Órgano instructor",
            "Órgano sancionador",
            "CSV",
        ):
            assert words in text, words

    def test_the_certificate_of_silence_says_what_was_asked_and_that_nobody_answered(
        self, runtime: Runtime
    ) -> None:
        """Ley 39/2015, article 24.4."""

        def appealed(_: Session, case: InfractionCase) -> None:
            case.appealed_on = date(2026, 10, 31)

        text = text_of(ask(runtime, DocumentKind.SILENCE_CERTIFICATE, appealed))
        for words in (
            "Certificado de silencio",
            "Isiltasun-ziurtagiria",
            "31 de octubre de 2026",
            "1 de diciembre de 2026",
            "Ane Etxebarria Gil",
            "CSV",
        ):
            assert words in text, words

    def test_no_document_carries_a_picture_of_the_vehicle(self, runtime: Runtime) -> None:
        """P6: photos are shown after authentication, never mailed."""
        for kind in (DocumentKind.DENUNCIA, DocumentKind.NOTIFICATION):
            assert b"/DCTDecode" not in ask(runtime, kind)

    @pytest.mark.parametrize(
        ("field", "lacks"),
        [("agent_number", "validation"), ("amount_cents", "amount"), ("legal_basis", "basis")],
    )
    def test_a_denuncia_that_would_be_void_is_not_made(
        self, runtime: Runtime, field: str, lacks: str
    ) -> None:
        case = found_holder(runtime)
        with transaction(runtime.writing) as session:
            same = case_of(session, case.id)
            with session.no_autoflush:
                setattr(same, field, None)
                with pytest.raises(DocumentVoid, match=lacks):
                    request_document(session, same, DocumentKind.DENUNCIA, now=AFTER)
            session.rollback()

    def test_outside_production_every_page_says_that_it_is_a_specimen(
        self, runtime: Runtime
    ) -> None:
        text = text_of(ask(runtime, DocumentKind.DENUNCIA)).replace(" ", "")
        assert text.count("MUESTRASINVALIDEZ") == 2


class TestSteps:
    def test_a_validation_asks_for_the_denuncia_once(self, runtime: Runtime) -> None:
        case_id = validated_case(runtime)
        with transaction(runtime.writing) as session:
            case = case_of(session, case_id)
            request_document(session, case, DocumentKind.DENUNCIA, now=AFTER)
            assert [one.kind for one in documents_of(session, case_id)] == ["denuncia"]

    def test_a_warning_brings_no_denuncia(self, session: Session) -> None:
        enter_prices(session)
        case = in_state(session, CaseState.INFORMED)
        assert documents_of(session, case.id) == []

    def test_a_payment_brings_its_receipt(self, session: Session) -> None:
        enter_prices(session)
        case = in_state(session, CaseState.VOLUNTARILY_PAID)
        assert "payment_receipt" in {one.kind for one in documents_of(session, case.id)}


class TestFaults:
    def test_a_missing_legal_text_is_shown_and_the_document_made_once_it_is_there(
        self, runtime: Runtime, tmp_path: Path
    ) -> None:
        empty = tmp_path / "texts.toml"
        empty.write_text("texts = []\n")
        fine = runtime.settings
        lacking = fine.model_copy(update={"legal_texts": empty})
        object.__setattr__(runtime, "settings", lacking)
        case_id = validated_case(runtime)
        do_papers(runtime)
        with transaction(runtime.reading) as session:
            (waiting,) = documents_of(session, case_id)
            assert "say nothing for zone" in (waiting.problem or "")
        object.__setattr__(runtime, "settings", fine)
        runtime.clock.advance(timedelta(hours=1))
        do_papers(runtime)
        assert made(runtime, waiting).startswith(b"%PDF")


class TestForm:
    def test_it_is_archivable_tagged_and_in_both_languages(self, runtime: Runtime) -> None:
        pdf = PdfFileReader(io.BytesIO(ask(runtime, DocumentKind.DENUNCIA)))
        root = pdf.root
        metadata = root["/Metadata"].data
        assert b'pdfaid:part="3"' in metadata
        assert b'pdfaid:conformance="A"' in metadata
        assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
        assert root["/MarkInfo"]["/Marked"]
        assert root["/StructTreeRoot"]
        assert root["/Lang"] == "es"


class TestSignature:
    def test_it_covers_the_whole_file_and_is_valid(self, runtime: Runtime) -> None:
        reader = PdfFileReader(io.BytesIO(ask(runtime, DocumentKind.DENUNCIA)))
        (signature,) = reader.embedded_signatures
        certificate = signature.signer_cert
        context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
        status = validate_pdf_signature(signature, context)
        assert status.intact
        assert status.valid
        assert status.coverage.name == "ENTIRE_FILE"
        assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"

    def test_a_changed_amount_breaks_it(self, runtime: Runtime) -> None:
        pdf = ask(runtime, DocumentKind.DENUNCIA)
        place = pdf.index(b"stream") + 40
        touched = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        (signature,) = PdfFileReader(io.BytesIO(touched)).embedded_signatures
        signature.compute_integrity_info()
        context = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
        assert not validate_pdf_signature(signature, context).intact

    def test_with_an_authority_it_carries_a_timestamp(self, authority: tuple[str, str]) -> None:
        from sanctions.documents.rendering import pdf_of

        pdf = pdf_of("<html lang=es><title>x</title><p>x</p></html>")
        signed = sign_pdf(pdf, specimen_identity(KEYS), reason="x", timestamp_url=authority[0])
        (signature,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
        attributes = {one["type"].native for one in signature.signer_info["unsigned_attrs"]}
        assert "signature_time_stamp_token" in attributes

    def test_the_test_certificate_is_the_same_in_every_process(self) -> None:
        first, second = specimen_identity(KEYS), specimen_identity(KeyRing(KEYS._secrets))
        assert first.certificate == second.certificate
        assert first.is_test


class TestProduction:
    def settings(self, tmp_path: Path, **values: object) -> Settings:
        return Settings(
            environment=Environment.PRODUCTION,
            secret_key="a secret of production, 32 letters",
            data_dir=tmp_path,
            **values,
        )

    def test_it_refuses_the_test_certificate(self, tmp_path: Path) -> None:
        with pytest.raises(SetupProblem, match="SARBIDE_SIGNING_CERTIFICATE"):
            signing_identity(self.settings(tmp_path), KEYS)

    def test_even_when_it_is_given_as_a_file(self, tmp_path: Path) -> None:
        identity = specimen_identity(KEYS)
        file = tmp_path / "seal.p12"
        file.write_bytes(_packed(identity.key, identity.certificate))
        settings = self.settings(tmp_path, signing_certificate=file, signing_password="pass")
        with pytest.raises(SetupProblem, match="test certificate"):
            signing_identity(settings, KEYS)

    def test_it_signs_with_the_citys_seal(self, tmp_path: Path) -> None:
        file = tmp_path / "seal.p12"
        file.write_bytes(_packed(*_own_seal()))
        settings = self.settings(tmp_path, signing_certificate=file, signing_password="pass")
        assert signing_identity(settings, KEYS).name == "Seal of the city"

    def test_a_wrong_password_is_named(self, tmp_path: Path) -> None:
        file = tmp_path / "seal.p12"
        file.write_bytes(_packed(*_own_seal()))
        settings = self.settings(tmp_path, signing_certificate=file, signing_password="wrong")
        with pytest.raises(SetupProblem, match="check path and password"):
            signing_identity(settings, KEYS)


def _own_seal() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Seal of the city")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(7)
    builder = builder.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
    return key, builder.sign(key, hashes.SHA256())


def _packed(key: object, certificate: x509.Certificate) -> bytes:
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    protection = BestAvailableEncryption(b"pass")
    return pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, protection)


class TestLegalTexts:
    def test_every_paragraph_of_the_example_stands_in_both_languages(self) -> None:
        (texts,) = load_texts()
        assert all(option.text.es and option.text.eu for option in texts.options)
        assert texts.zone_name("old-quarter", "eu") == "Alde Zaharra"

    def test_the_texts_of_the_day_of_the_infraction_hold(self, tmp_path: Path) -> None:
        example = EXAMPLE.read_text()
        older = example.replace("2022-09-01", "2020-01-01", 1)
        newer = example.replace("2022-09-01", "2026-06-01", 1).replace(
            "Ayuntamiento de", "Villa de"
        )
        file = tmp_path / "texts.toml"
        file.write_text(older + newer)
        day = datetime(2026, 6, 1, tzinfo=UTC).date()
        assert texts_on(file, "old-quarter", day).authority.name.es == "Villa de Bilbao"
        before = texts_on(file, "old-quarter", day - timedelta(days=1))
        assert before.authority.name.es == "Ayuntamiento de Bilbao"

    def test_without_texts_for_the_day_no_document_is_made(self) -> None:
        with pytest.raises(SetupProblem, match="say nothing for zone"):
            texts_on(None, "old-quarter", datetime(2020, 1, 1, tzinfo=UTC).date())

    def test_a_broken_file_names_the_field(self, tmp_path: Path) -> None:
        file = tmp_path / "texts.toml"
        file.write_text("[[texts]]\nvalid_from = 2022-09-01\n")
        with pytest.raises(SetupProblem, match="authority"):
            load_texts(file)
