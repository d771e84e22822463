"""What a citizen sees of entries that can be put right, and of what they have lodged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from control_center.labels import FROZEN
from control_center.pending.of_holder import OwnEntry, claimed_period, entries_of_holder
from core.encryption import KeyRing
from core.settings import Settings
from core.words import N_
from permits.access import Reason
from permits.applications.labels import REFUSALS
from permits.applications.models import Application
from permits.applications.queries import TO_ANSWER, applications_of, numbers_to_put_right
from permits.applications.rights import Right
from permits.labels import EVIDENCE, OFFENCES, STATE_TONES, STATES
from permits.queries import names
from permits.states import AuthorisationState as S
from permits.views import in_language

GUESTS_ENTRY = N_("An entry that no permit covers yet")
"""Of a guest's entry the host is not told what was wrong with it: it would tell when or where."""
_WAITING = frozenset(state.value for state in TO_ANSWER)


@dataclass(frozen=True)
class Clocks:
    """The time to put an entry right, and the law's own, ready to be shown."""

    deadline: datetime | None
    left: timedelta | None
    """Until the deadline; while it stands still, what will be left."""
    frozen: str | None
    """Why it stands still, a message id; None while it runs."""
    barred_from: datetime | None
    by_the_day: bool = False
    """The deadline is the beginning of its last day."""


@dataclass(frozen=True)
class EntryView:
    """An entry whose regularisation period runs; words are message ids."""

    code: str
    plate: str | None
    reference: str
    words: str
    offence: str | None
    control_point: str | None
    """Its name; None of a guest's entry, as is its time."""
    seen_at: datetime | None
    clocks: Clocks
    lodged: str | None
    """Reference of the citizen's own application for the vehicle that waits."""


def own_entries(
    session: Session, keys: KeyRing, holder_id: UUID, *, language: str, now: datetime
) -> Sequence[EntryView]:
    """The holder's entries that can still be put right, the most urgent first."""
    entries = entries_of_holder(session, keys, holder_id, now)
    if not entries:
        return ()
    named, waiting = names(session, language), _waiting(applications_of(session, holder_id))
    return [
        EntryView(
            code=one.code,
            plate=one.plate,
            reference=one.reference,
            words=OFFENCES[Reason(one.offence)] if one.offence else GUESTS_ENTRY,
            offence=one.offence,
            control_point=named.get(one.control_point) if one.control_point else None,
            seen_at=one.seen_at,
            clocks=_clocks(one, now),
            lodged=waiting.get(one.plate or ""),
        )
        for one in entries
    ]


def _waiting(applications: Sequence[Application]) -> dict[str, str]:
    """Plate to reference of the newest application for it that waits."""
    return {
        vehicle.plate: one.authorisation.reference
        for one in reversed(applications)
        if one.authorisation.state in _WAITING
        for vehicle in one.vehicles
    }


def _clocks(one: OwnEntry, now: datetime) -> Clocks:
    return Clocks(
        deadline=one.deadline,
        left=max(one.deadline - now, timedelta(0)) if one.deadline else None,
        frozen=FROZEN[one.frozen_by] if one.frozen_by else None,
        barred_from=one.barred_from,
        by_the_day=one.is_of_guest,
    )


@dataclass(frozen=True)
class ApplicationView:
    """Something that the citizen has lodged; `row` has what needs no words."""

    row: Application
    profile: str
    state: str
    tone: str
    reason: str | None
    puts_right: bool
    clocks: Clocks | None
    """Of an entry as the citizen told of it; None when nothing runs any more."""

    @property
    def reference(self) -> str:
        return self.row.authorisation.reference

    @property
    def has_question(self) -> bool:
        return self.row.authorisation.state == S.INFORMATION_REQUESTED.value

    @property
    def is_refused(self) -> bool:
        return self.row.authorisation.state == S.REFUSED.value

    @property
    def is_granted(self) -> bool:
        return self.row.authorisation.state in {S.GRANTED.value, S.ACTIVE.value, S.EXPIRED.value}


def own_applications(
    session: Session, settings: Settings, holder_id: UUID, *, language: str, now: datetime
) -> list[ApplicationView]:
    """What the holder has lodged, the newest first."""
    numbers = numbers_to_put_right(session, holder_id)
    return [
        application_view(session, settings, one, numbers, language=language, now=now)
        for one in applications_of(session, holder_id)
    ]


def application_view(
    session: Session,
    settings: Settings,
    row: Application,
    numbers: frozenset[str],
    *,
    language: str,
    now: datetime,
) -> ApplicationView:
    """`row`; `numbers` are those of the holder's applications that put an entry right."""
    authorisation = row.authorisation
    state, puts_right = S(authorisation.state), row.registration_number in numbers
    return ApplicationView(
        row=row,
        profile=in_language(authorisation.profile.names, language),
        state=STATES[state],
        tone=STATE_TONES.get(state, "off"),
        reason=REFUSALS.get(row.reason or "") if state is S.REFUSED else None,
        puts_right=puts_right,
        clocks=_claimed(session, settings, row, now) if puts_right else None,
    )


def _claimed(
    session: Session, settings: Settings, row: Application, now: datetime
) -> Clocks | None:
    state = row.authorisation.state
    if state not in _WAITING and state != S.REFUSED.value:
        return None
    found = claimed_period(session, settings, row, now)
    frozen = found.period.frozen_by
    left = found.period.deadline - now
    if frozen is None and left <= timedelta(0):
        return None
    words = FROZEN[frozen.value] if frozen else None
    return Clocks(found.period.deadline, left, words, found.barred_from)


@dataclass(frozen=True)
class RightView:
    """A choice of the form."""

    code: str
    name: str
    place: str | None
    papers: tuple[str, ...]
    """What it needs, message ids."""


def right_views(rights: Sequence[Right], language: str) -> list[RightView]:
    """Choices in the order of their names."""
    found = [
        RightView(
            right.code,
            in_language(right.profile.names, language),
            right.place,
            tuple(EVIDENCE[code] for code in right.profile.evidence_required if code in EVIDENCE),
        )
        for right in rights
    ]
    return sorted(found, key=lambda one: (one.name, one.place or ""))


def evidence_choices(rights: Sequence[Right]) -> dict[str, str]:
    """What a paper may show, with what the rights ask for first."""
    asked = [code for right in rights for code in right.profile.evidence_required]
    return {code: EVIDENCE[code] for code in dict.fromkeys((*asked, *EVIDENCE)) if code in EVIDENCE}
