"""Applications for tests, each field open to change."""

import io
from datetime import timedelta
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.identity import Actor, Role
from core.keyed_hash import plate_hash
from core.plates import PlateNumber
from permits.applications.lodging import draft, submit
from permits.applications.models import Application
from permits.applications.requests import ApplicationRequest
from permits.entitlements.matching import token
from permits.entitlements.models import Entitlement
from permits.models import Holder
from tests.permits.builders import DESK, NOW, facts, holder

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
OFFICER = DESK
ANOTHER = Actor(DESK.holder_id, "Gorka (service desk)", frozenset({Role.SERVICE_DESK}))


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, "navy").save(stream, kind)
    return stream.getvalue()


def request(*plates: str, vehicle_class: str = "car", **data: Any) -> ApplicationRequest:
    values = {"profile": "resident", "zones": ("old-quarter",), **data}
    chosen = plates or ("1234BBC",)
    return ApplicationRequest(
        vehicles=tuple(facts(plate, vehicle_class) for plate in chosen), **values
    )


def drafted(
    session: Session,
    keys: KeyRing,
    *plates: str,
    to: Holder | None = None,
    now: Any = NOW,
    **data: Any,
) -> Application:
    """What a resident asks for at the desk, not yet handed in."""
    return draft(
        session,
        keys,
        OFFICER,
        to or holder(session, keys),
        request(*plates, **data),
        channel="desk",
        now=now,
    )


def submitted(
    session: Session, keys: KeyRing, *plates: str, now: Any = NOW, **data: Any
) -> Application:
    row = drafted(session, keys, *plates, now=now, **data)
    row.authorisation.profile.evidence_required = []
    return submit(session, keys, OFFICER, row.authorisation.reference, now=now)


def entitlement(
    session: Session,
    keys: KeyRing,
    document: str = "12345678Z",
    *,
    profile: str = "resident",
    place: str | None = "Somera 4, 2.º A",
    **data: Any,
) -> Entitlement:
    """What the register of residents says of one person."""
    key = data.pop("key", f"{document}@{place}")
    values: dict[str, Any] = {
        "kind": "residents",
        "key": key,
        "key_hash": token(keys, key),
        "profile_code": profile,
        "name": "Ane Etxebarria Gil",
        "document": document,
        "document_token": token(keys, document),
        "place": place,
        "place_hash": token(keys, place) if place else None,
        "capacity": 2,
        "content": "{}",
        "fingerprint": b"",
        "first_seen_at": NOW - timedelta(days=90),
        "last_seen_at": NOW,
        **data,
    }
    row = Entitlement(**values)
    session.add(row)
    session.flush()
    return row


def hash_of(keys: KeyRing, plate: str) -> bytes:
    return plate_hash(keys.plate_hash_key, PlateNumber(plate))
