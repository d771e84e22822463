"""What a document says, taken from the case at the moment it is asked for, as plain JSON values."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.clock import municipal
from core.web.translations import translate
from core.words import N_, Word
from sanctions.catalogue.service import price_on
from sanctions.documents.errors import DocumentVoid
from sanctions.documents.kinds import LANGUAGES, DocumentKind
from sanctions.documents.legal import LegalTexts
from sanctions.documents.particulars import particulars
from sanctions.models import InfractionCase
from sanctions.reasons import OFFENCE_LABELS, Offence

ACCUSING = frozenset({DocumentKind.DENUNCIA, DocumentKind.NOTIFICATION, DocumentKind.RESOLUTION})
"""Documents that are void without an agent's number, an amount and a legal basis."""
NAMING = frozenset(
    {DocumentKind.NOTIFICATION, DocumentKind.RESOLUTION, DocumentKind.SILENCE_CERTIFICATE}
)
"""Documents that somebody by name must be told."""


def content_of(
    session: Session,
    case: InfractionCase,
    kind: DocumentKind,
    texts: LegalTexts,
    *,
    details: Mapping[str, Any],
    issued_at: datetime,
    is_valid: bool,
) -> dict[str, Any]:
    """Everything the document says. `is_valid`: made in production, not a specimen.

    Raises:
        DocumentVoid: the case lacks what such a document is void without.
        NotFound: what the document is about was not written.
    """
    refuse_if_void(case, kind)
    first = case.person.language if case.person and case.person.language in LANGUAGES else "es"
    return {
        "kind": kind.value,
        "reference": case.reference,
        "issued_at": municipal(issued_at).isoformat(timespec="seconds"),
        "is_valid": is_valid,
        "languages": [first, *(one for one in LANGUAGES if one != first)],
        "person": _person(case),
        "vehicle": {"plate": case.plate, "country": case.country},
        "place": {
            "name": case.control_point_name,
            "code": case.control_point,
            "camera": case.camera,
            "direction": case.direction,
            "zone": {one: texts.zone_name(case.zone, one) for one in LANGUAGES},
        },
        "seen_at": municipal(case.seen_at).isoformat(timespec="seconds"),
        "fact": _fact(session, case),
        "legal_basis": case.legal_basis,
        "severity": case.severity,
        "amount_cents": case.amount_cents,
        "reduced_cents": case.reduced_cents,
        "agent_number": case.agent_number,
        "texts": texts.model_dump(mode="json", by_alias=True),
        "details": particulars(session, case, kind, details),
    }


def refuse_if_void(case: InfractionCase, kind: DocumentKind) -> None:
    """Raise DocumentVoid, naming the first thing that such a document is void without."""
    lacking: list[Word] = []
    if kind in ACCUSING:
        lacking += [] if case.agent_number else [N_("an agent's validation")]
        lacking += [] if case.amount_cents else [N_("an amount")]
        lacking += [] if case.legal_basis else [N_("a legal basis")]
    if kind in NAMING and case.person is None:
        lacking.append(N_("a person to address it to"))
    if lacking:
        raise DocumentVoid(
            "Case %(case)s lacks %(what)s: the document would be void. Complete the case or the "
            "catalogue of offences first.",
            case=case.reference,
            what=lacking[0],
        )


def _person(case: InfractionCase) -> dict[str, Any] | None:
    if case.person is None:
        return None
    return {
        "name": case.person.name,
        "identity_number": case.person.identity_number,
        "address": json.loads(case.person.address),
        "role": case.person.role,
    }


def _fact(session: Session, case: InfractionCase) -> dict[str, str]:
    """The fact in the catalogue's words of its day, else its plain name."""
    price = price_on(session, case.zone, case.offence, municipal(case.seen_at).date())
    words = price.descriptions if price is not None else {}
    label = OFFENCE_LABELS[Offence(case.offence)]
    return {one: words.get(one) or translate(label, one) for one in LANGUAGES}
