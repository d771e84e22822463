"""From a camera to the app and back: a passage is shown, put right and decided again."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from control_center.web import create_staff_app
from core.database import transaction
from core.encryption import KeyRing
from core.runtime import Runtime
from permits.models import Holder
from tests.clients import WebClient
from tests.control_center.builders import NOON, EdgeBox, do_jobs, report
from tests.permits.builders import authorisation


@pytest.fixture
def edge(runtime: Runtime, residents: tuple[Holder, Holder]) -> EdgeBox:
    return EdgeBox(create_staff_app(runtime.settings, runtime=runtime))


@pytest.fixture
def garage(session: Session, keys: KeyRing, residents: tuple[Holder, Holder]) -> None:
    """Ane also has a garage, for another car."""
    authorisation(session, keys, "4444BBB", profile="garage", to=session.merge(residents[0]))
    session.commit()


def pass_at_noon(edge: EdgeBox, *plates: str) -> None:
    edge.runtime.clock.move_to(NOON)
    edge.report(*(report(plate, NOON) for plate in plates))
    do_jobs(edge.runtime)


class TestPending:
    def test_one_sees_ones_own_passages_with_the_time_that_is_left(
        self, ane: WebClient, edge: EdgeBox
    ) -> None:
        pass_at_noon(edge, "1234BBC", "5678FGH")
        edge.runtime.clock.advance(timedelta(hours=20))
        page = ane.get("/").text
        for words in ("1 passage to put right", "Entry outside the permitted hours", "Arenal"):
            assert words in page
        assert "2 days left" in page
        assert "5678" not in page

    def test_the_json_says_the_same(self, ane: WebClient, edge: EdgeBox) -> None:
        pass_at_noon(edge, "1234BBC", "5678FGH")
        (one,) = ane.get("/api/v1/pending?lang=es").json()["pending"]
        assert (one["plate"], one["offence"]) == ("1234BBC", "outside_window")
        assert one["text"] == "Entrada fuera del horario permitido"
        assert 71 * 3600 < one["seconds_left"] <= 72 * 3600

    @pytest.mark.usefixtures("garage")
    def test_the_right_plate_on_the_right_authorisation_puts_it_right(
        self, ane: WebClient, edge: EdgeBox, runtime: Runtime
    ) -> None:
        pass_at_noon(edge, "1234BBC")
        form = {"old": "4444BBB", "new": "1234BBC"}
        assert ane.submit("/authorisations/G-0001/plate", form).status_code == 303
        do_jobs(runtime)
        assert "to put right" not in ane.get("/").text

    @pytest.mark.usefixtures("garage")
    def test_the_wrong_plate_does_not(
        self, ane: WebClient, edge: EdgeBox, runtime: Runtime
    ) -> None:
        pass_at_noon(edge, "1234BBC")
        form = {"old": "4444BBB", "new": "1234BBD"}
        assert ane.submit("/authorisations/G-0001/plate", form).status_code == 303
        do_jobs(runtime)
        assert "1 passage to put right" in ane.get("/").text

    def test_the_next_passage_after_a_change_is_decided_anew(
        self, ane: WebClient, edge: EdgeBox, runtime: Runtime
    ) -> None:
        """The same plate, twice in the residents' hours: before the change and after it."""
        nine = NOON - timedelta(hours=3, minutes=30)
        runtime.clock.move_to(nine)
        ane.submit("/authorisations/R-0001/plate", {"old": "1234BBC", "new": "9012JKL"})
        edge.report(report("9012JKL", nine), report("1234BBC", nine + timedelta(seconds=30)))
        do_jobs(runtime)
        with transaction(runtime.reading) as session:
            from control_center.queries import latest_passages

            states = {one.plate: one.status for one in latest_passages(session)}
        assert states["9012JKL"] == "authorised"
        assert states["1234BBC"] != "authorised"
