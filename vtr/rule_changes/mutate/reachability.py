"""In which reports a mutant can matter at all: those with a row that its change decides differently.

The rows that conditions are applied to come from the unchanged profile. They are taken twice: with the carriers'
answers, and without any, because a validator chooses what to query before a carrier has answered. A report in which a
change concerns no row is the same as before, so it need not be made again. For most mutants a handful of reports is
left.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from vtr.play.reference_evidence import ReportEvidence
from vtr.reference.engine import statements
from vtr.reference.engine.arrow_tables import ANSWERS_SCHEMA, SCANS_SCHEMA
from vtr.reference.engine.in_memory import Engine, Evidence
from vtr.reference.rules.columns import COLUMNS
from vtr.rule_changes.mutate.batches import Batch, ReportKey, batches_by_instant, make_batches

# delivered_so_far as it is where an answer is missing.
EARLIEST = "earliest_delivered_so_far"
_KINDS = {**{column.name: column.kind for column in COLUMNS}, EARLIEST: "instant"}
_TYPES = {
    "text": pa.string(),
    "number": pa.decimal128(18, 4),
    "boolean": pa.bool_(),
    "instant": pa.timestamp("us"),
    "date": pa.date32(),
}
_ROWS = "SELECT * FROM evidence UNION ALL BY NAME SELECT * FROM judged"


class Reachability:
    """The rows of all reports, and a query for the reports in which a condition holds. Close it."""

    def __init__(self, engine: Engine, evidence: Mapping[ReportKey, ReportEvidence]) -> None:
        """Take the rows from the engine of the unchanged profile."""
        cells: dict[str, list[Any]] = {name: [] for name in ("story", "report", "unanswered", *_KINDS)}
        select = statements.over_stages(engine.profile, statements.CHAIN, _ROWS)

        def add_rows(batch: Batch, tables: Evidence, *, unanswered: bool) -> None:
            for row in engine.rows_of(select, tables, batch.as_of):
                story, report = batch.report_of(row["order_id"])
                for name, cell in (("story", story), ("report", report), ("unanswered", unanswered)):
                    cells[name].append(cell)
                for name in _KINDS:
                    cells[name].append(_cell(row.get(name)))

        reports = {key: each.inputs for key, each in evidence.items()}
        no_answers = ANSWERS_SCHEMA.empty_table(), SCANS_SCHEMA.empty_table()
        for batch in batches_by_instant(reports):
            add_rows(batch, Evidence(batch.orders, batch.submissions, *no_answers), unanswered=True)
        for batch in make_batches(reports, ()):
            add_rows(batch, batch.tables(evidence), unanswered=False)
        rows = pa.table(
            {
                "story": pa.array(cells["story"], pa.int32()),
                "report": pa.array(cells["report"], pa.int32()),
                "unanswered": pa.array(cells["unanswered"], pa.bool_()),
                **{name: pa.array(cells[name], _TYPES[kind]) for name, kind in _KINDS.items()},
            }
        )
        self._connection = duckdb.connect(":memory:", config={"threads": 1})
        self._connection.register("given", rows)
        self._connection.execute("CREATE TABLE reached AS SELECT * FROM given")

    def reports(self, condition: str, *, unanswered: bool = False) -> tuple[ReportKey, ...]:
        """The reports with a row for which an SQL condition of ours holds, in order.

        unanswered: only of the rows without any carrier's answer.
        """
        which = "unanswered" if unanswered else "TRUE"
        select = f"SELECT DISTINCT story, report FROM reached WHERE {which} AND ({condition}) ORDER BY ALL"  # noqa: S608 (conditions were parsed and checked)
        return tuple((int(story), int(report)) for story, report in self._connection.execute(select).fetchall())

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()


def _cell(value: Any) -> Any:  # noqa: ANN401 (any cell)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
