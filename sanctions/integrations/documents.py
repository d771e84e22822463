"""A document on its way out: its bytes, its hash and its verification code."""

import base64
import hashlib
from dataclasses import dataclass

from pydantic import BaseModel

from sanctions.integrations.http import WIRE


@dataclass(frozen=True)
class OutgoingDocument:
    code: str
    """Verification code (CSV) under which anybody can check it."""
    pdf: bytes
    language: str
    title: str


class DocumentPart(BaseModel):
    """A document inside a message."""

    model_config = WIRE
    CSV: str
    SHA256: str
    PDF: str
    """Base64."""


def as_part(document: OutgoingDocument) -> DocumentPart:
    return DocumentPart(
        CSV=document.code,
        SHA256=hashlib.sha256(document.pdf).hexdigest(),
        PDF=base64.b64encode(document.pdf).decode(),
    )
