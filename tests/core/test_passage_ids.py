"""Passage ids repeat on replay and sort by time."""

from datetime import UTC, datetime, timedelta

from core.passage_ids import lowest_id_at, passage_id

SEEN = datetime(2026, 10, 20, 8, 30, 0, 125_000, tzinfo=UTC)
BOX = (10, 20, 110, 45)


def test_a_replay_repeats_the_id() -> None:
    assert passage_id(SEEN, "cam-1", 7, BOX) == passage_id(SEEN, "cam-1", 7, BOX)


def test_is_a_uuid_of_version_seven() -> None:
    made = passage_id(SEEN, "cam-1", 7, BOX)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_two_vehicles_in_one_frame_differ() -> None:
    assert passage_id(SEEN, "cam-1", 7, BOX) != passage_id(SEEN, "cam-1", 7, (300, 20, 400, 45))


def test_two_cameras_at_one_moment_differ() -> None:
    assert passage_id(SEEN, "cam-1", 7, BOX) != passage_id(SEEN, "cam-2", 7, BOX)


def test_later_passages_sort_after_earlier_ones() -> None:
    later = SEEN + timedelta(milliseconds=1)
    assert passage_id(SEEN, "z", 999, BOX) < passage_id(later, "a", 0, BOX)
    assert lowest_id_at(SEEN) <= passage_id(SEEN, "cam-1", 7, BOX) < lowest_id_at(later)
