"""The footage's manifest, the register and the centre agree: perfect reads of every filmed vehicle
give the decisions and cases that the manifest promises. The demonstration shows the same with the
plates as they are really read."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from control_center.demo.comparison import compare, expected_of
from control_center.demo.edge import SAMPLE_FOOTAGE, Footage
from control_center.demo.once import observe
from control_center.web import create_staff_app
from core.database import transaction
from core.runtime import Runtime
from permits.seed.places import seed_places
from permits.seed.register import load_register
from tests.control_center.builders import EdgeBox, do_jobs, report

FOOTAGE = Footage.load(SAMPLE_FOOTAGE)
MANIFEST = FOOTAGE.manifest


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    """The demonstration's register without the invented holders, on the morning of its day."""
    runtime.clock.move_to(FOOTAGE.starts_at - timedelta(minutes=1))
    with transaction(runtime.writing) as session:
        seed_places(session)
        load_register(session, runtime.keys, FOOTAGE.register, now=runtime.clock.now())
    return create_staff_app(runtime.settings, runtime=runtime)


def perfect_reports() -> list[dict[str, Any]]:
    """One report for each filmed vehicle, in order of time."""
    reports = [
        report(
            vehicle["plate"],
            datetime.fromisoformat(vehicle["seen_at"]),
            control_point=clip["control_point"],
            camera=clip["camera"],
            direction=vehicle["direction"],
            country=vehicle["country"],
            pictures=[],
        )
        for clip in MANIFEST["clips"]
        for vehicle in clip["vehicles"]
    ]
    return sorted(reports, key=lambda one: str(one["seen_at"]))


@pytest.mark.parametrize("order", ["as filmed", "backwards"])
def test_perfect_reads_give_what_the_manifest_promises(app: FastAPI, order: str) -> None:
    runtime: Runtime = app.state.runtime
    points = sorted({clip["control_point"] for clip in MANIFEST["clips"]})
    edge = EdgeBox(app, points=points)
    reports = perfect_reports()
    runtime.clock.move_to(datetime.fromisoformat(reports[-1]["seen_at"]))
    for one in reports if order == "as filmed" else reversed(reports):
        edge.report(one)
        do_jobs(runtime)
    runtime.clock.advance(timedelta(hours=73))
    do_jobs(runtime)
    comparison = compare(expected_of(MANIFEST), observe(runtime))
    assert comparison.differences == ()
    assert comparison.exact_share == 1.0


def test_ids_of_filmed_vehicles_differ() -> None:
    ids = [UUID(one["passage_id"]) for one in perfect_reports()]
    assert len(set(ids)) == len(ids) == MANIFEST["totals"]["passages"]
