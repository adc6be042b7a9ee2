"""The story of a flipped row: what buyer, seller and carriers did, by time, and what each side makes of every scan.

The shape is a contract: an HTML page is made from it. Each entry has `at` (an instant with Z; null where nobody knows
one), `what`, and what belongs to it:

    placed, cancelled, report
    promised      at is the promised day, a date
    submitted     seq, carrier, tracking_number, ship_method; judged_by: the sides that judge this submission
    scan          carrier, tracking_number, code, means, location, published_at (null: when it happened); base and head:
                  {counts, delivers, class, why_not}, null where that side did not look at this number
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from scenarios.comparing.found import Told
from vtr import explaining, scan_codes
from vtr.engine import Engine, Given, window_of
from vtr.explaining import Explanation, ScanTold
from vtr.report import instant_text

Key = tuple[str, int | None]


def told(engines: Mapping[str, Engine], given: Given, as_of: datetime, keys: Sequence[Key]) -> dict[Key, Told]:
    """What is told of some packages. engines: by side. Raises VtrError as judging does."""
    orders = {order_id for order_id, _ in keys}
    by_side = {side: explaining.explain(engine, given, as_of, orders) for side, engine in engines.items()}
    windows = {side: window_of(engine.profile, as_of) for side, engine in engines.items()}
    window = {side: {"start": found.start.isoformat(), "end": found.end.isoformat()} for side, found in windows.items()}
    found = {}
    for key in keys:
        explained = {side: each[key] for side, each in by_side.items() if key in each}
        found[key] = Told(
            {"as_of": instant_text(as_of), **window},
            tuple(_timeline(given, as_of, key, explained)),
            {side: explanation.as_json() for side, explanation in explained.items()},
        )
    return found


def _timeline(
    given: Given, as_of: datetime, key: Key, explained: Mapping[str, Explanation]
) -> Iterator[Mapping[str, Any]]:
    entries = [*_of_order(given, key), *_submissions(given, key, explained), *_scans(given, key, explained)]
    entries.append({"at": instant_text(as_of), "what": "report"})
    # A promised day stands at its end, what has no time at the end of all.
    yield from sorted(entries, key=lambda entry: (entry["at"] or "~") + "~" * (entry["what"] == "promised"))


def _of_order(given: Given, key: Key) -> Iterator[dict[str, Any]]:
    for order in _rows(given.orders, order_id=key[0]):
        yield {"at": _instant(order["placed_at"]), "what": "placed"}
        if order["cancelled_at"] is not None:
            yield {"at": _instant(order["cancelled_at"]), "what": "cancelled"}
        promised: date = order["promised_delivery_date"]
        yield {"at": promised.isoformat(), "what": "promised"}


def _submissions(given: Given, key: Key, explained: Mapping[str, Explanation]) -> Iterator[dict[str, Any]]:
    for line in _rows(given.submissions, order_id=key[0], package=key[1]):
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


def _scans(given: Given, key: Key, explained: Mapping[str, Explanation]) -> Iterator[dict[str, Any]]:
    """The scans of every number that a side looked at; of the others submitted too, without a word of the sides."""
    looked_at = {side: each.asked for side, each in explained.items() if each.asked is not None}
    submitted = {line["tracking_number"].strip().upper() for line in _rows(given.submissions, order_id=key[0])}
    numbers = {number for _, number in looked_at.values()} | submitted
    wanted = given.scans.filter(pc.is_in(given.scans["tracking_number"], pa.array(sorted(numbers), pa.string())))
    of_number: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for scan in wanted.to_pylist():
        of_number.setdefault((scan["carrier"], scan["tracking_number"]), []).append(scan)
    for pair, scans in of_number.items():
        scans.sort(key=lambda scan: scan["position"])
        # An explanation has the same events in the same order.
        said = {side: explained[side].scans for side, asked in looked_at.items() if asked == pair}
        for place, scan in enumerate(scans):
            known = scan_codes.load(scan["carrier"]).get(scan["code"])
            yield {
                "at": _instant(scan["at"]),
                "what": "scan",
                "published_at": _instant(scan["published_at"]),
                "carrier": scan["carrier"],
                "tracking_number": scan["tracking_number"],
                "code": scan["code"],
                "means": known.means if known else scan["description"] or "in no table",
                "location": scan["location"],
                **{side: _said(said[side][place]) if side in said else None for side in explained},
            }


def _said(scan: ScanTold) -> dict[str, Any]:
    return {"counts": scan.counts, "delivers": scan.delivers, "class": scan.scan_class, "why_not": scan.why_not}


def _rows(table: pa.Table, **values: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (a cell)
    for name, value in values.items():
        table = table.filter(pc.equal(table[name], pa.scalar(value, table[name].type)))
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant_text(instant.replace(tzinfo=UTC))
