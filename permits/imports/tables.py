"""A register as it came: headings and lines, before anybody believes them."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from permits.errors import UnreadableRegister
from permits.imports.kinds import RegisterKind

_TRAILER = re.compile(r"^#\s*rows\s*[:=]\s*(\d+)\s*$", re.IGNORECASE)
MAX_ROWS = 2_000_000


@dataclass(frozen=True)
class Line:
    """One line: its number in the file and its cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A whole register. `torn` are lines with too few or too many cells."""

    lines: tuple[Line, ...]
    torn: tuple[Line, ...] = ()

    @property
    def rows(self) -> int:
        return len(self.lines) + len(self.torn)


def read_csv(kind: RegisterKind, content: bytes) -> Table:
    """A CSV file (RFC 4180, with comma or semicolon, UTF-8) as a table.

    A last line ``# rows: 1207`` is believed and checked. Without one the file must end with a line
    break: one that was cut inside its last cell would be read as whole otherwise.

    Raises:
        UnreadableRegister: wrong encoding, missing or doubled columns, or cut off.
    """
    text = _decoded(content)
    rows = text.splitlines()
    promised = None
    while rows and (not rows[-1].strip() or _TRAILER.match(rows[-1])):
        found = _TRAILER.match(rows.pop())
        promised = int(found[1]) if found else promised
    if not rows:
        raise UnreadableRegister("The file is empty.")
    if promised is None and not text.endswith(("\n", "\r")):
        raise UnreadableRegister(
            "The file does not end with a line break, so it may have been cut off. If it is whole, "
            "end it with a line break or with a line '# rows: %(rows)s'.",
            rows=len(rows) - 1,
        )
    try:
        table = _table(rows, _columns(kind, rows[0]))
    except csv.Error as error:
        raise UnreadableRegister(
            "The file is no CSV file: %(reason)s.", reason=str(error)
        ) from error
    if promised is not None and promised != table.rows:
        raise UnreadableRegister(
            "The file says that it has %(promised)s rows, but %(rows)s arrived: it was cut off.",
            promised=promised,
            rows=table.rows,
        )
    return table


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableRegister(
            "The file is not UTF-8: line %(line)s has a byte that does not belong there. "
            "Export it as UTF-8.",
            line=line,
        ) from error


def _columns(kind: RegisterKind, heading: str) -> list[str]:
    delimiter = _delimiter(heading)
    columns = [cell.strip().casefold() for cell in next(csv.reader([heading], delimiter=delimiter))]
    missing = [name for name in kind.required if name not in columns]
    if missing:
        raise UnreadableRegister(
            "The column '%(column)s' is missing; there are: %(columns)s.",
            column=missing[0],
            columns=", ".join(columns)[:200],
        )
    doubled = {name for name in columns if columns.count(name) > 1}
    if doubled:
        raise UnreadableRegister(
            "The column '%(column)s' is there twice.", column=sorted(doubled)[0]
        )
    return columns


def _delimiter(heading: str) -> str:
    return ";" if heading.count(";") > heading.count(",") else ","


def _table(rows: list[str], columns: list[str]) -> Table:
    reader = csv.reader(io.StringIO("\n".join(rows) + "\n"), delimiter=_delimiter(rows[0]))
    next(reader)
    lines: list[Line] = []
    torn: list[Line] = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        whole = len(cells) == len(columns)
        named = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        (lines if whole else torn).append(Line(reader.line_num, named))
        if len(lines) > MAX_ROWS:
            raise UnreadableRegister("The file has more than %(limit)s rows.", limit=MAX_ROWS)
    return Table(tuple(lines), tuple(torn))


def from_objects(kind: RegisterKind, objects: Iterable[object]) -> Table:
    """Rows that came as JSON objects, the same columns as keys.

    Raises:
        UnreadableRegister: something that is no object, or a column that no object has.
    """
    lines = []
    for number, row in enumerate(objects, start=1):
        if not isinstance(row, dict):
            raise UnreadableRegister("Row %(row)s is not an object.", row=number)
        lines.append(Line(number, {str(key).casefold(): _text(row[key]) for key in row}))
    seen = {name for line in lines for name in line.cells}
    missing = [name for name in kind.required if name not in seen]
    if lines and missing:
        raise UnreadableRegister(
            "The column '%(column)s' is missing; there are: %(columns)s.",
            column=missing[0],
            columns=", ".join(sorted(seen))[:200],
        )
    return Table(tuple(lines))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value).strip()
