"""Putting an entry right, by the citizen: an ordinary application that begins in the past.

Nothing here looks at what the cameras saw. Whoever asks for a plate gets the same answer, whether
it passed or not; what follows for a passage is done by jobs afterwards.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from control_center.pending.of_holder import entries_of_holder, is_too_late
from core.encryption import KeyRing
from core.errors import InvalidInput, SarbideError
from core.evidence_store import EvidenceStore
from core.identity import Actor
from core.settings import Settings
from mobile_api.forms import EntryForm, read_entry_form, submission_id
from mobile_api.service import CHANNEL
from permits.applications.handing_in import lodge, lodged_before
from permits.applications.models import Application
from permits.applications.registry import Act
from permits.applications.requests import ApplicationRequest
from permits.applications.rights import rights_to_put_right
from permits.errors import BadDocument, EvidenceMissing, VehicleNotAdmitted
from permits.queries import get_holder
from permits.vehicles import VehicleFacts


def put_right(
    session: Session,
    keys: KeyRing,
    store: EvidenceStore,
    settings: Settings,
    actor: Actor,
    holder_id: UUID,
    form: FormData,
    *,
    now: datetime,
) -> Application:
    """Lodge what `form` asks for; the same form sent again gives the first application back.

    Raises:
        SarbideError: a field is wrong, the time is over, or the rules of the permit do not allow
            it. The details name the field.
    """
    holder, application_id = get_holder(session, holder_id), submission_id(form, holder_id)
    known = lodged_before(session, holder, application_id)
    if known is not None:
        return known
    told = read_entry_form(
        form,
        rights_to_put_right(session, keys, holder, now),
        entries_of_holder(session, keys, holder_id, now),
        now,
    )
    request = _request(told, _begin(session, settings, told, now))
    try:
        return lodge(
            session,
            keys,
            store,
            actor,
            holder,
            request,
            told.papers,
            channel=CHANNEL,
            act=Act.PUT_RIGHT,
            now=now,
            application_id=application_id,
        )
    except SarbideError as error:
        error.details.setdefault("field", _field(error))
        raise


def _request(form: EntryForm, begin: datetime) -> ApplicationRequest:
    return ApplicationRequest(
        profile=form.right.profile.code,
        zones=form.right.zones,
        vehicles=(VehicleFacts(form.plate, form.vehicle_class),),
        place=form.right.place,
        statement=form.remark,
        valid_from=begin,
    )


def _begin(session: Session, settings: Settings, form: EntryForm, now: datetime) -> datetime:
    """From when the permit holds: the earliest time that was meant, as far as its rules allow."""
    hours = form.right.profile.retroactive_hours or 0
    reach = now - timedelta(hours=hours)
    if form.latest < reach:
        raise InvalidInput(
            "This kind of authorisation can begin %(hours)s hours ago at the earliest.",
            hours=hours,
            field="day",
        )
    if is_too_late(session, settings, form.right.zones, form.latest, now):
        raise InvalidInput(
            "The time to put an entry of then right is over. The service desk can tell you what "
            "is still possible.",
            field="day",
        )
    return max(form.earliest, reach)


def _field(error: SarbideError) -> str:
    match error:
        case BadDocument() | EvidenceMissing():
            return "paper_1"
        case VehicleNotAdmitted():
            return "vehicle_class"
        case _:
            return "under"
