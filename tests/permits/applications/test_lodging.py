"""The applicant's side of an application."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import audit
from core.encryption import KeyRing
from core.errors import InvalidInput
from core.evidence_store import EvidenceStore
from core.notifications.models import Notice
from core.outbox import Job
from permits.access import Outcome
from permits.applications.evidence import Upload, add_document
from permits.applications.lodging import appeal, submit, supply_information, withdraw
from permits.applications.queries import applications_for_plate
from permits.applications.registry import get_entry
from permits.applications.reviewing import refuse, request_information, take_up
from permits.errors import AppliedAlready, EvidenceMissing, NoSuchTransition, VehicleNotAdmitted
from tests.permits.applications.builders import (
    OFFICER,
    PDF,
    drafted,
    entitlement,
    hash_of,
    submitted,
)
from tests.permits.builders import NOW, decided, holder

IN_WINDOW = NOW + timedelta(hours=1)


class TestDraft:
    def test_a_draft_allows_nothing_and_has_no_number(
        self, register: Session, keys: KeyRing
    ) -> None:
        row = drafted(register, keys, "1234BBC")
        assert (row.authorisation.state, row.registration_number) == ("draft", None)
        assert decided(register, keys, "1234BBC", IN_WINDOW).outcome is not Outcome.AUTHORISED

    @pytest.mark.parametrize(
        ("wish", "words"),
        [
            ({"zones": ()}, "at least one zone"),
            ({"valid_from": NOW - timedelta(days=40)}, "in the past|hours ago"),
            ({"valid_until": NOW - timedelta(days=1)}, "end before it begins"),
            ({"profile": "one_off", "valid_until": NOW + timedelta(days=9)}, "1 days at most"),
            ({"statement": "x" * 2001}, "2000 characters"),
        ],
    )
    def test_what_the_profile_does_not_allow_is_refused_in_words(
        self, register: Session, keys: KeyRing, wish: dict[str, Any], words: str
    ) -> None:
        with pytest.raises(InvalidInput, match=words):
            drafted(register, keys, "1234BBC", **wish)

    def test_a_heavy_lorry_is_no_loading_vehicle(self, register: Session, keys: KeyRing) -> None:
        with pytest.raises(VehicleNotAdmitted, match="not of a class"):
            drafted(register, keys, "1234BBC", profile="loading", vehicle_class="car")

    def test_the_same_plate_twice_is_named(self, register: Session, keys: KeyRing) -> None:
        with pytest.raises(InvalidInput, match="twice"):
            drafted(register, keys, "1234BBC", "1234BBC")

    def test_the_same_is_not_asked_for_again_while_it_waits(
        self, register: Session, keys: KeyRing
    ) -> None:
        first = submitted(register, keys, "1234BBC", "5678DDD")
        somebody = first.authorisation.holder
        with pytest.raises(AppliedAlready, match=f"1234BBC .* {first.authorisation.reference}"):
            drafted(register, keys, "1234BBC", to=somebody)
        drafted(register, keys, "9012FFF", to=somebody)
        drafted(register, keys, "1234BBC")
        withdraw(register, OFFICER, first.authorisation.reference, now=NOW)
        drafted(register, keys, "1234BBC", to=somebody)

    def test_another_day_is_another_application(self, register: Session, keys: KeyRing) -> None:
        day, later = timedelta(days=1), NOW + timedelta(days=3)
        first = submitted(register, keys, "1234BBC", profile="one_off", valid_until=NOW + day)
        somebody = first.authorisation.holder
        times: dict[str, Any] = {"valid_from": later, "valid_until": later + day}
        drafted(register, keys, "1234BBC", to=somebody, profile="one_off", **times)

    def test_a_permit_begins_in_the_past_only_as_far_as_its_profile_says(
        self, register: Session, keys: KeyRing
    ) -> None:
        profile = drafted(register, keys, "9999BBB").authorisation.profile
        profile.retroactive_hours = 72
        yesterday = NOW - timedelta(hours=20)
        row = drafted(register, keys, "1234BBC", valid_from=yesterday)
        assert row.authorisation.valid_from == yesterday
        with pytest.raises(InvalidInput, match="72 hours ago"):
            drafted(register, keys, "1234BBC", valid_from=NOW - timedelta(hours=80))

    def test_lead_time_is_kept(self, register: Session, keys: KeyRing) -> None:
        drafted(register, keys, "9999BBB").authorisation.profile.lead_time_hours = 48
        with pytest.raises(InvalidInput, match="48 hours ahead"):
            drafted(register, keys, "1234BBC", valid_from=NOW + timedelta(hours=10))
        drafted(register, keys, "1234BBC", valid_from=NOW + timedelta(hours=49))


class TestSubmit:
    def test_it_gets_a_registration_number_an_event_and_an_audit_row(
        self, register: Session, keys: KeyRing
    ) -> None:
        row = submitted(register, keys, "1234BBC")
        assert row.registration_number == "SB-2026-000001"
        assert get_entry(register, "sb-2026-000001").reference == row.authorisation.reference
        last = row.authorisation.events[-1]
        assert (last.from_state, last.to_state, last.by_name) == (
            "draft",
            "submitted",
            OFFICER.name,
        )
        assert len(audit.events(register, action="permits:authorisation:changed")) == 1

    def test_twice_is_once(self, register: Session, keys: KeyRing) -> None:
        row = submitted(register, keys, "1234BBC")
        with pytest.raises(NoSuchTransition, match="is submitted and cannot become submitted"):
            submit(register, keys, OFFICER, row.authorisation.reference, now=NOW)

    def test_a_missing_paper_is_named_and_nothing_is_registered(
        self, register: Session, keys: KeyRing, store: EvidenceStore
    ) -> None:
        row = drafted(register, keys, "1234BBC")
        row.authorisation.profile.evidence_required = ["residence"]
        with pytest.raises(EvidenceMissing, match="missing"):
            submit(register, keys, OFFICER, row.authorisation.reference, now=NOW)
        assert (row.authorisation.state, row.registration_number) == ("draft", None)
        add_document(register, store, OFFICER, row, Upload("a.pdf", PDF), kind="residence", now=NOW)
        assert submit(register, keys, OFFICER, row.authorisation.reference, now=NOW).submitted_at

    def test_passages_of_its_vehicles_hear_of_it(self, register: Session, keys: KeyRing) -> None:
        submitted(register, keys, "1234BBC")
        jobs = register.scalars(select(Job).where(Job.kind == "application-changed")).all()
        assert [job.payload["plate_hash"] for job in jobs] == [hash_of(keys, "1234BBC").hex()]
        assert applications_for_plate(register, hash_of(keys, "1234BBC")) == [(NOW, None)]


class TestAutomaticGrant:
    def test_whom_the_city_knows_gets_it_at_once_and_may_enter(
        self, register: Session, keys: KeyRing
    ) -> None:
        entitlement(register, keys, "12345678Z")
        ane = holder(register, keys, document="12345678-z")
        row = submitted(register, keys, "1234BBC", to=ane)
        assert (row.authorisation.state, row.automatic) == ("active", True)
        assert row.authorisation.place == "Somera 4, 2.º A"
        assert decided(register, keys, "1234BBC", IN_WINDOW).outcome is Outcome.AUTHORISED
        assert row.authorisation.events[-1].by_name == "Sarbide"

    def test_no_paper_is_asked_of_whom_the_city_knows(
        self, register: Session, keys: KeyRing
    ) -> None:
        entitlement(register, keys, "12345678Z")
        row = drafted(register, keys, "1234BBC", to=holder(register, keys, document="12345678Z"))
        row.authorisation.profile.evidence_required = ["residence"]
        assert submit(register, keys, OFFICER, row.authorisation.reference, now=NOW).automatic

    @pytest.mark.parametrize(
        "line",
        [
            {"document": "87654321X"},
            {"profile": "garage"},
            {"ended_at": NOW - timedelta(days=1)},
            {"valid_until": NOW},
            {"valid_from": NOW + timedelta(days=1)},
        ],
    )
    def test_what_the_register_does_not_show_waits_for_an_officer(
        self, register: Session, keys: KeyRing, line: dict[str, Any]
    ) -> None:
        entitlement(register, keys, **line)
        ane = holder(register, keys, document="12345678Z")
        row = submitted(register, keys, "1234BBC", to=ane)
        assert (row.authorisation.state, row.automatic) == ("submitted", False)

    def test_two_people_of_one_dwelling_share_its_places(
        self, register: Session, keys: KeyRing
    ) -> None:
        entitlement(register, keys, "12345678Z")
        entitlement(register, keys, "87654321X")
        ane = holder(register, keys, document="12345678Z")
        jon = holder(register, keys, "Jon Agirre Gil", document="87654321X")
        first = submitted(register, keys, "1234BBC", "2345CCD", to=ane)
        second = submitted(register, keys, "3456DDF", to=jon)
        assert first.authorisation.state == "active"
        assert (second.authorisation.state, second.automatic) == ("submitted", False)
        assert [event.to_state for event in second.authorisation.events] == ["draft", "submitted"]


class TestLater:
    def test_an_answered_question_goes_back_to_the_review(
        self, register: Session, keys: KeyRing
    ) -> None:
        row = submitted(register, keys, "1234BBC", statement="I moved in March")
        name = row.authorisation.reference
        take_up(register, OFFICER, name, now=NOW)
        request_information(register, OFFICER, name, "The lease, please", now=NOW)
        supply_information(register, OFFICER, name, "Here it is", now=NOW)
        assert row.authorisation.state == "under_review"
        assert row.statement == "I moved in March\n\nHere it is"

    def test_withdrawing_ends_the_wait(self, register: Session, keys: KeyRing) -> None:
        row = submitted(register, keys, "1234BBC")
        register.execute(delete(Job))
        withdraw(register, OFFICER, row.authorisation.reference, now=NOW)
        assert (row.authorisation.state, row.answered_at) == ("withdrawn", NOW)
        assert register.scalar(select(Job.kind)) == "application-changed"

    def test_a_refusal_can_be_appealed_with_words(self, register: Session, keys: KeyRing) -> None:
        row = submitted(register, keys, "1234BBC")
        name = row.authorisation.reference
        take_up(register, OFFICER, name, now=NOW)
        refuse(register, OFFICER, name, reason="not_entitled", now=NOW)
        with pytest.raises(InvalidInput, match="3 to 2000"):
            appeal(register, OFFICER, name, " ", now=NOW)
        appeal(register, OFFICER, name, "I do live there", now=NOW)
        assert (row.authorisation.state, row.appeal) == ("appealed", "I do live there")
        told = register.scalars(select(Notice).order_by(Notice.id)).all()
        assert "Recurso" not in told[0].body
        assert "1234" not in "".join(notice.subject + notice.body for notice in told)
