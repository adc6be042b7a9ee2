"""Amazon's flat file of ship confirmations (feed type POST_FLAT_FILE_FULFILLMENT_DATA): what sellers upload.

Tab-separated without quoting. Before the line of keys (`order-id`, …) may stand a line `TemplateType=OrderFulfillment`
and, in Japan, one of localised labels (D, public writers). Keys as in Amazon's help (A); others, such as
`ship_from_address_name`, are left alone and named. UTF-8, or Shift_JIS as Japanese programs write it (D). Spreadsheets
drop empty cells at the end of a line, so a short line is filled up with blanks (I).

A file that is uploaded again edits what was uploaded before. Choices where the sources are silent or contradict (X):

- Lines of one order in one file with the same carrier and number are one package of several items; with another carrier
  or number they are packages of their own.
- A line in a later file edits the package that held its `order-item-id` (without one: any of the order's); of several
  the one that already has its number, else the first one that the file has not edited yet. An item that no package held
  is a new package.
- In an edit a blank cell leaves the old text; `NULL` deletes it (A, and A contradicts itself about the blank).
- When it was uploaded, the file does not say. Without an instant given, a first upload counts as made at noon UTC of
  its ship-date, which is that calendar day in nearly every marketplace, and a note says so; an edit needs its instant.

The same text twice is an edit too: it submits the number again.
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
from vtr.reference.records.cells import NotUsable, calendar_date, instant, named_text, shown, text, whole_number
from vtr.reference.records.fields import Field, needed, typed_cells
from vtr.reference.records.notes import Notes
from vtr.reference.records.problems import SHOWN, Problems
from vtr.reference.records.rows import Row, check_once, line_of, unreadable
from vtr.reference.records.submissions import Line
from vtr.reference.records.uploads import EXAMPLE, Upload

KEY = "order-id"
"""The key by which the line of keys is known."""

_TEMPLATE = "TemplateType=OrderFulfillment"
_LINES_BEFORE_KEYS = 2
_HEADING_BYTES = 100_000
_DELETED = "NULL"
_NOON = time(12, tzinfo=UTC)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)
# cp932, which Windows writes as Shift_JIS, gives these bytes a meaning that no text has.
_NO_TEXT = re.compile("[\x80\xa0\uf8f0-\uf8f3]")


def looks_like_flat_file(path: Path, content: bytes) -> bool:
    """Tell by the first lines, whatever the encoding: the template's line, or a key `order-id` between tabs.

    Raises InputError when the keys stand between commas.
    """
    lines = content[:_HEADING_BYTES].removeprefix(b"\xef\xbb\xbf").splitlines()[: _LINES_BEFORE_KEYS + 1]
    if any({b"order-id", b"tracking-number"} <= set(line.replace(b'"', b"").split(b",")) for line in lines):
        raise InputError(
            f"{path}: is Amazon's flat file with commas; save it as text separated by tabs, as Amazon has it"
        )
    return any(
        line.startswith(_TEMPLATE.encode()) or KEY.encode() in (cell.strip() for cell in line.split(b"\t"))
        for line in lines
    )


def flat_file_text(path: Path, content: bytes, notes: Notes) -> str:
    """UTF-8 with or without a byte order mark, else Shift_JIS if all of it is. Raises InputError with line and byte."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = error.start
    try:
        decoded = content.decode("cp932")
        strict = _NO_TEXT.search(decoded) is None
    except UnicodeDecodeError:
        strict = False
    if not strict:
        raise InputError(
            f"{path}:{line_of(content, place)}: byte {content[place]:#04x} is not UTF-8, and the file is no Shift_JIS"
            " either; save it as UTF-8"
        )
    notes.add(str(path), "is not UTF-8; read as Shift_JIS")
    return decoded


def _order_id(cell: object) -> str:
    value = named_text(cell)
    if value != value.strip():
        raise NotUsable("has blanks around it; remove them")
    if value[0] in "'\"":
        raise NotUsable("begins with a quotation mark; a flat file is not quoted, remove it")
    return value


def _shipped(cell: object) -> date | datetime:
    """A day (A: yyyy-mm-dd), or an instant with its zone, as some programs write it (D)."""
    if isinstance(cell, str) and "T" in cell:
        return instant(cell)
    return calendar_date(cell)


_FIELDS = (
    needed(KEY, _order_id),
    Field("order-item-id", text, ""),
    Field("quantity", whole_number(1)),
    needed("ship-date", _shipped),
    Field("carrier-code", text, "", column_needed=True),
    Field("carrier-name", text, ""),
    Field("tracking-number", text, "", column_needed=True),
    Field("ship-method", text, ""),
)
_READ = {field.name for field in _FIELDS}
_KNOWN_UNREAD = {"cod-collection-method", "ship_from_supply_source_id", "transparency_code"}


@dataclass(slots=True)
class _Package:
    """A package as the files so far say it is; edited: which items' lines of the file being read have edited it."""

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
    """An order's packages by number, and those that the file being read has made or edited, by their texts."""

    packages: list[_Package] = field(default_factory=list)
    in_file: int = 0
    of_file: dict[tuple[str, str, str, str], _Package] = field(default_factory=dict)

    def begin(self, file: int) -> None:
        """Begin with a file, unless that is done."""
        if self.in_file != file:
            self.in_file = file
            self.of_file.clear()
            for package in self.packages:
                package.edited.clear()


@dataclass(slots=True)
class FlatFiles:
    """Flat files in the order of their upload, and the packages that they have made so far, by order."""

    problems: Problems
    notes: Notes
    _files: int = 0
    _orders: dict[str, _Order] = field(default_factory=dict)

    def lines(self, upload: Upload, content: str) -> Iterator[Line]:
        """The submissions of the next file, in its order; what is wrong with it is noted among the problems."""
        self._files += 1
        read = [(row, cells) for row in self._rows(upload.path, content) if (cells := self._cells(row, upload))]
        repeats = Counter((cells[KEY], cells["order-item-id"]) for _, cells in read)
        for row, cells in read:
            line = self._line(row.where, cells, upload, repeats[cells[KEY], cells["order-item-id"]])
            if line is not None:
                yield line

    def _cells(self, row: Row, upload: Upload) -> dict[str, Any] | None:
        cells = typed_cells(row, _FIELDS, self.problems)
        if cells is not None and _SCIENTIFIC.fullmatch(str(cells["tracking-number"])):
            self.notes.add(
                str(upload.path),
                "is what a spreadsheet makes of a long number; judged as it stands",
                row.where,
                f"tracking-number {cells['tracking-number']} ",
            )
        return cells

    def _rows(self, path: Path, content: str) -> Iterator[Row]:
        reader = csv.reader(io.StringIO(content, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
        columns: list[str] | None = None
        line = 1
        while True:
            where = f"{path}:{line}"
            try:
                cells = next(reader, None)
            except csv.Error as error:
                self.problems.add(where, unreadable("flat file", error))
                return
            if cells is None:
                break
            if columns is None and KEY in (cell.strip() for cell in cells):
                columns = self._columns(path, where, cells)
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
                f" {', '.join(field.name for field in _FIELDS)}, separated by tabs, is expected"
            )

    def _columns(self, path: Path, where: str, cells: list[str]) -> list[str] | None:
        columns = [cell.strip() for cell in cells]
        while columns and not columns[-1]:
            columns.pop()
        check_once(where, [column for column in columns if column])
        absent = _READ - set(columns)
        unread = []
        good = True
        for column in columns:
            meant = column.lower().replace("_", "-").replace(" ", "-")
            if meant in absent:
                self.problems.add(where, f"unknown key {shown(column)}; did you mean {meant!r}?")
                good = False
            elif column not in _READ | _KNOWN_UNREAD:
                unread.append(shown(column))
        for each in _FIELDS:
            if each.column_needed and each.name in absent:
                self.problems.add(where, f"key {each.name!r} is missing")
                good = False
        if unread:
            more = f" and {len(unread) - SHOWN} more" if len(unread) > SHOWN else ""
            self.notes.add(str(path), f"not read: {', '.join(unread[:SHOWN])}{more}")
        return columns if good else None

    def _line(self, where: str, cells: dict[str, Any], upload: Upload, repeats: int) -> Line | None:
        """The submission that a line makes; None when it says no more than another line of the file, or is wrong."""
        order = self._orders.setdefault(cells[KEY], _Order())
        order.begin(self._files)
        item = cells["order-item-id"]
        edited = self._edited(order.packages, item, cells["tracking-number"], repeats, upload, where)
        texts = _texts(cells, edited)
        if edited is not None and edited.edited and texts != edited.texts:
            edited.items.discard(item)  # another line of this file gave the rest of the package another number
            edited = None
        said: _Package | None = None  # the package of which another line of the file has said all this
        if edited is None:
            said = order.of_file.get(texts)
        elif edited.edited:
            said = edited
        if said is not None:
            said.items.add(item)
            said.edited.add(item)
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
        return Line(
            where=where,
            order_id=cells[KEY],
            package=edited.number,
            submitted_at=submitted_at,
            carrier_code=code,
            carrier_name=name,
            tracking_number=tracking_number,
            ship_method=method,
        )

    def _edited(
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
                "which package of the order is edited is not said; taken for the first one not edited yet",
                where,
            )
        return open_ones[0] if open_ones else None

    def _submitted_at(self, shipped: date | datetime, upload: Upload) -> datetime:
        if upload.submitted_at is not None:
            return upload.submitted_at
        self.notes.add(
            str(upload.path),
            "does not say when it was uploaded; taken as noon UTC of each ship-date, so late uploads cannot be told:"
            f" give {upload.path.name}{EXAMPLE}",
        )
        return shipped if isinstance(shipped, datetime) else datetime.combine(shipped, _NOON)

    def _may_edit(self, package: _Package, submitted_at: datetime, upload: Upload, order_id: str, where: str) -> bool:
        problem = edit_problem(order_id, package.where, package.submitted_at, submitted_at, upload)
        if problem:
            self.problems.add(where, problem)
        return not problem


def edit_problem(order_id: str, before: str, edited_at: datetime, submitted_at: datetime, upload: Upload) -> str:
    """What is wrong with an edit of what was submitted at `edited_at` in `before`, or nothing."""
    if upload.submitted_at is None:
        return (
            f"order {order_id!r} was confirmed in {before}; an edit needs the instant of its upload: give"
            f" {upload.path.name}{EXAMPLE}"
        )
    if submitted_at < edited_at:
        return (
            f"order {order_id!r} is edited at {submitted_at.isoformat()}, before what it edits, {edited_at.isoformat()}"
            f" in {before}; give the files in the order of their upload, each with its instant"
        )
    return ""


def _texts(cells: dict[str, Any], old: _Package | None) -> tuple[str, str, str, str]:
    """Carrier code and name, tracking number and ship method after the line; a name belongs to its carrier code."""
    before = ("", "", "", "") if old is None else old.texts
    code = _text(cells["carrier-code"], before[0])
    return (
        code,
        _text(cells["carrier-name"], before[1] if code == before[0] else ""),
        _text(cells["tracking-number"], before[2]),
        _text(cells["ship-method"], before[3]),
    )


def _text(new: str, old: str) -> str:
    return "" if new == _DELETED else new or old
