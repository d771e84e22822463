"""What the page of a case shows, also when a decision was refused: nobody ends on a page that leads
nowhere, and what was typed stays."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from core.errors import Conflict, InvalidInput
from core.evidence_store import EvidenceStore
from core.identity import Actor, Permission
from core.web.dependencies import (
    ClockDep,
    LanguageDep,
    StoreDep,
    WritingSessionDep,
    require,
)
from core.web.errors import wants_page
from core.web.pages import redirect, render
from core.web.translations import translate
from sanctions.evidence import integrity
from sanctions.models import CLAIM_LENGTH, InfractionCase
from sanctions.numbers import one_decimal
from sanctions.review import corrections, second, service, views
from sanctions.service import missing_of
from sanctions.states import AWAITING_REVIEW, CaseState

Viewer = Annotated[Actor, Depends(require(Permission.VIEW_CASES))]


_NOTHING_TYPED = {"reason": "", "note": "", "plate": ""}


@dataclass
class CasePage:
    """The page of a case for whoever asks; a dependency."""

    request: Request
    session: WritingSessionDep
    clock: ClockDep
    store: StoreDep
    actor: Viewer
    language: LanguageDep

    def show(
        self,
        case_id: UUID,
        *,
        refusal: str | None = None,
        typed: dict[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        """The case with its evidence; the look is written into its history."""
        now = self.clock.now()
        case = service.view(self.session, case_id, self.actor, now=now)
        context = evidence_context(self.session, self.store, case, self.language, now)
        context |= duty_context(case, self.actor, now)
        context |= {"refusal": refusal, "typed": _NOTHING_TYPED | (typed or {})}
        return render(self.request, "sanctions/case.html", context, status=status)

    def to_second_review(self, case_id: UUID) -> Response:
        return redirect(self.request, f"/cases/second/{case_id}")

    def try_to(self, act: Callable[[], Response], case_id: UUID, **typed: str) -> Response:
        """What `act` answers; when it refuses, the case again with the reason and what was `typed`.

        Programs get the refusal as it is, and so does everybody who lacks a permission.
        """
        try:
            with self.session.begin_nested():  # what a refused step changed is undone
                return act()
        except (Conflict, InvalidInput) as error:
            if case_id in second.hidden_from(self.session, self.actor):
                return self.to_second_review(case_id)  # the refusal would tell the first decision
            if not wants_page(self.request):
                raise
            refusal = translate(error.template, self.language, **error.details)
            return self.show(case_id, refusal=refusal, typed=typed, status=error.status)


CasePageDep = Annotated[CasePage, Depends()]


def evidence_context(
    session: Session, store: EvidenceStore, case: InfractionCase, language: str, now: datetime
) -> dict[str, Any]:
    """What the pages of a case show of its evidence."""
    is_waiting = case.case_state in AWAITING_REVIEW
    return {
        "case": case,
        "line": views.case_line(case, now),
        "report": case.report,
        "votes": views.votes_by_weight(case.report),
        "trace": views.trace_in_words(case.report, language),
        "missing": missing_of(case) if is_waiting else (),
        "direction": views.DIRECTION_LABELS.get(case.direction, case.direction),
        "pictures": views.pictures_in_order(case),
        "picture_labels": views.PICTURE_LABELS,
        "checks": integrity.integrity(session, store, case),
        "status_labels": integrity.STATUS_LABELS,
        "others": views.other_cases(session, case),
        "hold": views.hold_label(case),
        "now": now,
        "one_decimal": one_decimal,
    }


def duty_context(case: InfractionCase, actor: Actor, now: datetime) -> dict[str, Any]:
    is_waiting = case.case_state in AWAITING_REVIEW
    return {
        "event_label": views.event_label,
        "reason_label": views.reason_label,
        "event_note": views.event_note,
        "choices": views.decision_choices(case),
        "is_ready": case.case_state is CaseState.READY,
        "is_correcting": corrections.is_being_corrected(case),
        "asked_second_look": case.second_look_by is not None,
        "asked_it_myself": case.second_look_by is not None and case.second_look_by == actor.id,
        "may_review": is_waiting and actor.may(Permission.REVIEW_CASES),
        "may_instruct": actor.may(Permission.INSTRUCT_CASES) or actor.may(Permission.RESOLVE_CASES),
        "is_mine": case.holder_of_claim(now) == actor.id,
        "claim_minutes": int(CLAIM_LENGTH.total_seconds() // 60),
    }
