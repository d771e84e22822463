"""What an import does to the register: entitlements, and the authorisations drawn from them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.identity import SYSTEM
from core.plates import PlateNumber
from core.words import N_
from permits.applications import letters
from permits.authorisations import change_state, end_of, grant
from permits.entitlements.matching import token
from permits.entitlements.models import Entitlement
from permits.history import note_event, vehicle_changed
from permits.holders import register_holder, search_tokens
from permits.imports.kinds import RegisterKind
from permits.imports.records import Record, RecordVehicle, record_from
from permits.models import Authorisation, Holder, HolderToken
from permits.queries import get_profile
from permits.states import OCCUPYING, AuthorisationState
from permits.vehicles import VehicleFacts, add_vehicle

CHANNEL = "import"
GRANTED = N_("Taken over from the municipal register")
GONE = N_("The municipal register does not show the right any more")
BACK = N_("The municipal register shows the right again")
ENDING = letters.Letter(
    N_("Authorisation %(reference)s ends"),
    N_(
        "The municipal register does not show the right to your authorisation %(reference)s any "
        "more, so it ends on %(end)s. If that is a mistake, tell the service desk before."
    ),
)


@dataclass(frozen=True)
class Applier:
    """Applies the lines of one register in one session."""

    session: Session
    keys: KeyRing
    kind: RegisterKind
    now: datetime

    def put(self, record: Record, fingerprint: bytes, *, spared: bool) -> None:
        """Write a new or changed entitlement; what hangs on it follows.

        Vehicles that only a bad line could have named (`spared`) are not taken off.

        Raises:
            SarbideError: the register allows it not; nothing of this record was done then if the
                caller rolls back to its savepoint.
        """
        row = self._known(record.key)
        before = record_from(row.content).vehicles if row is not None and row.content else ()
        if row is None:
            row = Entitlement(
                kind=self.kind.code,
                key_hash=token(self.keys, record.key),
                first_seen_at=self.now,
            )
        was_gone = row.ended_at is not None
        kept = tuple(one for one in before if one not in record.vehicles) if spared else ()
        self._fill(row, record, fingerprint, len(kept))
        self.session.add(row)
        self.session.flush()
        gone = [one for one in before if one not in record.vehicles and one not in kept]
        new = [one for one in record.vehicles if one not in before or was_gone]
        self._follow(row, record, new, gone)

    def _known(self, key: str) -> Entitlement | None:
        return self.session.scalar(
            select(Entitlement)
            .where(
                Entitlement.kind == self.kind.code, Entitlement.key_hash == token(self.keys, key)
            )
            .with_for_update()
        )

    def _fill(self, row: Entitlement, record: Record, fingerprint: bytes, kept: int) -> None:
        row.key = record.key
        row.profile_code = get_profile(self.session, record.profile).code
        row.name, row.document, row.place = record.name, record.document, record.place
        row.document_token = token(self.keys, record.document)
        row.place_hash = token(self.keys, record.place) if record.place else None
        row.capacity = record.capacity + kept
        row.content, row.fingerprint = record.content(), fingerprint
        row.valid_from, row.valid_until = record.valid_from, record.valid_until
        row.ended_at, row.last_seen_at = None, self.now

    def _follow(
        self,
        row: Entitlement,
        record: Record,
        new: list[RecordVehicle],
        gone: list[RecordVehicle],
    ) -> None:
        drawn = self._drawn_from(row) or self._adopted(row, record)
        for authorisation in drawn:
            self._restore(authorisation, record)
        if not self.kind.grants_at_once:
            return
        if not drawn:
            if record.vehicles:
                self._grant(row, record)
            return
        authorisation = drawn[0]
        authorisation.max_vehicles = self._room(record)
        for vehicle in gone:
            self._take_off(authorisation, vehicle)
        on_it = {assignment.vehicle.plate for assignment in authorisation.current}
        for vehicle in new:
            if vehicle.plate not in on_it:
                add_vehicle(
                    self.session,
                    self.keys,
                    SYSTEM,
                    authorisation,
                    _facts(vehicle),
                    channel=CHANNEL,
                    now=self.now,
                )

    def _room(self, record: Record) -> int:
        """A fleet of the city's own has no limit; a carrier's has the profile's."""
        limit = get_profile(self.session, record.profile).max_vehicles
        return max(limit, len(record.vehicles)) if self.kind.profiles else limit

    def _drawn_from(self, row: Entitlement) -> list[Authorisation]:
        query = select(Authorisation).where(
            Authorisation.entitlement_id == row.id,
            Authorisation.state.in_([state.value for state in OCCUPYING]),
        )
        return list(self.session.scalars(query.order_by(Authorisation.reference)))

    def _adopted(self, row: Entitlement, record: Record) -> list[Authorisation]:
        """An authorisation that the holder had before this register was read for the first time,
        for one of the same vehicles: it is drawn from the register from now on."""
        holder = holder_by_document(self.session, self.keys, record.document)
        plates = {vehicle.plate for vehicle in record.vehicles}
        if holder is None or not plates:
            return []
        query = select(Authorisation).where(
            Authorisation.holder_id == holder.id,
            Authorisation.profile_code == record.profile,
            Authorisation.entitlement_id.is_(None),
            Authorisation.state.in_([state.value for state in OCCUPYING]),
        )
        for known in self.session.scalars(query.order_by(Authorisation.reference)):
            if plates & {one.vehicle.plate for one in known.current}:
                known.entitlement_id = row.id
                self.session.flush()
                return [known]
        return []

    def _grant(self, row: Entitlement, record: Record) -> None:
        grant(
            self.session,
            self.keys,
            SYSTEM,
            self._holder(record),
            profile=record.profile,
            zones=record.zones,
            vehicles=[_facts(vehicle) for vehicle in record.vehicles],
            now=self.now,
            valid_from=record.valid_from,
            valid_until=record.valid_until,
            place=record.place,
            why=GRANTED,
            channel=CHANNEL,
            entitlement_id=row.id,
            max_vehicles=self._room(record),
        )

    def _holder(self, record: Record) -> Holder:
        found = holder_by_document(self.session, self.keys, record.document)
        if found is not None:
            return found
        kind = "company" if record.document[:1] in "ABCDEFGHJNPQRSUVW" else "person"
        return register_holder(
            self.session,
            self.keys,
            SYSTEM,
            name=record.name,
            kind=kind,  # type: ignore[arg-type]
            now=self.now,
            document=record.document,
            language=record.language or "es",
        )

    def _take_off(self, authorisation: Authorisation, vehicle: RecordVehicle) -> None:
        for assignment in authorisation.current:
            if assignment.vehicle.plate == vehicle.plate:
                assignment.assigned_until = self.now
                note_event(authorisation, SYSTEM, self.now, kind="vehicle_removed", why=GONE)
                vehicle_changed(self.session, assignment.vehicle.plate_hash, self.now)

    def _restore(self, authorisation: Authorisation, record: Record) -> None:
        """Whatever the register says of the end counts, unless it never said anything."""
        end = record.valid_until or end_of(authorisation.profile, authorisation.valid_from)
        was_ending = any(event.why == GONE for event in authorisation.events[-1:])
        if was_ending or (self.kind.grants_at_once and authorisation.valid_until != end):
            self._set_end(authorisation, end, BACK)

    def _set_end(self, authorisation: Authorisation, end: datetime | None, why: str) -> None:
        authorisation.valid_until = end
        note_event(authorisation, SYSTEM, self.now, kind="validity_changed", why=why)
        for assignment in authorisation.current:
            vehicle_changed(self.session, assignment.vehicle.plate_hash, self.now)

    def end(self, key_hash: bytes) -> None:
        """The register has this line no longer: what was drawn from it ends after a while."""
        row = self.session.scalar(
            select(Entitlement)
            .where(Entitlement.kind == self.kind.code, Entitlement.key_hash == key_hash)
            .with_for_update()
        )
        if row is None or row.ended_at is not None:
            return
        row.ended_at = self.now
        for authorisation in self._drawn_from(row):
            if self.kind.grace_days == 0:
                change_state(
                    self.session,
                    SYSTEM,
                    authorisation.reference,
                    AuthorisationState.REVOKED,
                    why=GONE,
                    now=self.now,
                )
            else:
                self._end_after_grace(authorisation)

    def _end_after_grace(self, authorisation: Authorisation) -> None:
        end = self.now + timedelta(days=self.kind.grace_days)
        if authorisation.valid_until is not None and authorisation.valid_until <= end:
            return
        self._set_end(authorisation, end, GONE)
        letters.write(
            self.session,
            authorisation.holder,
            ENDING,
            {
                "reference": authorisation.reference,
                "end": letters.moment(end, authorisation.holder.language),
            },
            about=f"authorisation:{authorisation.id}",
            now=self.now,
        )


def holder_by_document(session: Session, keys: KeyRing, document: str) -> Holder | None:
    """The holder enrolled with this identity or tax number, however it was written."""
    tokens = search_tokens(keys, "", document)
    query = select(Holder).join(HolderToken).where(HolderToken.token.in_(tokens))
    wanted = token(keys, document)
    for holder in session.scalars(query).unique():
        if holder.document and token(keys, holder.document) == wanted:
            return holder
    return None


def known_lines(session: Session, kind: RegisterKind) -> dict[bytes, bytes]:
    """Key hash to fingerprint of the entitlements in force."""
    query = select(Entitlement.key_hash, Entitlement.fingerprint).where(
        Entitlement.kind == kind.code, Entitlement.ended_at.is_(None)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _facts(vehicle: RecordVehicle) -> VehicleFacts:
    return VehicleFacts(
        PlateNumber(vehicle.plate),
        vehicle.vehicle_class,
        vehicle.mass_kg,
        vehicle.height_cm,
        vehicle.class_evidence,
    )
