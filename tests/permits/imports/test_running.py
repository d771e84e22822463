"""Imports from beginning to end: what they change, what they hold, what they put aside."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from core.database import transaction
from core.errors import Conflict, InvalidTransition, Unavailable
from core.identity import SYSTEM, Actor, Role
from core.notifications.models import Notice
from core.runtime import Runtime
from permits.access import Outcome
from permits.entitlements.models import Entitlement
from permits.errors import UnknownImport
from permits.imports.connectors import Fetched
from permits.imports.kinds import RegisterKind
from permits.imports.models import ImportRun
from permits.imports.running import confirm, discard, get_run, run_import
from permits.models import Authorisation
from permits.seed.places import seed_places
from permits.states import AuthorisationState
from tests.permits.applications.builders import submitted
from tests.permits.builders import NOW, authorisation, decided, holder

IN_WINDOW = NOW + timedelta(hours=1)
ADMINISTRATOR = Actor(UUID(int=9), "Leire", frozenset({Role.ADMINISTRATOR}))


@dataclass
class Given:
    """A connector that brings what it was given, or raises it."""

    content: bytes | Exception
    source: str = "garages.csv"

    def fetch(self, kind: RegisterKind) -> Fetched:
        if isinstance(self.content, Exception):
            raise self.content
        return Fetched(self.content, "csv")


@dataclass
class City:
    """Imports one register night after night."""

    runtime: Runtime
    kind: str = "garages"
    night: int = 0
    runs: list[UUID] = field(default_factory=list)

    def imports(self, content: bytes | str | Exception) -> ImportRun:
        raw = content.encode() if isinstance(content, str) else content
        self.night += 1
        run_id = run_import(
            self.runtime, self.kind, Given(raw), SYSTEM, now=NOW + timedelta(days=self.night - 1)
        )
        self.runs.append(run_id)
        return self.run(run_id)

    def run(self, run_id: UUID) -> ImportRun:
        with transaction(self.runtime.reading) as session:
            run = get_run(session, run_id)
            assert run.letters is not None
            return run

    def states(self) -> dict[str, str]:
        """Plate to the state of what covers it."""
        with transaction(self.runtime.reading) as session:
            return {
                assignment.vehicle.plate: row.state
                for row in session.scalars(select(Authorisation))
                for assignment in row.current
            }

    def entitled(self) -> int:
        with transaction(self.runtime.reading) as session:
            open_ones = select(Entitlement).where(Entitlement.ended_at.is_(None))
            return len(session.scalars(open_ones).all())


@pytest.fixture
def city(runtime: Runtime) -> City:
    with transaction(runtime.writing) as session:
        seed_places(session)
    return City(runtime)


def garages(*rows: str) -> str:
    return "\n".join(("space,document,name,plates", *rows)) + "\n"


def many(number: int, **changed: str) -> str:
    """Garage spaces 1 to `number`, one car each."""
    lines = [f"G-{n},{10_000_000 + n}A,Holder {n},{1000 + n}BBC" for n in range(1, number + 1)]
    return garages(*(changed.get(f"G{n}", line) for n, line in enumerate(lines, start=1)))


def figures(run: ImportRun) -> tuple[str, int, int, int, int]:
    return run.state, run.added, run.changed, run.ended, run.unchanged


class TestAnOrdinaryNight:
    def test_holders_of_spaces_may_enter_without_applying(self, city: City) -> None:
        assert figures(city.imports(many(3))) == ("applied", 3, 0, 0, 0)
        assert city.states() == {"1001BBC": "active", "1002BBC": "active", "1003BBC": "active"}
        with transaction(city.runtime.writing) as session:
            decision = decided(session, city.runtime.keys, "1001BBC", IN_WINDOW)
        assert decision.outcome is Outcome.AUTHORISED

    def test_the_same_again_changes_nothing(self, city: City) -> None:
        city.imports(many(3))
        assert figures(city.imports(many(3))) == ("applied", 0, 0, 0, 3)

    def test_another_plate_takes_the_place_of_the_old_one(self, city: City) -> None:
        city.imports(many(30))
        run = city.imports(many(30, G2="G-2,10000002A,Holder 2,5555DDD"))
        assert figures(run) == ("applied", 0, 1, 0, 29)
        assert "5555DDD" in city.states()
        assert "1002BBC" not in city.states()

    def test_what_a_holder_changed_in_the_app_stays_while_the_line_is_the_same(
        self, city: City
    ) -> None:
        from core.plates import PlateNumber
        from permits.vehicles import change_plate
        from tests.permits.builders import DESK, facts

        city.imports(many(3))
        with transaction(city.runtime.writing) as session:
            change_plate(
                session,
                city.runtime.keys,
                DESK,
                "G-0001",
                old=PlateNumber("1001BBC"),
                new=facts("7777FFF"),
                channel="app",
                now=NOW,
            )
        city.imports(many(3))
        assert "7777FFF" in city.states()

    def test_one_who_is_gone_keeps_a_fortnight_and_is_told_the_same_night(self, city: City) -> None:
        city.imports(many(30))
        assert figures(city.imports(many(29))) == ("applied", 0, 0, 1, 29)
        with transaction(city.runtime.reading) as session:
            row = session.scalars(
                select(Authorisation).where(Authorisation.valid_until.is_not(None))
            ).one()
            assert row.valid_until == NOW + timedelta(days=1 + 15)
            assert row.state == "active"
            assert session.scalars(select(Notice)).one().about == f"authorisation:{row.id}"

    def test_one_who_comes_back_in_time_loses_nothing(self, city: City) -> None:
        city.imports(many(30))
        city.imports(many(29))
        assert figures(city.imports(many(30))) == ("applied", 1, 0, 0, 29)
        with transaction(city.runtime.reading) as session:
            ends = session.scalars(select(Authorisation.valid_until)).all()
        assert set(ends) == {None}
        assert len(city.states()) == 30

    def test_what_somebody_had_before_the_first_import_is_not_doubled(self, city: City) -> None:
        with transaction(city.runtime.writing) as session:
            owner = holder(session, city.runtime.keys, document="10000001A")
            authorisation(session, city.runtime.keys, "1001BBC", profile="garage", to=owner)
        city.imports(many(3))
        with transaction(city.runtime.reading) as session:
            mine = session.scalars(
                select(Authorisation).where(Authorisation.holder_id == owner.id)
            ).one()
            assert mine.entitlement_id is not None

    def test_residents_get_nothing_until_they_apply(self, city: City) -> None:
        city.kind = "residents"
        run = city.imports(
            "residence_id,document,name,address\nD-1,12345678Z,Ane Etxebarria,Somera 4\n"
        )
        assert (figures(run), city.states()) == (("applied", 1, 0, 0, 0), {})


class TestApplications:
    def test_one_that_waited_for_the_register_is_granted_that_night(self, city: City) -> None:
        city.kind = "residents"
        heading = "residence_id,document,name,address\n"
        city.imports(f"{heading}D-1,11111111H,Jon Agirre,Artekale 1\n")
        with transaction(city.runtime.writing) as session:
            ane = holder(session, city.runtime.keys, document="12345678Z")
            submitted(session, city.runtime.keys, "1234BBC", to=ane)
        assert city.states() == {}
        city.imports(
            f"{heading}D-1,11111111H,Jon Agirre,Artekale 1\n"
            "D-2,12345678-Z,Ane Etxebarria,Somera 4\n"
        )
        assert city.states() == {"1234BBC": "active"}


class TestTheGuard:
    @pytest.mark.parametrize(
        ("tonight", "words"),
        [
            (garages(), "is empty"),
            (many(27), "27 rows, and had 30"),
            (many(3), "3 rows, and had 30"),
            (many(30).replace("G-", "SPACE-"), "30 of 30 entitlements would end"),
        ],
        ids=["empty", "a tenth fewer", "truncated", "other keys"],
    )
    def test_a_strange_night_is_held_and_nobody_loses_anything(
        self, city: City, tonight: str, words: str
    ) -> None:
        city.imports(many(30))
        run = city.imports(tonight)
        assert run.state == "held"
        assert run.problem is not None
        assert words in run.problem % (run.problem_values or {})
        assert (city.entitled(), set(city.states().values())) == (30, {"active"})

    def test_two_in_thirty_is_ordinary(self, city: City) -> None:
        city.imports(many(30))
        assert city.imports(many(28)).state == "applied"

    @pytest.mark.parametrize(
        "problem",
        [
            Unavailable("The register service does not answer."),
            b"",
            many(30).replace("plates", "plate").encode(),
            many(30).encode().replace(b"Holder 7", b"I\xf1igo"),
            (many(20) + "# rows: 30\n").encode(),
        ],
        ids=["down", "no bytes", "missing column", "wrong encoding", "cut off"],
    )
    def test_what_cannot_be_read_fails_and_changes_nothing(
        self, city: City, problem: bytes | Exception
    ) -> None:
        city.imports(many(30))
        run = city.imports(problem)
        assert (run.state, run.rows) == ("failed", None)
        assert run.problem
        assert (city.entitled(), len(city.states())) == (30, 30)

    def test_a_person_may_confirm_what_was_held(self, city: City) -> None:
        city.imports(many(30))
        held = city.imports(many(20))
        assert (held.state, held.ended) == ("held", 10)
        confirm(city.runtime, held.id, ADMINISTRATOR, now=NOW + timedelta(days=2))
        after = city.run(held.id)
        assert (after.state, after.confirmed_by) == ("applied", "Leire")
        assert city.entitled() == 20
        with pytest.raises(InvalidTransition, match="applied already"):
            confirm(city.runtime, held.id, ADMINISTRATOR, now=NOW)

    def test_or_throw_it_away(self, city: City) -> None:
        city.imports(many(30))
        held = city.imports(garages())
        with transaction(city.runtime.writing) as session:
            discard(session, held.id, ADMINISTRATOR, now=NOW)
        assert (city.run(held.id).state, city.entitled()) == ("discarded", 30)

    def test_an_old_one_is_not_confirmed_over_a_newer_one(self, city: City) -> None:
        city.imports(many(30))
        held = city.imports(many(20))
        city.imports(many(30))
        with pytest.raises(Conflict, match="newer import"):
            confirm(city.runtime, held.id, ADMINISTRATOR, now=NOW)
        assert city.entitled() == 30

    def test_an_import_that_does_not_exist_cannot_be_confirmed(self, city: City) -> None:
        with pytest.raises(UnknownImport):
            confirm(city.runtime, UUID(int=1), ADMINISTRATOR, now=NOW)


class TestDeadLetters:
    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("G-2,10000002A,Holder 2,12", "fits no plate format"),
            ("G-2,10000002A,Holder 2,", "'plates' is empty"),
            ("G-2,,Holder 2,1002BBC", "'document' is empty"),
            ("G-2,10000002A", "number of cells"),
            (f"G-2,10000002A,{'x' * 300},1002BBC", "far too long"),
            ("G-2,10000002A,Holder 2,1002BBC\nG-2,999A,Other,3333CCC", "more than once"),
        ],
        ids=["plate", "no plate", "no document", "torn", "long", "duplicate key"],
    )
    def test_a_bad_line_is_put_aside_and_what_it_was_about_stays(
        self, city: City, line: str, words: str
    ) -> None:
        city.imports(many(30))
        run = city.imports(many(30, G2=line))
        assert run.state == "applied"
        assert words in run.letters[0].problem % run.letters[0].problem_values
        assert "G-2" in (run.letters[0].content or "")
        assert (city.entitled(), city.states()["1002BBC"]) == (30, "active")

    def test_the_same_line_twice_is_one(self, city: City) -> None:
        line = "G-1,10000001A,Holder 1,1001BBC"
        run = city.imports(garages(line, line))
        assert (run.added, run.letters) == (1, [])


class TestFleets:
    HEADING = "plate,document,name,vehicle_class,class_evidence,mass_kg"

    def test_the_vehicles_of_a_carrier_are_one_authorisation_with_class_evidence(
        self, city: City
    ) -> None:
        city.kind = "carrier-fleets"
        run = city.imports(
            f"{self.HEADING}\n"
            "1001BBC,B12345678,Garraioak,van,TC-1,2800\n"
            "1002BBC,B12345678,Garraioak,lorry,TC-2,5000\n"
            "1003BBC,B87654321,Reparto,van,TC-3,3000\n"
        )
        assert (run.added, run.rows) == (2, 3)
        with transaction(city.runtime.reading) as session:
            rows = session.scalars(select(Authorisation).order_by(Authorisation.reference)).all()
            assert [len(row.current) for row in rows] == [2, 1]
            assert rows[0].holder.kind == "company"
            assert {one.vehicle.class_evidence for one in rows[0].current} == {"TC-1", "TC-2"}

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("1004BBC,B12345678,Garraioak,lorry,TC-4,7500", "heavier than"),
            ("1004BBC,B12345678,Garraioak,van,,3000", "'class_evidence' is empty"),
            ("1004BBC,B12345678,Garraioak,spaceship,TC-4,3000", "no class of vehicle"),
            ("1004BBC,B12345678,Garraioak,van,TC-4,light", "no whole number"),
        ],
    )
    def test_what_the_profile_does_not_take_is_put_aside(
        self, city: City, line: str, words: str
    ) -> None:
        city.kind = "carrier-fleets"
        good = "1001BBC,B12345678,Garraioak,van,TC-1,2800"
        other = "1003BBC,B87654321,Reparto,van,TC-3,3000"
        city.imports(f"{self.HEADING}\n{good}\n{other}\n")
        run = city.imports(f"{self.HEADING}\n{good}\n{other}\n{line}\n")
        assert words in run.letters[0].problem % run.letters[0].problem_values
        assert set(city.states()) == {"1001BBC", "1003BBC"}

    def test_a_vehicle_of_which_only_a_bad_line_speaks_stays(self, city: City) -> None:
        city.kind = "carrier-fleets"
        first = "1001BBC,B12345678,Garraioak,van,TC-1,2800"
        city.imports(f"{self.HEADING}\n{first}\n1002BBC,B12345678,Garraioak,van,TC-2,2800\n")
        city.imports(f"{self.HEADING}\n{first}\n1002BBC,B12345678,Garraioak,van\n")
        assert set(city.states()) == {"1001BBC", "1002BBC"}

    def test_a_police_car_that_leaves_the_fleet_may_enter_no_longer(self, city: City) -> None:
        city.kind = "emergency-fleets"
        lines = [f"{1000 + n}BBC,P4800000A,Udaltzaingoa,emergency" for n in range(20)]
        heading = "plate,document,name,service"
        city.imports("\n".join((heading, *lines)) + "\n")
        run = city.imports("\n".join((heading, *lines[1:])) + "\n")
        assert (run.state, run.changed) == ("applied", 1)
        assert len(city.states()) == 19
        assert "1000BBC" not in city.states()

    def test_a_taxi_that_lost_its_licence_is_revoked_that_night(self, city: City) -> None:
        city.kind = "taxi-licences"
        lines = [f"L-{n},1000{n:04d}A,Taxi {n},{2000 + n}BBC" for n in range(20)]
        heading = "licence,document,name,plates"
        city.imports("\n".join((heading, *lines)) + "\n")
        city.imports("\n".join((heading, *lines[1:])) + "\n")
        assert city.states()["2000BBC"] == AuthorisationState.REVOKED.value


@dataclass
class Overtaken:
    """While it fetches, another import of the same register begins."""

    city: City
    source: str = "garages.csv"

    def fetch(self, _: RegisterKind) -> Fetched:
        with pytest.raises(Conflict, match="just now"):
            self.city.imports(many(3))
        return Fetched(many(2).encode(), "csv")


class TestTwoAtOnce:
    def test_a_register_is_imported_once_at_a_time(self, city: City) -> None:
        run_import(city.runtime, "garages", Overtaken(city), SYSTEM, now=NOW)
        assert len(city.states()) == 2
