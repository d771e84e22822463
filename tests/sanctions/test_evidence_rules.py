"""The evidence rules E1 to E12, by name: what must hold before a judge.

Those about cases are tested here; for the others a table below names the tests that hold them, and
fails when one of them is gone. The privacy rules P1 to P10 stand in the same table.
"""

import ast
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.errors import Forbidden, InvalidInput
from core.evidence_store import EvidenceStore
from core.identity import SYSTEM, Actor, Role
from sanctions import procedure
from sanctions.errors import (
    EvidenceAltered,
    EvidenceIncomplete,
    NoAgentNumber,
    NotViewed,
    SamePerson,
    UnknownReason,
)
from sanctions.review import claims, pictures, service
from sanctions.review.endpoints import router
from sanctions.service import mark_regularised, missing_of, open_case, renew_case
from sanctions.states import CaseState, Trigger
from sanctions.transitions import apply
from tests.sanctions.lives import (
    AGENT,
    INSTRUCTOR,
    RESOLVER,
    enter_prices,
    holder_found,
    look_at,
    notifying,
    person,
    ready,
    validate,
    validated,
)
from tests.sanctions.reports import AFTER, report, store_pictures

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def prices(session: Session) -> None:
    enter_prices(session)


class TestE1:
    """A case needs plate crop, context image, point, direction, time, camera and clock offset."""

    @pytest.mark.parametrize(
        ("lacking", "words"),
        [
            ({"pictures": {"context": report().pictures["context"]}}, "the picture of the plate"),
            ({"pictures": {"plate": report().pictures["plate"]}}, "the context picture"),
            ({"clock_offset_ms": None}, "the clock offset of the camera"),
            ({"direction": "unknown"}, "the direction of travel"),
        ],
    )
    def test_without_one_of_them_it_cannot_be_validated_and_says_which(
        self, session: Session, lacking: dict[str, Any], words: str
    ) -> None:
        case = open_case(session, report(**lacking), now=AFTER)
        assert case.case_state is CaseState.CANDIDATE
        assert missing_of(case) == (words,)
        case.state = CaseState.READY  # whatever else went wrong, the agent is stopped
        claims.claim(session, case.id, AGENT, now=AFTER)
        look_at(case, AGENT)
        with pytest.raises(EvidenceIncomplete, match=words):
            service.validate(session, case.id, AGENT, now=AFTER)

    def test_nor_without_a_price_in_the_catalogue(self, session: Session) -> None:
        case = ready(session, zone="another-zone")
        claims.claim(session, case.id, AGENT, now=AFTER)
        look_at(case, AGENT)
        with pytest.raises(EvidenceIncomplete, match="rules manager"):
            service.validate(session, case.id, AGENT, now=AFTER)


class TestE2:
    """A clock over one second off, or a camera in fault or under test: not enforceable."""

    @pytest.mark.parametrize(("offset", "enforceable"), [(1000.0, True), (-1000.1, False)])
    def test_the_clock(self, session: Session, offset: float, enforceable: bool) -> None:
        case = ready(session, clock_offset_ms=offset)
        assert (case.case_state is CaseState.READY) is enforceable

    def test_a_camera_in_fault(self, session: Session) -> None:
        case = ready(session, health="fault")
        assert missing_of(case) == ("a camera in working order",)
        assert case.case_state is CaseState.CANDIDATE

    @pytest.mark.parametrize("mode", ["test", "planned"])
    def test_a_passage_under_test_never_becomes_a_case(self, session: Session, mode: str) -> None:
        with pytest.raises(InvalidInput, match="never becomes a case"):
            ready(session, mode=mode)


class TestE4:
    """Raw reads are immutable; a correction makes a new version and decides again."""

    def test_a_correction_keeps_what_was_read(self, session: Session) -> None:
        case = ready(session)
        fresh = report(passage_id=case.passage_id, plate="1234B8C")
        renew_case(session, fresh, actor=AGENT, now=AFTER)
        assert [(one.number, one.plate) for one in case.versions] == [
            (1, "1234BBC"),
            (2, "1234B8C"),
        ]
        session.flush()
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(text("DELETE FROM case_version WHERE number = 1"))

    def test_what_is_decided_already_is_not_corrected(self, session: Session) -> None:
        case = validated(session)
        fresh = report(passage_id=case.passage_id, plate="1234B8C")
        assert renew_case(session, fresh, actor=AGENT, now=AFTER) is None
        assert case.plate == "1234BBC"


class TestE6:
    """No bulk approval; agent number and the look at the pictures come before validation."""

    def test_without_the_pictures_on_the_screen_nobody_validates(self, session: Session) -> None:
        case = ready(session)
        claims.claim(session, case.id, AGENT, now=AFTER)
        service.view(session, case.id, AGENT, now=AFTER)
        with pytest.raises(NotViewed, match="on your screen"):
            service.validate(session, case.id, AGENT, now=AFTER)

    def test_one_picture_is_not_enough(self, session: Session, store: EvidenceStore) -> None:
        made = report()
        store_pictures(store, made)
        case = open_case(session, made, now=AFTER)
        claims.claim(session, case.id, AGENT, now=AFTER)
        service.view(session, case.id, AGENT, now=AFTER)
        pictures.open_picture(session, store, case.id, "plate", AGENT, now=AFTER)
        with pytest.raises(NotViewed):
            service.validate(session, case.id, AGENT, now=AFTER)
        pictures.open_picture(session, store, case.id, "context", AGENT, now=AFTER)
        service.validate(session, case.id, AGENT, now=AFTER, store=store)
        assert case.case_state is CaseState.AGENT_VALIDATED

    def test_a_look_before_the_correction_does_not_count(self, session: Session) -> None:
        case = ready(session)
        claims.claim(session, case.id, AGENT, now=AFTER)
        look_at(case, AGENT)
        renew_case(session, report(passage_id=case.passage_id), actor=AGENT, now=AFTER)
        with pytest.raises(NotViewed):
            service.validate(session, case.id, AGENT, now=AFTER)

    def test_nor_without_an_agent_number(self, session: Session) -> None:
        case = ready(session)
        nameless = person(Role.POLICE, "Ander")
        claims.claim(session, case.id, nameless, now=AFTER)
        look_at(case, nameless)
        with pytest.raises(NoAgentNumber):
            service.validate(session, case.id, nameless, now=AFTER)

    def test_sarbide_itself_never_validates(self, session: Session) -> None:
        with pytest.raises(Forbidden):
            apply(session, ready(session), Trigger.VALIDATE, actor=SYSTEM, now=AFTER)

    def test_no_address_takes_more_than_one_case(self) -> None:
        decisions = {"validate", "reject", "discard"}
        for route in router.routes:
            path = str(getattr(route, "path", ""))
            if path.rsplit("/", 1)[-1] in decisions:
                assert "{case_id}" in path


class TestE7:
    """The agent who validates, the instructor and the resolver are three people."""

    def test_the_database_refuses_it_too(self, session: Session) -> None:
        case = validated(session)
        case.instructed_by = case.validated_by
        with pytest.raises(DBAPIError, match="agent_is_not_instructor"):
            session.flush()

    def test_a_third_one_resolves(self, session: Session) -> None:
        case = validated(session)
        case.instructed_by = INSTRUCTOR.id
        case.resolved_by = INSTRUCTOR.id
        with pytest.raises(DBAPIError, match="resolver_is_a_third_person"):
            session.flush()


class TestE10:
    """A retry or a replay makes exactly one case."""

    def test_the_same_report_again_changes_nothing(self, session: Session) -> None:
        made = report()
        case = open_case(session, made, now=AFTER)
        events = len(case.events)
        for days in range(3):
            assert open_case(session, made, now=AFTER + timedelta(days=days)) is case
        assert len(case.events) == events


class TestE11:
    """Every discard and annulment has a coded reason; nobody both creates and annuls."""

    def test_a_discard_without_a_code_is_refused(self, session: Session) -> None:
        case = ready(session, pictures={})
        claims.claim(session, case.id, AGENT, now=AFTER)
        look_at(case, AGENT)
        with pytest.raises(UnknownReason):
            service.discard(session, case.id, AGENT, reason="tired of it", now=AFTER)

    def test_an_annulment_without_a_code_is_refused(self, session: Session) -> None:
        case = validated(session)
        with pytest.raises(UnknownReason):
            procedure.annul(session, case.id, reason="friend", actor=INSTRUCTOR, now=AFTER)

    def test_whoever_validated_cannot_annul_in_another_role(self, session: Session) -> None:
        case = validated(session)
        both = Actor(AGENT.id, "Miren", frozenset({Role.POLICE, Role.RESOLVER}), "48-1207")
        with pytest.raises(SamePerson):
            procedure.annul(session, case.id, reason="formal_defect", actor=both, now=AFTER)
        procedure.annul(session, case.id, reason="formal_defect", actor=RESOLVER, now=AFTER)

    @pytest.mark.parametrize("reason", ["instructed", "denounced_in_the_street", "other"])
    def test_reasons_that_rest_on_somebody_elses_act_carry_a_reference(
        self, session: Session, reason: str
    ) -> None:
        case = ready(session)
        claims.claim(session, case.id, AGENT, now=AFTER)
        look_at(case, AGENT)
        with pytest.raises(InvalidInput, match="note"):
            service.reject(session, case.id, AGENT, reason=reason, now=AFTER)
        service.reject(session, case.id, AGENT, reason=reason, note="Agent 48-0712", now=AFTER)
        assert (case.events[-1].reason, case.events[-1].note) == (reason, "Agent 48-0712")


class TestE12:
    """Grants inside the deadline extinguish the case, even when validated but unsent."""

    @pytest.mark.parametrize("bring", [ready, validated, holder_found])
    def test_until_it_is_sent(self, session: Session, bring: Any) -> None:
        case = bring(session)
        mark_regularised(session, case.passage_id, why="Covered by R-104", now=AFTER)
        assert case.case_state is CaseState.REGULARISED

    def test_once_sent_the_instructor_annuls_instead(self, session: Session) -> None:
        case = notifying(session)
        mark_regularised(session, case.passage_id, why="Covered by R-104", now=AFTER)
        assert case.case_state is CaseState.NOTIFYING

    def test_what_has_run_out_of_time_is_marked_as_that(self, session: Session) -> None:
        case = ready(session)
        mark_regularised(session, case.passage_id, why="R-104", now=case.barred_at)
        assert case.case_state is CaseState.TIME_BARRED


class TestTamperedPicture:
    def test_stops_the_validation_and_is_put_on_record(
        self, session: Session, store: EvidenceStore
    ) -> None:
        made = report()
        store_pictures(store, made)
        case = open_case(session, made, now=AFTER)
        claims.claim(session, case.id, AGENT, now=AFTER)
        look_at(case, AGENT)
        key = made.pictures["plate"].evidence_key
        store.erase(key)
        store.put(key, b"\xff\xd8 another plate")
        with pytest.raises(EvidenceAltered, match="data-protection officer"):
            service.validate(session, case.id, AGENT, now=AFTER, store=store)
        pictures.mark_altered(session, store, case.id, now=AFTER)
        assert case.case_state is CaseState.CANDIDATE
        assert missing_of(case) == ("the picture of the plate",)


class TestArticle89:
    def test_89_2_c_a_denuncia_is_served_later_only_when_known_through_pictures(
        self, session: Session
    ) -> None:
        """Without pictures there is no validation, and so nothing that could be sent."""
        case = ready(session, pictures={})
        with pytest.raises(Exception, match="Evidence incomplete"):
            validate(session, case)
        for trigger in (Trigger.FIND_HOLDER, Trigger.SEND):
            with pytest.raises(Exception, match="Evidence incomplete"):
                apply(session, case, trigger, actor=SYSTEM, now=AFTER)


ELSEWHERE = {
    "E3": (
        "sanctions/evidence/test_verification.py::test_no_byte_can_be_flipped",
        "sanctions/evidence/test_verification.py::test_an_added_file",
        "core/test_audit.py::test_an_untouched_chain_holds",
    ),
    "E5": (
        "control_center/passages/test_passages.py::test_every_stored_decision_replays_to_the_same_answer",
        "permits/test_access_properties.py"
        "::test_a_stored_query_and_decision_come_back_equal_and_replay_alike",
    ),
    "E8": (
        "sanctions/integrations/test_reconciliation.py"
        "::test_e8_a_day_on_which_all_has_a_receipt_balances",
    ),
    "E9": (
        "control_center/edge_boxes/test_quiet_gates.py"
        "::test_e9_no_traffic_for_three_expected_gaps_is_an_alarm_once",
        "control_center/edge_boxes/test_edge_endpoints.py::test_a_minute_without_heartbeat_is_an_alarm_once",
    ),
    "E10": (
        "control_center/passages/test_ingest.py::test_reporting_twice_stores_once",
        "sanctions/test_service.py::test_many_workers_at_once_open_one_case",
    ),
    "P1": ("control_center/keeping/test_retention.py::test_then_lose_plate_hash_read_and_holder",),
    "P2": ("control_center/keeping/test_retention.py::test_keep_everything_until_their_deadline",),
    "P3": ("control_center/keeping/test_retention.py::test_nobody_looked_for_a_month",),
    "P4": (
        "control_center/cases/test_case_flow.py"
        "::test_a_rejected_case_goes_after_its_term_with_everything",
        "control_center/cases/test_case_flow.py::test_a_hold_keeps_it_and_says_who_and_why",
    ),
    "P5": (
        "sanctions/evidence/test_pages.py::test_p5_the_role",
        "sanctions/evidence/test_pages.py::test_p5_the_reason",
        "sanctions/evidence/test_pages.py::test_p5_the_audit_row_and_the_history",
    ),
    "P6": (
        "sanctions/test_privacy_rules.py::test_p6_a_mail_is_text_and_nothing_else",
        "sanctions/test_privacy_rules.py::test_p6_a_photo_is_shown_after_a_login_only",
    ),
    "P7": (
        "sanctions/integrations/test_holders.py"
        "::test_p7_nobody_is_asked_before_the_regularisation_deadline",
    ),
    "P8": (
        "sanctions/integrations/test_holders.py"
        "::test_p8_inspection_and_insurance_are_dropped_unseen",
    ),
    "P9": (
        "mobile_api/test_hosts.py::test_p9_the_host_sees_a_count_and_neither_time_nor_gate",
        "sanctions/test_figures.py::test_p9_a_share_of_fewer_than_five_is_not_told",
    ),
    "P10": ("permits/test_holders.py::test_without_a_purpose_nothing_is_searched",),
}


def test_every_rule_has_its_tests() -> None:
    here = {node.name.removeprefix("Test") for node in _classes()}
    wanted = {f"E{number}" for number in range(1, 13)} | {f"P{number}" for number in range(1, 11)}
    assert wanted <= here | set(ELSEWHERE)


def _classes() -> list[ast.ClassDef]:
    tree = ast.parse(Path(__file__).read_text())
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]


@pytest.mark.parametrize("rule", ELSEWHERE)
def test_the_tests_that_hold_a_rule_elsewhere_are_there(rule: str) -> None:
    for address in ELSEWHERE[rule]:
        path, name = address.split("::")
        tree = ast.parse((ROOT / "tests" / path).read_text())
        names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert name in names, f"{rule}: {address} is gone"
