"""The rows of a report in a file of any size, as a DuckDB relation with our column names.

A report is TSV (unquoted, like Amazon's), CSV, JSON (a list of rows, or an answer of the validator protocol with
`rows`), JSON Lines or Parquet. A column is known by our name, by its heading in Amazon's layouts (English or Chinese),
or by the user's file of columns. JSON is read row by row, because an answer may be larger than memory.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import ijson  # type: ignore[import-untyped]

from vtr.errors import ScenarioError
from vtr.reference.layouts import HAS_VALID_TRACKING, LAYOUTS, NO, YES
from vtr.reference.records.dataset import separated_table, sql_text
from vtr.validators.answer import cell_text
from vtr.validators.columns import Columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS = ("order_id", "package", "tracking_id", "no_valid_tracking", "reason", "category", "carrier")
"""The columns that are read, by our names."""

_HEADINGS = {
    heading: ours for layout in LAYOUTS.values() for headings in layout.headers.values()
    for ours, heading in zip(layout.columns, headings, strict=True)
}  # fmt: skip
_MEANS = {YES: "", NO: "X"}  # of HAS_VALID_TRACKING
_SEPARATED = {".csv": ",", ".tsv": "\t", ".txt": "\t"}
_JSON = (".json", ".jsonl", ".ndjson")
_BATCH, _PIECE = 50_000, 1 << 20
_DEPTH_LIMIT = 100  # of nesting; ijson writes a path for every level, so a deep document would fill the memory


@dataclass(frozen=True, slots=True)
class ReportRows:
    """A report's rows.

    relation: a SELECT of those COLUMNS that the report has, as texts; null is blank.
    columns: the names of those columns.
    """

    relation: str
    columns: frozenset[str]


def read_report(connection: "DuckDBPyConnection", path: Path, columns: Columns, folder: Path) -> ReportRows:
    """Find the rows of a report. folder: where a copy may be kept until they have been read.

    Raises ScenarioError for a file that cannot be read or lacks the columns that identify a package and its verdict,
    and InputError for text without a line of column names.
    """
    import duckdb  # noqa: PLC0415 (slow to import)

    kind = path.suffix.lower()
    if not path.is_file():
        raise ScenarioError(f"{path}: there is no such file; give a validator's report")
    if kind in _JSON:
        copy = folder / "report.parquet"
        names = _copy_as_parquet(path, columns, copy)
        source = f"read_parquet({sql_text(copy)})"
    elif kind == ".parquet":
        source = f"read_parquet({sql_text(path)})"
        try:
            names = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]  # noqa: S608 (quoted)
        except duckdb.Error as error:
            raise ScenarioError(f"{path}: cannot be read: {str(error).splitlines()[0]}") from error
    elif kind in _SEPARATED:
        names, source = separated_table(path, _SEPARATED[kind])
    else:
        known = ", ".join((*_SEPARATED, *_JSON, ".parquet"))
        raise ScenarioError(f"{path}: unsupported file type {path.suffix!r}; use {known}")
    expressions = _column_expressions(names, columns)
    if "order_id" not in expressions or not {"no_valid_tracking", "reason"} & expressions.keys():
        missing = "order_id" if "order_id" not in expressions else "no_valid_tracking (or reason)"
        has = ", ".join(names) or "none"
        mark = next((mark for mark in "\t;|," if len(names) == 1 and mark in has), None)
        if mark is not None and kind in _SEPARATED:
            wanted = f"{_SEPARATED[kind]!r}, which a {kind} file needs"
            raise ScenarioError(f"{path}: its columns are separated by {mark!r}, not by {wanted}; save it again")
        raise ScenarioError(f"{path}: no column {missing}; it has {has}; map your names to ours with --columns")
    selected = ", ".join(f"{sql} AS {ours}" for ours, sql in expressions.items())
    return ReportRows(f"SELECT {selected} FROM {source}", frozenset(expressions))  # noqa: S608 (names quoted)


def _column_expressions(names: list[str], columns: Columns) -> dict[str, str]:
    """The SQL expression of each of our columns that a report has."""
    found: dict[str, str] = {}
    for ours in COLUMNS:
        column = columns.by_name.get(ours)
        if column is not None and column.theirs in names:
            found[ours] = _expression(column.theirs, column.values)
        elif ours in names:
            found[ours] = _expression(ours, {})
        else:
            heading = next((name for name in names if _HEADINGS.get(name) == ours), None)
            if heading is not None:
                found[ours] = _expression(heading, {})
    positive = next((name for name in names if HAS_VALID_TRACKING in {name, _HEADINGS.get(name)}), None)
    if positive is not None and "no_valid_tracking" not in found:
        found["no_valid_tracking"] = _expression(positive, _MEANS)
    return found


def _expression(theirs: str, values: Mapping[str, str]) -> str:
    name = '"' + theirs.replace('"', '""') + '"'
    text = f"coalesce(CAST({name} AS VARCHAR), '')"
    if not values:
        return text
    branches = " ".join(f"WHEN {sql_text(value)} THEN {sql_text(meaning)}" for value, meaning in values.items())
    return f"CASE {text} {branches} ELSE {text} END"


def _copy_as_parquet(path: Path, columns: Columns, copy: Path) -> list[str]:
    """Copy the relevant columns of JSON rows to Parquet; returns those that any row has."""
    import pyarrow as pa  # noqa: PLC0415 (slow to import)
    import pyarrow.parquet as pq  # noqa: PLC0415 (slow to import)

    wanted = dict.fromkeys((*COLUMNS, HAS_VALID_TRACKING, *(columns.theirs(ours) for ours in COLUMNS), *_HEADINGS))
    schema = pa.schema([pa.field(name, pa.string()) for name in wanted])
    seen: set[str] = set()
    batch: dict[str, list[str | None]] = {name: [] for name in wanted}
    count = 0
    with pq.ParquetWriter(copy, schema) as writer:
        for row in _json_rows(path):
            count += 1
            if not isinstance(row, Mapping):
                raise ScenarioError(f"{path}: row {count} is not an object: {_cell_value(row)!r:.60}")
            for name, cells in batch.items():
                cells.append(cell_text(_cell_value(row[name])) if name in row else None)
            seen |= row.keys() & wanted.keys()
            if count % _BATCH == 0:
                writer.write_table(pa.table(batch, schema))
                for cells in batch.values():
                    cells.clear()
        writer.write_table(pa.table(batch, schema))
    return [name for name in wanted if name in seen] if count else list(COLUMNS)


def _json_rows(path: Path) -> Iterator[object]:
    """The rows of a JSON file, one by one. Raises ScenarioError for text that is not UTF-8 or not rows in JSON."""
    try:
        if path.suffix.lower() != ".json":
            if _is_blank(path):
                return
            with _utf8(path) as source:
                yield from ijson.items(ijson.parse(_events(source, multiple_values=True)), "")
            return
        with _utf8(path) as source:
            rows = f"{_list_path(source)}.item".lstrip(".")
        with _utf8(path) as source:
            yield from ijson.items(ijson.parse(_events(source)), rows)
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path}: is not UTF-8; save it as UTF-8") from error
    except (ijson.JSONError, ValueError, RecursionError) as error:
        why = str(error).partition("\n")[0]
        raise ScenarioError(f"{path}: is not a list of rows in JSON, nor an object with 'rows': {why}") from error


def _list_path(source: SimpleNamespace) -> str:
    """Where the list of rows is, as ijson writes paths: at the top or under `rows`. Raises ValueError if neither."""
    events = ijson.parse(_events(source))
    _, first, _ = next(events)
    if first == "start_array":
        return ""
    if any((path, event) == ("rows", "start_array") for path, event, _ in events):
        return "rows"
    raise ValueError("an object without a list 'rows'" if first == "start_map" else "it has no list")


def _events(source: SimpleNamespace, *, multiple_values: bool = False) -> Iterator[tuple[str, object]]:
    """The events of a JSON document. Raises ValueError for one that is nested too deep."""
    depth = 0
    for event, value in ijson.basic_parse(source, multiple_values=multiple_values, buf_size=_PIECE):
        if event in {"start_array", "start_map"}:
            depth += 1
            if depth > _DEPTH_LIMIT:
                raise ValueError(f"it is nested deeper than {_DEPTH_LIMIT} levels")
        elif event in {"end_array", "end_map"}:
            depth -= 1
        yield event, value


def _cell_value(value: object) -> object:
    """A JSON value with its number as other readers of JSON give it: 1.50 is 1.5, but long integers stay whole."""
    return float(value) if isinstance(value, Decimal) else value


@contextmanager
def _utf8(path: Path) -> Iterator[SimpleNamespace]:
    """A source for ijson whose bytes are valid UTF-8 without a byte order mark; else UnicodeDecodeError."""
    with path.open(encoding="utf-8-sig") as text:
        yield SimpleNamespace(read=lambda size: text.read(size).encode())


def _is_blank(path: Path) -> bool:
    with path.open(encoding="utf-8-sig") as text:
        return not any(line.strip() for line in text)
