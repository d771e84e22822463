"""A case as the ticket that is handed over."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.clock import municipal
from core.errors import SarbideError
from core.evidence_store import EvidenceStore
from core.settings import Settings
from sanctions.errors import EvidenceAltered
from sanctions.integrations.handover.catalogue import entry_for
from sanctions.integrations.handover.images import ticket_image
from sanctions.integrations.handover.models import CatalogueEntry, HandoverBatch, HandoverItem
from sanctions.integrations.handover.wire import (
    ANNULMENT,
    Header,
    Remittance,
    Ticket,
    amount_text,
    day_text,
    time_text,
)
from sanctions.models import InfractionCase
from sanctions.queries import get_case

_COUNTRIES = {"ES": "ESPANYA", "FR": "FRANÇA", "PT": "PORTUGAL", None: "ESPANYA"}
_DIRECTIONS = {"entry": "ENTRADA", "exit": "SALIDA"}


def remittance(batch: HandoverBatch, tickets: list[Ticket]) -> Remittance:
    header = Header(FITXER_PDA=batch.name, NUM_BUTLLETES=len(tickets))
    return Remittance(ID_REMESA=str(batch.id), CAPCALERA=header, BUTLLETES=tuple(tickets))


@dataclass(frozen=True)
class TicketImage:
    """The picture of a ticket, made before the transaction in which the batch is packed."""

    base64: str
    sha256: str
    """Of the original."""


def ticket(
    session: Session,
    settings: Settings,
    item: HandoverItem,
    image: TicketImage | None,
    now: datetime,
) -> Ticket:
    """What goes over for `item`; annulments go without a picture.

    Raises SarbideError when the catalogue has no entry.
    """
    case = get_case(session, item.case_id)
    entry = entry_for(session, case.offence, municipal(case.seen_at).date())
    if entry is None:
        raise SarbideError("No entry of the infraction catalogue fits.")
    plain = _ticket(case, item, entry, settings)
    if item.action == ANNULMENT:
        stamp = municipal(now).strftime("%Y-%m-%d-%H:%M:%S")
        return plain.model_copy(
            update={"DATA_HORA_ANULLACIO": stamp, "MOTIU_ANULLACIO": item.annulment_reason}
        )
    if image is None:
        raise EvidenceAltered("A picture that the case rests on is missing.")
    update = {"IMATGE": image.base64, "TIPUS_IMATGE": "jpg", "EVIDENCIA_SHA256": image.sha256}
    return plain.model_copy(update=update)


def _ticket(
    case: InfractionCase, item: HandoverItem, entry: CatalogueEntry, settings: Settings
) -> Ticket:
    amount = case.amount_cents if case.amount_cents is not None else entry.amount_cents
    reduced = case.reduced_cents if case.reduced_cents is not None else amount // 2
    return Ticket(
        ACCIO=item.action,
        ID_BUTLLETA=case.reference,
        SERVEI_TERRIT=settings.handover_territory,
        NUM_EXPEDIENT=str(item.number),
        DIGIT_CONTROL=str(item.control_digit),
        DATA_DENUNCIA=day_text(case.seen_at),
        HORA_DENUNCIA=time_text(case.seen_at),
        NORMA_DENUNCIA=entry.norm,
        ARTICLE_DENUNCIA=entry.article,
        SUBARTICLE_DENUNCIA=entry.subarticle,
        OPCIO_DENUNCIA=entry.option,
        PUNTS=str(entry.points),
        NUM_DENUNCIANT=case.agent_number or "",
        VIA=case.control_point_name[:100],
        DIRECCIO_DENUNCIA=_DIRECTIONS.get(case.direction, case.direction.upper()),
        IMPORT_NOMINAL=amount_text(amount),
        IMPORT_DESCOMPTE=amount_text(reduced),
        MATRICULA_DENUNCIA=case.plate,
        DESCRIPCIO_PAIS=_COUNTRIES.get(case.country, case.country or ""),
        FET_DENUNCIAT=entry.text,
    )


def image_of(case: InfractionCase, store: EvidenceStore) -> TicketImage:
    """Takes a good part of a second: call it in no transaction that writes.

    Raises:
        SarbideError: a picture is missing, was altered, or can't be opened.
    """
    contents = {one.kind: _checked(store, one.evidence_key, one.sha256) for one in case.pictures}
    hashes = {one.kind: one.sha256 for one in case.pictures}
    if not {"context", "plate"} <= set(contents):
        raise EvidenceAltered("A picture that the case rests on is missing.")
    sheet = ticket_image(contents["context"], contents["plate"])
    return TicketImage(base64.b64encode(sheet).decode(), hashes["context"])


def _checked(store: EvidenceStore, key: str, sha256: str) -> bytes:
    content = store.get(key)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise EvidenceAltered("A stored picture is not the one that was taken in.")
    return content
