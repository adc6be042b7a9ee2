"""The rows of a file in any supported format, each with its place for error messages.

The suffix decides the format. CSV is quoted as usual; TSV is not quoted at all, like Amazon's flat files and the
reports, so that a quotation mark in a tracking number stays one. Both are UTF-8, with or without a byte order mark, and
begin with a line of column names. JSON is a list of objects, or an object that holds such a list; JSON Lines has one
object per line. Parquet gives Python values. Nothing is stripped.

A malformed row is reported among the problems and skipped; a file that cannot be read any further raises.
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
from vtr.reference.records.cell_parsers import display_cell
from vtr.reference.records.issues import Problems

SUFFIXES = (".csv", ".tsv", ".json", ".jsonl", ".parquet")

_PARQUET_ROWS = 10_000
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", ",": "commas", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of all rows after it; only JSON, where every object may have others, has no header."""

    where: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row.

    where: file and line of CSV, TSV and JSON Lines; otherwise the file and the number of the row, from 1.
    cells: by column.
    """

    where: str
    cells: Mapping[str, object]


def read_rows(path: Path, lists: Sequence[str], problems: Problems) -> Iterator[Header | Row]:
    """The rows of a file in its order. lists: the keys of a JSON object whose lists are read, all that it has.

    Raises InputError when the file is missing, has an unsupported suffix, is not what it says, or is not UTF-8.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise _unsupported(path)
    if suffix == ".parquet":
        return _parquet(path)
    return rows_of_text(path, decode_utf8(path, read_bytes(path)), lists, problems)


def rows_of_text(path: Path, content: str, lists: Sequence[str], problems: Problems) -> Iterator[Header | Row]:
    """The rows in the text of a file, by its suffix. Raises InputError as `read_rows` does."""
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _separated(path, content, ",", problems)
    if suffix == ".tsv":
        return _separated(path, content, "\t", problems)
    if suffix == ".jsonl":
        return _json_lines(path, content, problems)
    if suffix == ".json":
        return rows_of_json(parse_json(content, path), str(path), lists, problems)
    raise _unsupported(path)


def _unsupported(path: Path) -> InputError:
    return InputError(f"{path}: unsupported file type {path.suffix!r}; use {', '.join(SUFFIXES)}")


def rows_of_json(value: object, where: str, lists: Sequence[str], problems: Problems) -> Iterator[Row]:
    """The rows in a JSON value: a list of objects, or an object with such lists under one or several of the keys.

    Raises InputError for any other value.
    """
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


def read_bytes(path: Path) -> bytes:
    """The bytes of a text file. Raises InputError when it cannot be read, is UTF-16, or is not text."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{path}: is UTF-16; save it as UTF-8 (in a spreadsheet: CSV UTF-8)")
    nul = content.find(b"\0")
    if nul >= 0:  # text never holds one; half of UTF-16 without its mark consists of them
        raise InputError(f"{path}:{line_number(content, nul)}: holds a NUL byte, so it is not text; save it as UTF-8")
    return content


def decode_utf8(path: Path, content: bytes) -> str:
    """The text of UTF-8 bytes, with or without a byte order mark. Raises InputError with the line of a wrong byte."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = line_number(content, error.start)
        byte = content[error.start]
        raise InputError(
            f"{path}:{line}: byte {byte:#04x} is not UTF-8; save the file as UTF-8 (in a spreadsheet: CSV UTF-8)"
        ) from error


def line_number(content: bytes, place: int) -> int:
    """The number of the line that holds the byte at `place`, from 1."""
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
            problems.add(f"{path}:{line}", describe_csv_error(path.suffix[1:].upper(), error))
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


def describe_csv_error(kind: str, error: csv.Error) -> str:
    """The message about a line after which a file cannot be split into cells."""
    hint = "; an opening quotation mark without its end?" if "field limit" in str(error) and kind == "CSV" else ""
    return f"cannot be read as {kind} from here on: {error}{hint}"


def _header(path: Path, cells: list[str], separator: str) -> list[str]:
    if len(cells) == 1:
        for other, name in _OTHER_SEPARATORS.items():
            if other != separator and other in cells[0]:
                raise InputError(
                    f"{path}:1: the columns are separated by {name}, a {path.suffix} file by "
                    f"{_OTHER_SEPARATORS[separator]}; save it again or rename it"
                )
    check_unique(f"{path}:1", cells)
    return cells


def check_unique(where: str, columns: Sequence[str]) -> None:
    """Raise InputError when a column name is duplicated."""
    twice = sorted(name for name, times in Counter(columns).items() if times > 1)
    if twice:
        raise InputError(f"{where}: column {display_cell(twice[0])} is duplicated; keep one")


def _json_lines(path: Path, content: str, problems: Problems) -> Iterator[Row]:
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            where = f"{path}:{number}"
            cells = parse_json(line, path, number)
            if isinstance(cells, Mapping):
                yield Row(where, cells)
            else:
                problems.add(where, f"an object is expected, not {cells!r:.60}")


def parse_json(content: str, path: Path, line: int | None = None) -> object:
    """The value of JSON text. line: its line in the file, None to count the text's own. Raises InputError.

    Numbers with a point become Decimal: a price keeps its digits instead of its nearest binary fraction.
    """
    try:
        value: object = json.loads(content, parse_float=Decimal, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{line or error.lineno}: is not JSON: {error.msg} (column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}:{line or 1}: is not JSON: {error}") from error
    return value


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a JSON number")


def _parquet(path: Path) -> Iterator[Header | Row]:
    import pyarrow as pa  # noqa: PLC0415 (slow to import, and needed for Parquet only)
    import pyarrow.parquet as pq  # noqa: PLC0415 (slow to import, and needed for Parquet only)

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
