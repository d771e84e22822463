"""A worker that is killed in the middle of a job: nothing is lost, nothing is done twice.

Each test names the function after which the worker dies; another worker then takes over, once the
claims of the dead one are old enough (here they are made old).
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from control_center.background.handlers import HANDLERS
from control_center.background.outbox_worker import Handler, drain
from core import audit
from core.clock import utc_now
from core.database import transaction
from core.outbox import Job
from core.runtime import Runtime
from core.settings import Settings
from sanctions.documents.models import CaseDocument
from sanctions.evidence.models import EvidencePackage, PackageKind
from sanctions.evidence.packages import open_package
from sanctions.evidence.verdicts import ExitCode
from sanctions.evidence.verification import verify
from sanctions.integrations import jobs
from sanctions.integrations.handover.models import HandoverBatch, HandoverItem, ItemState
from sanctions.states import CaseState
from tests.sanctions.evidence.packages import timestamp_authority
from tests.sanctions.evidence.papers import case_of, trust_of, validated_case
from tests.sanctions.integrations.world import WORK, World
from tests.sanctions.lives import AGENT
from tests.sanctions.reports import AFTER

ROOT = Path(__file__).resolve().parents[3]
LONG_AGO = timedelta(hours=1)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    with timestamp_authority(tmp_path_factory.mktemp("authority")) as made:
        yield made


@pytest.fixture
def procedure() -> str:
    return "handed_over"


def kill_after(settings: Settings, function: str) -> None:
    """A worker of its own begins, and dies right after `function`."""
    values = {
        f"SARBIDE_{name.upper()}": value.get_secret_value()
        if isinstance(value, SecretStr)
        else str(value)
        for name, value in settings
        if name in settings.model_fields_set and value is not None
    }
    command = [sys.executable, "-m", "tests.sanctions.dying_worker", function, AFTER.isoformat()]
    environment = {**os.environ, **values}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]


def another_worker(runtime: Runtime, work: Mapping[str, Handler]) -> None:
    """Takes over what the dead one had claimed, some time later."""
    with transaction(runtime.writing) as session:
        old = utc_now() - LONG_AGO
        session.execute(update(Job).where(Job.claimed_at.is_not(None)).values(claimed_at=old))
        session.execute(
            update(HandoverBatch)
            .where(HandoverBatch.sending_since.is_not(None))
            .values(sending_since=old)
        )
    for _ in range(3):
        jobs.sweep(runtime)
        drain(runtime, work)


class TestPapers:
    @pytest.fixture
    def settings(self, tmp_path: Path, database_url: str, authority: tuple[str, str]) -> Settings:
        return Settings(
            data_dir=tmp_path / "var", database_url=database_url, timestamp_url=authority[0]
        )

    @pytest.mark.parametrize(
        "function",
        [
            "sanctions.documents.making:_signed_pdf",
            "sanctions.evidence.making:enqueue_stamping",
            "sanctions.evidence.timestamps:ask",
            "core.evidence_store:EvidenceStore.put",
        ],
    )
    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_documents_and_packages_are_made_once(
        self, runtime: Runtime, authority: tuple[str, str], function: str
    ) -> None:
        case_id = validated_case(runtime)
        kill_after(runtime.settings, function)
        another_worker(runtime, HANDLERS)
        check_papers(runtime, case_id, authority[1])


def check_papers(runtime: Runtime, case_id: UUID, root: str) -> None:
    with transaction(runtime.writing) as session:
        (document,) = session.scalars(select(CaseDocument))
        (package,) = session.scalars(select(EvidencePackage))
        assert (document.state, package.state) == ("finished", "finished"), package.problem
        assert package.kind == PackageKind.EVIDENCE
        _, content = open_package(session, runtime.store, package.id, AGENT)
        notes = [event.note for event in case_of(session, case_id).events if event.kind == "note"]
        assert len([note for note in notes if note and "denuncia.pdf" in note]) == 1
        assert len([note for note in notes if note and "evidence-1.zip" in note]) == 1
        assert len(audit.events(session, action="sanctions:document:made")) == 1
        assert len(audit.events(session, action="sanctions:package:finished")) == 1
        assert not session.scalars(select(Job).where(Job.is_open())).all()
    assert verify(content, trust_of(runtime, root)).exit_code is ExitCode.GENUINE


class TestHandOver:
    @pytest.mark.parametrize(
        "function",
        [
            "sanctions.integrations.handover.sending:_take",
            "sanctions.integrations.handover.sending:_pack",
            "sanctions.integrations.http:ServiceClient._exchange",
            "sanctions.integrations.handover.receipts:take_in",
        ],
    )
    def test_a_case_is_handed_over_once(self, world: World, function: str) -> None:
        case_id = world.validated()
        kill_after(world.runtime.settings, function)
        assert world.state(case_id) is CaseState.AGENT_VALIDATED
        another_worker(world.runtime, WORK)
        assert world.state(case_id) is CaseState.HANDED_OVER
        (item,) = world.all(HandoverItem)
        assert item.state == ItemState.ACCEPTED
        assert len(world.all(HandoverBatch)) == 1
        taken_in = {
            ticket["ID_BUTLLETA"]
            for request in world.received("handover", "/batches")
            for ticket in request["body"].get("BUTLLETES", ())
        }
        assert len(taken_in) == 1
        assert world.alarms() == []
