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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from vtr.errors import InputError
from vtr.records.problems import Problems

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
    content = _text(path)
    if suffix == ".csv":
        return _separated(path, content, ",", problems)
    if suffix == ".tsv":
        return _separated(path, content, "\t", problems)
    if suffix == ".jsonl":
        return _json_lines(path, content, problems)
    return rows_of(_json(content, path), str(path), lists, problems)


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


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{path}: is UTF-16; save it as UTF-8 (in a spreadsheet: CSV UTF-8)")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        raise InputError(
            f"{path}:{line}: byte {byte:#04x} is not UTF-8; save the file as UTF-8 (in a spreadsheet: CSV UTF-8)"
        ) from error


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
            problems.add(f"{path}:{line}", f"is no {path.suffix[1:].upper()} from here on: {error}")
            return
        if cells is None:
            break
        if header is None:
            header = _header(path, cells, separator)
            yield Header(f"{path}:{line}", tuple(header))
        elif cells:
            if len(cells) != len(header):
                cell_count, column_count = _count(len(cells), "cell"), _count(len(header), "column")
                hint = "; quote a cell that holds a comma" if separator == "," else ""
                problems.add(f"{path}:{line}", f"has {cell_count}, the first line {column_count}{hint}")
            else:
                yield Row(f"{path}:{line}", dict(zip(header, cells, strict=True)))
        line = reader.line_num + 1
    if header is None:
        raise InputError(f"{path}: is empty; a line of column names is expected")


def _header(path: Path, cells: list[str], separator: str) -> list[str]:
    if len(cells) == 1:
        for other, name in _OTHER_SEPARATORS.items():
            if other != separator and other in cells[0]:
                raise InputError(
                    f"{path}:1: the columns are separated by {name}, a {path.suffix} file by "
                    f"{_OTHER_SEPARATORS[separator]}; save it again or rename it"
                )
    twice = sorted({name for name in cells if cells.count(name) > 1})
    if twice:
        raise InputError(f"{path}:1: column {twice[0]!r} stands twice; keep one")
    return cells


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _json_lines(path: Path, content: str, problems: Problems) -> Iterator[Row]:
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            where = f"{path}:{number}"
            cells = _json(line, path, number)
            if isinstance(cells, Mapping):
                yield Row(where, cells)
            else:
                problems.add(where, f"an object is expected, not {cells!r:.60}")


def _json(content: str, path: Path, line: int | None = None) -> object:
    """Numbers with a point as Decimal: a price is what the file says, not its nearest binary fraction."""
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
