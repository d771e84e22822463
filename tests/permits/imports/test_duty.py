"""Which taxis are in service: what their dispatchers say, and what it means at the gate."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import municipal
from core.encryption import KeyRing
from core.errors import SarbideError
from core.identity import SYSTEM
from core.outbox import Job
from core.runtime import Runtime
from permits.access import Outcome
from permits.duty.endpoints import router as duty_router
from permits.duty.feed import FEED
from permits.duty.taking import on_duty_now, read_duty, take_in
from permits.history import REDECIDE
from permits.imports.connectors import CsvFile, Fetched, RestService
from permits.imports.endpoints import router as imports_router
from permits.imports.models import ImportRun
from permits.rules.models import DutyStatement
from tests.clients import WebClient
from tests.conftest import BuildApp
from tests.permits.builders import NOW, authorisation, decided
from tests.permits.imports.conftest import TOKEN, MunicipalServer

TAXI, OTHER = "1234BBC", "5678FGH"
HEADING = "plate,duty,since\n"


def line(duty: str, at: datetime, plate: str = TAXI) -> str:
    return f"{plate},{duty},{municipal(at).isoformat()}\n"


def take(register: Session, keys: KeyRing, *lines: str, now: datetime = NOW) -> ImportRun:
    fetched = Fetched((HEADING + "".join(lines)).encode(), "csv")
    return take_in(register, keys, SYSTEM, fetched, "duty.csv", now=now)


def problems(run: ImportRun) -> list[tuple[int, str]]:
    return [(letter.line, letter.problem) for letter in run.letters]


@pytest.fixture
def cab(register: Session, keys: KeyRing) -> None:
    authorisation(register, keys, TAXI, profile="taxi", vehicle_class="taxi")


@pytest.mark.usefixtures("cab")
class TestAtTheGate:
    def test_off_duty_a_taxi_is_a_car_like_any_other(
        self, register: Session, keys: KeyRing
    ) -> None:
        noon, evening = NOW + timedelta(hours=4), NOW + timedelta(hours=8)
        take(register, keys, line("off", noon), line("on", evening))
        outcomes = [
            decided(register, keys, TAXI, at + timedelta(minutes=1)).outcome
            for at in (NOW, noon, evening)
        ]
        assert outcomes == [Outcome.AUTHORISED, Outcome.NOT_AUTHORISED, Outcome.AUTHORISED]

    def test_a_feed_that_falls_silent_accuses_nobody(
        self, register: Session, keys: KeyRing
    ) -> None:
        noon = NOW + timedelta(hours=4)
        take(register, keys, line("off", noon))
        almost, later = noon + timedelta(hours=23, minutes=59), noon + timedelta(hours=24)
        assert decided(register, keys, TAXI, almost).outcome is Outcome.NOT_AUTHORISED
        assert decided(register, keys, TAXI, later).outcome is Outcome.AUTHORISED

    def test_of_two_words_about_one_moment_the_last_counts(
        self, register: Session, keys: KeyRing
    ) -> None:
        noon = NOW + timedelta(hours=4)
        take(register, keys, line("off", noon))
        take(register, keys, line("on", noon))
        assert decided(register, keys, TAXI, noon).outcome is Outcome.AUTHORISED

    def test_what_is_said_late_decides_again_what_waits(
        self, register: Session, keys: KeyRing
    ) -> None:
        waiting = select(func.count()).select_from(Job).where(Job.kind == REDECIDE)
        before = register.scalar(waiting)
        take(register, keys, line("on", NOW + timedelta(hours=1)))
        assert register.scalar(waiting) == before
        register.query(Job).delete()
        take(register, keys, line("on", NOW - timedelta(hours=1)))
        assert register.scalar(waiting) == 1


@pytest.mark.usefixtures("cab")
class TestTakingIn:
    def test_the_same_file_again_adds_nothing(self, register: Session, keys: KeyRing) -> None:
        for _ in range(2):
            run = take(register, keys, line("off", NOW))
        assert (run.added, run.unchanged, run.state) == (1, 1, "applied")
        assert register.scalar(select(func.count()).select_from(DutyStatement)) == 1

    def test_a_day_is_one_line_of_the_imports(self, register: Session, keys: KeyRing) -> None:
        for minutes in (0, 5, 10):
            now = NOW + timedelta(minutes=minutes)
            take(register, keys, line("off", now), now=now)
        take(register, keys, line("off", NOW), now=NOW + timedelta(days=1))
        assert [run.added for run in register.scalars(select(ImportRun))] == [3, 0]

    @pytest.mark.parametrize(
        ("words", "problem"),
        [
            (f"{TAXI},perhaps,2026-10-20T08:00+02:00\n", "neither 'on' nor 'off'"),
            (f"{TAXI},on,2026-10-20T08:00\n", "with its offset"),
            (f"{TAXI},on,yesterday\n", "with its offset"),
            (f"{TAXI},on,2026-10-01T08:00+02:00\n", "more than 7 days old"),
            (f"{TAXI},on,2027-10-01T08:00+02:00\n", "more than 31 days ahead"),
            (f"{OTHER},on,2026-10-20T08:00+02:00\n", "in service only"),
            (f"{'A' * 40},on,2026-10-20T08:00+02:00\n", ""),
            (f"{TAXI},on\n", "another number of cells"),
        ],
    )
    def test_a_bad_line_is_put_aside_and_the_others_count(
        self, register: Session, keys: KeyRing, words: str, problem: str
    ) -> None:
        run = take(register, keys, line("off", NOW), words)
        assert run.added == 1
        ((number, why),) = problems(run)
        assert number == 3 and problem in why

    def test_nothing_is_kept_of_a_vehicle_that_is_no_taxi(
        self, register: Session, keys: KeyRing
    ) -> None:
        authorisation(register, keys, OTHER, profile="resident")
        run = take(register, keys, line("off", NOW, OTHER))
        assert (run.added, len(run.letters)) == (0, 1)

    def test_the_fleet_at_a_glance(self, register: Session, keys: KeyRing) -> None:
        authorisation(register, keys, OTHER, profile="taxi", vehicle_class="taxi")
        take(register, keys, line("off", NOW - timedelta(hours=1)))
        found = on_duty_now(register, NOW)
        assert (found.on, found.off, found.unsaid) == (0, 1, 1)
        assert found.newest == NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    "content", [b"", b"plate,since\n", "plate,duty,since\nPEÑA".encode("latin-1")]
)
def test_what_is_no_feed_is_refused(register: Session, keys: KeyRing, content: bytes) -> None:
    with pytest.raises(SarbideError):
        take_in(register, keys, SYSTEM, Fetched(content, "csv"), "duty.csv", now=NOW)


class TestService:
    def test_it_is_read_over_the_network(
        self, register: Session, keys: KeyRing, runtime: Runtime, municipality: MunicipalServer
    ) -> None:
        authorisation(register, keys, TAXI, profile="taxi", vehicle_class="taxi")
        register.commit()
        rows = [{"plate": TAXI, "duty": "off", "since": NOW.isoformat()}]
        municipality.has(FEED.code, rows)
        read_duty(runtime, RestService(municipality.address, TOKEN), SYSTEM, now=NOW)
        register.expire_all()
        assert decided(register, keys, TAXI, NOW).outcome is Outcome.NOT_AUTHORISED

    def test_one_that_is_down_changes_nothing_and_is_shown(
        self, register: Session, runtime: Runtime, municipality: MunicipalServer
    ) -> None:
        register.commit()
        municipality.behaves("html")
        connector = RestService(municipality.address, TOKEN, pause=lambda _: None)
        run = register.get_one(ImportRun, read_duty(runtime, connector, SYSTEM, now=NOW))
        assert run.state == "failed" and run.problem

    def test_a_missing_file_is_shown(
        self, register: Session, runtime: Runtime, tmp_path: Path
    ) -> None:
        register.commit()
        connector = CsvFile(tmp_path / "none.csv")
        run = register.get_one(ImportRun, read_duty(runtime, connector, SYSTEM, now=NOW))
        assert (run.state, run.source) == ("failed", "none.csv")


class TestPage:
    @pytest.fixture
    def app(self, build_app: BuildApp, register: Session, runtime: Runtime) -> FastAPI:
        runtime.clock.move_to(NOW)
        authorisation(register, runtime.keys, TAXI, profile="taxi", vehicle_class="taxi")
        register.commit()
        return build_app([duty_router, imports_router], ["permits"])

    def test_a_rules_manager_hands_in_a_file_and_reads_what_became_of_it(
        self, rules_client: WebClient
    ) -> None:
        content = HEADING + line("off", NOW - timedelta(hours=1)) + "X,off,now\n"
        sent = rules_client.submit(
            "/imports/duty", {}, files={"file": ("shift.csv", content.encode(), "text/csv")}
        )
        assert sent.status_code == 303, sent.text
        shown = rules_client.get(sent.headers["location"]).text
        assert "Taxis and VTC in service" in shown and "with its offset" in shown
        page = rules_client.get("/imports/duty").text
        assert "<dt>Off duty</dt><dd>1</dd>" in page
        assert "Taxis and VTC in service" in rules_client.get("/imports").text

    def test_no_file_is_said_in_words(self, rules_client: WebClient) -> None:
        assert "Choose a file first" in rules_client.submit("/imports/duty", {}).text

    def test_others_may_not(self, service_desk_client: WebClient) -> None:
        assert service_desk_client.get("/imports/duty").status_code == 403
