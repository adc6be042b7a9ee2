"""Runs the rules of a profile on Parquet files of any size: the statements of `in_memory.py`, reading files.

Files have the columns of `arrow_tables.py`; columns with a default (a current category, a package number, a position)
may be missing. Files are read in place, each column once, and what does not fit into memory goes to a temporary folder.
The connection may open these files and nothing else, and is locked before any condition runs. What the readers of small
files check line by line is checked here by counting, before the report is made.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Literal, Self

import duckdb
import pyarrow as pa

from vtr.reference.engine import statements, text_lines
from vtr.reference.engine.arrow_tables import ANSWERS_SCHEMA, ORDERS_SCHEMA, SCANS_SCHEMA, SUBMISSIONS_SCHEMA
from vtr.reference.engine.in_memory import Evidence, lock, profile_tables, settings, window_of
from vtr.reference.errors import InputError, VtrError
from vtr.reference.layouts import Layout, ReportRow, csv_lines, report_row, tsv_lines
from vtr.reference.memory import DUCKDB_MEMORY_LIMIT
from vtr.reference.messages import did_you_mean
from vtr.reference.records import number_key
from vtr.reference.report.report import Excluded, Rate, Unanswered
from vtr.reference.rules.profile_reader import Profile

_CHUNK = 10_000

# Per column: its type, and its default in a file without it (None: the file must have it). The readers of small files
# have the same defaults (vtr/reference/records).
_ORDERS: dict[str, tuple[str, str | None]] = {
    "order_id": ("VARCHAR", None),
    "placed_at": ("TIMESTAMP", None),
    "category": ("VARCHAR", None),
    "current_category": ("VARCHAR", "category"),
    "promised_delivery_date": ("DATE", None),
    "promised_ship_date": ("DATE", "NULL"),
    "item_price": ("DECIMAL(18, 2)", None),
    "shipping_price": ("DECIMAL(18, 2)", "0"),
    "currency": ("VARCHAR", "'USD'"),
    "ship_from": ("VARCHAR", "'US'"),
    "ship_to": ("VARCHAR", "'US'"),
    "fulfilled_by": ("VARCHAR", "'seller'"),
    "cancelled_at": ("TIMESTAMP", "NULL"),
}
_SUBMISSIONS: dict[str, tuple[str, str | None]] = {
    "order_id": ("VARCHAR", None),
    "package": ("INTEGER", "1"),
    "confirmed_at": ("TIMESTAMP", "NULL"),
    "buy_shipping": ("BOOLEAN", "FALSE"),
    "submitted_at": ("TIMESTAMP", None),
    "seq": ("INTEGER", "0"),
    "carrier_code": ("VARCHAR", None),
    "carrier_name": ("VARCHAR", "''"),
    "tracking_number": ("VARCHAR", None),
    "ship_method": ("VARCHAR", "''"),
}
_SCANS: dict[str, tuple[str, str | None]] = {
    "carrier": ("VARCHAR", None),
    "tracking_number": ("VARCHAR", None),
    "position": ("INTEGER", "NULL"),
    "at": ("TIMESTAMP", None),
    "code": ("VARCHAR", None),
    "subcode": ("VARCHAR", "''"),
    "physical": ("BOOLEAN", "NULL"),
    "published_at": ("TIMESTAMP", "NULL"),
    "description": ("VARCHAR", "''"),
    "location": ("VARCHAR", "''"),
    "outcome": ("VARCHAR", "''"),
    "why": ("VARCHAR", "''"),
}
_NEEDED_VALUES = {
    "orders": ("order_id", "placed_at", "promised_delivery_date", "item_price"),
    "submissions": ("order_id", "package", "submitted_at"),
    "scan_lines": ("carrier", "tracking_number"),
}

_VERDICTS = """
    SELECT order_id, package, category, carrier, first_scan_at, delivered_at, decision, state,
        CASE WHEN starts_with(decision, 'INVALID_ID') THEN order_id || '-InvalidId' ELSE trimmed_number END
            AS tracking_id
    FROM verdicts"""
_WANTED_LINES = f"""
    SELECT line.* REPLACE ({statements.NUMBER_KEY_SQL} AS tracking_number)
    FROM scan_lines AS line
    WHERE {statements.NUMBER_KEY_SQL} IN (SELECT number FROM wanted_numbers)"""  # noqa: S608 (constant names)
_ANSWERS = """
    SELECT carrier, tracking_number, coalesce(max(nullif(outcome, '')), 'known') AS outcome,
        coalesce(max(why), '') AS why
    FROM wanted_lines
    GROUP BY carrier, tracking_number"""
# Positions as `recounted_scans` gives them.
_EVENTS = """
    WITH timed AS (
        SELECT *, bool_and("at" IS NOT NULL) OVER (PARTITION BY carrier, tracking_number) AS all_timed
        FROM wanted_lines
        WHERE code <> ''
    )
    SELECT carrier, tracking_number,
        CAST(coalesce(
            "position",
            row_number() OVER (
                PARTITION BY carrier, tracking_number ORDER BY CASE WHEN all_timed THEN "at" END, file_row_number
            ) - 1
        ) AS INTEGER) AS "position",
        "at", code, subcode, physical, description, location, published_at
    FROM timed
    ORDER BY ALL"""


@dataclass(frozen=True, slots=True)
class ParquetFiles:
    """Orders, confirmations (one line a submission), and scans collected before."""

    orders: Path
    confirmations: Path
    scans: Path


class ParquetEngine:
    """A report over files: `decide` makes it, the other methods read it. Close it, or use it in a `with`."""

    def __init__(self, profile: Profile, given: ParquetFiles, memory_limit: str = DUCKDB_MEMORY_LIMIT) -> None:
        """Check the files' columns and lock the connection; memory_limit in DuckDB's syntax ("4GB").

        Raises InputError for a file that cannot be used.
        """
        self.profile = profile
        self._given = given
        self._tables = profile_tables(profile)
        self._read_at: datetime | None = None  # the instant of the kept `answers`
        self._spill = TemporaryDirectory(prefix="vtr-")
        self._connection = duckdb.connect(":memory:")
        try:
            self._connection.execute("SET memory_limit = $1", [memory_limit])
            self._connection.execute(f"SET temp_directory = {_quoted(self._spill.name)}")
            self._connection.execute(
                "SET enable_progress_bar = false"
            )  # it would be printed between the rows on stdout
            self._connection.execute("SET preserve_insertion_order = false")
            self._make_relations()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free the memory and the temporary folder. The engine cannot be used afterwards."""
        self._connection.close()
        self._spill.cleanup()

    def turn_to(self, profile: Profile) -> None:
        """Switch to another profile on the same files, and drop what was decided.

        What `decide` kept of the scans stays valid if both profiles read them alike.
        """
        tables = profile_tables(profile)
        same_codes = tables["scan_codes"].equals(self._tables["scan_codes"])
        if not same_codes or statements.select_of_totals(profile) != statements.select_of_totals(self.profile):
            self._drop("answers")
            self._read_at = None
        self._drop("verdicts")
        self.profile, self._tables = profile, tables
        for name, table in tables.items():
            self._keep(name, table)

    def decide(self, as_of: datetime, *, keep: bool = False) -> None:
        """Decide every package at an instant (aware). keep: keep the scans' totals for another profile (`turn_to`).

        Raises VtrError for rows that cannot be used.
        """
        window_of(self.profile, as_of)
        self._check_rows()
        self._keep("settings", settings(self.profile, as_of, complete=True))
        totals, verdicts = (
            statements.select_of_totals(self.profile),
            statements.select_of_file_verdicts(self.profile),
        )
        try:
            # A table, not a view like the rest: grouping the events is half of the work, and three stages read it.
            if self._read_at != as_of:
                self._connection.execute(f"CREATE OR REPLACE TABLE answers AS {totals}")
            self._read_at = as_of if keep else None
            self._connection.execute(f"CREATE OR REPLACE TABLE verdicts AS {verdicts}")
            if not keep:
                self._drop("answers")
        except duckdb.Error as error:
            raise VtrError(f"a report of these files cannot be made: {str(error).splitlines()[0]}") from error

    def forget(self) -> None:
        """Free the memory of what was decided; the files can still be read (`given_of`)."""
        self._drop("answers")
        self._drop("verdicts")
        self._read_at = None

    def rows(self) -> Iterator[ReportRow]:
        """The rows of the report in its order, as they are read; read them all before any other call."""
        return (report_row(cells) for cells in self._cells("report"))

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows as Arrow batches, as they are read; columns are ReportRow's fields."""
        yield from self._batches(statements.select_after_verdict(self.profile, "report"))

    def lines(self, form: Literal["tsv", "csv"], layout: Layout, language: str = "en") -> Iterator[str]:
        """The report as text: the header line, then many lines at a time, made without Python's values."""
        report = f"({statements.select_after_verdict(self.profile, 'report')})"
        described = self._connection.execute(f"DESCRIBE {report}").fetchall()
        types = {row[0]: row[1] for row in described}
        yield from (tsv_lines if form == "tsv" else csv_lines)((), layout, language)
        yield from text_lines.texts(self._batches(text_lines.select_lines(report, types, layout.columns, form)))

    def rates(self) -> tuple[Rate, ...]:
        """The rates, the overall one first."""
        return tuple(Rate(**cells) for cells in self._cells("rates"))

    def unanswered(self) -> tuple[Unanswered, ...]:
        """The packages that cannot be judged."""
        return tuple(Unanswered(**cells) for cells in self._cells("unanswered"))

    def excluded(self) -> Iterator[Excluded]:
        """The packages and orders that are not in the report, as they are read; read them all before any other call."""
        return (Excluded(**cells) for cells in self._cells("excluded"))

    def excluded_counts(self) -> dict[str, int]:
        """How many packages and orders each reason keeps out of the report, the most frequent first."""
        return {cells["why"]: cells["packages"] for cells in self._cells("excluded_counts")}

    def verdicts(self) -> pa.RecordBatchReader:
        """Every package, in the report or not, with its decision, as it is read; in no order.

        Columns: order_id, package (NULL for an order without a confirmation), category, carrier, tracking_id (as the
        report shows it), first_scan_at, delivered_at, decision (a rule, VALID or unanswered), state.
        """
        return self._batches(_VERDICTS)

    def given_of(self, orders: Iterable[str]) -> Evidence:
        """The rows of some orders, for the engine in memory: to explain them, or to judge them by other rules.

        The scans are those of every number submitted for them, whichever carrier is asked.
        """
        self._keep("wanted_orders", pa.table({"order_id": pa.array(sorted(set(orders)), pa.string())}))
        ordered = self._table_of("orders SEMI JOIN wanted_orders USING (order_id)", ORDERS_SCHEMA)
        submitted = self._table_of("confirmed_submissions SEMI JOIN wanted_orders USING (order_id)", SUBMISSIONS_SCHEMA)
        numbers = sorted({key for text in submitted["tracking_number"].to_pylist() for key in lookup_keys(text)})
        self._keep("wanted_numbers", pa.table({"number": pa.array(numbers, pa.string())}))
        self._connection.execute(f"CREATE OR REPLACE TABLE wanted_lines AS {_WANTED_LINES}")
        answers = self._table_of(f"({_ANSWERS})", ANSWERS_SCHEMA)
        scans = self._table_of(f"({_EVENTS})", SCANS_SCHEMA)
        for name in ("wanted_orders", "wanted_numbers", "wanted_lines"):
            self._drop(name)
        return Evidence(ordered, submitted, answers, scans, complete=True)

    def _keep(self, name: str, table: pa.Table) -> None:
        self._connection.register("arriving", table)
        self._connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM arriving")  # noqa: S608 (constant names)
        self._connection.unregister("arriving")

    def _drop(self, name: str) -> None:
        self._connection.execute(f"DROP TABLE IF EXISTS {name}")

    def _table_of(self, source: str, schema: pa.Schema) -> pa.Table:
        """The columns of a schema from what a FROM names."""
        columns = ", ".join(f'"{name}"' for name in schema.names)
        return self._connection.sql(f"SELECT {columns} FROM {source}").to_arrow_table().cast(schema)  # noqa: S608 (constant names)

    def _cells(self, stage: str) -> Iterator[Mapping[str, Any]]:
        result = self._connection.execute(statements.select_after_verdict(self.profile, stage))
        names = [column[0] for column in result.description or ()]
        while rows := result.fetchmany(_CHUNK):
            for row in rows:
                yield dict(zip(names, row, strict=True))

    def _batches(self, select: str) -> pa.RecordBatchReader:
        return pa.RecordBatchReader.from_stream(self._connection.sql(select))

    def _make_relations(self) -> None:
        for name, table in self._tables.items():
            self._keep(name, table)
        orders = self._columns(self._given.orders, _ORDERS)
        submissions = self._columns(self._given.confirmations, _SUBMISSIONS)
        scans = self._columns(self._given.scans, _SCANS)
        paths = [str(path) for path in (self._given.orders, self._given.confirmations, self._given.scans)]
        self._connection.execute(f"SET allowed_paths = [{', '.join(_quoted(path) for path in paths)}]")
        lock(self._connection, self.profile)
        views = {
            "orders": f"SELECT {orders} FROM {_file(self._given.orders)}",  # noqa: S608 (constant names, quoted paths)
            "lines": f"SELECT {submissions}, file_row_number FROM {_file(self._given.confirmations)}",  # noqa: S608 (constant names, quoted paths)
            # Numbered as the readers of small files do: by time, then a given seq, then the order in the file. Most
            # packages have one line, and sorting those would take longer than all the rules.
            "submissions": """
                SELECT * EXCLUDE (seq, file_row_number), CAST(1 AS BIGINT) AS seq FROM lines ANTI JOIN edited
                    USING (order_id, package)
                UNION ALL
                SELECT * EXCLUDE (seq, file_row_number), row_number() OVER (
                    PARTITION BY order_id, package ORDER BY submitted_at, seq, file_row_number
                ) AS seq
                FROM lines SEMI JOIN edited USING (order_id, package)""",
            # Without an instant of the confirmation it is that of its first submission, as in small files.
            "confirmed_submissions": """
                SELECT submission.* REPLACE (package.confirmed_at AS confirmed_at)
                FROM submissions AS submission
                JOIN (
                    SELECT order_id, package, coalesce(min(confirmed_at), min(submitted_at)) AS confirmed_at
                    FROM lines
                    GROUP BY order_id, package
                ) AS package USING (order_id, package)""",
            "scan_lines": f"SELECT {scans}, file_row_number FROM {_file(self._given.scans)}",  # noqa: S608 (constant names, quoted paths)
        }
        edited = "SELECT order_id, package FROM lines GROUP BY order_id, package HAVING count(*) > 1"
        try:
            for name, select in views.items():
                self._connection.execute(f"CREATE VIEW {name} AS {select}")
                if name == "lines":
                    self._connection.execute(f"CREATE TABLE edited AS {edited}")
        except duckdb.Error as error:
            raise InputError(f"the files cannot be read: {str(error).splitlines()[0]}") from error

    def _columns(self, path: Path, wanted: Mapping[str, tuple[str, str | None]]) -> str:
        """The select list for the wanted columns of a file, with defaults for missing ones. Raises InputError."""
        try:
            described = self._connection.execute(f"DESCRIBE SELECT * FROM {_file(path)}").fetchall()  # noqa: S608 (quoted)
        except duckdb.Error as error:
            raise InputError(f"{path}: cannot be read as Parquet: {str(error).splitlines()[0]}") from error
        types = {row[0]: row[1] for row in described if row[0] != "file_row_number"}
        for name in types:
            if name not in wanted:
                hint = did_you_mean(name, wanted) or f"; the columns are {', '.join(wanted)}"
                raise InputError(f"{path}: unknown column {name!r}{hint}")
        return ", ".join(_column(path, name, types, *kind) for name, kind in wanted.items())

    def _check_rows(self) -> None:
        files = {
            "orders": self._given.orders,
            "submissions": self._given.confirmations,
            "scan_lines": self._given.scans,
        }
        try:
            for relation, names in _NEEDED_VALUES.items():
                counts = ", ".join(f"count(*) - count({name})" for name in names)
                blank = self._connection.execute(f"SELECT {counts} FROM {relation}").fetchone() or ()  # noqa: S608 (constant names)
                for name, count in zip(names, blank, strict=True):
                    if count:
                        raise InputError(
                            f"{files[relation]}: column {name!r} is blank in {count} rows; a value is needed"
                        )
            repeated = self._connection.execute(
                "SELECT order_id FROM orders GROUP BY order_id HAVING count(*) > 1 ORDER BY order_id LIMIT 1"
            ).fetchone()
        except duckdb.Error as error:
            raise InputError(f"the files cannot be read: {str(error).splitlines()[0]}") from error
        if repeated is not None:
            raise InputError(f"{self._given.orders}: column 'order_id': {repeated[0]!r} is repeated; keep one")


def _column(path: Path, name: str, types: Mapping[str, str], wanted: str, default: str | None) -> str:
    given = types.get(name)
    if given is None:
        if default is None:
            raise InputError(f"{path}: column {name!r} is missing")
        return f'CAST({default} AS {wanted}) AS "{name}"'
    if wanted == "TIMESTAMP" and given == "TIMESTAMP WITH TIME ZONE":
        return f'timezone(\'UTC\', "{name}") AS "{name}"'
    if wanted in ("TIMESTAMP", "DATE", "BOOLEAN") and not given.startswith(wanted) and given != '"NULL"':
        raise InputError(f"{path}: column {name!r} is {given}, but must be {wanted}")
    cast = f'CAST("{name}" AS {wanted})'
    if default not in (None, "NULL"):
        cast = f"coalesce({cast}, {default})"
    return f'{cast} AS "{name}"'


def lookup_keys(text: str) -> set[str]:
    """The keys under which a number may be looked up, with any setting of a profile's switches."""
    narrow = unicodedata.normalize("NFKC", text)
    return {number_key(each) for spelt in (text, narrow) for each in (spelt, re.sub(r"\s", "", spelt))}


def _file(path: Path) -> str:
    return f"read_parquet({_quoted(str(path))}, file_row_number = true)"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
