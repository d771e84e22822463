"""The readable part of an evidence package: one PDF/A for people, in both official languages."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from core.web.translations import translate
from sanctions.documents.kinds import LANGUAGES
from sanctions.documents.rendering import sections_pdf
from sanctions.evidence.contents import both_clocks, device_of
from sanctions.models import InfractionCase
from sanctions.reasons import OFFENCE_LABELS, Offence
from sanctions.review.views import (
    PICTURE_LABELS,
    pictures_in_order,
    trace_in_words,
    votes_by_weight,
)


def summary_pdf(case: InfractionCase, files: Mapping[str, bytes]) -> bytes:
    """What `files` hold, in words and pictures."""
    shared = {
        "case": case,
        "report": case.report,
        "seen_at": both_clocks(case.seen_at),
        "validated_at": both_clocks(case.validated_at) if case.validated_at else None,
        "votes": votes_by_weight(case.report),
        "device": device_of(files),
        "pictures": [
            (one, f"data:image/jpeg;base64,{_base64(files[f'pictures/{one.kind}.jpg'])}")
            for one in pictures_in_order(case)
        ],
        "picture_labels": PICTURE_LABELS,
        "hashes": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    sections = [(language, {**shared, **_worded(case, language)}) for language in LANGUAGES]
    return sections_pdf("sanctions/paper/evidence.html", sections, title=case.reference)


def _worded(case: InfractionCase, language: str) -> dict[str, Any]:
    return {
        "offence": translate(OFFENCE_LABELS[Offence(case.offence)], language),
        "trace": trace_in_words(case.report, language),
    }


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
