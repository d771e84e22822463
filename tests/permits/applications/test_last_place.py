"""Two people take the last place of an entitlement in the same moment: exactly one gets it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.database import transaction
from core.encryption import KeyRing
from core.runtime import Runtime
from permits.applications.lodging import submit
from permits.entitlements.places import vehicles_on
from permits.errors import CapacityReached
from permits.models import Authorisation, PlateAssignment
from permits.queries import get_authorisation
from permits.vehicles import add_vehicle
from tests.permits.applications.builders import OFFICER, drafted, entitlement, submitted
from tests.permits.builders import NOW, authorisation, facts, holder

ROUNDS = 5


def together(*acts: Callable[[], object]) -> list[object]:
    """Do all of them at once, each in a thread of its own; what each gave or raised."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait()
        try:
            return act()
        except CapacityReached as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def lodge(runtime: Runtime, reference: str) -> str:
    with transaction(runtime.writing) as session:
        row = submit(session, runtime.keys, OFFICER, reference, now=NOW)
        return row.authorisation.state


class TestTwoApplicants:
    def test_one_is_granted_and_the_other_waits_for_an_officer(
        self, register: Session, keys: KeyRing, runtime: Runtime
    ) -> None:
        for number in range(ROUNDS):
            references, garages = self._two_neighbours(register, keys, number)

            answers = together(*(partial(lodge, runtime, one) for one in references))
            assert sorted(map(str, answers)) == ["active", "submitted"], f"round {number}"
            with transaction(runtime.reading) as session:
                assert vehicles_on(session, garages) == 1

    @staticmethod
    def _two_neighbours(
        register: Session, keys: KeyRing, number: int
    ) -> tuple[list[str], list[UUID]]:
        place = f"Garage space {number}"
        references, garages = [], []
        for document, letter in ((f"1000000{number}A", "B"), (f"2000000{number}A", "C")):
            line = entitlement(register, keys, document, profile="garage", place=place, capacity=1)
            garages.append(line.id)
            person = holder(register, keys, f"Neighbour {letter} {number}", document=document)
            row = drafted(register, keys, f"{1000 + number}BB{letter}", profile="garage", to=person)
            row.authorisation.profile.evidence_required = []
            references.append(row.authorisation.reference)
        register.commit()
        return references, garages


def put_on(runtime: Runtime, reference: str, plate: str) -> str:
    with transaction(runtime.writing) as session:
        row = get_authorisation(session, reference, lock=True)
        add_vehicle(session, runtime.keys, OFFICER, row, facts(plate), channel="app", now=NOW)
        return plate


class TestTwoVehicles:
    def test_one_of_two_gets_the_last_place_of_an_authorisation(
        self, register: Session, keys: KeyRing, runtime: Runtime
    ) -> None:
        entitlement(register, keys, "12345678Z", capacity=2)
        ane = holder(register, keys, document="12345678Z")
        reference = submitted(register, keys, "1234BBC", to=ane).authorisation.reference
        register.commit()
        answers = together(
            partial(put_on, runtime, reference, "2345CCD"),
            partial(put_on, runtime, reference, "3456DDF"),
        )
        assert sum(isinstance(answer, CapacityReached) for answer in answers) == 1
        with transaction(runtime.reading) as session:
            count = select(func.count()).select_from(PlateAssignment).join(Authorisation)
            assert session.scalar(count.where(Authorisation.reference == reference)) == 2

    @pytest.mark.parametrize("number", range(ROUNDS))
    def test_one_of_two_neighbours_gets_the_last_place_of_their_dwelling(
        self, register: Session, keys: KeyRing, runtime: Runtime, number: int
    ) -> None:
        references = []
        for document in (f"3000000{number}A", f"4000000{number}A"):
            line = entitlement(register, keys, document, capacity=1)
            references.append(authorisation(register, keys, entitlement_id=line.id).reference)
        register.commit()
        answers = together(
            partial(put_on, runtime, references[0], "2345BBC"),
            partial(put_on, runtime, references[1], "3456BBD"),
        )
        assert sum(isinstance(answer, CapacityReached) for answer in answers) == 1, answers
