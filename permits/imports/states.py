"""What became of an import, and the one table of what may follow what."""

from enum import StrEnum


class RunState(StrEnum):
    FETCHING = "fetching"
    FAILED = "failed"
    """Nothing was read, or not all of it: the register stays as it was."""
    HELD = "held"
    """Read, but it would end too much: a person looks first."""
    APPLIED = "applied"
    DISCARDED = "discarded"
    """A person looked and threw it away."""


S = RunState

TRANSITIONS: dict[RunState, frozenset[RunState]] = {
    S.FETCHING: frozenset({S.FAILED, S.HELD, S.APPLIED}),
    S.HELD: frozenset({S.APPLIED, S.DISCARDED}),
    S.FAILED: frozenset(),
    S.APPLIED: frozenset(),
    S.DISCARDED: frozenset(),
}
