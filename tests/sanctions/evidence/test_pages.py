"""The papers of a case, as staff see them; and the one way to see a picture as filmed."""

import re
from uuid import UUID

import pytest
from fastapi import FastAPI

from core import audit
from core.database import transaction
from core.errors import Forbidden, InvalidInput
from core.identity import Role
from core.runtime import Runtime
from sanctions.endpoints import router
from sanctions.evidence.integrity import integrity
from sanctions.evidence.unmasking import unmask
from sanctions.evidence.verdicts import Status
from tests.clients import WebClient, logged_in_client
from tests.conftest import BuildApp
from tests.sanctions.conftest import add_case
from tests.sanctions.evidence.packages import Key
from tests.sanctions.evidence.papers import (
    CONTEXT,
    ORIGINAL,
    case_of,
    do_papers,
    package_rows,
    validated_case,
)
from tests.sanctions.lives import AGENT, INSTRUCTOR
from tests.sanctions.reports import AFTER


@pytest.fixture
def app(build_app: BuildApp) -> FastAPI:
    return build_app([router], ["sanctions"])


@pytest.fixture
def case_id(runtime: Runtime) -> UUID:
    made = validated_case(runtime)
    do_papers(runtime)
    return made


@pytest.fixture
def instructor_client(app: FastAPI) -> WebClient:
    return logged_in_client(app, Role.INSTRUCTOR)


class TestPapersPage:
    def test_it_lists_documents_packages_and_what_holds(
        self, police_client: WebClient, case_id: UUID
    ) -> None:
        page = police_client.get(f"/cases/{case_id}/papers").text
        for shown in (
            "Statement of offence",
            "Evidence package 1",
            "Sealed and timestamped",
            "Signed",
            "The evidence package is sealed and timestamped.",
            "The report is signed by the computer",
        ):
            assert shown in page, shown

    def test_agents_download_the_package_and_see_the_denuncia(
        self, police_client: WebClient, case_id: UUID
    ) -> None:
        page = police_client.get(f"/cases/{case_id}/papers").text
        package, document = (
            re.findall(rf'href="(/cases/{case_id}/{kind}/[^"]+)"', page)[0]
            for kind in ("packages", "documents")
        )
        answer = police_client.get(package)
        assert answer.headers["Content-Type"] == "application/zip"
        assert "evidence-2026-000001-1.zip" in answer.headers["Content-Disposition"]
        assert answer.content.startswith(b"PK")
        assert police_client.get(document).content.startswith(b"%PDF")

    def test_the_court_file_is_asked_for_by_the_instructor_and_not_by_agents(
        self, police_client: WebClient, instructor_client: WebClient, case_id: UUID
    ) -> None:
        assert "court-file" not in police_client.get(f"/cases/{case_id}/papers").text
        assert police_client.submit(f"/cases/{case_id}/court-file").status_code == 403
        answer = instructor_client.submit(f"/cases/{case_id}/court-file")
        assert answer.headers["Location"] == f"/cases/{case_id}/papers"
        assert "Court file 1" in instructor_client.get(f"/cases/{case_id}/papers").text

    def test_the_evidence_is_sealed_anew_by_the_instructor_and_not_by_agents(
        self,
        runtime: Runtime,
        police_client: WebClient,
        instructor_client: WebClient,
        case_id: UUID,
    ) -> None:
        assert "Seal the evidence anew" not in police_client.get(f"/cases/{case_id}/papers").text
        assert police_client.submit(f"/cases/{case_id}/packages").status_code == 403
        assert "Seal the evidence anew" in instructor_client.get(f"/cases/{case_id}/papers").text
        assert instructor_client.submit(f"/cases/{case_id}/packages").status_code == 303
        with runtime.reading() as session:
            assert len(package_rows(session, case_id)) == 2
        with transaction(runtime.writing) as session:
            asked = audit.events(session, action="sanctions:package:requested")
            refused = audit.events(session, action="core:permission:refused")
        assert [row.actor_name for row in asked] == ["Sarbide", "Instructor"]
        assert any("/packages" in str(row.details) + row.subject for row in refused)

    def test_a_case_that_nobody_validated_has_nothing_to_seal(
        self, runtime: Runtime, instructor_client: WebClient
    ) -> None:
        case_id = add_case(runtime)
        answer = instructor_client.submit(f"/cases/{case_id}/packages")
        assert answer.status_code == 409
        assert "once an agent has validated it" in answer.text

    def test_a_void_document_is_refused_in_words(
        self, instructor_client: WebClient, case_id: UUID
    ) -> None:
        """Nobody is known yet to whom the notification could be addressed."""
        form = {"kind": "notification"}
        answer = instructor_client.submit(f"/cases/{case_id}/documents", form)
        assert answer.status_code == 409
        assert "a person to address it to" in answer.text

    def test_operators_see_none_of_it(self, operator_client: WebClient, case_id: UUID) -> None:
        assert operator_client.get(f"/cases/{case_id}/papers").status_code == 403


class TestUnmasking:
    """P5: unmasking needs a role, a reason and an audit row."""

    def test_p5_the_role(self, police_client: WebClient, case_id: UUID) -> None:
        assert police_client.get(f"/cases/{case_id}/unmask/context").status_code == 403
        form = {"reason": "court", "note": "Procedimiento 12/2026"}
        assert police_client.submit(f"/cases/{case_id}/unmask/context", form).status_code == 403

    @pytest.mark.parametrize(
        "form",
        [{}, {"reason": "curious", "note": "I would like to"}, {"reason": "court", "note": "-"}],
    )
    def test_p5_the_reason(
        self, instructor_client: WebClient, case_id: UUID, form: dict[str, str]
    ) -> None:
        answer = instructor_client.submit(f"/cases/{case_id}/unmask/context", form)
        assert answer.status_code == 422
        assert "data:image" not in answer.text

    def test_p5_the_audit_row_and_the_history(
        self, instructor_client: WebClient, runtime: Runtime, case_id: UUID
    ) -> None:
        form = {"reason": "court", "note": "Juzgado 3, PA 12/2026"}
        answer = instructor_client.submit(f"/cases/{case_id}/unmask/context", form)
        assert answer.status_code == 200
        assert "data:image/jpeg;base64," in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        with transaction(runtime.writing) as session:
            (row,) = audit.events(session, action="sanctions:picture:unmasked")
            assert (row.actor_name, row.details) == (
                "Instructor",
                {"kind": "context", "reason": "court"},
            )
            event = case_of(session, case_id).events[-1]
            assert (event.reason, event.note) == (
                "unmasked:court",
                "context: Juzgado 3, PA 12/2026",
            )

    def test_it_gives_the_picture_as_filmed(self, runtime: Runtime, case_id: UUID) -> None:
        with transaction(runtime.writing) as session:
            shown = unmask(
                session,
                runtime.store,
                case_id,
                "context",
                INSTRUCTOR,
                reason="integrity",
                note="comparing both pictures",
                now=AFTER,
            )
        assert shown == ORIGINAL != CONTEXT

    def test_the_rule_holds_below_the_pages_too(self, runtime: Runtime, case_id: UUID) -> None:
        with transaction(runtime.writing) as session:
            for actor, reason, error in (
                (AGENT, "court", Forbidden),
                (INSTRUCTOR, "because", InvalidInput),
            ):
                with pytest.raises(error):
                    unmask(
                        session,
                        runtime.store,
                        case_id,
                        "context",
                        actor,
                        reason=reason,
                        note="a long enough note",
                        now=AFTER,
                    )

    def test_no_other_page_shows_it(self, police_client: WebClient, case_id: UUID) -> None:
        for kind in ("context-original", "original"):
            assert police_client.get(f"/cases/{case_id}/pictures/{kind}").status_code == 404


class TestIntegrity:
    def problems(self, runtime: Runtime, case_id: UUID) -> list[str]:
        with transaction(runtime.reading) as session:
            checks = integrity(session, runtime.store, case_of(session, case_id))
        return [str(one.message) for one in checks if one.status is Status.FAILED]

    def test_whole_evidence_has_no_problem(self, runtime: Runtime, case_id: UUID) -> None:
        assert self.problems(runtime, case_id) == []

    def test_a_replaced_picture_is_found(self, runtime: Runtime, case_id: UUID) -> None:
        with transaction(runtime.reading) as session:
            key = case_of(session, case_id).pictures[0].evidence_key
        runtime.store.erase(key)
        runtime.store.put(key, b"\xff\xd8 another")
        (problem,) = self.problems(runtime, case_id)
        assert "not the one that was taken in" in problem

    def test_a_report_that_the_device_did_not_sign_is_found(self, runtime: Runtime) -> None:
        other = Key.new("edge-01").public.hex()
        case_id = validated_case(runtime, public_key=other)
        (problem,) = self.problems(runtime, case_id)
        assert "is not what the computer" in problem

    def test_a_device_that_signs_nothing_leaves_it_unconfirmed(self, runtime: Runtime) -> None:
        case_id = validated_case(runtime, signed={})
        assert self.problems(runtime, case_id) == []
        with transaction(runtime.reading) as session:
            checks = integrity(session, runtime.store, case_of(session, case_id))
        assert any("did not sign" in one.message for one in checks)
