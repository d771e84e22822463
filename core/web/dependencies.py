"""What endpoints ask for.

A request has one transaction: it is committed when the endpoint has returned and before the answer
goes out, so whoever reads the answer also reads what was written. GET requests read only and wait
for nobody; a GET that must write (an audit row) asks for `WritingSessionDep`.

What only looks at the request is ``async``: FastAPI would send anything else to a thread and wait
for it, at every request and for every value asked for.
"""

from collections.abc import Awaitable, Callable, Iterator
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from core.accounts.service import SessionKind, actor_for_token
from core.clock import DomainClock
from core.database import transaction
from core.encryption import KeyRing
from core.errors import Unauthenticated
from core.evidence_store import EvidenceStore
from core.identity import Actor, Permission
from core.settings import Settings
from core.web.cookies import get_cookie, runtime_of, session_kind_of

_READING_METHODS = frozenset({"GET", "HEAD"})


def load_actor(request: Request) -> None:
    """Application-wide dependency: who asks, put on the request's state; None when nobody is."""
    request.state.actor = None
    token = get_cookie(request, "session")
    if token is None:
        return
    kind = cast(SessionKind, session_kind_of(request))
    with runtime_of(request).glancing() as session:
        request.state.actor = actor_for_token(session, token, kind)


def actor_of(request: Request) -> Actor | None:
    """Who asks; None when nobody is logged in."""
    actor: Actor | None = getattr(request.state, "actor", None)
    return actor


def _required_actor(request: Request) -> Actor:
    actor = actor_of(request)
    if actor is None:
        raise Unauthenticated("Log in first.")
    return actor


async def _logged_in(request: Request) -> Actor:
    return _required_actor(request)


def require(permission: Permission) -> Callable[[Request], Awaitable[Actor]]:
    """A dependency that gives the logged-in actor, who must have `permission`.

    Raises Unauthenticated when nobody is logged in, Forbidden without the permission.
    """

    async def permitted(request: Request) -> Actor:
        actor = _required_actor(request)
        actor.check(permission)
        return actor

    return permitted


def _session(request: Request) -> Iterator[Session]:
    runtime = runtime_of(request)
    factory = runtime.reading if request.method in _READING_METHODS else runtime.writing
    with transaction(factory) as session:
        yield session


def _writing_session(request: Request) -> Iterator[Session]:
    with transaction(runtime_of(request).writing) as session:
        yield session


async def _settings(request: Request) -> Settings:
    return runtime_of(request).settings


async def _clock(request: Request) -> DomainClock:
    return runtime_of(request).clock


async def _store(request: Request) -> EvidenceStore:
    return runtime_of(request).store


async def _keys(request: Request) -> KeyRing:
    return runtime_of(request).keys


async def _language(request: Request) -> str:
    return str(request.state.language)


SessionDep = Annotated[Session, Depends(_session, scope="function")]
WritingSessionDep = Annotated[Session, Depends(_writing_session, scope="function")]
ActorDep = Annotated[Actor, Depends(_logged_in)]
SettingsDep = Annotated[Settings, Depends(_settings)]
ClockDep = Annotated[DomainClock, Depends(_clock)]
StoreDep = Annotated[EvidenceStore, Depends(_store)]
KeysDep = Annotated[KeyRing, Depends(_keys)]
LanguageDep = Annotated[str, Depends(_language)]
