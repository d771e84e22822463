"""What an agent does for a citizen. Each act gets a number of the general register."""

from datetime import datetime

from sqlalchemy.orm import Session

from control_center.desk.forms import ApplicationForm
from control_center.desk.models import DeskVisit
from control_center.desk.visits import acting
from core import audit
from core.encryption import KeyRing
from core.errors import InvalidInput
from core.evidence_store import EvidenceStore
from core.identity import Actor
from core.notifications.states import Channel
from core.plates import PlateNumber
from core.web.translations import LANGUAGES
from permits.applications.handing_in import lodge
from permits.applications.models import Application, RegistryEntry
from permits.applications.registry import Act, register
from permits.queries import get_authorisation
from permits.vehicles import VehicleFacts, add_vehicle, change_plate

CHANNEL = "desk"


def apply_for(
    session: Session,
    keys: KeyRing,
    store: EvidenceStore,
    actor: Actor,
    visit: DeskVisit,
    form: ApplicationForm,
    *,
    act: Act,
    now: datetime,
) -> Application:
    """Draft, papers and submission in one: all of it, or nothing.

    Raises:
        SarbideError: whatever the request, its papers or the register do not allow.
    """
    return lodge(
        session,
        keys,
        store,
        acting(actor, visit),
        visit.holder,
        form.request,
        form.papers,
        channel=CHANNEL,
        act=act,
        now=now,
        represented_by=visit.proxy_name,
    )


def change_vehicle(
    session: Session,
    keys: KeyRing,
    actor: Actor,
    visit: DeskVisit,
    reference: str,
    *,
    old: str,
    new: VehicleFacts,
    now: datetime,
) -> RegistryEntry:
    """Another vehicle instead of `old`. Raises what `permits.vehicles.change_plate` raises."""
    with session.begin_nested():
        change = change_plate(
            session,
            keys,
            acting(actor, visit),
            reference,
            old=PlateNumber.parse(old),
            new=new,
            channel=CHANNEL,
            now=now,
            of_holder=visit.holder_id,
        )
        detail = f"{change.old} → {change.new} ({change.receipt})"
        return note(session, actor, visit, Act.CHANGED_PLATE, now, change.reference, detail)


def put_on(
    session: Session,
    keys: KeyRing,
    actor: Actor,
    visit: DeskVisit,
    reference: str,
    vehicle: VehicleFacts,
    *,
    now: datetime,
) -> RegistryEntry:
    """One more vehicle. Raises what `permits.vehicles.add_vehicle` raises."""
    with session.begin_nested():
        row = get_authorisation(session, reference, of_holder=visit.holder_id, lock=True)
        on_record = acting(actor, visit)
        add_vehicle(session, keys, on_record, row, vehicle, channel=CHANNEL, now=now)
        audit.record(
            session, on_record, "permits:vehicle:added", f"authorisation:{row.id}", channel=CHANNEL
        )
        plate = vehicle.plate.text
        return note(session, actor, visit, Act.ADDED_VEHICLE, now, row.reference, plate)


def change_details(
    session: Session,
    actor: Actor,
    visit: DeskVisit,
    *,
    email: str,
    phone: str,
    address: str,
    channel: str,
    language: str,
    now: datetime,
) -> RegistryEntry:
    """How and in which language the holder wants to hear of things.

    Raises:
        InvalidInput: an address that the chosen way needs is missing, or looks like none.
    """
    if language not in LANGUAGES or channel not in set(Channel):
        raise InvalidInput("Choose a language and a way to be told.")
    if email and ("@" not in email or len(email) > 200 or " " in email):
        raise InvalidInput("'%(email)s' is not an e-mail address.", email=email[:80])
    if (channel == Channel.EMAIL and not email) or (channel == Channel.LETTER and not address):
        raise InvalidInput("The chosen way needs an address.")
    holder = visit.holder
    holder.email, holder.phone = email or None, phone[:40] or None
    holder.address, holder.contact_channel = address[:300] or None, channel
    holder.language = language
    audit.record(session, acting(actor, visit), "permits:holder:changed", f"holder:{holder.id}")
    return note(session, actor, visit, Act.CHANGED_DETAILS, now)


def note(
    session: Session,
    actor: Actor,
    visit: DeskVisit,
    act: Act,
    now: datetime,
    reference: str | None = None,
    detail: str | None = None,
) -> RegistryEntry:
    """Enter an act of the visit in the general register."""
    return register(
        session,
        acting(actor, visit),
        act,
        visit.holder,
        channel=CHANNEL,
        now=now,
        reference=reference,
        detail=detail,
        represented_by=visit.proxy_name,
    )
