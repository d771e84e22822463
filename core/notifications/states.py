"""How a notice travels, and what became of it."""

from enum import StrEnum


class Channel(StrEnum):
    EMAIL = "email"
    PUSH = "push"
    """Shown in the app, with a signal on the phone where the citizen allowed one."""
    LETTER = "letter"
    """Printed by the post room."""


class NoticeState(StrEnum):
    QUEUED = "queued"
    KEPT = "kept"
    """Not in production: it stays here, where staff can read it, and goes nowhere."""
    SENT = "sent"
    FAILED = "failed"
    """Refused for good, such as without an address: somebody has to look."""


S = NoticeState

TRANSITIONS: dict[NoticeState, frozenset[NoticeState]] = {
    S.QUEUED: frozenset({S.KEPT, S.SENT, S.FAILED}),
    S.FAILED: frozenset({S.QUEUED}),
    S.KEPT: frozenset(),
    S.SENT: frozenset(),
}
