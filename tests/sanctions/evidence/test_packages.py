"""A validated case gets its evidence package: whole, sealed, timestamped, written once."""

import json
from datetime import timedelta

import pytest

from core import audit
from core.clock import municipal
from core.database import transaction
from core.errors import Conflict, Forbidden
from core.identity import Role
from core.runtime import Runtime
from core.settings import Settings
from sanctions import procedure
from sanctions.errors import EvidenceAltered
from sanctions.evidence import canonical_zip
from sanctions.evidence.contents import SUMMARY
from sanctions.evidence.making import build_package, stamp_package
from sanctions.evidence.models import PackageKind, PackageState
from sanctions.evidence.packages import open_package, request_court_file, request_package
from sanctions.evidence.verdicts import ExitCode, Status
from sanctions.evidence.verification import verify
from sanctions.queries import get_case
from tests.sanctions.evidence.papers import (
    CONTEXT,
    ORIGINAL,
    PLATE,
    case_of,
    do_papers,
    package_rows,
    trust_of,
    validated_case,
)
from tests.sanctions.lives import AGENT, DRIVER, HOLDER, INSTRUCTOR, person

Authority = tuple[str, str]


class TestValidatedCase:
    def test_its_package_is_genuine_and_holds_what_the_law_and_a_defence_ask(
        self, runtime: Runtime, authority: Authority
    ) -> None:
        case_id = validated_case(runtime)
        do_papers(runtime)
        with transaction(runtime.writing) as session:
            (row,) = package_rows(session, case_id)
            assert row.state == PackageState.FINISHED, row.problem
            _, content = open_package(session, runtime.store, row.id, AGENT)
        verdict = verify(content, trust_of(runtime, authority[1]))
        assert verdict.exit_code is ExitCode.GENUINE, [
            str(one) for one in verdict.with_status(Status.FAILED)
        ]
        files = canonical_zip.read(content)
        assert files["pictures/plate.jpg"] == PLATE
        assert files["pictures/context.jpg"] == CONTEXT
        assert ORIGINAL not in files.values(), "the picture as filmed stays in the centre (P5)"
        case = json.loads(files["case.json"])
        assert case["validated"]["agent_number"] == "48-1207"
        assert case["seen_at"]["local"].endswith("+02:00")
        assert json.loads(files["equipment.json"])["clock"]["offset_ms"] == 12.0
        assert json.loads(files["decision.json"])["rule_version"] == "1"
        assert json.loads(files["reads.json"])["votes"] == {"1234BBC": 12, "1234B8C": 2}
        assert files[SUMMARY].startswith(b"%PDF-1.7")

    def test_it_is_in_the_history_and_the_download_in_the_audit_trail(
        self, runtime: Runtime
    ) -> None:
        case_id = validated_case(runtime)
        do_papers(runtime)
        with transaction(runtime.writing) as session:
            (row,) = package_rows(session, case_id)
            open_package(session, runtime.store, row.id, AGENT)
            notes = [event.note for event in case_of(session, case_id).events if event.note]
            assert any(f"evidence-1.zip, SHA-256 {row.sha256}" in note for note in notes)
        with transaction(runtime.writing) as session:
            (download,) = audit.events(session, action="sanctions:package:downloaded")
            assert download.actor_name == AGENT.name

    def test_making_it_twice_changes_nothing(self, runtime: Runtime) -> None:
        case_id = validated_case(runtime)
        do_papers(runtime)
        with transaction(runtime.reading) as session:
            (before,) = package_rows(session, case_id)
        for job in (build_package, stamp_package):
            with transaction(runtime.writing) as session:
                job(session, runtime, {"package_id": str(before.id)})
        do_papers(runtime)
        with transaction(runtime.reading) as session:
            (after,) = package_rows(session, case_id)
        assert (after.sha256, after.store_key) == (before.sha256, before.store_key)

    def test_asking_again_while_it_is_made_makes_no_second(self, runtime: Runtime) -> None:
        case_id = validated_case(runtime)
        with transaction(runtime.writing) as session:
            case = get_case(session, case_id, lock=True)
            request_package(session, case, PackageKind.EVIDENCE, now=runtime.clock.now())
            assert len(package_rows(session, case_id)) == 1

    def test_a_named_drivers_case_gets_one_from_the_same_evidence(
        self, runtime: Runtime, authority: Authority
    ) -> None:
        case_id = validated_case(runtime)
        with transaction(runtime.writing) as session:
            now = runtime.clock.now()
            procedure.find_holder(session, case_id, HOLDER, enquired_at=now, now=now)
            procedure.start_notifying(session, case_id, channel="post", now=now)
            day = municipal(now).date()
            procedure.serve(session, case_id, served_on=day, how="post", now=now)
            against = procedure.identify_driver(
                session, case_id, DRIVER, now=now, actor=INSTRUCTOR
            ).id
        do_papers(runtime)
        with transaction(runtime.writing) as session:
            (row,) = package_rows(session, against)
            _, content = open_package(session, runtime.store, row.id, INSTRUCTOR)
        verdict = verify(content, trust_of(runtime, authority[1]))
        assert verdict.exit_code is ExitCode.GENUINE, [
            str(one) for one in verdict.with_status(Status.FAILED)
        ]

    def test_a_picture_that_was_replaced_goes_into_no_package(self, runtime: Runtime) -> None:
        case_id = validated_case(runtime)
        with transaction(runtime.reading) as session:
            key = case_of(session, case_id).pictures[0].evidence_key
        runtime.store.erase(key)
        runtime.store.put(key, b"\xff\xd8 another")
        do_papers(runtime)
        with transaction(runtime.reading) as session:
            (row,) = package_rows(session, case_id)
            assert row.state == PackageState.REQUESTED
            assert "Do not use it" in (row.problem or ""), "the page says why it is not made"

    def test_a_stored_package_that_was_replaced_is_not_handed_out(self, runtime: Runtime) -> None:
        case_id = validated_case(runtime)
        do_papers(runtime)
        with transaction(runtime.writing) as session:
            (row,) = package_rows(session, case_id)
            assert row.store_key is not None
            runtime.store.erase(row.store_key)
            runtime.store.put(row.store_key, b"PK another")
            with pytest.raises(EvidenceAltered, match="Do not use it"):
                open_package(session, runtime.store, row.id, AGENT)

    def test_only_who_sees_cases_gets_it(self, runtime: Runtime) -> None:
        case_id = validated_case(runtime)
        do_papers(runtime)
        with transaction(runtime.writing) as session:
            (row,) = package_rows(session, case_id)
            with pytest.raises(Forbidden):
                open_package(session, runtime.store, row.id, person(Role.OPERATOR, "Ane"))


class TestTimestampAuthorityDown:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"timestamp_url": "http://127.0.0.1:9/"})

    def test_the_sealed_package_waits_and_is_finished_when_it_answers_again(
        self, runtime: Runtime, authority: Authority
    ) -> None:
        case_id = validated_case(runtime)
        do_papers(runtime)
        with transaction(runtime.reading) as session:
            (row,) = package_rows(session, case_id)
            assert (row.state, row.attempts) == (PackageState.SEALED, 1)
            assert "does not answer" in (row.problem or "")
            assert row.draft_key is not None
            waiting = runtime.store.get(row.draft_key)
        # The authority is up again; the next attempt is due after a while.
        object.__setattr__(
            runtime,
            "settings",
            runtime.settings.model_copy(update={"timestamp_url": authority[0]}),
        )
        do_papers(runtime)
        with transaction(runtime.reading) as session:
            assert package_rows(session, case_id)[0].state == PackageState.SEALED, "not before"
        runtime.clock.advance(timedelta(minutes=1))
        do_papers(runtime)
        with transaction(runtime.writing) as session:
            (row,) = package_rows(session, case_id)
            assert row.state == PackageState.FINISHED
            _, content = open_package(session, runtime.store, row.id, AGENT)
        assert verify(content, trust_of(runtime, authority[1])).exit_code is ExitCode.GENUINE
        sealed = canonical_zip.read(waiting)
        assert sealed.items() <= canonical_zip.read(content).items(), "what waited was kept"

    def test_meanwhile_nobody_gets_it(self, runtime: Runtime) -> None:
        case_id = validated_case(runtime)
        do_papers(runtime)
        with transaction(runtime.writing) as session:
            (row,) = package_rows(session, case_id)
            with pytest.raises(Conflict, match="not finished"):
                open_package(session, runtime.store, row.id, AGENT)


class TestCourtFile:
    def test_it_holds_the_whole_case_indexed_and_verifies_with_the_package_inside(
        self, runtime: Runtime, authority: Authority
    ) -> None:
        case_id = validated_case(runtime)
        with transaction(runtime.writing) as session:
            request_court_file(session, case_id, INSTRUCTOR, now=runtime.clock.now())
        do_papers(runtime)
        runtime.clock.advance(timedelta(minutes=1))
        do_papers(runtime)
        with transaction(runtime.writing) as session:
            rows = {row.kind: row for row in package_rows(session, case_id)}
            court = rows[PackageKind.COURT_FILE]
            assert court.state == PackageState.FINISHED, court.problem
            _, content = open_package(session, runtime.store, court.id, INSTRUCTOR)
        verdict = verify(content, trust_of(runtime, authority[1]))
        assert verdict.exit_code is ExitCode.GENUINE, [
            str(one) for one in verdict.with_status(Status.FAILED)
        ]
        files = canonical_zip.read(content)
        index = json.loads(files["index.json"])
        listed = {line["name"] for line in index["files"]}
        assert {"case/case.json", "case/history.json", "evidence/package-1.zip"} <= listed
        assert any(name.startswith("documents/") and "denuncia" in name for name in listed)
        assert listed <= files.keys()
        assert b"/Type /Sig" in files["index.pdf"] or b"/Type/Sig" in files["index.pdf"]

    def test_police_agents_do_not_export(self, runtime: Runtime) -> None:
        case_id = validated_case(runtime)
        with transaction(runtime.writing) as session, pytest.raises(Forbidden):
            request_court_file(session, case_id, AGENT, now=runtime.clock.now())
