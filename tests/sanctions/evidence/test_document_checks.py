"""Signatures of documents, checked offline: alone and inside a court file."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from typer.testing import CliRunner

from core.encryption import KeyRing
from sanctions.__main__ import app
from sanctions.documents.certificates import SigningIdentity, specimen_identity
from sanctions.documents.signing import sign_pdf
from sanctions.evidence.manifest import COURT_FILE_FORMAT
from sanctions.evidence.trust import Trust, trust_json
from sanctions.evidence.verdicts import ExitCode
from sanctions.evidence.verification import verify
from tests.sanctions.evidence.packages import draft, finished, trust
from tests.sanctions.evidence.papers import seal_pem

Authority = tuple[str, str]
CITY = specimen_identity(KeyRing([b"the city's secret, long enough for it"]))
FORGER = specimen_identity(KeyRing([b"the forger's secret, long enough too"]))
NAME = "documents/01-denuncia.pdf"


@pytest.fixture(scope="module")
def unsigned() -> bytes:
    """The smallest PDF that a reader takes."""
    body = b"%PDF-1.7\n"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Resources << >> >>",
    )
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    body += b"xref\n0 4\n0000000000 65535 f \n" + table
    return body + b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def signed(pdf: bytes, identity: SigningIdentity = CITY, url: str | None = None) -> bytes:
    return sign_pdf(pdf, identity, reason="2026/000001", timestamp_url=url)


def trusting(*identities: SigningIdentity, roots: tuple[str, ...] = ()) -> Trust:
    seals = tuple(seal_pem(one) for one in identities)
    return trust(*roots).model_copy(update={"document_seals": seals})


@pytest.fixture(autouse=True)
def loggers() -> Iterator[None]:
    """The check quietens pyHanko for the process."""
    yield
    for library in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(library).setLevel(logging.NOTSET)


class TestOneDocument:
    def test_it_is_genuine_and_its_signer_and_time_are_told(
        self, unsigned: bytes, authority: Authority
    ) -> None:
        verdict = verify(signed(unsigned, url=authority[0]), trusting(CITY, roots=(authority[1],)))
        assert verdict.exit_code is ExitCode.GENUINE
        (finding,) = verdict.findings
        assert "Sarbide demonstration seal" in str(finding)
        assert datetime.now(UTC).strftime("%Y-%m-%d") in str(finding)

    def test_another_seal_is_refused_although_its_signature_holds(self, unsigned: bytes) -> None:
        verdict = verify(signed(unsigned, FORGER), trusting(CITY))
        assert verdict.exit_code is ExitCode.NOT_GENUINE
        assert "whom the trust file does not name" in str(verdict.findings[0])

    def test_without_a_seal_in_the_trust_file_it_is_unchanged_but_not_confirmed(
        self, unsigned: bytes
    ) -> None:
        assert verify(signed(unsigned), trust()).exit_code is ExitCode.UNCONFIRMED

    def test_no_signature_is_a_finding(self, unsigned: bytes) -> None:
        verdict = verify(unsigned, trusting(CITY))
        assert verdict.exit_code is ExitCode.NOT_GENUINE
        assert "no signature" in str(verdict.findings[0])

    def test_a_change_after_the_signature_is_named(self, unsigned: bytes) -> None:
        writer = IncrementalPdfFileWriter(BytesIO(signed(unsigned)))
        writer.root["/Extra"] = NumberObject(1)
        writer.update_root()
        changed = BytesIO()
        writer.write(changed)
        verdict = verify(changed.getvalue(), trusting(CITY))
        assert verdict.exit_code is ExitCode.NOT_GENUINE
        assert "added after it was signed" in str(verdict.findings[0])

    def test_no_byte_outside_the_signature_can_be_flipped(self, unsigned: bytes) -> None:
        """Inside it there is padding, which says nothing; a court file's seal covers that too."""
        pdf = signed(unsigned)
        begin = pdf.index(b"/Contents <") + len(b"/Contents <")
        end = pdf.index(b">", begin)
        for place in [*range(0, begin, 7), *range(end, len(pdf), 7)]:
            touched = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
            assert verify(touched, trusting(CITY)).exit_code is ExitCode.NOT_GENUINE, place

    @pytest.mark.parametrize("rest", [b"", b"garbage", b"1.7\n" + bytes(200), b"\xff" * 50])
    def test_what_is_no_pdf_is_a_finding_and_no_traceback(self, rest: bytes) -> None:
        assert verify(b"%PDF-" + rest, trusting(CITY)).exit_code is ExitCode.NOT_GENUINE

    def test_a_seal_that_was_not_valid_yet_is_refused(
        self, unsigned: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from sanctions.documents import certificates

        monkeypatch.setattr(certificates, "_FROM", datetime(2045, 1, 1, tzinfo=UTC))
        early = specimen_identity(KeyRing([b"a seal of 2045, long enough a secret"]))
        verdict = verify(signed(unsigned, early), trusting(early))
        assert verdict.exit_code is ExitCode.NOT_GENUINE

    def test_the_command_checks_it(self, unsigned: bytes, tmp_path: Path) -> None:
        document, keys = tmp_path / "denuncia.pdf", tmp_path / "keys.json"
        document.write_bytes(signed(unsigned))
        keys.write_text(trust_json(trusting(CITY)))
        command = ["verify", str(document), "--trust", str(keys), "--language", "es"]
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 0, done.output
        assert "AUTÉNTICO" in done.output


class TestCourtFile:
    def court_file(self, pdf: bytes, authority: Authority, **when: datetime) -> bytes:
        made = draft({NAME: pdf, "case.json": b"{}"}, kind=COURT_FILE_FORMAT, **when)
        return finished(made, authority[0])

    def test_its_documents_are_checked_too(self, unsigned: bytes, authority: Authority) -> None:
        trusted = trusting(CITY, roots=(authority[1],))
        verdict = verify(self.court_file(signed(unsigned), authority), trusted)
        assert verdict.exit_code is ExitCode.GENUINE
        assert any(str(one).startswith(f"{NAME} is as 'Sarbide") for one in verdict.findings)

    def test_a_document_by_another_seal_is_named_although_the_centre_sealed_the_file(
        self, unsigned: bytes, authority: Authority
    ) -> None:
        trusted = trusting(CITY, roots=(authority[1],))
        verdict = verify(self.court_file(signed(unsigned, FORGER), authority), trusted)
        assert verdict.exit_code is ExitCode.NOT_GENUINE
        assert any(str(one).startswith(f"{NAME} is signed by") for one in verdict.findings)

    def test_a_document_signed_later_than_its_file_was_sealed_is_named(
        self, unsigned: bytes, authority: Authority
    ) -> None:
        early = datetime.now(UTC) - timedelta(hours=2)
        made = self.court_file(signed(unsigned), authority, sealed_at=early)
        verdict = verify(made, trusting(CITY, roots=(authority[1],)))
        assert verdict.exit_code is ExitCode.NOT_GENUINE
        assert any("signed later than the package" in str(one) for one in verdict.findings)
