"""E9: no traffic for three times the expected gap raises an alarm, within a quarter of an hour."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from control_center.edge_boxes import quiet_gates
from control_center.edge_boxes.device_models import CameraStatus
from core import audit
from core.database import transaction
from permits.rules.counting import Cell, move_count
from tests.control_center.builders import EdgeBox
from tests.control_center.test_screens import beat

NOW = datetime(2026, 10, 20, 9, 50, tzinfo=UTC)


def minutes(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


@pytest.fixture
def busy(edge: EdgeBox) -> EdgeBox:
    """Every morning of four weeks six vehicles entered between nine and ten: one in ten minutes."""
    beat(edge)
    with transaction(edge.runtime.writing) as session:
        for day in range(1, 29):
            at = NOW.replace(minute=15) - timedelta(days=day)
            for profile in ("resident", "loading"):
                for _ in range(3):
                    move_count(session, None, Cell(at, "CP-01", profile, "allowed", "grant"))
        session.execute(update(CameraStatus).values(last_passage_at=NOW))
    return edge


def quiet_at(session: Session, minute: float) -> list[str]:
    return quiet_gates.mark_quiet(session, minutes(minute))


def test_e9_no_traffic_for_three_expected_gaps_is_an_alarm_once(busy: EdgeBox) -> None:
    with transaction(busy.runtime.writing) as session:
        session.execute(update(CameraStatus).values(last_passage_at=minutes(-40)))
        assert quiet_at(session, -10.5) == []
        assert quiet_at(session, -9.5) == ["CP-01"]
        assert quiet_at(session, -8.5) == []
        assert len(audit.events(session, action=quiet_gates.ACTION)) == 1


def test_e9_the_next_silence_is_an_alarm_again(busy: EdgeBox) -> None:
    with transaction(busy.runtime.writing) as session:
        session.execute(update(CameraStatus).values(last_passage_at=minutes(-45)))
        assert quiet_at(session, 0) == ["CP-01"]
        session.execute(update(CameraStatus).values(last_passage_at=minutes(-31)))
        assert quiet_at(session, 0) == ["CP-01"]


def test_e9_where_entries_are_too_rare_nobody_is_alarmed(busy: EdgeBox) -> None:
    with transaction(busy.runtime.writing) as session:
        night = NOW + timedelta(hours=14)
        assert quiet_gates.mark_quiet(session, night) == []


def test_e9_a_recording_that_ended_is_not_quiet(busy: EdgeBox) -> None:
    with transaction(busy.runtime.writing) as session:
        session.execute(update(CameraStatus).values(last_passage_at=minutes(-60), state="ended"))
        assert quiet_at(session, 0) == []
