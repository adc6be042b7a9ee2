"""Rows of a file, whatever its format, each with the place that an error message names.

The suffix says what a file is. CSV is quoted as usual; TSV is not quoted at all, as Amazon's flat files and the reports
are, so that a quotation mark in a tracking number stays one. Both are UTF-8, with or without a byte order mark, and
begin with a line of column names. JSON is a list of objects, or an object that holds such a list; JSON Lines has one
object a line. Parquet gives Python values. Nothing is stripped.

A row that is no row is noted among the problems and left out; a file that cannot be read on raises.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from vtr.reference.errors import InputError
from vtr.reference.messages import counted
from vtr.reference.records.cells import shown
from vtr.reference.records.problems import Problems

SUFFIXES = (".csv", ".tsv", ".json", ".jsonl", ".parquet")

_PARQUET_ROWS = 10_000
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", ",": "commas", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Header:
    """The columns that all rows after it have; only JSON, where every object may have others, comes without."""

    where: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row. where: file and line of CSV, TSV and JSON Lines; file and number of the row, from 1, otherwise."""

    where: str
    cells: Mapping[str, object]


def read_rows(path: Path, lists: Sequence[str], problems: Problems) -> Iterator[Header | Row]:
    """The rows of a file in its order; lists: under which keys of a JSON object the rows may stand, all are read.

    Raises InputError when the file is missing, is not what its suffix says, or is not UTF-8.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"{path}: what it holds is told by its suffix, one of {' '.join(SUFFIXES)}")
    if suffix == ".parquet":
        return _parquet(path)
    return rows_in(path, text_of(path, bytes_of(path)), lists, problems)


def rows_in(path: Path, content: str, lists: Sequence[str], problems: Problems) -> Iterator[Header | Row]:
    """The rows of the text of a file, which its suffix says how to read. Raises InputError as `read_rows` does."""
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _separated(path, content, ",", problems)
    if suffix == ".tsv":
        return _separated(path, content, "\t", problems)
    if suffix == ".jsonl":
        return _json_lines(path, content, problems)
    if suffix == ".json":
        return rows_of(json_of(content, path), str(path), lists, problems)
    raise InputError(f"{path}: what it holds is told by its suffix, one of {' '.join(SUFFIXES)}")


def rows_of(value: object, where: str, lists: Sequence[str], problems: Problems) -> Iterator[Row]:
    """The rows of a JSON value: a list of objects, or an object with such lists under one or several of the keys."""
    if isinstance(value, Mapping):
        present = [key for key in lists if key in value]
        if not present:
            keys = ", ".join(repr(key) for key in value) or "no keys"
            raise InputError(
                f"{where}: a list of objects, or an object with {_either(lists)}, is expected; it has {keys}"
            )
        for key in present:
            yield from _objects(value[key], f"{where}: {key}", problems)
    else:
        yield from _objects(value, f"{where}: row", problems)


def _objects(value: object, label: str, problems: Problems) -> Iterator[Row]:
    if not isinstance(value, list | tuple):
        raise InputError(f"{label}: a list of objects is expected")
    for number, cells in enumerate(value, start=1):
        where = f"{label} {number}"
        if isinstance(cells, Mapping):
            yield Row(where, cells)
        else:
            problems.add(where, f"an object is expected, not {cells!r:.60}")


def bytes_of(path: Path) -> bytes:
    """The bytes of a text file. Raises InputError when there is none, or it is UTF-16 or no text."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{path}: is UTF-16; save it as UTF-8 (in a spreadsheet: CSV UTF-8)")
    nul = content.find(b"\0")
    if nul >= 0:  # no text holds one; UTF-16 without its mark is half made of them
        raise InputError(f"{path}:{line_of(content, nul)}: holds a NUL byte, so it is no text; save it as UTF-8")
    return content


def text_of(path: Path, content: bytes) -> str:
    """The text of UTF-8 bytes, with or without a byte order mark. Raises InputError with the line of a wrong byte."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = line_of(content, error.start)
        byte = content[error.start]
        raise InputError(
            f"{path}:{line}: byte {byte:#04x} is not UTF-8; save the file as UTF-8 (in a spreadsheet: CSV UTF-8)"
        ) from error


def line_of(content: bytes, place: int) -> int:
    """The number of the line in which a byte stands."""
    return content.count(b"\n", 0, place) + 1


def _separated(path: Path, content: str, separator: str, problems: Problems) -> Iterator[Header | Row]:
    lines = io.StringIO(content, newline="")
    if separator == ",":
        reader = csv.reader(lines, strict=True)
    else:
        reader = csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
    header: list[str] | None = None
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            problems.add(f"{path}:{line}", unreadable(path.suffix[1:].upper(), error))
            return
        if cells is None:
            break
        if header is None:
            header = _header(path, cells, separator)
            yield Header(f"{path}:{line}", tuple(header))
        elif cells:
            if len(cells) != len(header):
                cell_count, column_count = counted(len(cells), "cell"), counted(len(header), "column")
                hint = "; quote a cell that holds a comma" if separator == "," else ""
                problems.add(f"{path}:{line}", f"has {cell_count}, the first line {column_count}{hint}")
            else:
                yield Row(f"{path}:{line}", dict(zip(header, cells, strict=True)))
        line = reader.line_num + 1
    if header is None:
        raise InputError(f"{path}: is empty; a line of column names is expected")


def unreadable(kind: str, error: csv.Error) -> str:
    """What a message says about a line from which on a file cannot be split into cells."""
    hint = "; an opening quotation mark without its end?" if "field limit" in str(error) and kind == "CSV" else ""
    return f"is no {kind} from here on: {error}{hint}"


def _header(path: Path, cells: list[str], separator: str) -> list[str]:
    if len(cells) == 1:
        for other, name in _OTHER_SEPARATORS.items():
            if other != separator and other in cells[0]:
                raise InputError(
                    f"{path}:1: the columns are separated by {name}, a {path.suffix} file by "
                    f"{_OTHER_SEPARATORS[separator]}; save it again or rename it"
                )
    check_once(f"{path}:1", cells)
    return cells


def check_once(where: str, columns: Sequence[str]) -> None:
    """Raise InputError when a column name stands twice."""
    twice = sorted(name for name, times in Counter(columns).items() if times > 1)
    if twice:
        raise InputError(f"{where}: column {shown(twice[0])} stands twice; keep one")


def _json_lines(path: Path, content: str, problems: Problems) -> Iterator[Row]:
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            where = f"{path}:{number}"
            cells = json_of(line, path, number)
            if isinstance(cells, Mapping):
                yield Row(where, cells)
            else:
                problems.add(where, f"an object is expected, not {cells!r:.60}")


def json_of(content: str, path: Path, line: int | None = None) -> object:
    """The value of JSON text, whose lines are counted from 1, or all are `line`. Raises InputError.

    Numbers with a point are Decimal: a price is what the file says, not its nearest binary fraction.
    """
    try:
        value: object = json.loads(content, parse_float=Decimal, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{line or error.lineno}: is not JSON: {error.msg} (column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}:{line or 1}: is not JSON: {error}") from error
    return value


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON number")


def _parquet(path: Path) -> Iterator[Header | Row]:
    import pyarrow as pa  # noqa: PLC0415 (slow to import, and needed for Parquet only)
    import pyarrow.parquet as pq  # noqa: PLC0415 (the same)

    try:
        with pq.ParquetFile(path) as file:
            yield Header(str(path), tuple(file.schema_arrow.names))
            number = 0
            for batch in file.iter_batches(batch_size=_PARQUET_ROWS):
                for cells in batch.to_pylist():
                    number += 1
                    yield Row(f"{path}: row {number}", cells)
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file") from error
    except (OSError, pa.ArrowException, ValueError) as error:
        raise InputError(f"{path}: cannot be read as Parquet: {error}") from error


def _either(lists: Sequence[str]) -> str:
    return " or ".join(repr(key) for key in lists)
