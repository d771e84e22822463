"""The municipal table of holidays, and files that are none."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.errors import Forbidden
from core.identity import Actor
from permits.access import Outcome
from permits.calendar import calendar_of, holidays_of_years
from permits.models import LocalHoliday
from permits.rules.errors import HolidaysRefused
from permits.rules.holidays import Holiday, read_holidays, record_of, replace_holidays
from tests.permits.builders import DESK, NOW, authorisation, decided
from tests.permits.rules.test_versions import MANAGER

HEADER = "day,level,es,eu,en\n"
LINE = "2026-10-20,bilbao,Fiesta,Jaia,Feast\n"


def table(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "holidays.csv"
    path.write_bytes(text.encode(encoding))
    return path


def replaced(session: Session, actor: Actor, holidays: tuple[Holiday, ...]) -> int:
    return replace_holidays(session, actor, holidays, why="Order 12/2026", now=NOW)


class TestReading:
    @pytest.mark.parametrize(
        "text", [HEADER + LINE, "\ufeff" + HEADER + "\n" + LINE, (HEADER + LINE).replace(",", ";")]
    )
    def test_a_table_with_comma_or_semicolon_is_read(self, tmp_path: Path, text: str) -> None:
        (holiday,) = read_holidays(table(tmp_path, text))
        assert (holiday.day, holiday.level) == (date(2026, 10, 20), "bilbao")
        assert holiday.names == {"es": "Fiesta", "eu": "Jaia", "en": "Feast"}

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (HEADER + LINE + "2026-13-01,bilbao,a,b,c\n", "line 3: '2026-13-01' is no date"),
            (HEADER + "31/07/2026,biscay,a,b,c\n", "line 2: '31/07/2026' is no date"),
            (HEADER + LINE + "\n2026-10-21,bilbao,a,b\n", "line 4: 5 fields expected, 4 found"),
            (
                HEADER + "2026-10-20,spain,a,b,c\n",
                "line 2: 'spain' is neither of national, basque",
            ),
            (HEADER + "2026-10-20,bilbao,a,,c\n", "line 2: a name in one of the languages"),
            (HEADER + LINE + LINE, "line 3: 2026-10-20 is there twice"),
            ("day,name\n", "line 1: the columns must be day,level,es,eu,en"),
            (HEADER, "has no holidays"),
            ("", "line 1: the columns"),
        ],
    )
    def test_a_broken_line_is_named(self, tmp_path: Path, text: str, words: str) -> None:
        with pytest.raises(HolidaysRefused, match=words.replace("(", "\\(")):
            read_holidays(table(tmp_path, text))

    def test_another_encoding_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(HolidaysRefused, match="is not UTF-8"):
            read_holidays(table(tmp_path, HEADER + LINE.replace("Fiesta", "Peña"), "latin-1"))

    def test_a_missing_file_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(HolidaysRefused, match="can't be read"):
            read_holidays(tmp_path / "none.csv")


class TestReplacing:
    def test_a_new_holiday_changes_that_day_s_hours(
        self, register: Session, keys: KeyRing, tmp_path: Path
    ) -> None:
        from datetime import timedelta

        authorisation(register, keys, "1234BBC")
        evening = NOW + timedelta(hours=11)  # 19:00: residents on holidays only
        assert decided(register, keys, "1234BBC", evening).outcome is Outcome.NOT_AUTHORISED
        replaced(register, MANAGER, read_holidays(table(tmp_path, HEADER + LINE)))
        assert decided(register, keys, "1234BBC", evening).outcome is Outcome.AUTHORISED

    def test_only_its_own_years_are_replaced(self, register: Session, tmp_path: Path) -> None:
        replaced(register, MANAGER, read_holidays(table(tmp_path, HEADER + LINE)))
        days = set(register.scalars(select(LocalHoliday.day)))
        assert {day for day in days if day.year == 2026} == {date(2026, 10, 20)}
        assert date(2027, 7, 31) in days

    def test_the_same_table_again_changes_nothing(self, register: Session, tmp_path: Path) -> None:
        holidays = read_holidays(table(tmp_path, HEADER + LINE))
        replaced(register, MANAGER, holidays)
        assert replaced(register, MANAGER, holidays) == 0

    def test_not_everybody_may(self, register: Session, tmp_path: Path) -> None:
        with pytest.raises(Forbidden):
            replaced(register, DESK, read_holidays(table(tmp_path, HEADER + LINE)))

    def test_every_change_is_on_record_with_its_reason(
        self, register: Session, tmp_path: Path
    ) -> None:
        holidays = read_holidays(table(tmp_path, HEADER + LINE))
        for _ in range(2):
            replaced(register, MANAGER, holidays)
        (version,) = record_of(register, 2026)
        assert (version.number, version.why, version.made_at) == (1, "Order 12/2026", NOW)
        assert [day["day"] for day in version.content["days"]] == ["2026-10-20"]
        assert record_of(register, 2027) == []


class TestNationalAndBasqueDays:
    PILAR = date(2026, 10, 12)

    def test_they_come_from_a_library_until_the_table_has_some(
        self, register: Session, tmp_path: Path
    ) -> None:
        assert self.PILAR in holidays_of_years(register, 2026, 2026)
        line = "2026-10-13,national,Fiesta Nacional,Jai Nazionala,National Day\n"
        replaced(register, MANAGER, read_holidays(table(tmp_path, HEADER + line)))
        found = holidays_of_years(register, 2026, 2027)
        assert {day for day in found if day.year == 2026} == {date(2026, 10, 13)}
        assert date(2027, 10, 12) in found

    def test_a_decision_follows_the_table(
        self, register: Session, keys: KeyRing, tmp_path: Path
    ) -> None:
        authorisation(register, keys, "1234BBC")
        evening = datetime(2026, 10, 12, 17, 0, tzinfo=UTC)  # 19:00: residents on holidays only
        assert decided(register, keys, "1234BBC", evening).outcome is Outcome.AUTHORISED
        line = "2026-10-13,national,Fiesta Nacional,Jai Nazionala,National Day\n"
        replaced(register, MANAGER, read_holidays(table(tmp_path, HEADER + line)))
        assert decided(register, keys, "1234BBC", evening).outcome is Outcome.NOT_AUTHORISED

    def test_the_year_at_a_glance_names_them(self, register: Session) -> None:
        days = {one.day: one for one in calendar_of(register, 2026)}
        assert days[self.PILAR].level == "national"
        assert {one.level for one in days.values()} >= {"national", "basque"}
        assert all(all(one.names.values()) for one in days.values())
        assert days[date(2026, 12, 25)].names["eu"] == "Eguberri"

    @pytest.mark.parametrize("year", [2025, 2026, 2027, 2028])
    def test_each_has_a_basque_name_of_its_own(self, register: Session, year: int) -> None:
        spanish = [
            one.day for one in calendar_of(register, year) if one.names["eu"] == one.names["es"]
        ]
        assert spanish == []
