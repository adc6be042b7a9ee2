"""The timeline of a flipped row: what buyer, seller and carriers did, and how each side classifies every scan.

The shape is a contract: an HTML page is made from it. Each entry has `at` (an instant with Z; null if unknown), `what`,
and further keys:

    placed, cancelled, report
    promised      at is the promised day, a date without a time; it comes before the events of that day
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
from vtr.reference.engine.parquet import lookup_keys
from vtr.reference.instants import instant_text
from vtr.reference.records import number_key
from vtr.reference.report.explanation import Explanation, ScanOutcome
from vtr.rule_changes.compare.findings import FlipDetail

Key = tuple[str, int | None]


def flip_details(
    engines: Mapping[str, Engine], evidence: Evidence, as_of: datetime, keys: Sequence[Key]
) -> dict[Key, FlipDetail]:
    """Timeline and explanations of some packages. engines: by side. Raises VtrError as judging does."""
    evidence = _evidence_about(evidence, {order_id for order_id, _ in keys})
    by_side = {side: explain.explain(engine, evidence, as_of) for side, engine in engines.items()}
    windows = {side: window_of(engine.profile, as_of) for side, engine in engines.items()}
    window = {side: {"start": found.start.isoformat(), "end": found.end.isoformat()} for side, found in windows.items()}
    lookup = _Lookup(evidence)
    details = {}
    for key in keys:
        explained = {side: each[key] for side, each in by_side.items() if key in each}
        details[key] = FlipDetail(
            {"as_of": instant_text(as_of), **window},
            tuple(_timeline(lookup, as_of, key, explained)),
            {side: explanation.as_json() for side, explanation in explained.items()},
        )
    return details


def _evidence_about(evidence: Evidence, orders: Collection[str]) -> Evidence:
    """The evidence about some orders only: all of it may be a hundred times as much."""

    def of(table: pa.Table, name: str, wanted: Collection[str]) -> pa.Table:
        return table.filter(pc.is_in(table[name], pa.array(sorted(wanted), pa.string())))

    submissions = of(evidence.submissions, "order_id", orders)
    numbers = {key for text in submissions["tracking_number"].to_pylist() for key in lookup_keys(text)}
    return replace(
        evidence,
        orders=of(evidence.orders, "order_id", orders),
        submissions=submissions,
        answers=of(evidence.answers, "tracking_number", numbers),
        scans=of(evidence.scans, "tracking_number", numbers),
    )


class _Lookup:
    """Rows of the evidence by order, package and number, indexed once: there may be thousands of samples."""

    def __init__(self, evidence: Evidence) -> None:
        self.orders: dict[str, dict[str, Any]] = {row["order_id"]: row for row in evidence.orders.to_pylist()}
        self.submissions: dict[Key, list[dict[str, Any]]] = {}
        for line in sorted(evidence.submissions.to_pylist(), key=lambda line: int(line["seq"])):
            self.submissions.setdefault((line["order_id"], line["package"]), []).append(line)
        self.scans: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for scan in sorted(evidence.scans.to_pylist(), key=lambda scan: int(scan["position"])):
            of_number = self.scans.setdefault(scan["tracking_number"], {})
            of_number.setdefault(scan["carrier"], []).append(scan)


def _timeline(
    lookup: _Lookup, as_of: datetime, key: Key, explained: Mapping[str, Explanation]
) -> Iterator[Mapping[str, Any]]:
    entries = [
        *_order_entries(lookup, key),
        *_submission_entries(lookup, key, explained),
        *_scan_entries(lookup, key, explained),
    ]
    entries.append({"at": instant_text(as_of), "what": "report"})
    # Entries without a time come last.
    yield from sorted(entries, key=lambda entry: entry["at"] or "~")


def _order_entries(lookup: _Lookup, key: Key) -> Iterator[dict[str, Any]]:
    order = lookup.orders.get(key[0])
    if order is not None:
        yield {"at": _instant(order["placed_at"]), "what": "placed"}
        if order["cancelled_at"] is not None:
            yield {"at": _instant(order["cancelled_at"]), "what": "cancelled"}
        promised: date = order["promised_delivery_date"]
        yield {"at": promised.isoformat(), "what": "promised"}


def _submission_entries(lookup: _Lookup, key: Key, explained: Mapping[str, Explanation]) -> Iterator[dict[str, Any]]:
    for line in lookup.submissions.get(key, ()):
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


def _scan_entries(lookup: _Lookup, key: Key, explained: Mapping[str, Explanation]) -> Iterator[dict[str, Any]]:
    """The scans of every number that a side judged, and of the other submitted numbers without a classification."""
    judged = {side: each.asked for side, each in explained.items() if each.asked is not None}
    submitted = [number_key(line["tracking_number"]) for line in lookup.submissions.get(key, ())]
    for number in dict.fromkeys((*submitted, *(number for _, number in judged.values()))):
        for carrier, scans in lookup.scans.get(number, {}).items():
            # An explanation has the same events in the same order.
            outcomes = {side: explained[side].scans for side, asked in judged.items() if asked == (carrier, number)}
            for index, scan in enumerate(scans):
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
                    **{side: _scan_json(outcomes[side][index]) if side in outcomes else None for side in explained},
                }


def _scan_json(scan: ScanOutcome) -> dict[str, Any]:
    return {"counts": scan.counts, "delivers": scan.delivers, "class": scan.scan_class, "why_not": scan.why_not}


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant_text(instant.replace(tzinfo=UTC))
