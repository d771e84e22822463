"""The outbox jobs that make packages and documents, for the composition root to register."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from core.runtime import Runtime
from sanctions.documents.making import render_document
from sanctions.documents.service import RENDER
from sanctions.evidence.making import build_package, stamp_package
from sanctions.evidence.packages import BUILD, STAMP

HANDLERS: dict[str, Callable[[Session, Runtime, Mapping[str, Any]], None]] = {
    BUILD: build_package,
    STAMP: stamp_package,
    RENDER: render_document,
}
"""Each may be run twice without harm, and does its slow work outside the transaction."""
