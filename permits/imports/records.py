"""What a register says, line by line: understood, or put aside as a dead letter. Pure."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from core.clock import MUNICIPAL_ZONE
from core.errors import InvalidInput
from core.plates import PlateNumber, is_valid_syntax
from core.words import N_
from permits.documents import plain_document
from permits.imports.kinds import RegisterKind
from permits.imports.tables import Line, Table
from permits.labels import VEHICLE_CLASSES

MAX_CELL = 200


@dataclass(frozen=True)
class RecordVehicle:
    plate: str
    vehicle_class: str | None = None
    mass_kg: int | None = None
    height_cm: int | None = None
    class_evidence: str | None = None


@dataclass(frozen=True)
class Record:
    """One entitlement as the register has it tonight."""

    key: str
    profile: str
    document: str
    name: str
    place: str | None
    capacity: int
    vehicles: tuple[RecordVehicle, ...]
    zones: tuple[str, ...]
    valid_from: datetime | None
    valid_until: datetime | None
    language: str | None
    line: int
    """Where it stands in the file; of a fleet, its first line."""

    def content(self) -> str:
        """Canonical JSON of everything but the line, to tell whether something changed."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "line"}
        return json.dumps(values, default=_plain, sort_keys=True, ensure_ascii=False)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else vars(value)


@dataclass(frozen=True)
class Rejected:
    """A line that could not be taken. `keys` are what it was about, as far as one can tell."""

    line: int
    cells: Mapping[str, str]
    problem: str
    """A message id."""
    values: dict[str, str]
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Understood:
    """Everything a register says tonight."""

    rows: int
    records: tuple[Record, ...]
    rejected: tuple[Rejected, ...] = field(default=())

    @property
    def spared(self) -> frozenset[str]:
        """Keys of which a bad line speaks: nobody knows what it meant, so they stay as they are."""
        return frozenset().union(*(one.keys for one in self.rejected))


def understand(kind: RegisterKind, table: Table, zones: tuple[str, ...]) -> Understood:
    """Sort `table` into records and dead letters. `zones` counts where a line names none."""
    rejected = [
        Rejected(
            line.number,
            line.cells,
            N_("The line has another number of cells than the heading."),
            {},
            _keys(kind, line),
        )
        for line in table.torn
    ]
    doubled = _doubled(kind, table.lines)
    records: list[Record] = []
    for line in table.lines:
        key = line.cells.get(kind.key, "")
        if _same(key) in doubled:
            problem = N_("The key '%(key)s' is there more than once, with different contents.")
            rejected.append(
                Rejected(line.number, line.cells, problem, {"key": key}, _keys(kind, line))
            )
            continue
        try:
            records.append(_record(kind, line, zones))
        except InvalidInput as error:
            values = {name: str(value) for name, value in error.details.items()}
            rejected.append(
                Rejected(line.number, line.cells, error.template, values, _keys(kind, line))
            )
    once = {record.key: record for record in reversed(records)}
    found = _fleets(once.values()) if kind.is_fleet else tuple(reversed(once.values()))
    return Understood(table.rows, found, tuple(rejected))


def _keys(kind: RegisterKind, line: Line) -> frozenset[str]:
    """The entitlement that a line is about: its own key, or in a fleet its owner."""
    name = _same(line.cells.get("document" if kind.is_fleet else kind.key, ""))
    if not name:
        return frozenset()
    if kind.is_fleet:
        return frozenset(f"{name}/{profile}" for profile in (kind.profile, *kind.profiles))
    return frozenset({name})


def _same(key: str) -> str:
    """Registers write the same key with other spaces and capitals."""
    return "".join(key.split()).casefold()


def _doubled(kind: RegisterKind, lines: Iterable[Line]) -> set[str]:
    """Keys that stand on several lines which do not say the same."""
    contents: dict[str, set[tuple[tuple[str, str], ...]]] = defaultdict(set)
    for line in lines:
        contents[_same(line.cells.get(kind.key, ""))].add(tuple(sorted(line.cells.items())))
    return {key for key, different in contents.items() if key and len(different) > 1}


def _record(kind: RegisterKind, line: Line, zones: tuple[str, ...]) -> Record:
    cells = line.cells
    for name in kind.required:
        if not cells.get(name):
            raise InvalidInput("The column '%(column)s' is empty.", column=name)
    for name, value in cells.items():
        if len(value) > MAX_CELL:
            raise InvalidInput("The column '%(column)s' is far too long.", column=name)
    begin, end = _day(cells, "valid_from"), _day(cells, "valid_until", end=True)
    if begin and end and end <= begin:
        raise InvalidInput("It would end before it begins.")
    vehicles = _vehicles(kind, cells)
    return Record(
        key=_same(cells[kind.key]),
        profile=_profile(kind, cells),
        document=plain_document(cells["document"]),
        name=cells["name"],
        place=cells.get("address") or None,
        capacity=_whole(cells, "capacity") or max(kind.capacity, len(vehicles)),
        vehicles=vehicles,
        zones=tuple(cells.get("zones", "").split()) or zones,
        valid_from=begin,
        valid_until=end,
        language=cells.get("language") if cells.get("language") in {"es", "eu", "en"} else None,
        line=line.number,
    )


def _profile(kind: RegisterKind, cells: Mapping[str, str]) -> str:
    service = cells.get("service") or kind.profile
    if service not in (kind.profile, *kind.profiles):
        raise InvalidInput("'%(service)s' is no service of this register.", service=service)
    return service


def _vehicles(kind: RegisterKind, cells: Mapping[str, str]) -> tuple[RecordVehicle, ...]:
    plates = [cells["plate"]] if kind.is_fleet else cells.get("plates", "").split()
    vehicle_class = cells.get("vehicle_class") or kind.default_class
    if vehicle_class is not None and vehicle_class not in VEHICLE_CLASSES:
        raise InvalidInput("'%(class)s' is no class of vehicle.", **{"class": vehicle_class})
    return tuple(
        RecordVehicle(
            _plate(text),
            vehicle_class,
            _whole(cells, "mass_kg"),
            _whole(cells, "height_cm"),
            cells.get("class_evidence") or None,
        )
        for text in dict.fromkeys(plates)
    )


def _plate(text: str) -> str:
    plate = PlateNumber.parse(text)
    if not is_valid_syntax(plate):
        raise InvalidInput("'%(plate)s' fits no plate format.", plate=plate.text)
    return plate.text


def _whole(cells: Mapping[str, str], column: str) -> int | None:
    text = cells.get(column, "")
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text) < 1_000_000:
        raise InvalidInput(
            "The column '%(column)s' is no whole number: '%(text)s'.", column=column, text=text
        )
    return int(text)


def _day(cells: Mapping[str, str], column: str, *, end: bool = False) -> datetime | None:
    """The first instant of a day in the municipality, or with `end` of the day after it."""
    text = cells.get(column, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            "The column '%(column)s' is no date such as 2026-10-20: '%(text)s'.",
            column=column,
            text=text,
        ) from None
    return datetime.combine(day + timedelta(days=end), time(0), MUNICIPAL_ZONE)


def _fleets(records: Iterable[Record]) -> tuple[Record, ...]:
    """The vehicles of one owner and service as one record."""
    by_owner: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda one: one.line):
        by_owner[_same(record.document), record.profile].append(record)
    return tuple(
        Record(
            key=f"{owner}/{profile}",
            profile=profile,
            document=own[0].document,
            name=own[0].name,
            place=None,
            capacity=len(own),
            vehicles=tuple(vehicle for record in own for vehicle in record.vehicles),
            zones=own[0].zones,
            valid_from=own[0].valid_from,
            valid_until=own[0].valid_until,
            language=own[0].language,
            line=own[0].line,
        )
        for (owner, profile), own in by_owner.items()
    )


def record_from(content: str) -> Record:
    """What `Record.content` wrote, for comparing it with tonight's."""
    values = json.loads(content)
    for name in ("valid_from", "valid_until"):
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    values["vehicles"] = tuple(RecordVehicle(**one) for one in values["vehicles"])
    return Record(**{**values, "zones": tuple(values["zones"]), "line": 0})
