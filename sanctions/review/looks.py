"""What was on whose screen: a decision rests on the evidence as the agent saw it."""

from core.identity import Actor
from sanctions.models import InfractionCase
from sanctions.transitions import EventKind

CHANGES_EVIDENCE = frozenset({EventKind.OPENED, EventKind.PICTURE_ADDED, EventKind.DECIDED_AGAIN})


def has_seen(case: InfractionCase, actor: Actor, picture: str | None) -> bool:
    """Whether `picture` (or the page, for None) was on the actor's screen since the evidence last
    changed."""
    changed = max(event.number for event in case.events if event.kind in CHANGES_EVIDENCE)
    return any(
        event.kind == EventKind.VIEWED
        and event.actor_id == actor.id
        and event.reason == picture
        and event.number > changed
        for event in case.events
    )
