"""What a process with a database stands on: opened once at its start, handed down from there."""

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from core import encryption, logs
from core.clock import DomainClock
from core.database import create_database, session_factory
from core.encryption import KeyRing, key_ring
from core.evidence_store import EvidenceStore
from core.settings import Settings


@dataclass(frozen=True)
class Runtime:
    settings: Settings
    engine: Engine
    writing: sessionmaker[Session]
    """Sessions for transactions that write."""
    reading: sessionmaker[Session]
    """Sessions that only read and never wait for writers."""
    glancing: sessionmaker[Session]
    """The same for a single query, with no transaction around it."""
    keys: KeyRing
    store: EvidenceStore
    clock: DomainClock

    def close(self) -> None:
        self.engine.dispose()


def open_runtime(settings: Settings) -> Runtime:
    """Open the database and keys that `settings` name; also installs the keys for the models."""
    logs.configure()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    keys = key_ring(settings)
    encryption.install(keys)
    engine = create_database(settings.effective_database_url)
    return Runtime(
        settings=settings,
        engine=engine,
        writing=session_factory(engine),
        reading=session_factory(engine, read_only=True),
        glancing=session_factory(engine, read_only=True, single_look=True),
        keys=keys,
        store=EvidenceStore.in_folder(settings.data_dir / "evidence", keys),
        clock=settings.domain_clock,
    )
