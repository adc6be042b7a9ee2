"""Score a report against the labels of its dataset: by condition, verdict, category and carrier.

Each package of `expected` has an **outcome**: its reason, or that it is not in the report. The report gives it one too:
the reason of its row, or that it has no row. A report without reasons has the outcomes VALID and INVALID (the expected
ones are then reduced to these too); a blank reason of a row without X is VALID. A package **agrees** when both outcomes
are the same, including the X, and so is column E (`tracking_id`) where the report has it.

- **Recall** of a condition: the share of the packages with the condition that agree.
- **Precision** of an outcome: the share of the packages with that outcome in the report, including rows of unknown
  packages, that agree. Precision of a condition: the same over all outcomes that its packages should have, because a
  report does not name conditions.
- **Rates**: valid by counted rows, as expected and as reported. A row's category and carrier are the report's own, or
  the expected ones where it lacks the column.

A package that a validator lists as unanswered has no row, and so does not agree.

Rows are identified by order id and package where every row has a package, else by order id and column E; the remaining
rows of an order are then paired in sequence, so that a wrong column E is one wrong row and not two. All of it runs over
files in DuckDB, with a memory limit, and spills to a temporary folder.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory
from typing import Any, Literal

import duckdb

from vtr.errors import ScenarioError
from vtr.reference.records.dataset import MEMORY_LIMIT, Dataset, table_query
from vtr.scoring.report_file import ReportRows, read_report
from vtr.validators.columns import Columns

ABSENT = "not in the report"
UNKNOWN = "no such package"
VALID, INVALID = "VALID", "INVALID"

_NO_COLUMNS = Columns()


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole.

    of: the size of the whole.
    agreed: how many of them agree (of a rate: are valid).
    """

    of: int
    agreed: int

    @property
    def share(self) -> float | None:
        """Agreed / of, None when the whole is empty."""
        return self.agreed / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class ConditionScore:
    """The score of the packages with a condition. expected: the outcomes that they should have."""

    condition: str
    expected: tuple[str, ...]
    recall: Share
    precision: Share


@dataclass(frozen=True, slots=True)
class VerdictScore:
    """The score of an outcome: among the packages that should have it, and among those reported with it."""

    verdict: str
    recall: Share
    precision: Share


@dataclass(frozen=True, slots=True)
class RateScore:
    """Valid by counted rows of a category or carrier, as expected (`true`) and as reported. name: None for all rows."""

    by: Literal["overall", "category", "carrier"]
    name: str | None
    true: Share
    reported: Share

    @property
    def error(self) -> float | None:
        """The reported minus the true rate, None when either has no rows."""
        true, reported = self.true.share, self.reported.share
        return None if true is None or reported is None else reported - true


@dataclass(frozen=True, slots=True)
class ConfusedRow:
    """A package that does not agree. package, condition: None for a row of no package of the dataset."""

    order_id: str
    package: int | None
    condition: str | None
    expected_tracking_id: str | None
    reported_tracking_id: str | None
    command: str | None


@dataclass(frozen=True, slots=True)
class Confusion:
    """An expected outcome and the one reported instead, the number of packages, and the first such rows."""

    expected: str
    reported: str
    packages: int
    rows: tuple[ConfusedRow, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """A report's score.

    compared: the columns that were compared.
    missing: packages without their row.
    extra: rows of packages that should have none.
    unknown: rows of no package, or of one that has its row already.
    """

    report: Path
    dataset: Path
    compared: tuple[str, ...]
    packages: int
    agreed: int
    missing: int
    extra: int
    unknown: int
    conditions: tuple[ConditionScore, ...]
    verdicts: tuple[VerdictScore, ...]
    rates: tuple[RateScore, ...]
    confusions: tuple[Confusion, ...]

    def is_good(self, min_recall: float | None = None, min_precision: float | None = None) -> bool:
        """Whether every condition reaches this recall, and every outcome this precision.

        Without both, whether everything agrees.
        """
        if min_recall is None and min_precision is None:
            return self.agreed == self.packages and not self.unknown
        recalls = [each.recall.share for each in self.conditions] if min_recall is not None else []
        precisions = [each.precision.share for each in self.verdicts] if min_precision is not None else []
        return all(each is None or each >= (min_recall or 0) for each in recalls) and all(
            each is None or each >= (min_precision or 0) for each in precisions
        )


def score(report: Path, dataset: Dataset, columns: Columns = _NO_COLUMNS, first_rows: int = 3) -> Score:
    """Score a report against the dataset that it was made from. first_rows: how many rows to give per confusion.

    Raises ScenarioError for a report that cannot be used, InputError for a dataset that cannot.
    """
    with TemporaryDirectory(prefix="vtr-") as folder, duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"SET temp_directory = '{folder}'")
        connection.execute("SET preserve_insertion_order = false")
        try:
            rows = read_report(connection, report, columns, Path(folder))
            compared = _compare(connection, report, rows, table_query(connection, dataset, "expected"))
            return _score_of(connection, report, dataset, compared, first_rows)
        except duckdb.Error as error:
            message = str(error).splitlines()[0]
            raise ScenarioError(f"{report}, or the dataset {dataset.folder}: cannot be read: {message}") from error


def _compare(connection: duckdb.DuckDBPyConnection, report: Path, given: ReportRows, expected: str) -> tuple[str, ...]:
    """Make the table `compared`: a row per package and per row of no package. Returns the columns compared."""
    has = given.columns
    mark = "upper(trim(no_valid_tracking))" if "no_valid_tracking" in has else "IF(reason IN ('VALID', ''), '', 'X')"
    reason = "trim(reason)" if "reason" in has else "''"
    connection.execute(f"""
        CREATE VIEW reported AS
        SELECT order_id, {_or_null("package", has)} AS package, {_or_null("tracking_id", has)} AS tracking_id,
            {mark} AS mark, {reason} AS reason,
            {_or_null("category", has)} AS category, {_or_null("carrier", has)} AS carrier
        FROM ({given.relation})""")  # noqa: S608 (expressions of ours)
    by_package = _has_packages(connection, report, has)
    if "reason" in has:
        outcome = f"""
            CASE
                WHEN reason = '' THEN IF(mark = '', '{VALID}', 'X without reason')
                WHEN (reason = '{VALID}') <> (mark = '') THEN reason || IF(mark = '', ' without X', ' with X')
                ELSE reason
            END"""
        wanted = "reason"
    else:
        outcome = f"IF(mark = '', '{VALID}', '{INVALID}')"
        wanted = f"IF(no_valid_tracking = 'X', '{INVALID}', '{VALID}')"
    key = "TRY_CAST(package AS INTEGER)" if by_package else ("tracking_id" if "tracking_id" in has else "''")
    numbered = "package" if by_package else f"IF(in_report, {key}, NULL)"
    connection.execute(f"""
        CREATE VIEW given AS
        SELECT order_id, {key} AS key, tracking_id, mark, {outcome} AS outcome, category, carrier FROM reported""")  # noqa: S608 (expressions of ours)
    connection.execute(f"""
        CREATE VIEW planted AS
        WITH given_rows AS ({expected}),
        whole AS (
            SELECT * FROM given_rows WHERE package IS NOT NULL
            UNION ALL BY NAME
            -- A package that was not confirmed has no number; it takes the next one of its order.
            SELECT none.* REPLACE (CAST(coalesce(confirmed.last, 0) + row_number() OVER (
                PARTITION BY none.order_id ORDER BY none.condition, none.reason
            ) AS INTEGER) AS package)
            FROM given_rows AS none
            LEFT JOIN (
                SELECT order_id, max(package) AS last FROM given_rows
                WHERE order_id IN (SELECT order_id FROM given_rows WHERE package IS NULL) GROUP BY order_id
            ) AS confirmed ON confirmed.order_id = none.order_id
            WHERE none.package IS NULL
        )
        SELECT order_id, package, condition, in_report, coalesce(tracking_id, '') AS tracking_id, reason,
            IF(in_report, {wanted}, '{ABSENT}') AS outcome, coalesce(no_valid_tracking, '') AS mark,
            category, carrier, {numbered} AS key
        FROM whole""")  # noqa: S608 (expressions of ours)
    for name in ("given", "planted"):
        twice = f"SELECT order_id, key FROM {name} GROUP BY ALL HAVING count(*) > 1"  # noqa: S608 (expressions of ours)
        connection.execute(f"CREATE TABLE twice_{name} AS {twice}")
    connection.execute(f"""
        CREATE TABLE met AS
        SELECT {_SIDES}
        FROM ({_numbered("planted", "mark, outcome, package")}) AS p
        FULL JOIN ({_numbered("given", "mark, outcome")}) AS g
            ON g.order_id = p.order_id AND g.key = p.key AND g.nth = p.nth""")  # noqa: S608 (expressions of ours)
    if by_package:
        connection.execute("ALTER TABLE met RENAME TO compared")
    else:
        connection.execute(_IN_TURN)
    return tuple(name for name in ("no_valid_tracking", "tracking_id", "reason") if name in has)


_PLANTED = ("package", "condition", "in_report", "reason")
_BOTH = ("order_id", "outcome", "tracking_id", "mark", "category", "carrier")
_SIDES = ", ".join(
    (
        *(f"p.{name} AS {name}" for name in _PLANTED),
        *(f"{side}.{name} AS {side}_{name}" for name in _BOTH for side in "pg"),
    )
)
_OF_GIVEN = ", ".join(f"g_{name}" for name in _BOTH)
# Rows that the first join left on either side, paired in sequence within their order, expected rows first.
_IN_TURN = f"""
    CREATE TABLE compared AS
    WITH lacking AS (
        SELECT * EXCLUDE ({_OF_GIVEN}), row_number() OVER (
            PARTITION BY p_order_id ORDER BY in_report DESC, package
        ) AS turn
        FROM met WHERE g_order_id IS NULL
    ),
    spare AS (
        SELECT {_OF_GIVEN}, row_number() OVER (PARTITION BY g_order_id ORDER BY g_tracking_id, g_outcome) AS turn
        FROM met WHERE p_order_id IS NULL
    )
    SELECT * FROM met WHERE p_order_id IS NOT NULL AND g_order_id IS NOT NULL
    UNION ALL BY NAME
    SELECT * EXCLUDE (turn) FROM (
        SELECT lacking.*, {_OF_GIVEN}
        FROM lacking FULL JOIN spare ON g_order_id = p_order_id AND spare.turn = lacking.turn
    )"""  # noqa: S608 (names of ours)


def _or_null(name: str, has: frozenset[str]) -> str:
    return name if name in has else "NULL"


def _numbered(name: str, order: str) -> str:
    """The rows of a view, numbered where a key is repeated; that is rare, and sorting all rows is expensive."""
    return f"""
        SELECT *, 1 AS nth FROM {name} ANTI JOIN twice_{name} USING (order_id, key)
        UNION ALL
        SELECT *, row_number() OVER (PARTITION BY order_id, key ORDER BY {order}) AS nth
        FROM {name} SEMI JOIN twice_{name} USING (order_id, key)"""  # noqa: S608 (names of ours)


def _has_packages(connection: duckdb.DuckDBPyConnection, report: Path, has: frozenset[str]) -> bool:
    """Whether every row has a package. Raises ScenarioError for unusable cells."""
    wrong = connection.execute("SELECT any_value(mark) FILTER (mark NOT IN ('X', '')) FROM reported").fetchone()
    if wrong and wrong[0] is not None:
        raise ScenarioError(
            f"{report}: no_valid_tracking is {wrong[0]!r} in a row; expected X or nothing (map your values with"
            " --columns)"
        )
    if "package" not in has:
        return False
    blank, odd = connection.execute("""
        SELECT bool_or(package = ''), any_value(package) FILTER (package <> '' AND TRY_CAST(package AS INTEGER) IS NULL)
        FROM reported""").fetchone() or (False, None)
    if odd is not None:
        raise ScenarioError(f"{report}: package is {odd!r} in a row; expected its number in the order, from 1")
    return not blank


_AGREED = f"p_outcome IS NOT DISTINCT FROM coalesce(g_outcome, '{ABSENT}') AND same_id"


def _score_of(
    connection: duckdb.DuckDBPyConnection, report: Path, dataset: Dataset, compared: tuple[str, ...], first_rows: int
) -> Score:
    same_id = "(g_outcome IS NULL OR coalesce(p_tracking_id = g_tracking_id, FALSE))"
    connection.execute(f"""
        CREATE VIEW judged AS
        SELECT *, {_AGREED} AS agreed, coalesce(g_outcome, '{ABSENT}') AS given
        FROM (SELECT *, {same_id if "tracking_id" in compared else "TRUE"} AS same_id FROM compared)""")  # noqa: S608 (no user text)
    packages, agreed, missing, extra, unknown = _row(connection, """
        SELECT count(condition), count(*) FILTER (agreed AND condition IS NOT NULL),
            count(*) FILTER (in_report AND g_outcome IS NULL),
            count(*) FILTER (NOT in_report AND g_outcome IS NOT NULL), count(*) FILTER (condition IS NULL)
        FROM judged""")  # fmt: skip
    given = {
        verdict: Share(of, right)
        for verdict, of, right in connection.execute(
            "SELECT given, count(*), count(*) FILTER (agreed) FROM judged GROUP BY given"
        ).fetchall()
    }
    wanted = {
        verdict: Share(of, right)
        for verdict, of, right in connection.execute("""
            SELECT p_outcome, count(*), count(*) FILTER (agreed) FROM judged
            WHERE condition IS NOT NULL GROUP BY p_outcome""").fetchall()
    }
    none = Share(0, 0)
    return Score(
        report=report,
        dataset=dataset.folder,
        compared=compared,
        packages=packages,
        agreed=agreed,
        missing=missing,
        extra=extra,
        unknown=unknown,
        conditions=tuple(_conditions(connection, given)),
        verdicts=tuple(
            VerdictScore(verdict, wanted.get(verdict, none), given.get(verdict, none))
            for verdict in sorted(wanted.keys() | given.keys())
        ),
        rates=_rates(connection),
        confusions=tuple(_confusions(connection, dataset, first_rows)),
    )


def _row(connection: duckdb.DuckDBPyConnection, select: str) -> tuple[Any, ...]:
    return connection.execute(select).fetchone() or ()


def _conditions(connection: duckdb.DuckDBPyConnection, given: Mapping[str, Share]) -> Sequence[ConditionScore]:
    found = connection.execute("""
        SELECT condition, list_sort(list(DISTINCT reason)), list(DISTINCT p_outcome), count(*),
            count(*) FILTER (agreed)
        FROM judged WHERE condition IS NOT NULL GROUP BY condition ORDER BY condition""").fetchall()
    scores = []
    for condition, reasons, outcomes, packages, agreed in found:
        shares = [given[outcome] for outcome in outcomes if outcome in given]
        precision = Share(sum(each.of for each in shares), sum(each.agreed for each in shares))
        scores.append(ConditionScore(condition, tuple(reasons), Share(packages, agreed), precision))
    return scores


def _rates(connection: duckdb.DuckDBPyConnection) -> tuple[RateScore, ...]:
    rates: list[RateScore] = []
    kinds: tuple[Literal["overall", "category", "carrier"], ...] = ("overall", "category", "carrier")
    for by in kinds:
        wanted, given = (
            ("NULL", "NULL") if by == "overall" else (f"coalesce(p_{by}, '')", f"coalesce(g_{by}, p_{by}, '')")
        )
        sides = []
        for name, side, there in ((wanted, "p", "in_report"), (given, "g", "g_outcome IS NOT NULL")):
            found = connection.execute(f"""
                SELECT {name}, count(*), count(*) FILTER ({side}_mark = '') FROM judged WHERE {there} GROUP BY ALL
            """).fetchall()  # noqa: S608 (names of ours)
            sides.append({each: Share(counted, valid) for each, counted, valid in found})
        true, reported = sides
        none = Share(0, 0)
        names = [None] if by == "overall" else sorted(true.keys() | reported.keys())
        rates.extend(RateScore(by, name, true.get(name, none), reported.get(name, none)) for name in names)
    return tuple(rates)


def _confusions(connection: duckdb.DuckDBPyConnection, dataset: Dataset, first_rows: int) -> Sequence[Confusion]:
    connection.execute(f"""
        CREATE TABLE confused AS
        SELECT coalesce(reason, '{UNKNOWN}') AS expected,
            given || IF(same_id OR condition IS NULL OR NOT in_report, '', ', another tracking id') AS reported,
            coalesce(p_order_id, g_order_id) AS order_id, package, condition, p_tracking_id, g_tracking_id, in_report
        FROM judged WHERE NOT agreed""")  # noqa: S608 (words of ours)
    rows: dict[tuple[str, str], list[ConfusedRow]] = {}
    for expected, reported, order_id, package, condition, wanted, given, in_report in connection.execute("""
        SELECT expected, reported, order_id, package, condition, p_tracking_id, g_tracking_id, in_report FROM confused
        QUALIFY row_number() OVER (PARTITION BY expected, reported ORDER BY order_id, package, g_tracking_id) <= $1
        ORDER BY order_id, package, g_tracking_id""", [first_rows]).fetchall():  # fmt: skip
        command = None if condition is None else f"vtr extract {quote(str(dataset.folder))} {quote(order_id)}"
        row = ConfusedRow(order_id, package, condition, wanted if in_report else None, given, command)
        rows.setdefault((expected, reported), []).append(row)
    counted = connection.execute(
        "SELECT expected, reported, count(*) FROM confused GROUP BY ALL ORDER BY count(*) DESC, expected, reported"
    ).fetchall()
    return [
        Confusion(expected, reported, count, tuple(rows.get((expected, reported), ())))
        for expected, reported, count in counted
    ]
