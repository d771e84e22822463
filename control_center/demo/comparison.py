"""What came out of a demonstration, held against what the footage's manifest says it shows.

Pure: values in, differences out. A plate that was read wrong still counts as the passage it is,
if place and time fit; it then counts against the share of exact plates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

TOLERANCE = timedelta(seconds=4)
"""A vehicle's time in the manifest is about when it is best seen, give or take three seconds."""
EXACT_SHARE = 0.95
"""Plates that must be read exactly, of those that can be read."""


@dataclass(frozen=True)
class Expected:
    """One vehicle of the manifest."""

    control_point: str
    plate: str | None
    direction: str
    seen_at: datetime
    outcome: str
    reason: str
    case: str | None
    why: str

    def __str__(self) -> str:
        return f"{self.control_point} {self.seen_at:%H:%M:%S} {self.plate or 'unreadable'}"


@dataclass(frozen=True)
class Observed:
    """One passage as the centre has it at the end."""

    passage_id: str
    control_point: str
    plate: str | None
    direction: str
    seen_at: datetime
    outcome: str
    reason: str
    """Of the first decision: what the vehicle met at the gate."""
    case: str | None
    """Offence with which a case was opened."""

    def __str__(self) -> str:
        return f"{self.control_point} {self.seen_at:%H:%M:%S} {self.plate or 'unread'}"


@dataclass(frozen=True)
class Comparison:
    """How well the two agree."""

    expected: int
    observed: int
    exact_plates: int
    readable_plates: int
    differences: tuple[str, ...]

    @property
    def exact_share(self) -> float:
        return self.exact_plates / self.readable_plates if self.readable_plates else 1.0


def expected_of(manifest: Mapping[str, Any]) -> list[Expected]:
    """The vehicles of all clips, in order of time."""
    vehicles = [
        Expected(
            control_point=clip["control_point"],
            plate=vehicle["plate"],
            direction=vehicle["direction"],
            seen_at=datetime.fromisoformat(vehicle["seen_at"]),
            outcome=vehicle["expected"]["outcome"],
            reason=vehicle["expected"]["reason"],
            case=vehicle["expected"].get("case"),
            why=vehicle["why"],
        )
        for clip in manifest["clips"]
        for vehicle in clip["vehicles"]
    ]
    return sorted(vehicles, key=lambda one: one.seen_at)


def compare(expected: Sequence[Expected], observed: Sequence[Observed]) -> Comparison:
    """Pair the two and name every difference."""
    pairs, missing, surplus = pair(expected, observed)
    differences = [f"missing: {one} ({one.why})" for one in missing]
    differences += [f"not in the manifest: {one}" for one in surplus]
    readable = [(want, got) for want, got in pairs if want.plate is not None]
    wrong = [(want, got) for want, got in readable if want.plate != got.plate]
    count = len(readable) + sum(one.plate is not None for one in missing)
    share = (len(readable) - len(wrong)) / count if count else 1.0
    if share < EXACT_SHARE:
        differences.append(f"only {share:.1%} of plates exact, {EXACT_SHARE:.0%} are wanted")
        differences += [f"plate: {want} was read as {got.plate}" for want, got in wrong]
    for want, got in pairs:
        differences += _differences(want, got)
    return Comparison(
        len(expected), len(observed), len(readable) - len(wrong), count, tuple(differences)
    )


def pair(
    expected: Sequence[Expected], observed: Sequence[Observed]
) -> tuple[list[tuple[Expected, Observed]], list[Expected], list[Observed]]:
    """Pairs, unmatched expectations and unmatched passages.

    Exact plates find each other first, so that a wrong read never takes another's place.
    """
    left, pairs = list(observed), []
    missing = list(expected)
    for fits in (_same_plate, _same_time):
        for want in list(missing):
            near = [got for got in left if fits(want, got)]
            if near:
                got = min(near, key=lambda one: abs(one.seen_at - want.seen_at))
                left.remove(got)
                missing.remove(want)
                pairs.append((want, got))
    return sorted(pairs, key=lambda one: one[0].seen_at), missing, left


def _same_plate(want: Expected, got: Observed) -> bool:
    return want.plate == got.plate and _same_time(want, got)


def _same_time(want: Expected, got: Observed) -> bool:
    return want.control_point == got.control_point and abs(want.seen_at - got.seen_at) <= TOLERANCE


def _differences(want: Expected, got: Observed) -> list[str]:
    if want.plate is not None and want.plate != got.plate:
        # What follows from a wrong read is for a person to put right; only a case is a wrong.
        wrongly = got.case is not None and want.case is None
        return [f"authorised vehicle queued: {want} as {got.plate}"] if wrongly else []
    found = []
    if (want.outcome, want.reason) != (got.outcome, got.reason):
        found.append(
            f"decision: {want} is {got.outcome}/{got.reason}, expected "
            f"{want.outcome}/{want.reason} ({want.why})"
        )
    if want.case != got.case:
        found.append(f"case: {want} has {got.case}, expected {want.case} ({want.why})")
    # Of a plate that nobody can read, the direction may stay open too: a person looks anyway.
    is_open = want.plate is None and got.direction == "unknown"
    if want.direction != got.direction and not is_open:
        found.append(f"direction: {want} is {got.direction}, expected {want.direction}")
    return found
