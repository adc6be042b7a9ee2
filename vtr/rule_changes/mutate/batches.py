"""Reports of many stories in one run of the engine, because a run takes as long for five hundred stories as for one.

Stories share a run when nothing of one can be mistaken for another's: the same instant, and no tracking number in
common. A number in front of each order id keeps their orders apart. A story that expects rates has a run to itself,
because rates cover all rows of a run.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import normalize

import pyarrow as pa
import pyarrow.compute as pc

from vtr.play.reference_evidence import ReportEvidence, ReportInputs, evidence_of, inputs_of
from vtr.reference.engine.arrow_tables import ANSWERS_SCHEMA, SCANS_SCHEMA
from vtr.reference.engine.in_memory import Engine, Evidence, Pair
from vtr.story.story import Story
from vtr.validators.answer import Answer

ReportKey = tuple[int, int]
"""The index of a story, and the index of one of its reports."""

_SEPARATOR = ":"


@dataclass(frozen=True, slots=True)
class Batch:
    """Reports that are made in one run.

    reports: in the order of the numbers before their order ids.
    as_of: the instant of all of them.
    orders, submissions: those of all reports, order ids with the numbers.
    owner: the report that a tracking number, normalized by `_normalize`, belongs to.
    """

    reports: tuple[ReportKey, ...]
    as_of: datetime
    orders: pa.Table
    submissions: pa.Table
    owner: Mapping[str, ReportKey]

    def pairs(self, engine: Engine) -> dict[ReportKey, tuple[Pair, ...]]:
        """The carriers that the engine's rules query about which numbers, by report."""
        found: dict[ReportKey, set[Pair]] = {key: set() for key in self.reports}
        for client, number in engine.pairs_to_ask(self.orders, self.submissions, self.as_of):
            if number.strip():  # a blank number belongs to no report, and no carrier is queried about it
                found[self.owner[_normalize(number)]].add((client, number))
        return {key: tuple(sorted(pairs)) for key, pairs in found.items()}

    def answers(self, engine: Engine, evidence: Mapping[ReportKey, ReportEvidence]) -> dict[ReportKey, Answer]:
        """What the engine's rules make of each report, given the carriers' answers in it."""
        report = engine.decide(self.tables(evidence), self.as_of).as_json()
        parts: dict[ReportKey, dict[str, list[dict[str, Any]]]] = {
            key: {"rows": [], "unanswered": [], "excluded": []} for key in self.reports
        }
        for listed in ("rows", "unanswered", "excluded"):
            for row in report[listed]:
                number, _, order_id = row["order_id"].partition(_SEPARATOR)
                tracking_id = row.get("tracking_id", "")
                if tracking_id.startswith(row["order_id"]):
                    row["tracking_id"] = tracking_id.removeprefix(f"{number}{_SEPARATOR}")
                parts[self.report_of(row["order_id"])][listed].append({**row, "order_id": order_id})
        rates = tuple(report["rates"]) if len(self.reports) == 1 else None
        return {
            key: Answer(tuple(part["rows"]), rates, tuple(part["unanswered"]), tuple(part["excluded"]))
            for key, part in parts.items()
        }

    def report_of(self, order_id: str) -> ReportKey:
        """The report that an order of the run belongs to."""
        return self.reports[int(order_id.partition(_SEPARATOR)[0])]

    def tables(self, evidence: Mapping[ReportKey, ReportEvidence]) -> Evidence:
        """The engine's tables of all reports together."""
        parts = [evidence[key] for key in self.reports]
        return Evidence(
            self.orders,
            self.submissions,
            pa.concat_tables([ANSWERS_SCHEMA.empty_table(), *(part.answers for part in parts)]),
            pa.concat_tables([SCANS_SCHEMA.empty_table(), *(part.scans for part in parts)]),
        )


def make_batches(reports: Mapping[ReportKey, ReportInputs], alone: Collection[ReportKey]) -> tuple[Batch, ...]:
    """All reports in as few batches as possible, the largest first. alone: reports that share no batch."""
    groups: list[tuple[datetime, list[ReportKey], set[str]]] = []
    single = []
    for key, inputs in reports.items():
        numbers = _numbers(inputs)
        if key in alone:
            single.append((inputs.as_of, [key], numbers))
            continue
        for as_of, keys, taken in groups:
            if as_of == inputs.as_of and taken.isdisjoint(numbers):
                keys.append(key)
                taken.update(numbers)
                break
        else:
            groups.append((inputs.as_of, [key], set(numbers)))
    groups.sort(key=lambda group: -len(group[1]))
    return tuple(_batch(keys, reports) for _, keys, _ in (*groups, *single))


def batches_by_instant(reports: Mapping[ReportKey, ReportInputs]) -> tuple[Batch, ...]:
    """All reports of each instant together, whatever numbers they share: safe only before any carrier has answered."""
    groups: dict[datetime, list[ReportKey]] = {}
    for key, inputs in reports.items():
        groups.setdefault(inputs.as_of, []).append(key)
    return tuple(_batch(keys, reports) for keys in groups.values())


def _batch(keys: Sequence[ReportKey], reports: Mapping[ReportKey, ReportInputs]) -> Batch:
    inputs = [reports[key] for key in keys]
    return Batch(
        tuple(keys),
        inputs[0].as_of,
        pa.concat_tables([_with_prefix(each.orders, number) for number, each in enumerate(inputs)]),
        pa.concat_tables([_with_prefix(each.submissions, number) for number, each in enumerate(inputs)]),
        {number: key for key, each in zip(keys, inputs, strict=True) for number in _numbers(each)},
    )


def _with_prefix(table: pa.Table, number: int) -> pa.Table:
    column = table.schema.get_field_index("order_id")
    ids = pc.binary_join_element_wise(f"{number}{_SEPARATOR}", table["order_id"], "")
    return table.set_column(column, table.schema.field(column), ids)


def _numbers(inputs: ReportInputs) -> set[str]:
    numbers = {_normalize(number) for number in inputs.submissions["tracking_number"].to_pylist()}
    return numbers - {""}


def _normalize(number: str) -> str:
    """A number, the same for all choices of a profile's switches: upper case, ASCII where possible, no blanks."""
    return "".join(normalize("NFKC", number).upper().split())


def collect_evidence(engine: Engine, stories: Sequence[Story]) -> list[tuple[ReportEvidence, ...]]:
    """The evidence of every report of each story, the carriers queried as the engine's rules need it."""
    inputs = {(at, number): each for at, story in enumerate(stories) for number, each in enumerate(inputs_of(story))}
    pairs = {key: found for batch in make_batches(inputs, ()) for key, found in batch.pairs(engine).items()}

    def of_story(at: int, story: Story) -> tuple[ReportEvidence, ...]:
        numbers: Iterator[int] = iter(range(len(story.reports)))
        return evidence_of(story, lambda _: pairs[at, next(numbers)])

    return [of_story(at, story) for at, story in enumerate(stories)]
