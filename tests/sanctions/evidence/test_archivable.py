"""Every PDF that leaves the house is archivable, after it was signed too; and what would not be is
told."""

import io
import shutil
import subprocess
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from core.database import transaction
from core.runtime import Runtime
from sanctions import procedure
from sanctions.documents.kinds import DocumentKind
from sanctions.documents.service import request_document
from sanctions.evidence import canonical_zip
from sanctions.evidence.models import PackageKind
from sanctions.evidence.packages import open_package, request_court_file
from tests.sanctions.evidence.archivable import faults_of
from tests.sanctions.evidence.papers import case_of, do_papers, package_rows, validated_case
from tests.sanctions.lives import HOLDER, INSTRUCTOR
from tests.sanctions.reports import AFTER

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def papers(runtime: Runtime) -> dict[str, bytes]:
    """Denuncia, notification, index of the court file and summary of the evidence."""
    case_id = validated_case(runtime)
    with transaction(runtime.writing) as session:
        later = AFTER + timedelta(days=1)
        procedure.find_holder(session, case_id, HOLDER, enquired_at=AFTER, now=later)
        case = case_of(session, case_id)
        for kind in (DocumentKind.NOTIFICATION, DocumentKind.INFORMATION):
            request_document(session, case, kind, now=runtime.clock.now())
        request_court_file(session, case_id, INSTRUCTOR, now=runtime.clock.now())
    for _ in range(3):  # the court file waits for everything else
        do_papers(runtime)
        runtime.clock.advance(timedelta(minutes=3))
    with transaction(runtime.writing) as session:
        court = next(
            row for row in package_rows(session, case_id) if row.kind == PackageKind.COURT_FILE
        )
        _, content = open_package(session, runtime.store, court.id, INSTRUCTOR)
    files = canonical_zip.read(content)
    evidence = canonical_zip.read(files["evidence/package-1.zip"])
    found = {name: one for name, one in files.items() if name.endswith(".pdf")}
    return found | {"summary.pdf": evidence["summary.pdf"]}


def test_documents_index_and_summary_have_the_marks_of_pdf_a(papers: dict[str, bytes]) -> None:
    assert len(papers) == 5
    assert {name: faults_of(pdf) for name, pdf in papers.items()} == {name: [] for name in papers}


@pytest.mark.skipif(shutil.which("verapdf") is None, reason="veraPDF is not installed")
def test_a_full_validator_agrees_where_there_is_one(
    papers: dict[str, bytes], tmp_path: Path
) -> None:
    for name, pdf in papers.items():
        file = tmp_path / name.replace("/", "-")
        file.write_bytes(pdf)
        command = ["verapdf", "--flavour", "3a", "--format", "text", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.stdout.startswith("PASS"), done.stdout


def test_what_is_not_archivable_is_told(papers: dict[str, bytes]) -> None:
    pdf = papers["summary.pdf"]
    assert _after(pdf, "/OpenAction", _script()) == ["6.5.1: the action /JavaScript"]
    assert _after(pdf, "/OutputIntents", generic.ArrayObject())[0].startswith("6.2.3")
    assert _after(pdf, "/MarkInfo", generic.DictionaryObject()) == ["6.7.2: it is not tagged"]
    assert _after(pdf, "/Extra", _font()) == ["6.2.11.4: the font /Arial is not embedded"]
    assert _after(pdf, "/Metadata", generic.StreamObject(stream_data=b"<x/>"))[0].startswith(
        "6.6.4"
    )
    assert any(fault.startswith("6.1.2") for fault in faults_of(b"%PDF-2.0\n" + pdf[9:]))


def _after(pdf: bytes, key: str, value: generic.PdfObject) -> list[str]:
    """The faults once the document's root has `value` at `key`."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root[key] = writer.add_object(value)
    writer.update_root()
    changed = io.BytesIO()
    writer.write(changed)
    return faults_of(changed.getvalue())


def _dictionary(pairs: Iterable[tuple[str, str]]) -> generic.DictionaryObject:
    return generic.DictionaryObject(
        {generic.pdf_name(key): generic.pdf_name(value) for key, value in pairs}
    )


def _script() -> generic.DictionaryObject:
    return _dictionary([("/S", "/JavaScript")])


def _font() -> generic.DictionaryObject:
    return _dictionary([("/Type", "/Font"), ("/Subtype", "/TrueType"), ("/BaseFont", "/Arial")])
