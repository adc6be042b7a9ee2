"""Reports of many stories in one run of the engine, because a run takes as long for five hundred stories as for one.

Stories share a run when nothing of one can be taken for another's: the same instant, and no tracking number in common.
Orders are told apart by a number before their ids. A story that expects rates is alone, since rates are of all rows.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import normalize

import pyarrow as pa
import pyarrow.compute as pc

from vtr.reference.engine.arrow_tables import ANSWERS_SCHEMA, SCANS_SCHEMA
from vtr.reference.engine.in_memory import Engine, Evidence, Pair
from vtr.rule_changes.mutate.evidence import Drawn, Submitted, played, submitted
from vtr.story.story import Story
from vtr.validators.answer import Answer

Place = tuple[int, int]
"""Which story, and which of its reports."""

_SEPARATOR = ":"


@dataclass(frozen=True, slots=True)
class Batch:
    """Reports that are made in one run. owner: of a number, as `_key` writes it, the place it belongs to."""

    places: tuple[Place, ...]
    as_of: datetime
    orders: pa.Table
    submissions: pa.Table
    owner: Mapping[str, Place]

    def pairs(self, engine: Engine) -> dict[Place, tuple[Pair, ...]]:
        """Whom the engine's rules ask about which numbers, by report."""
        found: dict[Place, set[Pair]] = {place: set() for place in self.places}
        for client, number in engine.pairs_to_ask(self.orders, self.submissions, self.as_of):
            if number.strip():  # an empty one is nobody's, and is not asked about
                found[self.owner[_key(number)]].add((client, number))
        return {place: tuple(sorted(pairs)) for place, pairs in found.items()}

    def answers(self, engine: Engine, drawn: Mapping[Place, Drawn]) -> dict[Place, Answer]:
        """What the engine's rules say of each report, from what the carriers said in it."""
        report = engine.decide(self.given(drawn), self.as_of).as_json()
        parts: dict[Place, dict[str, list[dict[str, Any]]]] = {
            place: {"rows": [], "unanswered": [], "excluded": []} for place in self.places
        }
        for listed in ("rows", "unanswered", "excluded"):
            for row in report[listed]:
                number, _, order_id = row["order_id"].partition(_SEPARATOR)
                shown = row.get("tracking_id", "")
                if shown.startswith(row["order_id"]):
                    row["tracking_id"] = shown.removeprefix(f"{number}{_SEPARATOR}")
                parts[self.place_of(row["order_id"])][listed].append({**row, "order_id": order_id})
        rates = tuple(report["rates"]) if len(self.places) == 1 else None
        return {
            place: Answer(tuple(part["rows"]), rates, tuple(part["unanswered"]), tuple(part["excluded"]))
            for place, part in parts.items()
        }

    def place_of(self, order_id: str) -> Place:
        """The report that an order of the run belongs to."""
        return self.places[int(order_id.partition(_SEPARATOR)[0])]

    def given(self, drawn: Mapping[Place, Drawn]) -> Evidence:
        """The engine's tables of all reports together."""
        told = [drawn[place] for place in self.places]
        return Evidence(
            self.orders,
            self.submissions,
            pa.concat_tables([ANSWERS_SCHEMA.empty_table(), *(each.answers for each in told)]),
            pa.concat_tables([SCANS_SCHEMA.empty_table(), *(each.scans for each in told)]),
        )


def batched(reports: Mapping[Place, Submitted], alone: Collection[Place]) -> tuple[Batch, ...]:
    """All reports in as few batches as may be, the largest first."""
    groups: list[tuple[datetime, list[Place], set[str]]] = []
    single = []
    for place, given in reports.items():
        numbers = _numbers(given)
        if place in alone:
            single.append((given.as_of, [place], numbers))
            continue
        for as_of, places, taken in groups:
            if as_of == given.as_of and taken.isdisjoint(numbers):
                places.append(place)
                taken.update(numbers)
                break
        else:
            groups.append((given.as_of, [place], set(numbers)))
    groups.sort(key=lambda group: -len(group[1]))
    return tuple(_batch(places, reports) for _, places, _ in (*groups, *single))


def by_instant(reports: Mapping[Place, Submitted]) -> tuple[Batch, ...]:
    """All reports of each instant together, whatever numbers they share: as long as nobody has answered about any."""
    groups: dict[datetime, list[Place]] = {}
    for place, given in reports.items():
        groups.setdefault(given.as_of, []).append(place)
    return tuple(_batch(places, reports) for places in groups.values())


def _batch(places: Sequence[Place], reports: Mapping[Place, Submitted]) -> Batch:
    given = [reports[place] for place in places]
    return Batch(
        tuple(places),
        given[0].as_of,
        pa.concat_tables([_prefixed(each.orders, number) for number, each in enumerate(given)]),
        pa.concat_tables([_prefixed(each.submissions, number) for number, each in enumerate(given)]),
        {number: place for place, each in zip(places, given, strict=True) for number in _numbers(each)},
    )


def _prefixed(table: pa.Table, number: int) -> pa.Table:
    place = table.schema.get_field_index("order_id")
    ids = pc.binary_join_element_wise(f"{number}{_SEPARATOR}", table["order_id"], "")
    return table.set_column(place, table.schema.field(place), ids)


def _numbers(given: Submitted) -> set[str]:
    keys = {_key(number) for number in given.submissions["tracking_number"].to_pylist()}
    return keys - {""}


def _key(number: str) -> str:
    """A number whatever a profile's switches make of it: upper case, ASCII where it can be, no blanks."""
    return "".join(normalize("NFKC", number).upper().split())


def played_all(engine: Engine, stories: Sequence[Story]) -> list[tuple[Drawn, ...]]:
    """What the carriers said in each story when asked about what the engine's rules ask about."""
    reports = {(at, number): given for at, story in enumerate(stories) for number, given in enumerate(submitted(story))}
    pairs = {place: asked for batch in batched(reports, ()) for place, asked in batch.pairs(engine).items()}

    def told(at: int, story: Story) -> tuple[Drawn, ...]:
        numbers: Iterator[int] = iter(range(len(story.reports)))
        return played(story, lambda _: pairs[at, next(numbers)])

    return [told(at, story) for at, story in enumerate(stories)]
