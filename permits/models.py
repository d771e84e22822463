"""The register: places, rules, people, vehicles and what each may do.

Codes (``old-quarter``, ``CP-01``, ``resident``) are the keys of places and rules, because
decisions keep them as text for years. Plates and people's data are encrypted; a plate is found by
its keyed hash, a person by the keyed hashes of the words of their name.
"""

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.append_only import protect
from core.database import Base, uuid7
from core.encryption import EncryptedText
from permits.entitlements.models import Entitlement
from permits.errors import NoSuchTransition
from permits.labels import STATES
from permits.rules.models import RenewsRules
from permits.states import TRANSITIONS, AuthorisationState, StayState


class Zone(RenewsRules, Base):
    """A pedestrian zone: where it is and what holds in it for everybody.

    As of `Profile` and `ControlPoint`, the row says what holds now; what held or will hold at
    another time is in `permits.rules.models.RuleVersion`.
    """

    __tablename__ = "zone"

    code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]]
    """As everywhere: language to text, ``{"es": ..., "eu": ..., "en": ...}``."""
    polygon: Mapped[dict[str, Any]]
    """GeoJSON geometry, longitude and latitude (WGS 84)."""
    legal_basis: Mapped[str]
    open_windows: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """When nobody is restricted; windows are ``{"days": [...], "start": m, "end": m}``."""
    loading_windows: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    loading_classes: Mapped[list[str]] = mapped_column(default=list)
    loading_max_mass_kg: Mapped[int | None]
    loading_max_height_cm: Mapped[int | None]
    loading_max_stay_minutes: Mapped[int | None]
    loading_entries_per_day: Mapped[int | None]
    warning_until: Mapped[datetime | None]
    price_table: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Offence (a `permits.access.Reason` value) to cents."""
    active: Mapped[bool] = mapped_column(default=True)
    """False: nothing is restricted here any more, or not yet."""
    regularisation_hours: Mapped[int | None]
    """Time to put an entry right, 48 to 120; None: what the settings say."""


class ControlPoint(RenewsRules, Base):
    """A place where cameras watch who drives in or out."""

    __tablename__ = "control_point"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    street: Mapped[str]
    zones: Mapped[list[str]]
    direction: Mapped[str]
    mode: Mapped[str]
    health: Mapped[str] = mapped_column(default="ok")
    latitude: Mapped[float]
    longitude: Mapped[float]
    bearing: Mapped[int]
    """Degrees from north in which vehicles drive through."""
    resolution_ref: Mapped[str | None]
    """The resolution that lets it enforce."""
    signs_verified_on: Mapped[date | None]


class Profile(RenewsRules, Base):
    """A kind of authorisation with its entry conditions, all of them data."""

    __tablename__ = "profile"

    code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]]
    conditions: Mapped[dict[str, Any]]
    """The conditions in a sentence, in three languages."""
    tier: Mapped[str]
    reference_prefix: Mapped[str]
    windows: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    zones: Mapped[list[str]] = mapped_column(default=list)
    """Zones it may be granted for; empty: any."""
    control_points: Mapped[list[str]] = mapped_column(default=list)
    vehicle_classes: Mapped[list[str]] = mapped_column(default=list)
    max_mass_kg: Mapped[int | None]
    max_height_cm: Mapped[int | None]
    only_in_service: Mapped[bool] = mapped_column(default=False)
    """Counts only while the vehicle is not known to be off duty."""
    max_stay_minutes: Mapped[int | None]
    entries_per_day: Mapped[int | None]
    entries_per_month: Mapped[int | None]
    entries_per_year: Mapped[int | None]
    validity_days: Mapped[int | None]
    retroactive_hours: Mapped[int | None]
    """How long before its application a permit may begin, to put an entry right; None: never."""
    max_vehicles: Mapped[int] = mapped_column(default=1)
    plate_changes_per_day: Mapped[int] = mapped_column(default=1)
    lead_time_hours: Mapped[int | None]
    """How long before its first day it has to be applied for."""
    evidence_required: Mapped[list[str]] = mapped_column(default=list)
    """Codes of `permits.labels.EVIDENCE`: what an applicant has to show."""
    hosts: Mapped[list[str]] = mapped_column(default=list)
    """Profiles whose holders may ask for this one for their guests; empty: it is for oneself. Of
    a guest's permit its holder learns that it was used, never when or where (P9)."""
    active: Mapped[bool] = mapped_column(default=True)
    """False: no new authorisations; those that exist stay as they are."""


class Holder(Base):
    """A person or company that holds authorisations."""

    __tablename__ = "holder"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str]
    """``person`` or ``company``."""
    name: Mapped[str] = mapped_column(EncryptedText("holder.name"))
    document: Mapped[str | None] = mapped_column(EncryptedText("holder.document"))
    """Identity or tax number."""
    email: Mapped[str | None] = mapped_column(EncryptedText("holder.email"))
    phone: Mapped[str | None] = mapped_column(EncryptedText("holder.phone"))
    address: Mapped[str | None] = mapped_column(EncryptedText("holder.address"))
    """Where letters go."""
    contact_channel: Mapped[str] = mapped_column(default="email")
    """How they want to hear of things: a `core.notifications.states.Channel`."""
    language: Mapped[str] = mapped_column(default="es")
    created_at: Mapped[datetime]

    authorisations: Mapped[list["Authorisation"]] = relationship(
        back_populates="holder", order_by="Authorisation.reference"
    )

    __table_args__ = (CheckConstraint("kind IN ('person', 'company')", name="known_kind"),)


class HolderToken(Base):
    """Keyed hash of one word of a holder's name or document, for searching."""

    __tablename__ = "holder_token"

    token: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    holder_id: Mapped[UUID] = mapped_column(
        ForeignKey("holder.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Vehicle(Base):
    """One vehicle; its plate may be on several authorisations."""

    __tablename__ = "vehicle"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    plate: Mapped[str] = mapped_column(EncryptedText("vehicle.plate"))
    plate_hash: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    vehicle_class: Mapped[str | None]
    """``car``, ``van``, ``lorry``...; None while nobody knows."""
    class_evidence: Mapped[str | None]
    """What proves the class, such as the number of a technical card; None: only stated."""
    mass_kg: Mapped[int | None]
    height_cm: Mapped[int | None]


class Authorisation(Base):
    """What a holder may do, with which vehicles. Its state changes only through `become`."""

    __tablename__ = "authorisation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    reference: Mapped[str] = mapped_column(unique=True)
    profile_code: Mapped[str] = mapped_column(ForeignKey("profile.code"), index=True)
    holder_id: Mapped[UUID] = mapped_column(ForeignKey("holder.id"), index=True)
    zones: Mapped[list[str]]
    control_points: Mapped[list[str]] = mapped_column(default=list)
    """Empty: those of the profile, and if it names none, all of the zones."""
    place: Mapped[str | None] = mapped_column(EncryptedText("authorisation.place"))
    """The dwelling, garage, shop or works it is for."""
    max_vehicles: Mapped[int]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]
    entitlement_id: Mapped[UUID | None] = mapped_column(index=True)
    """What the city knows that gives this right; entitlements end, but are never deleted."""

    holder: Mapped[Holder] = relationship(back_populates="authorisations")
    profile: Mapped[Profile] = relationship()
    entitlement: Mapped[Entitlement | None] = relationship(
        primaryjoin=lambda: Authorisation.entitlement_id == Entitlement.id,
        foreign_keys=lambda: Authorisation.entitlement_id,
        viewonly=True,
    )
    assignments: Mapped[list["PlateAssignment"]] = relationship(
        back_populates="authorisation", order_by="PlateAssignment.assigned_from"
    )
    events: Mapped[list["AuthorisationEvent"]] = relationship(
        order_by="AuthorisationEvent.id", cascade="all, delete-orphan", passive_deletes=True
    )

    def become(self, new: AuthorisationState) -> None:
        """Apply a transition; `permits.authorisations` writes its event.

        Raises:
            NoSuchTransition: the table in `permits.states` has no such arrow.
        """
        present = AuthorisationState(self.state)
        if new not in TRANSITIONS[present]:
            raise NoSuchTransition(
                "Authorisation %(reference)s is %(state)s and cannot become %(wanted)s.",
                reference=self.reference,
                state=STATES[present],
                wanted=STATES[new],
            )
        self.state = new.value

    @property
    def current(self) -> list["PlateAssignment"]:
        """The vehicles it covers now."""
        return [assignment for assignment in self.assignments if assignment.assigned_until is None]


class PlateAssignment(Base):
    """A vehicle on an authorisation, from when to when and by whom. Never edited, only ended."""

    __tablename__ = "plate_assignment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    authorisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("authorisation.id", ondelete="CASCADE"), index=True
    )
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id"), index=True)
    assigned_from: Mapped[datetime]
    assigned_until: Mapped[datetime | None]
    replaces_id: Mapped[UUID | None]
    """The assignment that a plate change ended; these count towards the limit of the day."""
    receipt: Mapped[str | None] = mapped_column(unique=True)
    """Number that the holder was given for a plate change."""
    by_account: Mapped[UUID | None]
    by_name: Mapped[str]
    channel: Mapped[str]
    """``app``, ``desk``, ``import``..."""

    authorisation: Mapped[Authorisation] = relationship(back_populates="assignments")
    vehicle: Mapped[Vehicle] = relationship()


Index(
    "uq_plate_assignment_current",
    PlateAssignment.authorisation_id,
    PlateAssignment.vehicle_id,
    unique=True,
    sqlite_where=PlateAssignment.assigned_until.is_(None),
    postgresql_where=PlateAssignment.assigned_until.is_(None),
)


class AuthorisationEvent(Base):
    """What happened to an authorisation: who, when, from, to, why. Append-only."""

    __tablename__ = "authorisation_event"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    authorisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("authorisation.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
    kind: Mapped[str]
    """``created``, ``state_changed``, ``vehicle_added``, ``vehicle_changed``."""
    from_state: Mapped[str | None]
    to_state: Mapped[str | None]
    why: Mapped[str | None]
    by_account: Mapped[UUID | None]
    by_name: Mapped[str]
    on_behalf_of: Mapped[UUID | None]


protect(cast(Table, AuthorisationEvent.__table__), owner=("authorisation", "authorisation_id"))


class Stay(Base):
    """A vehicle's time in a zone. Without an exit it is incomplete and never an offence."""

    __tablename__ = "stay"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    zone: Mapped[str]
    plate_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    """None once retention has let go of it."""
    state: Mapped[str] = mapped_column(default=StayState.OPEN.value)
    entry_passage_id: Mapped[UUID | None] = mapped_column(unique=True)
    exit_passage_id: Mapped[UUID | None] = mapped_column(unique=True)
    entered_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    minutes: Mapped[int | None]
    authorisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("authorisation.id", ondelete="SET NULL"), index=True
    )
    by_loading_rule: Mapped[bool] = mapped_column(default=False)
    """Entered under the zone's loading rule, which needs no authorisation."""
    entry_confident: Mapped[bool] = mapped_column(default=True)
    """Whether the read at the entry is good enough to accuse anybody of an overstay."""
    incomplete_because: Mapped[str | None]
    """A `permits.states.Incomplete` value."""


Index("ix_stay_plate_hash_zone_entered_at", Stay.plate_hash, Stay.zone, Stay.entered_at)


class QuotaEntry(Base):
    """One entry debited from an authorisation; a stay debits once."""

    __tablename__ = "quota_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    authorisation_id: Mapped[UUID] = mapped_column(ForeignKey("authorisation.id"))
    stay_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("stay.id", ondelete="SET NULL"), unique=True
    )
    """None for entries counted before this system, or after their stay was forgotten."""
    entered_at: Mapped[datetime]


Index(
    "ix_quota_entry_authorisation_id_entered_at",
    QuotaEntry.authorisation_id,
    QuotaEntry.entered_at,
)


class LocalHoliday(RenewsRules, Base):
    """A public holiday of the city's table; national and Basque ones may come from a library."""

    __tablename__ = "local_holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]]
    level: Mapped[str]
    """``national``, ``basque``, ``biscay`` or ``bilbao``."""


class Counter(Base):
    """Numbers that only go up: reference numbers, the version of the access list."""

    __tablename__ = "permits_counter"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class AccessListChange(Base):
    """A vehicle whose line on the access list may differ from this version on."""

    __tablename__ = "access_list_change"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    plate_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    """None: more than single vehicles changed, and older lists need a whole new one."""
