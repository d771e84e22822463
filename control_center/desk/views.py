"""What the desk's pages show."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from control_center import queries
from control_center.desk.models import DeskVisit
from control_center.desk.visits import IDENTIFICATIONS, WAYS
from control_center.passages.passage_views import PassageLine, line
from core.encryption import KeyRing
from core.keyed_hash import plate_hash
from core.notifications.service import of_recipient
from core.plates import PlateNumber
from core.web.translations import LANGUAGES
from permits import labels
from permits.applications import labels as application_labels
from permits.applications.models import Application
from permits.applications.registry import entries_of
from permits.models import Authorisation, Profile
from permits.queries import all_profiles, all_zones, authorisations_of
from permits.states import IN_FORCE, TRANSITIONS, AuthorisationState
from permits.vehicles import changes_left_today
from permits.views import AuthorisationView, authorisation_view, in_language


def common(visit: DeskVisit) -> dict[str, Any]:
    """What every page of a visit shows."""
    return {"visit": visit, "ways": WAYS, "identifications": IDENTIFICATIONS}


def citizen_file(
    session: Session, keys: KeyRing, visit: DeskVisit, *, language: str, now: datetime
) -> dict[str, Any]:
    """Everything that is known of the visit's holder, ready to be acted on."""
    rows = authorisations_of(session, visit.holder_id)
    applications = {
        one.authorisation_id: one
        for one in session.scalars(
            select(Application).where(Application.authorisation_id.in_([row.id for row in rows]))
        )
    }
    return {
        **common(visit),
        "items": [_item(session, row, applications.get(row.id), language, now) for row in rows],
        "entries": entries_to_put_right(session, keys, visit, rows, now),
        "receipts": entries_of(session, visit.holder, limit=10),
        "notices": of_recipient(session, visit.holder_id, limit=5),
        "acts": application_labels.ACTS,
        "all_languages": LANGUAGES,
    }


def _item(
    session: Session,
    row: Authorisation,
    application: Application | None,
    language: str,
    now: datetime,
) -> dict[str, Any]:
    view: AuthorisationView = authorisation_view(session, row, language=language, now=now)
    in_force = AuthorisationState(row.state) in IN_FORCE
    return {
        "view": view,
        "application": application,
        "changes_left": changes_left_today(session, row, now) if in_force else 0,
        "has_room": in_force and len(row.current) < row.max_vehicles,
        "withdrawable": AuthorisationState.WITHDRAWN in TRANSITIONS[AuthorisationState(row.state)],
    }


def entries_to_put_right(
    session: Session,
    keys: KeyRing,
    visit: DeskVisit,
    rows: Sequence[Authorisation],
    now: datetime,
    plate: PlateNumber | None = None,
) -> list[PassageLine]:
    """The holder's pending entries, or those of another `plate` they came with."""
    if plate is not None:
        hashes = [plate_hash(keys.plate_hash_key, plate)]
        return [line(one, now) for one in queries.pending_of_vehicles(session, None, hashes)]
    hashes = [one.vehicle.plate_hash for row in rows for one in row.current]
    found = queries.pending_of_vehicles(session, visit.holder_id, hashes)
    return [line(one, now) for one in found]


def choices(session: Session, language: str) -> dict[str, Any]:
    """What an application form offers."""
    profiles = [one for one in all_profiles(session) if one.active]
    profiles.sort(key=lambda one: in_language(one.names, language))
    return {
        "profiles": [(one, in_language(one.names, language)) for one in profiles],
        "papers_needed": {one.code: _papers(one) for one in profiles},
        "zones": [(zone.code, in_language(zone.names, language)) for zone in all_zones(session)],
        "classes": labels.VEHICLE_CLASSES,
        "evidence": labels.EVIDENCE,
    }


def _papers(profile: Profile) -> list[str]:
    return [labels.EVIDENCE[code] for code in profile.evidence_required if code in labels.EVIDENCE]
