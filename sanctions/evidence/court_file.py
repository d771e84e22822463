"""The court file: the whole case, indexed (expediente electrónico, Ley 39/2015, article 70).

| folder | holds |
|---|---|
| ``index.pdf`` | índice electrónico, for people, signed with the city's seal |
| ``index.json`` | the same for machines: order, name, date, SHA-256 |
| ``case/`` | the case, its history, its person, what was written and lodged |
| ``documents/`` | the documents that were issued, signed one by one |
| ``evidence/`` | the evidence packages, each sealed by itself |
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.runtime import Runtime
from core.signing import canonical_json
from core.web.translations import translate
from core.words import N_, Word
from sanctions.documents.certificates import signing_identity
from sanctions.documents.kinds import DOCUMENT_LABELS, LANGUAGES, DocumentKind
from sanctions.documents.models import DocumentState
from sanctions.documents.rendering import sections_pdf
from sanctions.documents.service import documents_of
from sanctions.documents.signing import sign_pdf
from sanctions.errors import EvidenceAltered
from sanctions.evidence.building import NotReady
from sanctions.evidence.contents import both_clocks, event_line
from sanctions.evidence.models import PackageKind, PackageState
from sanctions.evidence.packages import packages_of
from sanctions.evidence.timestamps import TimestampUnavailable
from sanctions.evidence.verification import INNER_PACKAGES
from sanctions.instruction.kinds import SUBMISSION_LABELS, SubmissionKind
from sanctions.instruction.models import (
    AgentReport,
    Proposal,
    ReportRequest,
    Resolution,
    Submission,
)
from sanctions.models import InfractionCase
from sanctions.sentences import kept, sentence

INDEX, INDEX_PDF = "index.json", "index.pdf"
_WRITTEN: tuple[tuple[str, Any, Word], ...] = (
    ("request", ReportRequest, N_("Request for the agent's report")),
    ("report", AgentReport, N_("The agent's report")),
    ("proposal", Proposal, N_("Proposal of the instructor")),
    ("resolution", Resolution, N_("Decision of the resolver")),
)


@dataclass(frozen=True)
class Piece:
    """One file of the court file, as the index lists it."""

    name: str
    content: bytes
    title: Word
    at: datetime

    def line(self, number: int) -> dict[str, Any]:
        return {
            "number": number,
            "name": self.name,
            "title": {one: translate(self.title, one) for one in LANGUAGES},
            "at": both_clocks(self.at),
            "size": len(self.content),
            "sha256": hashlib.sha256(self.content).hexdigest(),
        }


def court_files(session: Session, runtime: Runtime, case: InfractionCase) -> dict[str, bytes]:
    """Everything, with its index first.

    Raises:
        NotReady: a document or the evidence package is still being made.
        EvidenceAltered: a stored file is not the one that was finished.
    """
    pieces = [
        _piece("case/case.json", _case(case), N_("Particulars of the case"), case.opened_at),
        _piece(
            "case/history.json",
            [event_line(event) for event in case.events],
            N_("History of the case"),
            case.events[-1].at,
        ),
        *_writings(session, case),
        *_documents(session, runtime, case),
        *_packages(session, runtime, case),
    ]
    lines = [piece.line(number) for number, piece in enumerate(pieces, start=1)]
    index = {"case": case.reference, "files": lines}
    return {
        INDEX_PDF: _index_pdf(runtime, case, lines),
        INDEX: canonical_json(index),
        **{piece.name: piece.content for piece in pieces},
    }


def _piece(name: str, value: Any, title: Word, at: datetime) -> Piece:
    return Piece(name, canonical_json(value), title, at)


def _case(case: InfractionCase) -> dict[str, Any]:
    columns = {column.key for column in InfractionCase.__mapper__.column_attrs}
    hidden = {"snapshot", "plate_hash", "claimed_by", "claimed_by_name", "claimed_at"}
    person = case.person
    return {
        **{name: _plain(getattr(case, name)) for name in sorted(columns - hidden)},
        "person": None
        if person is None
        else {
            "role": person.role,
            "name": person.name,
            "identity_number": person.identity_number,
            "address": json.loads(person.address),
            "source": person.source,
            "found_at": both_clocks(person.found_at),
        },
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return both_clocks(value)
    return str(value) if isinstance(value, UUID | date) else value


def _writings(session: Session, case: InfractionCase) -> Iterable[Piece]:
    """What was lodged and what the instructor and the resolver wrote, each as it stands."""
    lodged = select(Submission).where(Submission.case_id == case.id).order_by(Submission.id)
    for number, row in enumerate(session.scalars(lodged), start=1):
        title = SUBMISSION_LABELS[SubmissionKind(row.kind)]
        name = f"case/submission-{number:02d}-{row.kind}.json"
        yield _piece(name, _columns(row), title, row.recorded_at)
    for word, model, title in _WRITTEN:
        query = (
            select(model).where(model.case_id == case.id).order_by(*model.__mapper__.primary_key)
        )
        for number, row in enumerate(session.scalars(query), start=1):
            at = getattr(row, "made_at", None) or getattr(row, "asked_at", None) or row.given_at
            yield _piece(f"case/{word}-{number:02d}.json", _columns(row), title, at)


def _columns(row: Any) -> dict[str, Any]:
    return {one.key: _plain(getattr(row, one.key)) for one in row.__mapper__.column_attrs}


def _documents(session: Session, runtime: Runtime, case: InfractionCase) -> Iterable[Piece]:
    for document in documents_of(session, case.id):
        if document.state != DocumentState.FINISHED:
            label = DOCUMENT_LABELS[DocumentKind(document.kind)]
            raise NotReady(sentence(N_("Waits for the document '%(kind)s'."), kind=label))
        name = f"documents/{document.number:02d}-{document.kind}.pdf"
        content = _stored(runtime, document.store_key, document.sha256, case, name)
        title = DOCUMENT_LABELS[DocumentKind(document.kind)]
        yield Piece(name, content, title, document.issued_at)


def _packages(session: Session, runtime: Runtime, case: InfractionCase) -> Iterable[Piece]:
    for package in packages_of(session, case.id):
        if package.kind != PackageKind.EVIDENCE:
            continue
        if package.state != PackageState.FINISHED:
            raise NotReady(sentence(N_("Waits for the evidence package.")))
        name = f"{INNER_PACKAGES}package-{package.number}.zip"
        content = _stored(runtime, package.store_key, package.sha256, case, name)
        yield Piece(name, content, N_("Evidence package"), package.requested_at)


def _stored(
    runtime: Runtime, key: str | None, sha256: str | None, case: InfractionCase, name: str
) -> bytes:
    content = runtime.store.get(key or "")
    if hashlib.sha256(content).hexdigest() != sha256:
        raise EvidenceAltered(
            "The file '%(file)s' of case %(case)s is not the one that was finished. Do not use "
            "it; tell the data-protection officer.",
            file=name,
            case=case.reference,
        )
    return content


def _index_pdf(runtime: Runtime, case: InfractionCase, lines: Sequence[Mapping[str, Any]]) -> bytes:
    shared = {"case": case, "lines": lines}
    pdf = sections_pdf(
        "sanctions/paper/index.html",
        [(language, shared) for language in LANGUAGES],
        title=case.reference,
    )
    identity = signing_identity(runtime.settings, runtime.keys)
    try:
        url = runtime.settings.timestamp_url
        return sign_pdf(pdf, identity, reason=case.reference, timestamp_url=url)
    except TimestampUnavailable as error:
        raise NotReady(kept(error)) from error
