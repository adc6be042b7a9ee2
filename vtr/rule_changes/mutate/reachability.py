"""In which reports a mutant can matter at all: those with a row that its change decides otherwise.

The rows to which conditions are put are taken from the profile itself, with what the carriers said and, because a
validator decides whom to ask before anybody answered, without it. A report none of whose rows a change concerns comes
out as before, so it need not be made anew; that leaves a handful of reports for most mutants.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from vtr.reference.engine import statements
from vtr.reference.engine.arrow_tables import ANSWERS_SCHEMA, SCANS_SCHEMA
from vtr.reference.engine.in_memory import Engine, Evidence
from vtr.reference.rules.columns import COLUMNS
from vtr.rule_changes.mutate.batches import Batch, Place, batched, by_instant
from vtr.rule_changes.mutate.evidence import Drawn

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


class Reach:
    """The rows of all reports, to be asked which of them a condition holds for. Close it."""

    def __init__(self, engine: Engine, drawn: Mapping[Place, Drawn]) -> None:
        """Take the rows from the profile's own engine."""
        cells: dict[str, list[Any]] = {name: [] for name in ("story", "report", "unanswered", *_KINDS)}
        select = statements.over_stages(engine.profile, statements.CHAIN, _ROWS)

        def keep(batch: Batch, given: Evidence, *, unanswered: bool) -> None:
            for row in engine.rows_of(select, given, batch.as_of):
                story, report = batch.place_of(row["order_id"])
                for name, cell in (("story", story), ("report", report), ("unanswered", unanswered)):
                    cells[name].append(cell)
                for name in _KINDS:
                    cells[name].append(_cell(row.get(name)))

        reports = {place: each.submitted for place, each in drawn.items()}
        none = ANSWERS_SCHEMA.empty_table(), SCANS_SCHEMA.empty_table()
        for batch in by_instant(reports):
            keep(batch, Evidence(batch.orders, batch.submissions, *none), unanswered=True)
        for batch in batched(reports, ()):
            keep(batch, batch.given(drawn), unanswered=False)
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

    def places(self, condition: str, *, unanswered: bool = False) -> tuple[Place, ...]:
        """The reports with a row for which an SQL condition of ours holds, in order.

        unanswered: of the rows before anybody has answered only.
        """
        which = "unanswered" if unanswered else "TRUE"
        select = f"SELECT DISTINCT story, report FROM reached WHERE {which} AND ({condition}) ORDER BY ALL"  # noqa: S608 (checked)
        return tuple((int(story), int(report)) for story, report in self._connection.execute(select).fetchall())

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()


def _cell(value: Any) -> Any:  # noqa: ANN401 (any cell)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
