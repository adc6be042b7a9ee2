"""The story of a flipped row: what buyer, seller and carriers did, by time, and what each side makes of every scan.

The shape is a contract: an HTML page is made from it. Each entry has `at` (an instant with Z; null where nobody knows
one), `what`, and what belongs to it:

    placed, cancelled, report
    promised      at is the promised day, a date without a time; it stands before what happened on it
    submitted     seq, carrier, tracking_number, ship_method; judged_by: the sides that judge this submission
    scan          carrier, tracking_number, code, means, location, published_at (null: when it happened); base and head:
                  {counts, delivers, class, why_not}, null where that side did not look at this number
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vtr.reference import scan_codes
from vtr.reference.engine import explain
from vtr.reference.engine.in_memory import Engine, Evidence, window_of
from vtr.reference.engine.parquet import keys_of
from vtr.reference.instants import instant_text
from vtr.reference.records import number_key
from vtr.reference.report.explanation import Explanation, ScanOutcome
from vtr.rule_changes.compare.findings import FlipDetail

Key = tuple[str, int | None]


def told(engines: Mapping[str, Engine], given: Evidence, as_of: datetime, keys: Sequence[Key]) -> dict[Key, FlipDetail]:
    """What is told of some packages. engines: by side. Raises VtrError as judging does."""
    given = _about(given, {order_id for order_id, _ in keys})
    by_side = {side: explain.explain(engine, given, as_of) for side, engine in engines.items()}
    windows = {side: window_of(engine.profile, as_of) for side, engine in engines.items()}
    window = {side: {"start": found.start.isoformat(), "end": found.end.isoformat()} for side, found in windows.items()}
    story = _Story(given)
    found = {}
    for key in keys:
        explained = {side: each[key] for side, each in by_side.items() if key in each}
        found[key] = FlipDetail(
            {"as_of": instant_text(as_of), **window},
            tuple(_timeline(story, as_of, key, explained)),
            {side: explanation.as_json() for side, explanation in explained.items()},
        )
    return found


def _about(given: Evidence, orders: Collection[str]) -> Evidence:
    """What is given of some orders alone: the rest may be a hundred times as much."""

    def of(table: pa.Table, name: str, wanted: Collection[str]) -> pa.Table:
        return table.filter(pc.is_in(table[name], pa.array(sorted(wanted), pa.string())))

    submissions = of(given.submissions, "order_id", orders)
    numbers = {key for text in submissions["tracking_number"].to_pylist() for key in keys_of(text)}
    return replace(
        given,
        orders=of(given.orders, "order_id", orders),
        submissions=submissions,
        answers=of(given.answers, "tracking_number", numbers),
        scans=of(given.scans, "tracking_number", numbers),
    )


class _Story:
    """The rows of what is given, looked up once: there may be thousands of samples."""

    def __init__(self, given: Evidence) -> None:
        self.orders: dict[str, dict[str, Any]] = {row["order_id"]: row for row in given.orders.to_pylist()}
        self.submissions: dict[Key, list[dict[str, Any]]] = {}
        for line in sorted(given.submissions.to_pylist(), key=lambda line: int(line["seq"])):
            self.submissions.setdefault((line["order_id"], line["package"]), []).append(line)
        self.scans: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for scan in sorted(given.scans.to_pylist(), key=lambda scan: int(scan["position"])):
            of_number = self.scans.setdefault(scan["tracking_number"], {})
            of_number.setdefault(scan["carrier"], []).append(scan)


def _timeline(
    story: _Story, as_of: datetime, key: Key, explained: Mapping[str, Explanation]
) -> Iterator[Mapping[str, Any]]:
    entries = [*_of_order(story, key), *_submissions(story, key, explained), *_scans(story, key, explained)]
    entries.append({"at": instant_text(as_of), "what": "report"})
    # What has no time stands at the end.
    yield from sorted(entries, key=lambda entry: entry["at"] or "~")


def _of_order(story: _Story, key: Key) -> Iterator[dict[str, Any]]:
    order = story.orders.get(key[0])
    if order is not None:
        yield {"at": _instant(order["placed_at"]), "what": "placed"}
        if order["cancelled_at"] is not None:
            yield {"at": _instant(order["cancelled_at"]), "what": "cancelled"}
        promised: date = order["promised_delivery_date"]
        yield {"at": promised.isoformat(), "what": "promised"}


def _submissions(story: _Story, key: Key, explained: Mapping[str, Explanation]) -> Iterator[dict[str, Any]]:
    for line in story.submissions.get(key, ()):
        judging = [
            side
            for side, explanation in explained.items()
            if any(each.judged and each.seq == line["seq"] for each in explanation.submissions)
        ]
        yield {
            "at": _instant(line["submitted_at"]),
            "what": "submitted",
            "seq": line["seq"],
            "carrier": line["carrier_code"] if line["carrier_code"] not in {"", "Other"} else line["carrier_name"],
            "tracking_number": line["tracking_number"],
            "ship_method": line["ship_method"],
            "judged_by": judging,
        }


def _scans(story: _Story, key: Key, explained: Mapping[str, Explanation]) -> Iterator[dict[str, Any]]:
    """The scans of every number that a side looked at; of the others submitted too, without a word of the sides."""
    looked_at = {side: each.asked for side, each in explained.items() if each.asked is not None}
    submitted = [number_key(line["tracking_number"]) for line in story.submissions.get(key, ())]
    for number in dict.fromkeys((*submitted, *(number for _, number in looked_at.values()))):
        for carrier, scans in story.scans.get(number, {}).items():
            # An explanation has the same events in the same order.
            said = {side: explained[side].scans for side, asked in looked_at.items() if asked == (carrier, number)}
            for place, scan in enumerate(scans):
                known = scan_codes.load(carrier).get(scan["code"])
                yield {
                    "at": _instant(scan["at"]),
                    "what": "scan",
                    "published_at": _instant(scan["published_at"]),
                    "carrier": carrier,
                    "tracking_number": number,
                    "code": scan["code"],
                    "means": known.means if known else scan["description"] or "in no table",
                    "location": scan["location"],
                    **{side: _said(said[side][place]) if side in said else None for side in explained},
                }


def _said(scan: ScanOutcome) -> dict[str, Any]:
    return {"counts": scan.counts, "delivers": scan.delivers, "class": scan.scan_class, "why_not": scan.why_not}


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant_text(instant.replace(tzinfo=UTC))
