"""Runs the rules of a profile on the tables of a few orders, in milliseconds.

The rules are the stages' SQL (`statements.py`), run by DuckDB; `parquet.py` runs the same statements on files. Whatever
can be done before an order is judged is done once: the connection is made (it costs ten evaluations), the statements
are prepared (planning them takes DuckDB several times longer than running them on a few rows), and every table is a
`_Slot`, an Arrow table that is exchanged under the prepared statements.

DuckDB keeps the plan of a prepared statement only if the statement reads no table, registered ones included, and if
nothing is created after it (tried with 2.0); otherwise it plans again at each EXECUTE. So a slot is the result of a
function that the statement calls, and all slots are made first. DuckDB does not keep a plan that calls `timezone`
either, but it keeps one that casts a TIMESTAMPTZ to a day: the report's days are made that way, and the connection's
zone is the profile's.

A connection can reach no file and no network, and its configuration is locked before any condition runs. Instants are
TIMESTAMP without a zone, in UTC, so the machine's zone has no effect; a day is always the day in the profile's zone,
which is set before the connection is locked.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from threading import RLock
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from vtr.reference import scan_codes
from vtr.reference.engine import statements
from vtr.reference.engine.arrow_tables import (
    ANSWERS_SCHEMA,
    ORDERS_SCHEMA,
    SCANS_SCHEMA,
    SUBMISSIONS_SCHEMA,
    VERDICTS_SCHEMA,
)
from vtr.reference.errors import InputError, ProfileError, VtrError
from vtr.reference.layouts import report_row
from vtr.reference.report.report import Excluded, Rate, Report, Unanswered
from vtr.reference.rules.profile_reader import Profile

Pair = tuple[str, str]
"""A client, and the number to ask about."""

_INSTANT = pa.timestamp("us")
_SETTINGS_SCHEMA = pa.schema(
    [
        ("as_of", _INSTANT),
        ("report_date", pa.date32()),
        ("window_start", pa.date32()),
        ("window_end", pa.date32()),
        ("missing_outcome", pa.string()),
    ]
)
_SCAN_CODES_SCHEMA = pa.schema(
    [
        ("carrier", pa.string()),
        ("code", pa.string()),
        ("class", pa.string()),
        ("delivers", pa.bool_()),
        ("revokes", pa.list_(pa.string())),
        ("milestone", pa.string()),
        ("chosen", pa.bool_()),
    ]
)
# The states of the packages in a stage after the verdicts; the rates need all packages, and have rows even without any.
_STATES_OF_STAGE: Mapping[str, AbstractSet[str]] = {
    "report": {"valid", "invalid"},
    "unanswered": {"unanswered"},
    "excluded": {"excluded", "exempt"},
}
_NO_ANSWERS = ANSWERS_SCHEMA.empty_table()  # making one takes as long as a small statement
_NO_SCANS = SCANS_SCHEMA.empty_table()
_SELECTS_KEPT = 16
_LOCKS = (
    "SET enable_external_access = false",
    "SET python_enable_replacements = false",
    "SET lock_configuration = true",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The tables that a report is made from, with the columns of `arrow_tables.py`.

    complete: whether answers has every number that a carrier knows (scans collected before). Then a number that is not
    in it is unknown; otherwise the number was not asked about and stays unanswered.
    """

    orders: pa.Table
    submissions: pa.Table
    answers: pa.Table
    scans: pa.Table
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The window of promised delivery dates of a report, both ends inclusive, and the report's own day."""

    report_date: date
    start: date
    end: date


def window_of(profile: Profile, as_of: datetime) -> Window:
    """The window of a report at an instant, in days of the profile's zone. Raises VtrError if `as_of` has no zone."""
    if as_of.tzinfo is None:
        raise VtrError(f"as_of {as_of.isoformat()} has no zone; give an instant, as 2026-04-01T00:00:00Z")
    try:
        report_date = as_of.astimezone(profile.zone).date()
        end = report_date - timedelta(days=profile.lag_days)
        return Window(report_date, end - timedelta(days=profile.window_days - 1), end)
    except OverflowError:
        raise VtrError(f"as_of {as_of.isoformat()} is too near the end of the calendar for a window") from None


def settings(profile: Profile, as_of: datetime, *, complete: bool) -> pa.Table:
    """The table of one row with the values that differ from report to report."""
    window = window_of(profile, as_of)
    missing = "unknown" if complete else "unanswered"
    row = (as_of.astimezone(UTC).replace(tzinfo=None), window.report_date, window.start, window.end, missing)
    return pa.Table.from_arrays(
        [pa.array([cell], field.type) for cell, field in zip(row, _SETTINGS_SCHEMA, strict=True)],
        schema=_SETTINGS_SCHEMA,
    )


def profile_tables(profile: Profile) -> dict[str, pa.Table]:
    """The tables that depend on the profile: the carriers' scan codes, with the profile's classes."""
    codes = _codes(profile)
    return {
        "scan_codes": pa.Table.from_arrays(
            [pa.array([row[place] for row in codes], field.type) for place, field in enumerate(_SCAN_CODES_SCHEMA)],
            schema=_SCAN_CODES_SCHEMA,
        ),
    }


def _codes(profile: Profile) -> list[tuple[str, str, str, bool, list[str], str, bool]]:
    """The stages' table of scan codes. chosen: the class is the profile's, not the carrier's table's."""
    own = {(code.carrier, code.code): code.scan_class for code in profile.scan_classes}
    return [
        (carrier, code, own.get((carrier, code), scan_class), delivers, revokes, milestone, (carrier, code) in own)
        for carrier, code, scan_class, delivers, revokes, _, _, _, milestone in scan_codes.table()
    ]


def lock(connection: duckdb.DuckDBPyConnection, profile: Profile) -> None:
    """Set the profile's zone for days; then forbid files, network, Python variables and further settings."""
    connection.execute("SET TimeZone = $1", [profile.zone.key])
    for setting in _LOCKS:
        connection.execute(setting)


@contextmanager
def condition_errors(profile: Profile) -> Iterator[None]:
    """Turn an error of DuckDB in a checked condition, such as an overflow, into a ProfileError."""
    try:
        yield
    except duckdb.Error as error:
        words = str(error).splitlines()[0]
        raise ProfileError(f"{profile.origin}: a condition cannot be evaluated: {words}") from error


def _check_unique(given: Evidence) -> None:
    """Refuse repeated rows: they would be judged twice, and the rate would not show it."""
    ids = given.orders["order_id"].to_pylist()
    if len(set(ids)) < len(ids):
        raise InputError(f"order {_first_repeated(ids)!r} is given twice; keep one")
    columns = (given.submissions[name].to_pylist() for name in ("order_id", "package", "seq"))
    lines = list(zip(*columns, strict=True))
    if len(set(lines)) < len(lines):
        order_id, package, seq = _first_repeated(lines)
        raise InputError(f"order {order_id!r}, package {package}: submission {seq} is given twice; number them from 1")


def _first_repeated(values: Sequence[Any]) -> Any:  # noqa: ANN401 (whatever is in the list)
    return next(value for value, count in Counter(values).items() if count > 1)


class _Slot:
    """An Arrow table under a fixed name; DuckDB reads the table that is in it when a statement runs."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._rows = _as_rows(table)
        self._nothing = _as_rows(table.slice(0, 0))

    def fill(self, table: pa.Table) -> None:
        """Replace the table by one with the same columns."""
        if table is not self._table:
            self._table = table
            self._rows = _as_rows(table) if len(table) else self._nothing

    def make_function(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        """Create the function by which statements read the table (`_over_slots`)."""
        columns = connection.from_arrow(self._table)
        row = duckdb.struct_type(dict(zip(columns.columns, columns.types, strict=True)))
        # The type is an enum, which 2.0 keeps in another module than 1.4; both take its name.
        connection.create_function(  # type: ignore[call-overload]
            f"given_{name}", lambda: self._rows, [], duckdb.list_type(row), type="arrow", side_effects=True
        )  # with side effects: otherwise its first rows are planned as a constant


def _as_rows(table: pa.Table) -> pa.ListArray:
    """The table as one value: the list of its rows."""
    columns = [column.combine_chunks() for column in table.columns]
    rows = pa.StructArray.from_arrays(columns, fields=list(table.schema))
    return pa.ListArray.from_arrays(pa.array([0, len(rows)], pa.int32()), rows)


def _over_slots(names: Iterable[str], statement: str) -> str:
    """A statement that reads slots as if they were tables: a CTE in front of its own ones calls each function once."""
    read = set(re.findall(r"\w+", statement))
    slots = (f"{name} AS (SELECT unnest(given_{name}(), max_depth := 2))" for name in names if name in read)
    rest = statement.removeprefix("WITH ")
    return f"WITH {', '.join(slots)}{' ' if rest == statement else ', '}{rest}"


class Engine:
    """The rules of one profile, ready to run on tables, by one thread at a time. Close it, or use it in a `with`."""

    def __init__(self, profile: Profile) -> None:
        """Make the connection. Raises ProfileError when DuckDB refuses a condition."""
        self.profile = profile
        self._lock = RLock()  # all users of this engine share its slots
        self._prepared: set[str] = set()
        self._select_names: dict[str, str] = {}  # names of prepared SELECTs, the last used last
        self._numbers = count(1)
        self._settings_for: tuple[str, bool] | None = None  # the arguments of the current settings
        self._connection = duckdb.connect(":memory:", config={"threads": 1})
        try:
            self._slots = self._make_slots()
            lock(self._connection, self.profile)
            with condition_errors(self.profile):
                self._prepare("verdict", lambda: statements.select_of_stage(self.profile, "verdict"))
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free the memory. The engine cannot be used afterwards."""
        self._connection.close()

    def adopt(self, profile: Profile) -> bool:
        """Judge by another profile from now on if it has the same statements; gives whether it has.

        Profiles that differ only in the classes of codes or in the window share the slow part, the planning.
        """
        if not statements.have_same_statements(profile, self.profile):
            return False
        with self._lock:
            self.profile = profile
            for name, table in profile_tables(profile).items():
                self._slots[name].fill(table)
        return True

    def pairs_to_ask(self, orders: pa.Table, submissions: pa.Table, as_of: datetime) -> tuple[Pair, ...]:
        """The clients to ask, and the numbers: all that could matter for the packages that need a carrier's answer.

        Tables as in `arrow_tables.py`; as_of aware. Numbers of packages outside the window, and numbers that cannot be
        processed, are not asked about. Earlier numbers of a package are: an edit counts only until its delivery.
        """
        nothing = Evidence(orders, submissions, _NO_ANSWERS, _NO_SCANS)
        with self._lock, condition_errors(self.profile):
            self._fill(nothing, as_of)
            self._prepare("asking", lambda: statements.select_of_pairs(self.profile))
            rows = self._connection.execute("EXECUTE asking").fetchall()
            return tuple((str(client), str(number)) for client, number in rows)

    def decide(self, given: Evidence, as_of: datetime) -> Report:
        """The report at an instant (aware). Raises VtrError for tables that contradict themselves."""
        window = window_of(self.profile, as_of)
        _check_unique(given)
        with self._lock, condition_errors(self.profile):
            self._fill(given, as_of)
            verdicts = self._connection.sql("EXECUTE verdict").to_arrow_table()
            self._slots["verdicts"].fill(verdicts)
            met = set(verdicts["state"].to_pylist())
            return Report(
                profile=self.profile.name,
                as_of=as_of.astimezone(UTC),
                window_start=window.start,
                window_end=window.end,
                rows=tuple(report_row(cells) for cells in self._cells("report", met)),
                rates=tuple(Rate(**cells) for cells in self._cells("rates", met)),
                unanswered=tuple(Unanswered(**cells) for cells in self._cells("unanswered", met)),
                excluded=tuple(Excluded(**cells) for cells in self._cells("excluded", met)),
            )

    def rows_of_stage(self, stage: str, given: Evidence, as_of: datetime) -> list[dict[str, Any]]:
        """The rows of a stage up to the verdict: for example the class of each scan, or the submission that counts.

        Raises VtrError for an unknown stage.
        """
        if stage not in statements.CHAIN:
            raise VtrError(f"no stage is called '{stage}'; they are: {', '.join(statements.CHAIN)}")
        return self.rows_of(statements.select_of_stage(self.profile, stage), given, as_of)

    def rows_of(self, select: str, given: Evidence, as_of: datetime) -> list[dict[str, Any]]:
        """The rows of a SELECT over stages (`statements.over_stages`)."""
        with self._lock, condition_errors(self.profile):
            self._fill(given, as_of)
            result = self._connection.execute(f"EXECUTE {self._prepare_select(select)}")
            names = [column[0] for column in result.description or ()]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def rows_of_kept(
        self, name: str, select: Callable[[], str], given: Evidence, as_of: datetime
    ) -> list[dict[str, Any]]:
        """As `rows_of`, for a statement of many calls: it is built and prepared under that name at the first one."""
        with self._lock, condition_errors(self.profile):
            self._fill(given, as_of)
            self._prepare(name, select)
            return [dict(row) for row in self._fetch(name)]

    def _make_slots(self) -> dict[str, _Slot]:
        tables = {
            **profile_tables(self.profile),
            "orders": ORDERS_SCHEMA.empty_table(),
            "submissions": SUBMISSIONS_SCHEMA.empty_table(),
            "answers": ANSWERS_SCHEMA.empty_table(),
            "scans": SCANS_SCHEMA.empty_table(),
            "settings": _SETTINGS_SCHEMA.empty_table(),
            "verdicts": VERDICTS_SCHEMA.empty_table(),
        }
        slots = {name: _Slot(table) for name, table in tables.items()}
        for name, slot in slots.items():
            slot.make_function(self._connection, name)
        return slots

    def _fill(self, given: Evidence, as_of: datetime) -> None:
        wanted = (as_of.isoformat(), given.complete)  # text, because in a zone two instants of one hour are equal
        if self._settings_for != wanted:
            self._slots["settings"].fill(settings(self.profile, as_of, complete=given.complete))
            self._settings_for = wanted
        for name in ("orders", "submissions", "answers", "scans"):
            self._slots[name].fill(getattr(given, name))

    def _prepare(self, name: str, write: Callable[[], str]) -> None:
        if name not in self._prepared:
            self._connection.execute(f"PREPARE {name} AS {_over_slots(self._slots, write())}")
            self._prepared.add(name)

    def _prepare_select(self, select: str) -> str:
        """The name under which a SELECT is prepared; the last few are kept."""
        name = self._select_names.pop(select, None)
        if name is None:
            name = f"select_{next(self._numbers)}"
            self._connection.execute(f"PREPARE {name} AS {_over_slots(self._slots, select)}")
            if len(self._select_names) == _SELECTS_KEPT:
                oldest = next(iter(self._select_names))
                self._connection.execute(f"DEALLOCATE {self._select_names.pop(oldest)}")
        self._select_names[select] = name
        return name

    def _cells(self, name: str, states: AbstractSet[str]) -> Iterator[Mapping[str, Any]]:
        """The rows of a stage after the verdicts, if there are verdicts in one of its states."""
        if name in _STATES_OF_STAGE and states.isdisjoint(_STATES_OF_STAGE[name]):
            return iter(())
        self._prepare(name, lambda: statements.select_after_verdict(self.profile, name))
        return self._fetch(name)

    def _fetch(self, name: str) -> Iterator[Mapping[str, Any]]:
        result = self._connection.execute(f"EXECUTE {name}")
        names = [column[0] for column in result.description or ()]
        return (dict(zip(names, row, strict=True)) for row in result.fetchall())
