"""Amazon's flat file of ship confirmations (feed type POST_FLAT_FILE_FULFILLMENT_DATA): what sellers upload.

Tab-separated without quoting. The line of keys (`order-id`, …) may follow a line `TemplateType=OrderFulfillment` and,
in Japan, one of localised labels (D, public writers). Keys are as in Amazon's help (A); others, such as
`ship_from_address_name`, are ignored with a note. UTF-8, or Shift_JIS as Japanese programs write it (D). Spreadsheets
drop empty cells at the end of a line, so a short line is padded with blanks (I).

A later file edits what earlier ones submitted. Choices where the sources are silent or contradict each other (X):

- Lines of one order in one file with the same carrier and number are one package of several items; with another carrier
  or number they are separate packages.
- A line in a later file edits the package that held its `order-item-id` (without one: any of the order's); of several,
  the one that already has its number, else the first one that the file has not edited yet. An item that no package held
  is a new package.
- In an edit a blank cell keeps the old text; `NULL` deletes it (A, and A contradicts itself about the blank).
- The file does not record when it was uploaded. Without a given instant, a first upload counts as made at noon UTC of
  its ship-date, which is that calendar day in nearly every marketplace, with a note; an edit needs its instant.

Repeating the same text is an edit too: it submits the number again.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from vtr.reference.errors import InputError
from vtr.reference.records.cell_parsers import (
    InvalidCell,
    display_cell,
    parse_date,
    parse_instant,
    parse_nonblank_text,
    parse_text,
    whole_number_parser,
)
from vtr.reference.records.columns import Column, parse_row, required_column
from vtr.reference.records.issues import MAX_SHOWN, Notes, Problems
from vtr.reference.records.rows import Row, check_unique, describe_csv_error, line_number
from vtr.reference.records.submissions import SubmissionLine
from vtr.reference.records.uploads import INSTANT_EXAMPLE, Upload

KEY = "order-id"
"""The key that identifies the line of keys."""

_TEMPLATE = "TemplateType=OrderFulfillment"
_LINES_BEFORE_KEYS = 2
_HEADING_BYTES = 100_000
_DELETED = "NULL"
_NOON = time(12, tzinfo=UTC)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)
# cp932, which Windows writes as Shift_JIS, maps these bytes to characters that occur in no text.
_NEVER_IN_TEXT = re.compile("[\x80\xa0\uf8f0-\uf8f3]")


def is_flat_file(path: Path, content: bytes) -> bool:
    """Whether the first lines, in any encoding, hold the template's line or a key `order-id` between tabs.

    Raises InputError when the keys are separated by commas.
    """
    lines = content[:_HEADING_BYTES].removeprefix(b"\xef\xbb\xbf").splitlines()[: _LINES_BEFORE_KEYS + 1]
    if any({b"order-id", b"tracking-number"} <= set(line.replace(b'"', b"").split(b",")) for line in lines):
        raise InputError(f"{path}: is Amazon's flat file with commas; save it as tab-separated text, like Amazon's")
    return any(
        line.startswith(_TEMPLATE.encode()) or KEY.encode() in (cell.strip() for cell in line.split(b"\t"))
        for line in lines
    )


def decode_flat_file(path: Path, content: bytes, notes: Notes) -> str:
    """Decode UTF-8 with or without a byte order mark, else Shift_JIS. Raises InputError with line and byte."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = error.start
    try:
        decoded = content.decode("cp932")
        strict = _NEVER_IN_TEXT.search(decoded) is None
    except UnicodeDecodeError:
        strict = False
    if not strict:
        raise InputError(
            f"{path}:{line_number(content, place)}: byte {content[place]:#04x} is not UTF-8, and the file is not"
            " Shift_JIS either; save it as UTF-8"
        )
    notes.add(str(path), "is not UTF-8; read as Shift_JIS")
    return decoded


def _parse_order_id(cell: object) -> str:
    value = parse_nonblank_text(cell)
    if value != value.strip():
        raise InvalidCell("has blanks around it; remove them")
    if value[0] in "'\"":
        raise InvalidCell("begins with a quotation mark; a flat file is not quoted, remove it")
    return value


def _parse_ship_date(cell: object) -> date | datetime:
    """A day (A: yyyy-mm-dd), or an instant with its zone, as some programs write it (D)."""
    if isinstance(cell, str) and "T" in cell:
        return parse_instant(cell)
    return parse_date(cell)


_COLUMNS = (
    required_column(KEY, _parse_order_id),
    Column("order-item-id", parse_text, ""),
    Column("quantity", whole_number_parser(1)),
    required_column("ship-date", _parse_ship_date),
    Column("carrier-code", parse_text, "", column_needed=True),
    Column("carrier-name", parse_text, ""),
    Column("tracking-number", parse_text, "", column_needed=True),
    Column("ship-method", parse_text, ""),
)
_READ = {column.name for column in _COLUMNS}
_KNOWN_UNREAD = {"cod-collection-method", "ship_from_supply_source_id", "transparency_code"}


@dataclass(slots=True)
class _Package:
    """A package after the files read so far.

    texts: carrier code and name, tracking number, ship method.
    edited: the items whose lines in the current file have edited it.
    """

    number: int
    first_file: int
    items: set[str]
    texts: tuple[str, str, str, str]
    submitted_at: datetime
    where: str
    edited: set[str] = field(default_factory=set)

    @property
    def tracking_number(self) -> str:
        return self.texts[2]


@dataclass(slots=True)
class _Order:
    """An order's packages by number, and those that the current file has made or edited, by their texts."""

    packages: list[_Package] = field(default_factory=list)
    in_file: int = 0
    of_file: dict[tuple[str, str, str, str], _Package] = field(default_factory=dict)

    def begin(self, file: int) -> None:
        """Begin with a file, unless that has happened."""
        if self.in_file != file:
            self.in_file = file
            self.of_file.clear()
            for package in self.packages:
                package.edited.clear()


@dataclass(slots=True)
class FlatFileReader:
    """Reads flat files in the order of their upload, and remembers the packages that they have made, by order."""

    problems: Problems
    notes: Notes
    _files: int = 0
    _orders: dict[str, _Order] = field(default_factory=dict)

    def lines(self, upload: Upload, content: str) -> Iterator[SubmissionLine]:
        """The submissions of the next file, in its order; mistakes are reported among the problems."""
        self._files += 1
        rows = [
            (row, cells) for row in self._read_rows(upload.path, content) if (cells := self._parse_cells(row, upload))
        ]
        repeats = Counter((cells[KEY], cells["order-item-id"]) for _, cells in rows)
        for row, cells in rows:
            line = self._read_line(row.where, cells, upload, repeats[cells[KEY], cells["order-item-id"]])
            if line is not None:
                yield line

    def _parse_cells(self, row: Row, upload: Upload) -> dict[str, Any] | None:
        cells = parse_row(row, _COLUMNS, self.problems)
        if cells is not None and _SCIENTIFIC.fullmatch(str(cells["tracking-number"])):
            self.notes.add(
                str(upload.path),
                "is what a spreadsheet makes of a long number; used as it is",
                row.where,
                f"tracking-number {cells['tracking-number']} ",
            )
        return cells

    def _read_rows(self, path: Path, content: str) -> Iterator[Row]:
        reader = csv.reader(io.StringIO(content, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
        columns: list[str] | None = None
        line = 1
        while True:
            where = f"{path}:{line}"
            try:
                cells = next(reader, None)
            except csv.Error as error:
                self.problems.add(where, describe_csv_error("a flat file", error))
                return
            if cells is None:
                break
            if columns is None and KEY in (cell.strip() for cell in cells):
                columns = self._check_keys(path, where, cells)
                if columns is None:
                    return
            elif columns is None and line > _LINES_BEFORE_KEYS:
                break
            elif columns is not None and any(cell.strip() for cell in cells):
                if any(cell.strip() for cell in cells[len(columns) :]):
                    self.problems.add(where, f"has {len(cells)} cells, the line of keys {len(columns)}")
                else:
                    padded = cells + [""] * (len(columns) - len(cells))
                    yield Row(where, dict(zip(columns, padded, strict=False)))
            line = reader.line_num + 1
        if columns is None:
            raise InputError(
                f"{path}: has no line of keys within its first {_LINES_BEFORE_KEYS + 1} lines; one with"
                f" {', '.join(column.name for column in _COLUMNS)}, separated by tabs, is expected"
            )

    def _check_keys(self, path: Path, where: str, cells: list[str]) -> list[str] | None:
        columns = [cell.strip() for cell in cells]
        while columns and not columns[-1]:
            columns.pop()
        check_unique(where, [column for column in columns if column])
        absent = _READ - set(columns)
        unread = []
        good = True
        for column in columns:
            meant = column.lower().replace("_", "-").replace(" ", "-")
            if meant in absent:
                self.problems.add(where, f"unknown key {display_cell(column)}; did you mean {meant!r}?")
                good = False
            elif column not in _READ | _KNOWN_UNREAD:
                unread.append(display_cell(column))
        for each in _COLUMNS:
            if each.column_needed and each.name in absent:
                self.problems.add(where, f"key {each.name!r} is missing")
                good = False
        if unread:
            more = f" and {len(unread) - MAX_SHOWN} more" if len(unread) > MAX_SHOWN else ""
            self.notes.add(str(path), f"not read: {', '.join(unread[:MAX_SHOWN])}{more}")
        return columns if good else None

    def _read_line(self, where: str, cells: dict[str, Any], upload: Upload, repeats: int) -> SubmissionLine | None:
        """The submission of a line; None when it repeats another line of the file, or is wrong."""
        order = self._orders.setdefault(cells[KEY], _Order())
        order.begin(self._files)
        item = cells["order-item-id"]
        edited = self._find_edited(order.packages, item, cells["tracking-number"], repeats, upload, where)
        texts = _updated_texts(cells, edited)
        if edited is not None and edited.edited and texts != edited.texts:
            edited.items.discard(item)  # another line of this file gave the rest of the package another number
            edited = None
        repeated: _Package | None = None  # the package for which another line of the file has the same texts
        if edited is None:
            repeated = order.of_file.get(texts)
        elif edited.edited:
            repeated = edited
        if repeated is not None:
            repeated.items.add(item)
            repeated.edited.add(item)
            return None
        submitted_at = self._submitted_at(cells["ship-date"], upload)
        if edited is None:
            edited = _Package(len(order.packages) + 1, self._files, {item}, texts, submitted_at, where)
            order.packages.append(edited)
        elif not self._may_edit(edited, submitted_at, upload, cells[KEY], where):
            return None
        order.of_file[texts] = edited
        edited.texts, edited.submitted_at, edited.where = texts, submitted_at, where
        edited.edited.add(item)
        code, name, tracking_number, method = texts
        return SubmissionLine(
            where=where,
            order_id=cells[KEY],
            package=edited.number,
            submitted_at=submitted_at,
            carrier_code=code,
            carrier_name=name,
            tracking_number=tracking_number,
            ship_method=method,
        )

    def _find_edited(
        self, packages: list[_Package], item: str, tracking_number: str, repeats: int, upload: Upload, where: str
    ) -> _Package | None:
        """The package of an earlier file that the line edits, or None when it is a new one."""
        if not packages or packages[0].first_file == self._files:
            return None
        earlier = [
            package
            for package in packages
            if package.first_file < self._files and (not item or item in package.items or "" in package.items)
        ]
        open_ones = [package for package in earlier if item not in package.edited]
        for package in open_ones:
            if package.tracking_number == tracking_number:
                return package
        if len(open_ones) > 1 and repeats < len(earlier):
            self.notes.add(
                str(upload.path),
                "does not tell which package of the order it edits; the first one not edited yet is assumed",
                where,
            )
        return open_ones[0] if open_ones else None

    def _submitted_at(self, shipped: date | datetime, upload: Upload) -> datetime:
        if upload.submitted_at is not None:
            return upload.submitted_at
        self.notes.add(
            str(upload.path),
            "does not say when it was uploaded; noon UTC of each ship-date is assumed, so late uploads cannot be"
            f" detected: give {upload.path.name}{INSTANT_EXAMPLE}",
        )
        return shipped if isinstance(shipped, datetime) else datetime.combine(shipped, _NOON)

    def _may_edit(self, package: _Package, submitted_at: datetime, upload: Upload, order_id: str, where: str) -> bool:
        problem = edit_problem(order_id, package.where, package.submitted_at, submitted_at, upload)
        if problem:
            self.problems.add(where, problem)
        return not problem


def edit_problem(order_id: str, before: str, edited_at: datetime, submitted_at: datetime, upload: Upload) -> str:
    """The problem of an edit of what was submitted at `edited_at` in `before`, empty if there is none."""
    if upload.submitted_at is None:
        return (
            f"order {order_id!r} was confirmed in {before}; an edit needs the instant of its upload: give"
            f" {upload.path.name}{INSTANT_EXAMPLE}"
        )
    if submitted_at < edited_at:
        return (
            f"order {order_id!r} is edited at {submitted_at.isoformat()}, before what it edits, {edited_at.isoformat()}"
            f" in {before}; give the files in the order of their upload, each with its instant"
        )
    return ""


def _updated_texts(cells: dict[str, Any], old: _Package | None) -> tuple[str, str, str, str]:
    """Carrier code and name, tracking number and ship method after a line; a name belongs to its carrier code."""
    before = ("", "", "", "") if old is None else old.texts
    code = _updated_text(cells["carrier-code"], before[0])
    return (
        code,
        _updated_text(cells["carrier-name"], before[1] if code == before[0] else ""),
        _updated_text(cells["tracking-number"], before[2]),
        _updated_text(cells["ship-method"], before[3]),
    )


def _updated_text(new: str, old: str) -> str:
    return "" if new == _DELETED else new or old
