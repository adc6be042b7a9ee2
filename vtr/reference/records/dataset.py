"""A labelled dataset in a folder: where its tables are, when its report is drawn, and under which profile.

The folder is what `vtr generate` writes, and the format is documented (README), so it is read here as anybody else's:
`manifest.json` has `as_of` (an instant with its zone), `profile`, and `tables`, from a table's name to its `file`.
Files are Parquet, CSV or JSON Lines, the last two plain, `.gz` or `.zst`. Text says instants in ISO 8601 with Z, so
what a column holds is told by its name.
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
CHECKED = ("orders", "confirmations", "scans")
"""The tables that a report is made from."""

_PARQUET = ".parquet"
_HEADER_BYTES = 1 << 16
_MEMORY = "1200MB"
_TYPES = {
    **dict.fromkeys(("at", "first_scan", "actual_delivery"), "TIMESTAMP"),
    **dict.fromkeys(("package", "position", "seq"), "INTEGER"),
    **dict.fromkeys(("item_price", "shipping_price"), "DECIMAL(18, 2)"),
    **dict.fromkeys(("in_report", "buy_shipping", "physical"), "BOOLEAN"),
}
_TYPE_OF_ENDING = {"_at": "TIMESTAMP", "_date": "DATE"}


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset. as_of: aware, when the report is drawn. described: the whole manifest."""

    folder: Path
    as_of: datetime
    profile: str
    tables: Mapping[str, Path]
    described: Mapping[str, Any]

    def path(self, table: str) -> Path:
        """Where a table's file is. Raises InputError when there is none."""
        path = self.tables.get(table)
        if path is None:
            raise InputError(f"{self.folder / MANIFEST}: there is no table {table!r}; make the dataset again")
        if not path.is_file():
            raise InputError(f"{path}: there is no such file, but {MANIFEST} names it; make the dataset again")
        return path


def open_dataset(folder: Path) -> Dataset:
    """The dataset of a folder. Raises InputError for a folder that holds none, or only the beginning of one."""
    path = folder / MANIFEST
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        hint = "make one with `vtr generate DIR`, or let the same command finish this one"
        raise InputError(f"{folder}: holds no dataset (no {MANIFEST}, which is written last); {hint}") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not JSON: {error}") from error
    tables = told.get("tables") if isinstance(told, dict) else None
    if not isinstance(tables, dict) or not isinstance(told.get("as_of"), str):
        raise InputError(f"{path}: is no dataset's manifest; one has 'as_of' and 'tables'")
    files = {}
    for name, table in tables.items():
        file = table.get("file") if isinstance(table, dict) else None
        if not isinstance(file, str) or Path(file).name != file:
            raise InputError(f"{path}: table {name!r} has no 'file', a name in this folder")
        files[name] = folder / file
    return Dataset(folder, read_instant(told["as_of"], f"{path}: as_of"), str(told.get("profile", "")), files, told)


@contextmanager
def as_parquet(dataset: Dataset) -> Iterator[dict[str, Path]]:
    """The tables that a report is made from, as Parquet files; copies of text files live as long as the context."""
    paths = {table: dataset.path(table) for table in CHECKED}
    if all(path.suffix == _PARQUET for path in paths.values()):
        yield paths
        return
    import duckdb  # noqa: PLC0415 (slow to import)

    with TemporaryDirectory(prefix="vtr-") as name:
        with duckdb.connect() as connection:
            connection.execute("SET enable_progress_bar = false")
            connection.execute(f"SET memory_limit = {quoted(_MEMORY)}")
            connection.execute(f"SET temp_directory = {quoted(name)}")
            for table in CHECKED:
                copy = Path(name) / f"{table}{_PARQUET}"
                select = relation(connection, dataset, table)
                try:
                    connection.execute(f"COPY ({select}) TO {quoted(copy)} (FORMAT parquet)")
                except duckdb.Error as error:
                    raise InputError(f"{paths[table]}: cannot be read: {str(error).splitlines()[0]}") from error
                paths[table] = copy
        yield paths


def relation(connection: "DuckDBPyConnection", dataset: Dataset, table: str) -> str:
    """The SELECT that gives a table's rows, in the file's order and with types, whatever its format.

    Raises InputError for a file that cannot be read.
    """
    import duckdb  # noqa: PLC0415 (slow to import)

    path = dataset.path(table)
    kinds = [suffix for suffix in path.suffixes if suffix not in {".gz", ".zst"}]
    if not kinds or kinds[-1] not in {_PARQUET, ".csv", ".jsonl"}:
        raise InputError(f"{path}: is neither Parquet nor CSV nor JSON Lines, which its name would tell")
    if kinds[-1] == _PARQUET:
        return f"SELECT * FROM read_parquet({quoted(path)})"  # noqa: S608 (quoted)
    if kinds[-1] == ".csv":
        names, source = text_table(path, ",")
    else:
        source = f"read_json({quoted(path)}, format = 'newline_delimited')"
        try:
            described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()  # noqa: S608 (as above)
        except duckdb.Error as error:
            raise InputError(f"{path}: cannot be read: {str(error).splitlines()[0]}") from error
        names = [row[0] for row in described]
        source = f"read_json({quoted(path)}, format = 'newline_delimited', columns = {_texts(names)})"
    columns = ", ".join(_column(name) for name in names)
    return f"SELECT {columns} FROM {source}"  # noqa: S608 (names of columns quoted)


def text_table(path: Path, separator: str) -> tuple[list[str], str]:
    """The columns of a file of separated values, plain or compressed, and the SQL that reads it, all columns as text.

    A comma's cells may be quoted; a tab's are not. Nothing is guessed from the content: DuckDB's guess leaves lines out
    that do not fit the last ones. Raises InputError for a file without a line of column names.
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
    form = f"delim = {quoted(separator)}, quote = {quoted(mark)}, escape = {quoted(mark)}, allow_quoted_nulls = false"
    return names, f"read_csv({quoted(path)}, header = true, auto_detect = false, {form}, columns = {_texts(names)})"


def _texts(names: list[str]) -> str:
    return "{" + ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names) + "}"


def quoted(text: str | Path) -> str:
    """A text as SQL writes it."""
    return "'" + str(text).replace("'", "''") + "'"


def _column(name: str) -> str:
    kind = _TYPES.get(name) or next((type_ for end, type_ in _TYPE_OF_ENDING.items() if name.endswith(end)), None)
    column = '"' + name.replace('"', '""') + '"'
    return column if kind is None else f"CAST({column} AS {kind}) AS {column}"
