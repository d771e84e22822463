"""Fetching the infraction catalogue."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from core.clock import utc_now
from core.database import transaction
from core.runtime import Runtime
from sanctions.integrations import health
from sanctions.integrations.errors import AnswerNotUnderstood, RequestRefused, ServiceDown
from sanctions.integrations.handover import catalogue
from sanctions.integrations.services import sanction_system
from sanctions.integrations.systems import System


def refresh(session: Session, runtime: Runtime, _: Mapping[str, Any]) -> None:
    """The outbox job: replace the stored catalogue. A catalogue that can't be used changes
    nothing."""
    with transaction(runtime.reading) as reading:
        if health.is_resting(reading, System.HANDOVER, utc_now()):
            return
    try:
        with sanction_system(runtime.settings) as system, health.calling(runtime, System.HANDOVER):
            fetched = system.catalogue()
            catalogue.check(fetched)
    except (ServiceDown, AnswerNotUnderstood, RequestRefused):
        return
    catalogue.store(session, fetched)
