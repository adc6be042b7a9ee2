"""The rows of a report in a file of any size, as a relation of DuckDB with our column names.

A report is TSV (without quoting, as Amazon's), CSV, JSON (a list of rows, or an answer of the validator protocol with
`rows`), JSON Lines or Parquet. A column is known by our name, by the heading that Amazon's layouts give it in English
or Chinese, or by the user's file of columns. JSON is read row by row: an answer may be larger than memory.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from vtr.errors import ScenarioError
from vtr.reference.layouts import HAS_VALID_TRACKING, LAYOUTS, NO, YES
from vtr.reference.records.dataset import quoted, text_table
from vtr.validators.answer import cell_text
from vtr.validators.columns import Columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

READ = ("order_id", "package", "tracking_id", "no_valid_tracking", "reason", "category", "carrier")
"""Our names of the columns that are read."""

_HEADINGS = {
    heading: ours for layout in LAYOUTS.values() for headings in layout.headers.values()
    for ours, heading in zip(layout.columns, headings, strict=True)
}  # fmt: skip
_MEANS = {YES: "", NO: "X"}  # of HAS_VALID_TRACKING
_SEPARATED = {".csv": ",", ".tsv": "\t", ".txt": "\t"}
_JSON = (".json", ".jsonl", ".ndjson")
_BATCH, _PIECE = 50_000, 1 << 20


@dataclass(frozen=True, slots=True)
class Reported:
    """A report's rows. relation: a SELECT with the columns of READ that the report has, as texts; null is blank."""

    relation: str
    columns: frozenset[str]


def reported(connection: "DuckDBPyConnection", path: Path, columns: Columns, folder: Path) -> Reported:
    """The rows of a report. folder: where a copy may stand as long as they are read.

    Raises ScenarioError for a file that cannot be read, or without the columns that say which package is valid, and
    InputError for text without a line of column names.
    """
    import duckdb  # noqa: PLC0415 (slow to import)

    kind = path.suffix.lower()
    if not path.is_file():
        raise ScenarioError(f"{path}: there is no such file; give a validator's report")
    if kind in _JSON:
        copy = folder / "report.parquet"
        names = _copied(path, columns, copy)
        source = f"read_parquet({quoted(copy)})"
    elif kind == ".parquet":
        source = f"read_parquet({quoted(path)})"
        try:
            names = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]  # noqa: S608 (quoted)
        except duckdb.Error as error:
            raise ScenarioError(f"{path}: cannot be read: {str(error).splitlines()[0]}") from error
    elif kind in _SEPARATED:
        names, source = text_table(path, _SEPARATED[kind])
    else:
        known = " ".join((*_SEPARATED, *_JSON, ".parquet"))
        raise ScenarioError(f"{path}: what it holds is told by its suffix, one of {known}")
    found = _found(names, columns)
    if "order_id" not in found or not {"no_valid_tracking", "reason"} & found.keys():
        missing = "order_id" if "order_id" not in found else "no_valid_tracking (or reason)"
        has = ", ".join(names) or "none"
        mark = next((mark for mark in "\t;|," if len(names) == 1 and mark in has), None)
        if mark is not None and kind in _SEPARATED:
            wanted = f"{_SEPARATED[kind]!r} is expected in a {kind} file"
            raise ScenarioError(f"{path}: {mark!r} stands between its columns, and {wanted}; save it so")
        raise ScenarioError(f"{path}: no column {missing}; it has {has}; say with --columns how yours are called")
    selected = ", ".join(f"{sql} AS {ours}" for ours, sql in found.items())
    return Reported(f"SELECT {selected} FROM {source}", frozenset(found))  # noqa: S608 (names quoted)


def _found(names: list[str], columns: Columns) -> dict[str, str]:
    """Of our columns that a report has, the expressions that give them."""
    found: dict[str, str] = {}
    for ours in READ:
        column = columns.by_name.get(ours)
        if column is not None and column.theirs in names:
            found[ours] = _meaning(column.theirs, column.values)
        elif ours in names:
            found[ours] = _meaning(ours, {})
        else:
            heading = next((name for name in names if _HEADINGS.get(name) == ours), None)
            if heading is not None:
                found[ours] = _meaning(heading, {})
    positive = next((name for name in names if HAS_VALID_TRACKING in {name, _HEADINGS.get(name)}), None)
    if positive is not None and "no_valid_tracking" not in found:
        found["no_valid_tracking"] = _meaning(positive, _MEANS)
    return found


def _meaning(theirs: str, values: Mapping[str, str]) -> str:
    name = '"' + theirs.replace('"', '""') + '"'
    text = f"coalesce(CAST({name} AS VARCHAR), '')"
    if not values:
        return text
    branches = " ".join(f"WHEN {quoted(value)} THEN {quoted(meaning)}" for value, meaning in values.items())
    return f"CASE {text} {branches} ELSE {text} END"


def _copied(path: Path, columns: Columns, copy: Path) -> list[str]:
    """Write the columns that may be read of JSON rows as Parquet; gives those that any row had."""
    import pyarrow as pa  # noqa: PLC0415 (slow to import)
    import pyarrow.parquet as pq  # noqa: PLC0415 (as above)

    wanted = dict.fromkeys((*READ, HAS_VALID_TRACKING, *(columns.theirs(ours) for ours in READ), *_HEADINGS))
    schema = pa.schema([pa.field(name, pa.string()) for name in wanted])
    seen: set[str] = set()
    batch: dict[str, list[str | None]] = {name: [] for name in wanted}
    count = 0
    with path.open(encoding="utf-8-sig") as stream, pq.ParquetWriter(copy, schema) as writer:
        for row in _rows(stream, path):
            count += 1
            if not isinstance(row, Mapping):
                raise ScenarioError(f"{path}: row {count} is no object: {row!r:.60}")
            for name, cells in batch.items():
                cells.append(cell_text(row[name]) if name in row else None)
            seen |= row.keys() & wanted.keys()
            if count % _BATCH == 0:
                writer.write_table(pa.table(batch, schema))
                for cells in batch.values():
                    cells.clear()
        writer.write_table(pa.table(batch, schema))
    return [name for name in wanted if name in seen] if count else list(READ)


def _rows(stream: TextIO, path: Path) -> Iterator[Any]:
    text = _Text(stream)
    try:
        if path.suffix.lower() != ".json":
            while text.begin():
                yield text.value()
        elif text.begin() == "{":
            yield from text.elements_of("rows")
        else:
            yield from text.elements()
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path}: is not UTF-8; save it as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ScenarioError(f"{path}: is no list of rows in JSON, and no object with 'rows': {error}") from error


class _Text:
    """JSON read piece by piece: values one after the other, and a list's elements without the list."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._text, self._at, self._ended = "", 0, False
        self._decode: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().raw_decode

    def begin(self) -> str:
        """The next character that is no white space, not taken; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
                self._at += 1
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def value(self) -> Any:  # noqa: ANN401 (any JSON value)
        """The next value, whole."""
        self.begin()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except ValueError:
                if not self._more():
                    raise
                continue
            if end == len(self._text) and not self._ended:  # a number may go on in the next piece
                self._more()
                continue
            self._at = end
            return value

    def elements(self) -> Iterator[Any]:
        """The elements of a list that begins here."""
        self._take("[")
        if self.begin() == "]":
            self._take("]")
            return
        while True:
            yield self.value()
            if self.begin() == "]":
                self._take("]")
                return
            self._take(",")

    def elements_of(self, wanted: str) -> Iterator[Any]:
        """The elements of a list in an object that begins here; what stands beside it is passed over."""
        self._take("{")
        met = False
        while True:
            key = self.value()
            self._take(":")
            if self.begin() == "[":
                for element in self.elements():
                    if key == wanted:
                        yield element
                met = met or key == wanted
            else:
                self.value()
            if self.begin() == "}":
                break
            self._take(",")
        if not met:
            raise ValueError(f"an object without a list {wanted!r}")

    def _take(self, character: str) -> None:
        if self.begin() != character:
            raise ValueError(f"{character!r} is expected before {self._text[self._at : self._at + 20]!r}")
        self._at += 1

    def _more(self) -> bool:
        """Read on; what was taken is forgotten."""
        if self._ended:
            return False
        piece = self._stream.read(max(_PIECE, len(self._text) - self._at))
        self._ended = not piece
        self._text, self._at = self._text[self._at :] + piece, 0
        return not self._ended
