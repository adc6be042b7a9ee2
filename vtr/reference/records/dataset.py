"""A labelled dataset in a folder: where its tables are, when its report is drawn, and under which profile.

The folder is written by `vtr generate` or by any other program that keeps to its documented format (README):
`manifest.json` has `as_of` (an instant with its zone), `profile`, and `tables`, from a table's name to its `file`.
Files are Parquet, CSV or JSON Lines, the last two plain, `.gz` or `.zst`. Text files write instants in ISO 8601 with Z;
the type of a column follows from its name.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from vtr.reference.errors import InputError
from vtr.reference.instants import read_instant

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MANIFEST = "manifest.json"
REPORT_TABLES = ("orders", "confirmations", "scans")
"""The tables that a report is made from."""

_PARQUET = ".parquet"
_HEADER_BYTES = 1 << 16
MEMORY_LIMIT = "1200MB"
_TYPES = {
    **dict.fromkeys(("at", "first_scan", "actual_delivery"), "TIMESTAMP"),
    **dict.fromkeys(("package", "position", "seq"), "INTEGER"),
    **dict.fromkeys(("item_price", "shipping_price"), "DECIMAL(18, 2)"),
    **dict.fromkeys(("in_report", "buy_shipping", "physical"), "BOOLEAN"),
}
_TYPE_OF_ENDING = {"_at": "TIMESTAMP", "_date": "DATE"}


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset.

    as_of: aware, when the report is drawn.
    profile: the name of its profile, empty if the manifest has none.
    tables: the file of each table.
    described: the whole manifest.
    """

    folder: Path
    as_of: datetime
    profile: str
    tables: Mapping[str, Path]
    described: Mapping[str, Any]

    def path(self, table: str) -> Path:
        """The file of a table. Raises InputError when there is none."""
        path = self.tables.get(table)
        if path is None:
            raise InputError(f"{self.folder / MANIFEST}: there is no table {table!r}; make the dataset again")
        if not path.is_file():
            raise InputError(f"{path}: there is no such file, but {MANIFEST} names it; make the dataset again")
        return path


def open_dataset(folder: Path) -> Dataset:
    """Open the dataset of a folder. Raises InputError for a folder without one, or with an unfinished one."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        hint = "make one with `vtr generate DIR`, or let the same command finish this one"
        raise InputError(f"{folder}: holds no dataset (no {MANIFEST}, which is written last); {hint}") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not JSON: {error}") from error
    tables = manifest.get("tables") if isinstance(manifest, dict) else None
    if not isinstance(tables, dict) or not isinstance(manifest.get("as_of"), str):
        raise InputError(f"{path}: is not a dataset's manifest, which has 'as_of' and 'tables'")
    files = {}
    for name, table in tables.items():
        file = table.get("file") if isinstance(table, dict) else None
        if not isinstance(file, str) or Path(file).name != file:
            raise InputError(f"{path}: table {name!r} has no 'file', a name in this folder")
        files[name] = folder / file
    as_of = read_instant(manifest["as_of"], f"{path}: as_of")
    return Dataset(folder, as_of, str(manifest.get("profile", "")), files, manifest)


@contextmanager
def as_parquet(dataset: Dataset) -> Iterator[dict[str, Path]]:
    """The tables that a report is made from, as Parquet files; copies of text files last as long as the context."""
    paths = {table: dataset.path(table) for table in REPORT_TABLES}
    if all(path.suffix == _PARQUET for path in paths.values()):
        yield paths
        return
    import duckdb  # noqa: PLC0415 (slow to import)

    with TemporaryDirectory(prefix="vtr-") as name:
        with duckdb.connect() as connection:
            connection.execute("SET enable_progress_bar = false")
            connection.execute(f"SET memory_limit = {sql_text(MEMORY_LIMIT)}")
            connection.execute(f"SET temp_directory = {sql_text(name)}")
            for table in REPORT_TABLES:
                copy = Path(name) / f"{table}{_PARQUET}"
                select = table_query(connection, dataset, table)
                try:
                    connection.execute(f"COPY ({select}) TO {sql_text(copy)} (FORMAT parquet)")
                except duckdb.Error as error:
                    raise InputError(f"{paths[table]}: cannot be read: {str(error).splitlines()[0]}") from error
                paths[table] = copy
        yield paths


def table_query(connection: "DuckDBPyConnection", dataset: Dataset, table: str) -> str:
    """The SELECT that gives a table's rows, in the file's order and with types, whatever its format.

    Raises InputError for a file that cannot be read.
    """
    import duckdb  # noqa: PLC0415 (slow to import)

    path = dataset.path(table)
    kinds = [suffix for suffix in path.suffixes if suffix not in {".gz", ".zst"}]
    if not kinds or kinds[-1] not in {_PARQUET, ".csv", ".jsonl"}:
        raise InputError(f"{path}: unsupported file type; use .parquet, .csv or .jsonl")
    if kinds[-1] == _PARQUET:
        return f"SELECT * FROM read_parquet({sql_text(path)})"  # noqa: S608 (quoted)
    if kinds[-1] == ".csv":
        names, source = separated_table(path, ",")
    else:
        source = f"read_json({sql_text(path)}, format = 'newline_delimited')"
        try:
            described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()  # noqa: S608 (quoted)
        except duckdb.Error as error:
            raise InputError(f"{path}: cannot be read: {str(error).splitlines()[0]}") from error
        names = [row[0] for row in described]
        source = f"read_json({sql_text(path)}, format = 'newline_delimited', columns = {_all_text(names)})"
    columns = ", ".join(_column(name) for name in names)
    return f"SELECT {columns} FROM {source}"  # noqa: S608 (names of columns quoted)


def separated_table(path: Path, separator: str) -> tuple[list[str], str]:
    """The columns of a file of separated values, plain or compressed, and the SQL that reads all of them as text.

    Cells between commas may be quoted; those between tabs are not. Nothing is guessed from the content: DuckDB's guess
    drops lines that do not fit the last ones. Raises InputError for a file without a line of column names.
    """
    import pyarrow as pa  # noqa: PLC0415 (slow to import)

    try:
        with pa.input_stream(str(path), compression="detect") as stream:
            first = stream.read(_HEADER_BYTES).partition(b"\n")[0].decode("utf-8-sig")
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}:1: is not UTF-8; save it as UTF-8") from error
    line = first.removesuffix("\r")
    names = next(csv.reader([line]), []) if separator == "," else line.split(separator)
    if not any(names) or len(set(names)) < len(names):
        raise InputError(f"{path}:1: a line of column names, each once, is expected; it begins {line[:80]!r}")
    mark = '"' if separator == "," else ""
    quoting = f"quote = {sql_text(mark)}, escape = {sql_text(mark)}, allow_quoted_nulls = false"
    options = f"delim = {sql_text(separator)}, {quoting}"
    return (
        names,
        f"read_csv({sql_text(path)}, header = true, auto_detect = false, {options}, columns = {_all_text(names)})",
    )


def _all_text(names: list[str]) -> str:
    return "{" + ", ".join(f"{sql_text(name)}: 'VARCHAR'" for name in names) + "}"


def sql_text(text: str | Path) -> str:
    """A text or path as a SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def _column(name: str) -> str:
    kind = _TYPES.get(name) or next((type_ for end, type_ in _TYPE_OF_ENDING.items() if name.endswith(end)), None)
    column = '"' + name.replace('"', '""') + '"'
    return column if kind is None else f"CAST({column} AS {kind}) AS {column}"
