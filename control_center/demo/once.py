"""`demo --once`: the whole story without the wait, held against the footage's manifest."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from control_center.demo import watching
from control_center.demo.comparison import Comparison, Observed, compare, expected_of
from control_center.demo.edge import Footage
from control_center.demo.home import DemoHome, free_port
from control_center.demo.stage import Stage
from control_center.demo.story import Story
from control_center.models import PassageRecord, PendingRegularisation
from core.clock import municipal
from core.database import transaction
from core.runtime import Runtime
from sanctions.models import InfractionCase

REPLAY_SECONDS = 900.0
"""Patience, for a slow or busy machine; a free one needs a tenth of it."""
CASES_SECONDS = 120.0

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Result:
    """What came out, and how it differs from what was expected."""

    comparison: Comparison
    observed: tuple[Observed, ...]


def run_once(folder: Path, footage: Footage, tell: Tell) -> Result:
    """Replay, move the clock past the deadlines, and compare. `tell` gets each line of the story.

    Raises:
        SetupProblem, Unavailable: see `Stage.build`.
    """
    home = DemoHome.open(folder, fresh=True, staff_port=free_port(0), app_port=free_port(0))
    with Stage.build(home, footage) as stage:
        late = _play(stage, tell)
        observed = observe(stage.runtime)
        stage.supervisor.kill()  # nothing is left to be done, and time is short
    home.save(is_finished=True)
    comparison = compare(expected_of(footage.manifest), observed)
    comparison = replace(comparison, differences=(*late, *comparison.differences))
    return Result(comparison, tuple(observed))


def _play(stage: Stage, tell: Tell) -> list[str]:
    """Let the footage pass and the deadlines after it; returns what did not end in time."""
    story, late = Story(stage.runtime), []

    def meanwhile() -> None:
        for name in stage.supervisor.check():
            tell(f"{name} had ended and was started again; see {stage.supervisor.log_of(name)}")
        for happening in story.news():
            tell(str(happening))

    def wait(what: str, condition: Callable[[], bool], seconds: float) -> None:
        if not watching.wait_until(condition, meanwhile, seconds):
            late.append(f"{what} did not end within {seconds:.0f} s; see {stage.log_folder()}")

    runtime, cameras = stage.runtime, len(stage.footage.manifest["cameras"])
    wait("the replay", lambda: watching.footage_is_over(runtime, cameras), REPLAY_SECONDS)
    wait("deciding", lambda: watching.is_idle(runtime), CASES_SECONDS)
    wait("sending pictures", lambda: watching.has_wanted_pictures(runtime), CASES_SECONDS)
    period = timedelta(hours=runtime.settings.regularisation_hours)
    runtime.clock.advance(period + timedelta(hours=1))
    tell(f"The city's clock moves past the deadlines, to {municipal(stage.now()):%d.%m. %H:%M}.")
    wait("opening the cases", lambda: watching.is_idle(runtime), CASES_SECONDS)
    return late


def observe(runtime: Runtime) -> list[Observed]:
    """Every passage with its first decision and the offence of its case."""
    with transaction(runtime.reading) as session:
        offences = _offences(session)
        query = (
            select(PassageRecord)
            .order_by(PassageRecord.seen_at)
            .options(selectinload(PassageRecord.decisions))
        )
        return [_observed(one, offences.get(one.id)) for one in session.scalars(query)]


def _offences(session: Session) -> dict[UUID, str]:
    """Offence by passage; an overstay is told at the exit, where it became one."""
    leaving = {
        row.passage_id: row.exit_passage_id
        for row in session.execute(
            select(PendingRegularisation.passage_id, PendingRegularisation.exit_passage_id)
        )
        if row.exit_passage_id is not None
    }
    cases = session.execute(select(InfractionCase.passage_id, InfractionCase.offence))
    return {leaving.get(row.passage_id, row.passage_id): str(row.offence) for row in cases}


def _observed(passage: PassageRecord, case: str | None) -> Observed:
    first = passage.decisions[0] if passage.decisions else None
    return Observed(
        passage_id=str(passage.id),
        control_point=passage.control_point,
        plate=passage.plate,
        direction=passage.direction,
        seen_at=municipal(passage.seen_at),
        outcome=first.outcome if first else "undecided",
        reason=first.reason if first else "undecided",
        case=case,
    )
