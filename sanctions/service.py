"""Cases come into being here, change with their evidence, and end when a permit covers them."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from core import audit
from core.clock import municipal
from core.errors import InvalidInput
from core.identity import SYSTEM, Actor
from core.words import Word
from sanctions.catalogue.service import apply_price
from sanctions.deadlines import infraction_bar
from sanctions.evidence.completeness import missing_evidence
from sanctions.evidence.originals import keep_originals
from sanctions.extended_periods import was_taken_back
from sanctions.models import CaseCounter, CasePicture, CaseVersion, InfractionCase
from sanctions.queries import case_of_passage, first_of_repeats, get_case
from sanctions.reasons import Hold, Offence, coded
from sanctions.reports import InfractionReport, ReportedPicture, snapshot_of
from sanctions.states import AWAITING_REVIEW, BEFORE_NOTIFICATION, CaseState, Trigger
from sanctions.transitions import EventKind, apply, time_trigger, write_event

ENFORCEABLE_MODES = frozenset({"enforcing", "warning"})
"""Of control points: passages of the others are counted, and never become cases."""


def open_case(session: Session, report: InfractionReport, *, now: datetime) -> InfractionCase:
    """A case for `report`: ready for review when its evidence is complete, else a candidate.

    For a passage that has a case already, that one is returned and nothing changes: a retry or a
    replay makes no second case. Only one that was taken back, as opened too early, is followed by
    another.

    Raises:
        UnknownReason: the offence is not one that cases are about.
        InvalidInput: the regularisation period has not ended, or the control point only tests.
    """
    offence = coded(Offence, report.offence)
    _refuse_tests(report)
    if now < report.regularisation_deadline:
        raise InvalidInput(
            "The passage may be regularised until %(deadline)s; no case opens before.",
            deadline=municipal(report.regularisation_deadline).isoformat(timespec="minutes"),
        )
    known = case_of_passage(session, report.passage_id)
    if known is not None and not was_taken_back(known):
        return known
    case = _case_from(report, offence, next_reference(session, report.seen_at), now)
    _link_to_first(session, case)
    apply_price(session, case)
    _set_bar(case)
    session.add(case)
    write_event(case, EventKind.OPENED, SYSTEM, now=now, to_state=CaseState.CANDIDATE)
    if case.hold is not None:
        write_event(case, EventKind.HELD, SYSTEM, now=now, reason=case.hold)
    add_version(case, "opened", SYSTEM, now)
    session.flush()
    keep_originals(session, case.id, report.originals)
    audit.record(session, SYSTEM, "sanctions:case:opened", f"case:{case.id}", offence=offence)
    _make_ready_if_complete(session, case, now)
    return case


def _refuse_tests(report: InfractionReport) -> None:
    if report.mode not in ENFORCEABLE_MODES:
        raise InvalidInput(
            "Control point %(point)s was in mode '%(mode)s' when the vehicle passed: that passage "
            "is counted and never becomes a case.",
            point=report.control_point,
            mode=report.mode,
        )


def _case_from(
    report: InfractionReport, offence: Offence, reference: str, now: datetime
) -> InfractionCase:
    return InfractionCase(
        reference=reference,
        passage_id=report.passage_id,
        state=CaseState.CANDIDATE,
        offence=offence,
        plate=report.plate,
        plate_hash=report.plate_hash,
        version=1,
        country=report.country,
        zone=report.zone,
        control_point=report.control_point,
        control_point_name=report.control_point_name,
        camera=report.camera,
        direction=report.direction,
        seen_at=report.seen_at,
        confidence=report.confidence,
        snapshot=snapshot_of(report),
        regularisation_deadline=report.regularisation_deadline,
        opened_at=now,
        is_warning=report.is_warning or report.mode == "warning",
        legal_hold=False,
        pictures=_picture_rows(report.pictures),
    )


def _set_bar(case: InfractionCase) -> None:
    bar = infraction_bar(municipal(case.seen_at).date(), serious=case.is_serious)
    case.limitation_at, case.barred_at = bar.safe_until, bar.possible_until


def _link_to_first(session: Session, case: InfractionCase) -> None:
    """A later passage of the same kind waits while the vehicle's first case is not notified."""
    first = first_of_repeats(session, case)
    if first is not None:
        case.repeat_of, case.hold = first.id, Hold.REPEAT


def add_version(case: InfractionCase, cause: str, actor: Actor, now: datetime) -> None:
    """Keep what read and decision say now, beside the earlier versions."""
    case.versions.append(
        CaseVersion(
            number=case.version,
            at=now,
            made_by=actor.id,
            made_by_name=actor.name,
            cause=cause,
            plate=case.plate,
            country=case.country,
            offence=case.offence,
            snapshot=case.snapshot,
        )
    )


def _picture_rows(pictures: Mapping[str, ReportedPicture]) -> list[CasePicture]:
    return [
        CasePicture(kind=kind, evidence_key=picture.evidence_key, sha256=picture.sha256)
        for kind, picture in pictures.items()
    ]


def next_reference(session: Session, seen_at: datetime) -> str:
    """The next number of the passage's year; the row lock keeps numbers without gaps or doubles."""
    year = municipal(seen_at).year
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = (sqlite_insert if is_sqlite else postgresql_insert)(cast(Table, CaseCounter.__table__))
    counted = insert.values(year=year, last=1).on_conflict_do_update(
        index_elements=["year"], set_={"last": CaseCounter.last + 1}
    )
    number = session.execute(counted.returning(CaseCounter.last)).scalar_one()
    return f"{year}/{number:06d}"


def add_pictures(
    session: Session,
    passage_id: UUID,
    pictures: Mapping[str, ReportedPicture],
    originals: Mapping[str, ReportedPicture] | None = None,
    *,
    now: datetime,
) -> None:
    """Pictures that arrived after the case had opened; it becomes ready when nothing is missing.

    Nothing happens without a candidate, or for kinds that it has already.
    """
    known = case_of_passage(session, passage_id)
    if known is None or known.case_state is not CaseState.CANDIDATE:
        return
    case = get_case(session, known.id, lock=True)
    kinds = {picture.kind for picture in case.pictures}
    for row in _picture_rows(pictures):
        if row.kind not in kinds:
            case.pictures.append(row)
            write_event(case, EventKind.PICTURE_ADDED, SYSTEM, now=now, reason=row.kind)
    session.flush()
    keep_originals(session, case.id, originals or {})
    _make_ready_if_complete(session, case, now)


def missing_of(case: InfractionCase) -> tuple[Word, ...]:
    """What `case` lacks before an agent may validate it, in words."""
    kinds = {picture.kind for picture in case.pictures if picture.altered_at is None}
    report = case.report
    return missing_evidence(
        kinds, report["clock_offset_ms"], case.direction, report.get("health", "ok")
    )


def _make_ready_if_complete(session: Session, case: InfractionCase, now: datetime) -> None:
    if case.case_state is not CaseState.CANDIDATE or time_trigger(case, now) is not None:
        return
    if not missing_of(case):
        apply(session, case, Trigger.COMPLETE, actor=SYSTEM, now=now)


def renew_case(
    session: Session, report: InfractionReport, *, actor: Actor, now: datetime
) -> InfractionCase | None:
    """The read was corrected and the passage decided again: the case gets its next version.

    What was read before stays in the earlier versions; whoever reviews it must look again. A
    decision that names no offence any more keeps the offence, for the agent to reject. Nothing
    happens without a case that waits for its review.
    """
    known = case_of_passage(session, report.passage_id)
    if known is None or known.case_state not in AWAITING_REVIEW:
        return None
    case = get_case(session, known.id, lock=True)
    if report.offence in set(Offence):
        case.offence = report.offence
    case.plate, case.plate_hash = report.plate, report.plate_hash
    case.country, case.snapshot = report.country, snapshot_of(report)
    case.version += 1
    case.repeat_of = case.hold = None
    _link_to_first(session, case)
    apply_price(session, case)
    _set_bar(case)
    write_event(case, EventKind.DECIDED_AGAIN, actor, now=now, note=case.plate)
    add_version(case, "corrected", actor, now)
    audit.record(session, actor, "sanctions:case:renewed", f"case:{case.id}", version=case.version)
    session.flush()
    return case


def mark_regularised(session: Session, passage_id: UUID, *, why: str, now: datetime) -> None:
    """A grant made in time covers the passage: its case ends, even when validated but not sent.

    Nothing happens without a case, or when it has ended or was notified already. A case that has
    run out of time is marked as such instead.
    """
    known = case_of_passage(session, passage_id)
    if known is None:
        return
    case = get_case(session, known.id, lock=True)
    if case.case_state in BEFORE_NOTIFICATION:
        trigger = time_trigger(case, now) or Trigger.REGULARISE
        apply(session, case, trigger, actor=SYSTEM, now=now, note=why)


def note(session: Session, case: InfractionCase, text: str, *, actor: Actor, now: datetime) -> None:
    """Something another part of the house wants in the case's history: a batch, a receipt."""
    write_event(case, EventKind.NOTE, actor, now=now, note=text)
    session.flush()
