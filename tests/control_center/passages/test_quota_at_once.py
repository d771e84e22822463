"""Two vehicles of one dwelling drive in together, and one entry is left."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

from sqlalchemy import func, select

from control_center.background.handlers import decide_new
from core.database import transaction
from permits.models import QuotaEntry
from tests.control_center.builders import MORNING, EdgeBox, do_jobs, id_of, report
from tests.control_center.passages.test_passages import permit, state_of

PAIR = ("1234BBC", "5678DDD")


def test_of_two_simultaneous_entries_one_takes_the_last_of_the_quota(edge: EdgeBox) -> None:
    permit(edge.runtime, *PAIR)
    for back in (7, 5, 4):
        edge.report(report(PAIR[0], MORNING - timedelta(days=back)))
        do_jobs(edge.runtime)
    edge.report(*(report(plate, MORNING) for plate in PAIR))
    together = Barrier(2, timeout=20)

    def decide(passage: UUID) -> None:
        together.wait()
        with transaction(edge.runtime.writing) as session:
            decide_new(session, edge.runtime, {"passage_id": str(passage)})

    entries = [id_of(plate, MORNING) for plate in PAIR]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(decide, entries))
    reasons = sorted(state_of(edge.runtime, entry)[1] for entry in entries)
    assert reasons == ["quota_exceeded", "quota_right"]
    with transaction(edge.runtime.reading) as session:
        assert session.scalar(select(func.count()).select_from(QuotaEntry)) == 4


def test_an_entry_reported_late_counts_before_the_other_vehicle_s(edge: EdgeBox) -> None:
    permit(edge.runtime, *PAIR)
    for back in (7, 5, 4):
        edge.report(report(PAIR[0], MORNING - timedelta(days=back)))
    edge.report(report(PAIR[1], MORNING))
    do_jobs(edge.runtime)
    assert state_of(edge.runtime, id_of(PAIR[1], MORNING))[1] == "quota_right"
    edge.report(report(PAIR[0], MORNING - timedelta(days=1)))
    do_jobs(edge.runtime)
    assert state_of(edge.runtime, id_of(PAIR[1], MORNING))[1] == "quota_exceeded"
