"""Granting, suspending and taking back: the life of an authorisation, each step with its event."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from core import audit
from core.encryption import KeyRing
from core.errors import InvalidInput
from core.identity import Actor
from permits.access_list_changes import next_number
from permits.history import note_event, vehicle_changed
from permits.models import Authorisation, Holder, Profile
from permits.queries import get_authorisation, get_profile, get_zone
from permits.rules.granting import check_grantable
from permits.states import AuthorisationState
from permits.vehicles import VehicleFacts, add_vehicle

S = AuthorisationState


def grant(
    session: Session,
    keys: KeyRing,
    actor: Actor,
    holder: Holder,
    *,
    profile: str,
    zones: Iterable[str],
    vehicles: Iterable[VehicleFacts],
    now: datetime,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    control_points: Iterable[str] = (),
    place: str | None = None,
    why: str = "Granted at the service desk",
    channel: str = "desk",
    entitlement_id: UUID | None = None,
    max_vehicles: int | None = None,
) -> Authorisation:
    """Grant `holder` an authorisation of `profile` for `vehicles`, at once.

    Every state on the way has its event. Without `valid_until` the profile's length counts,
    without `max_vehicles` the profile's number.

    Raises:
        UnknownProfile, UnknownZone: no such code.
        InvalidInput: it would end before it begins, or the profile is closed or for other zones.
        CapacityReached: more vehicles than the profile takes.
        VehicleNotAdmitted: a vehicle that the profile does not take.
    """
    rules = get_profile(session, profile)
    granted_zones = [get_zone(session, zone).code for zone in zones]
    check_grantable(rules, granted_zones)
    begin = valid_from or now
    end = valid_until or end_of(rules, begin)
    if end is not None and end <= begin:
        raise InvalidInput(
            "The authorisation would end on %(end)s, before it begins on %(begin)s.",
            end=end.isoformat(),
            begin=begin.isoformat(),
        )
    authorisation = Authorisation(
        reference=next_reference(session, rules),
        profile=rules,
        holder=holder,
        zones=granted_zones,
        control_points=list(control_points),
        place=place,
        max_vehicles=max_vehicles or rules.max_vehicles,
        valid_from=begin,
        valid_until=end,
        state=S.DRAFT.value,
        created_at=now,
        entitlement_id=entitlement_id,
    )
    session.add(authorisation)
    session.flush()
    note_event(authorisation, actor, now, kind="created", to_state=S.DRAFT)
    for state in (S.SUBMITTED, S.UNDER_REVIEW, S.GRANTED):
        _step(authorisation, actor, state, why=why, now=now)
    if begin <= now:
        _step(authorisation, actor, S.ACTIVE, why=why, now=now)
    for facts in vehicles:
        add_vehicle(session, keys, actor, authorisation, facts, channel=channel, now=now)
    audit.record(
        session,
        actor,
        "permits:authorisation:granted",
        f"authorisation:{authorisation.id}",
        reference=authorisation.reference,
    )
    return authorisation


def revoke(
    session: Session, actor: Actor, reference: str, *, why: str, now: datetime
) -> Authorisation:
    """Take an authorisation back. Raises UnknownAuthorisation, NoSuchTransition, InvalidInput."""
    return change_state(session, actor, reference, S.REVOKED, why=why, now=now)


def suspend(
    session: Session, actor: Actor, reference: str, *, why: str, now: datetime
) -> Authorisation:
    """Let it count as absent. Raises UnknownAuthorisation, NoSuchTransition, InvalidInput."""
    return change_state(session, actor, reference, S.SUSPENDED, why=why, now=now)


def resume(
    session: Session, actor: Actor, reference: str, *, why: str, now: datetime
) -> Authorisation:
    """End a suspension. Raises UnknownAuthorisation, NoSuchTransition, InvalidInput."""
    return change_state(session, actor, reference, S.ACTIVE, why=why, now=now)


def change_state(
    session: Session,
    actor: Actor,
    reference: str,
    new: AuthorisationState,
    *,
    why: str,
    now: datetime,
) -> Authorisation:
    """Apply one transition, with its event and audit row; gates and pending passages follow.

    Raises:
        UnknownAuthorisation: no such authorisation.
        NoSuchTransition: its state has no way there.
        InvalidInput: no reason given.
    """
    if len(why.strip()) < 3:
        raise InvalidInput("Say in a few words why: the holder will read it.")
    authorisation = get_authorisation(session, reference, lock=True)
    _step(authorisation, actor, new, why=why.strip(), now=now)
    for assignment in authorisation.current:
        vehicle_changed(session, assignment.vehicle.plate_hash, now)
    audit.record(
        session,
        actor,
        "permits:authorisation:changed",
        f"authorisation:{authorisation.id}",
        state=new.value,
    )
    return authorisation


def _step(
    authorisation: Authorisation,
    actor: Actor,
    new: AuthorisationState,
    *,
    why: str,
    now: datetime,
) -> None:
    before = AuthorisationState(authorisation.state)
    authorisation.become(new)
    note_event(
        authorisation,
        actor,
        now,
        kind="state_changed",
        from_state=before,
        to_state=new,
        why=why,
    )


def next_reference(session: Session, profile: Profile) -> str:
    """The next free reference of the profile's series, such as ``R-0591``."""
    number = next_number(session, f"reference-{profile.reference_prefix}")
    return f"{profile.reference_prefix}-{number:04d}"


def end_of(profile: Profile, begin: datetime) -> datetime | None:
    """When an authorisation of `profile` that begins at `begin` ends; None: it does not."""
    if profile.validity_days is None:
        return None
    return begin + timedelta(days=profile.validity_days)
