"""Enrolling holders and finding them again."""

import pytest
from sqlalchemy.orm import Session

from core import audit
from core.encryption import KeyRing
from core.errors import InvalidInput
from permits.service import find_holders
from tests.permits.builders import DESK, authorisation, holder

PURPOSE = "Telephone enquiry of the holder"


def found(session: Session, keys: KeyRing, text: str) -> list[str]:
    return [h.name for h in find_holders(session, keys, DESK, text, purpose=PURPOSE)]


class TestFindHolders:
    @pytest.fixture
    def people(self, register: Session, keys: KeyRing) -> Session:
        ane = holder(register, keys, "Ane Etxebarria Muñoz", document="12345678Z")
        holder(register, keys, "Jon Etxebarria Gil")
        authorisation(register, keys, "1234BBC", to=ane)
        return register

    @pytest.mark.parametrize(
        "text",
        ["ane", "MUNOZ etxebarria", "12345678z", "1234 bbc", "1234-BBC", " r-0001 "],
    )
    def test_by_name_document_plate_or_reference(
        self, people: Session, keys: KeyRing, text: str
    ) -> None:
        assert found(people, keys, text) == ["Ane Etxebarria Muñoz"]

    def test_a_shared_surname_finds_both(self, people: Session, keys: KeyRing) -> None:
        assert len(found(people, keys, "etxebarria")) == 2

    @pytest.mark.parametrize("text", ["Etxe", "1234BBD", "R-0002", "%", "Ane Gil"])
    def test_nobody_else_is_found(self, people: Session, keys: KeyRing, text: str) -> None:
        if text == "%":
            with pytest.raises(InvalidInput, match="search for"):
                found(people, keys, text)
        else:
            assert found(people, keys, text) == []

    def test_every_search_leaves_its_purpose_and_not_what_was_sought(
        self, people: Session, keys: KeyRing
    ) -> None:
        found(people, keys, "1234BBC")
        (event,) = audit.events(people, action="permits:holder:searched")
        assert event.details == {"purpose": PURPOSE, "found": 1}
        assert event.actor_name == DESK.name

    def test_without_a_purpose_nothing_is_searched(self, people: Session, keys: KeyRing) -> None:
        with pytest.raises(InvalidInput, match="what you search"):
            find_holders(people, keys, DESK, "ane", purpose="  ")
        assert audit.events(people, action="permits:holder:searched") == []


class TestRegisterHolder:
    @pytest.mark.parametrize("name", ["", " ", "x", "x" * 200])
    def test_a_name_is_needed(self, register: Session, keys: KeyRing, name: str) -> None:
        with pytest.raises(InvalidInput, match="name"):
            holder(register, keys, name)

    def test_a_document_has_a_sensible_length(self, register: Session, keys: KeyRing) -> None:
        with pytest.raises(InvalidInput, match="5 to 20"):
            holder(register, keys, document="1" * 40)
