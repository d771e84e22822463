"""Holding what happened against the manifest: every kind of difference is named."""

from dataclasses import replace
from datetime import datetime, timedelta

from control_center.demo.comparison import Expected, Observed, compare

AT = datetime.fromisoformat("2026-10-20T09:00:00+02:00")


def expected(plate: str | None = "1234BBC", **fields: object) -> Expected:
    base = Expected(
        control_point="CP-01",
        plate=plate,
        direction="entry",
        seen_at=AT,
        outcome="authorised",
        reason="unlimited",
        case=None,
        why="a garage holder",
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def observed(plate: str | None = "1234BBC", **fields: object) -> Observed:
    base = Observed(
        passage_id="p",
        control_point="CP-01",
        plate=plate,
        direction="entry",
        seen_at=AT + timedelta(seconds=1),
        outcome="authorised",
        reason="unlimited",
        case=None,
    )
    return replace(base, **fields)  # type: ignore[arg-type]


class TestCompare:
    def test_nothing_differs(self) -> None:
        result = compare([expected()], [observed()])
        assert (result.differences, result.exact_share) == ((), 1.0)

    def test_a_vehicle_that_was_not_seen_is_missing(self) -> None:
        result = compare([expected(None), expected()], [observed()])
        assert result.differences[0].startswith("missing")

    def test_a_vehicle_that_counts_twice_is_named(self) -> None:
        result = compare([expected()], [observed(), observed(seen_at=AT + timedelta(seconds=2))])
        assert result.differences[0].startswith("not in the manifest")

    def test_a_passage_at_another_time_is_another_passage(self) -> None:
        late = observed(seen_at=AT + timedelta(seconds=9))
        kinds = [one.split(":")[0] for one in compare([expected()], [late]).differences]
        assert kinds[:2] == ["missing", "not in the manifest"]

    def test_one_wrong_plate_in_twenty_is_tolerated(self) -> None:
        wanted = [expected(f"{n}BBC", seen_at=AT + timedelta(minutes=n)) for n in range(20)]
        seen = [observed(f"{n}BBC", seen_at=AT + timedelta(minutes=n)) for n in range(20)]
        seen[3] = observed("3BBG", seen_at=AT + timedelta(minutes=3), outcome="read_review")
        assert compare(wanted, seen).differences == ()
        seen[4] = observed("4BBG", seen_at=AT + timedelta(minutes=4), outcome="read_review")
        assert "90.0% of plates exact" in compare(wanted, seen).differences[0]

    def test_a_wrong_plate_does_not_take_the_place_of_a_right_one(self) -> None:
        both = [expected("1111BBB"), expected("2222CCC")]
        seen = [observed("2222CCC"), observed("1111BBD")]
        result = compare(both, seen)
        assert result.exact_plates == 1

    def test_an_authorised_vehicle_in_the_queue_is_named_even_when_misread(self) -> None:
        wanted = [expected(f"{n}BBC", seen_at=AT + timedelta(minutes=n)) for n in range(20)]
        seen = [observed(f"{n}BBC", seen_at=AT + timedelta(minutes=n)) for n in range(20)]
        seen[3] = observed("3BBG", seen_at=AT + timedelta(minutes=3), case="no_permit")
        assert compare(wanted, seen).differences[0].startswith("authorised vehicle queued")

    def test_another_decision_case_or_direction_is_named(self) -> None:
        seen = observed(outcome="not_authorised", reason="no_permit", case="no_permit")
        kinds = {one.split(":")[0] for one in compare([expected()], [seen]).differences}
        assert kinds == {"decision", "case"}
        backwards = compare([expected()], [observed(direction="exit")]).differences
        assert backwards[0].startswith("direction")

    def test_the_direction_of_an_unreadable_vehicle_may_stay_open(self) -> None:
        result = compare([expected(None)], [observed(None, direction="unknown")])
        assert result.differences == ()
        assert compare([expected(None)], [observed(None, direction="exit")]).differences
