"""Packages in every combination around three rules, as files, and their verdicts worked out in plain Python.

Based on the rules' sentences and on the planted data; nothing of `vtr` is used. A parcel's number is known or not, has
one scan or none, and was delivered or not.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import product
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

AS_OF = datetime(2026, 4, 1, 12, tzinfo=UTC)
SUPPORTED = frozenset({"UPS", "USPS"})  # of those that are used here
CLIENTS = {"UPS": "ups", "USPS": "usps", "Yun Express": "ups"}
SCANS = {"ups": ("I/OR", "D/FS"), "usps": ("03", "01")}
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
AGES = (300 * HOUR, 72 * HOUR, 72 * HOUR - SECOND, 48 * HOUR, 48 * HOUR - SECOND)


@dataclass(frozen=True)
class PlantedSubmission:
    """A submission, and its parcel: delivered None and scanned False if there is no parcel."""

    at: datetime
    number: str
    known: bool
    scanned: bool
    delivered: datetime | None


@dataclass(frozen=True)
class PlantedOrder:
    """An order of one package."""

    order_id: str
    category: str
    origin: str
    carrier: str
    sent: tuple[PlantedSubmission, ...]


@dataclass(frozen=True)
class Rules:
    """What a profile changes. on_paper: carriers whose first event is not a scan."""

    hours: int = 72
    same_instant_passes: bool = True
    supported: frozenset[str] = SUPPORTED
    on_paper: frozenset[str] = frozenset()


def packages() -> list[PlantedOrder]:
    """Every combination."""
    made = []
    behind = [(2, None), (2, -SECOND), (2, 0 * SECOND), (2, SECOND), (1, None), (0, None)]  # known and scanned, known
    edits = [None, *AGES]
    for carrier, age, edit, kind in product(("UPS", "USPS", "Yun Express"), AGES, edits, behind):
        if edit is not None and edit >= age:
            continue
        place = len(made)
        known, scanned, delay = kind[0] > 0, kind[0] > 1, kind[1]
        at = AS_OF - age
        sent = [PlantedSubmission(at, f"1ZA{place}", known, scanned, None if delay is None else at + delay)]
        if edit is not None:
            sent.append(PlantedSubmission(AS_OF - edit, f"1ZB{place}", known=True, scanned=True, delivered=None))
        category, origin = ("Kitchen", "Garden", "Toys")[place % 3], ("US", "CN")[place % 2]
        made.append(PlantedOrder(f"114-{place:07}-0000001", category, origin, carrier, tuple(sent)))
    return made


def verdict(package: PlantedOrder, rules: Rules) -> str:
    """A rule's name, or VALID."""
    supported = package.carrier in rules.supported
    judged = delivered = None
    for sent in package.sent:
        if supported and sent.delivered is not None:
            delivered = sent.delivered if delivered is None else min(delivered, sent.delivered)
        in_time = sent is package.sent[0] or delivered is None or sent.at < delivered
        if in_time and sent.at + timedelta(hours=rules.hours) <= AS_OF:
            judged = sent
    if judged is None:
        return "NOT_YET_REFLECTED"
    if not supported:
        return "CARRIER_UNSUPPORTED"
    if not judged.known:
        return "NUMBER_UNKNOWN"
    if not judged.scanned or (judged.delivered is None and package.carrier in rules.on_paper):
        return "NO_SCAN"
    late = judged.delivered is not None and (
        judged.at > judged.delivered or (judged.at == judged.delivered and not rules.same_instant_passes)
    )
    return "UPLOADED_AFTER_DELIVERY" if late else "VALID"


def flips(before: Rules, after: Rules) -> dict[str, tuple[str, str]]:
    """The two verdicts of every package on which they differ, by key."""
    both = {f"{each.order_id}/1": (verdict(each, before), verdict(each, after)) for each in packages()}
    return {key: pair for key, pair in both.items() if pair[0] != pair[1]}


def rate(rules: Rules, category: str | None) -> Fraction:
    """Valid divided by counted."""
    words = [verdict(each, rules) for each in packages() if category in {None, each.category}]
    return Fraction(words.count("VALID"), len(words) - words.count("NOT_YET_REFLECTED"))


def write(folder: Path) -> None:
    """Orders, confirmations and scans as Parquet."""
    made = packages()
    placed = AS_OF - 320 * HOUR
    orders = [
        {
            "order_id": each.order_id, "placed_at": _plain(placed), "category": each.category,
            "promised_delivery_date": date(2026, 3, 9), "item_price": 25.0, "ship_from": each.origin,
        }
        for each in made
    ]  # fmt: skip
    confirmations = [
        {
            "order_id": each.order_id, "package": 1, "submitted_at": _plain(sent.at), "carrier_code": each.carrier,
            "tracking_number": sent.number,
        }
        for each in made
        for sent in each.sent
    ]  # fmt: skip
    scans = []
    for each in made:
        client = CLIENTS[each.carrier]
        scan, delivery = SCANS[client]
        for sent in each.sent:
            line = {"carrier": client, "tracking_number": sent.number, "at": None, "code": "", "outcome": ""}
            if sent.scanned:
                scans.append({**line, "at": _plain(placed + HOUR), "code": scan})
            elif sent.known:
                scans.append({**line, "outcome": "known"})
            if sent.delivered is not None:
                scans.append({**line, "at": _plain(sent.delivered), "code": delivery})
    for name, rows in (("orders", orders), ("confirmations", confirmations), ("scans", scans)):
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")


def _plain(instant: datetime) -> datetime:
    return instant.replace(tzinfo=None)


# Profiles as texts, and the rules that they come to.
HOURS = ("  - change: REFLECTED_WITHIN_72_HOURS\n", "    counts_when: submitted_at + INTERVAL 48 HOUR <= as_of\n")
LATE = ("  - change: UPLOADED_AFTER_DELIVERY\n", "    when: submitted_at >= delivered_at\n")
CARRIER = "carriers:\n  add:\n    - {name: Yun Express, asks: ups}\n"
HEAD = "profile: mine\nextends: us-2019\n"

CHANGES = {
    "72 hours to 48": (HEAD + "rules:\n" + "".join(HOURS), Rules(hours=48)),
    "> to >=": (HEAD + "rules:\n" + "".join(LATE), Rules(same_instant_passes=False)),
    "a carrier more": (HEAD + CARRIER, Rules(supported=SUPPORTED | {"Yun Express"})),
    "a code less": (HEAD + "scan_classes: {ups/I/OR: none}\n", Rules(on_paper=frozenset({"UPS"}))),
    "all": (
        HEAD + CARRIER + "rules:\n" + "".join((*HOURS, *LATE)),
        Rules(hours=48, same_instant_passes=False, supported=SUPPORTED | {"Yun Express"}),
    ),
}


def expected_of(change: str) -> dict[str, tuple[str, str]]:
    """The flips of one of CHANGES."""
    return flips(Rules(), CHANGES[change][1])
