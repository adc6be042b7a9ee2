"""A row of a dataset as a scenario: the story of its order, and what the report must show of it.

The story is what the tables say: the order and its packages, everything that was submitted, and of every number among
it the carriers' scans with both of their times. Orders that submitted one of these numbers too belong to the story,
because a carrier is asked by number. `expect` is what `expected` says, and never what a validator finds.

What is as in the perfect order is left out where that is plain: the usual category, price and countries, the carrier
as the profile spells it, the parcel's own number. A scenario has one price, and thresholds compare the sum, so it is
the item's and the shipping's together.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import duckdb

from simulator.journeys import HOME, ships_from
from vtr.errors import ScenarioError
from vtr.language import yaml_writer
from vtr.reference.engine.statements import KEY
from vtr.reference.records import number_key
from vtr.reference.records.dataset import Dataset, table_query
from vtr.reference.rules.profile_reader import load_profile
from vtr.story.story import DEFAULT_PROFILE

ORDERS_LIMIT = 50
"""How many orders may share a number before the story is no story any more."""

_USUAL_CATEGORY, _USUAL_PRICE = "Kitchen", "25.00 USD"

Cells = Mapping[str, Any]


Key = tuple[str, int]


def extract(dataset: Dataset, rows: Iterable[str]) -> str:
    """The YAML of a scenario for each order, in the order in which the rows name them.

    A row is an order's id, perhaps with `/` and a package, or the number of a row of `expected`, from 1. Raises
    ScenarioError for a row that is not there, InputError for a table that cannot be read.
    """
    spelled = load_profile(dataset.profile or DEFAULT_PROFILE).spelling
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        tables = _Tables(connection, dataset)
        try:
            orders = dict.fromkeys(_order_id(tables, row) for row in rows)
            return "---\n".join(_written(_found(tables, order), dataset, spelled) for order in orders)
        except duckdb.Error as error:
            raise ScenarioError(f"{dataset.folder}: cannot be read: {str(error).splitlines()[0]}") from error


@dataclass(frozen=True, slots=True)
class _Tables:
    """Queries of a dataset's tables."""

    connection: duckdb.DuckDBPyConnection
    dataset: Dataset

    def rows(self, table: str, behind: str, parameters: Sequence[object] = ()) -> list[Cells]:
        """The rows of a table that a WHERE, LIMIT or OFFSET leaves, in the file's order."""
        select = f"SELECT * FROM ({table_query(self.connection, self.dataset, table)}) {behind}"  # noqa: S608 (ours)
        result = self.connection.execute(select, list(parameters))
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, cells, strict=True)) for cells in result.fetchall()]

    def of_orders(self, table: str, orders: Collection[str]) -> list[Cells]:
        """The rows of these orders."""
        return self.rows(table, "WHERE list_contains($1, order_id)", [sorted(orders)])

    def of_numbers(self, table: str, keys: Collection[str]) -> list[Cells]:
        """The rows of these numbers, however they are spelt."""
        return self.rows(table, f"WHERE list_contains($1, {KEY})", [sorted(keys)])


@dataclass(slots=True)
class _Found:
    """What belongs to one story. wanted: the order that was asked for; the others share numbers with it."""

    wanted: str
    expected: list[Cells] = field(default_factory=list)
    orders: list[Cells] = field(default_factory=list)
    submissions: list[Cells] = field(default_factory=list)
    parcels: list[Cells] = field(default_factory=list)
    scans: list[Cells] = field(default_factory=list)


def _order_id(tables: _Tables, row: str) -> str:
    order_id, _, package = row.partition("/")
    found = tables.rows("expected", "WHERE order_id = $1", [order_id])
    if found:
        packages = sorted(each["package"] for each in found if each["package"] is not None)
        if package and package not in map(str, packages):
            confirmed = f"packages {', '.join(map(str, packages))}" if packages else "no confirmed package"
            raise ScenarioError(f"order {order_id} has {confirmed}, and none called {package!r}")
        return order_id
    expected = tables.dataset.path("expected")
    if not row.isascii() or not row.isdigit() or not 0 < int(row) < 1 << 62:
        raise ScenarioError(
            f"{expected}: no order {order_id!r}; give an order's id (ID or ID/PACKAGE), or the number of a row, from 1"
        )
    numbered = tables.rows("expected", "LIMIT 1 OFFSET $1", [int(row) - 1])
    if not numbered:
        raise ScenarioError(f"{expected}: no row {row}; there are {_count(tables)}")
    return str(numbered[0]["order_id"])


def _count(tables: _Tables) -> int:
    select = table_query(tables.connection, tables.dataset, "expected")
    counted = tables.connection.execute(f"SELECT count(*) FROM ({select})").fetchone()  # noqa: S608 (ours)
    return int(counted[0]) if counted else 0


def _found(tables: _Tables, order_id: str) -> _Found:
    """The order's rows, and those of orders that share a number of a parcel, theirs too, until there are no more."""
    found = _Found(order_id)
    orders, keys = {order_id}, set[str]()
    reached: set[str] = set()
    while orders - reached:
        if len(orders) > ORDERS_LIMIT:
            raise ScenarioError(f"order {order_id} shares numbers with more than {ORDERS_LIMIT} orders; take another")
        fresh = orders - reached
        reached |= fresh
        labels = tables.of_orders("parcels", fresh)
        texts = {*(each["tracking_number"] for each in tables.of_orders("confirmations", fresh))}
        texts |= {each["tracking_number"] for each in labels}
        new = {key for text in texts if (key := number_key(text or ""))} - keys
        keys |= new
        if new:
            parcels, scans = tables.of_numbers("parcels", new), tables.of_numbers("scans", new)
            found.parcels += parcels
            found.scans += scans
            # Words in the number's place ("untracked") are common to many orders, and to no parcel.
            known = {number_key(each["tracking_number"]) for each in (*parcels, *scans)}
            if known:
                orders |= {each["order_id"] for each in tables.of_numbers("confirmations", known)}
    found.orders = sorted(tables.of_orders("orders", reached), key=lambda each: each["order_id"] != order_id)
    found.submissions = tables.of_orders("confirmations", reached)
    found.expected = tables.of_orders("expected", reached)
    return found


@dataclass(frozen=True, slots=True)
class _Telling:
    """What the parts of a scenario are written with: each parcel's name, number and carrier, and how they are spelt."""

    found: _Found
    names: Mapping[tuple[str, str], str]
    spelled: Mapping[str, str]


def _written(found: _Found, dataset: Dataset, spelled: Mapping[str, str]) -> str:
    profile = dataset.profile or DEFAULT_PROFILE
    parcels = _parcels(found)
    names = {key: "box" if at == 1 else f"box_{at}" for at, key in enumerate(parcels, start=1)}
    telling = _Telling(found, names, spelled)
    planted = sorted({each["condition"] for each in found.expected if each["order_id"] == found.wanted})
    scenario: dict[str, Any] = {
        "scenario": f"{' and '.join(planted)} in order {found.wanted}",
        "tags": planted,
        **({} if profile == DEFAULT_PROFILE else {"profile": profile}),
        "report_at": _instant(dataset.as_of),
        "parcels": {names[key]: _parcel(*key, scans) for key, scans in parcels.items()},
        "orders": [_order(telling, each) for each in found.orders],
        "faults": _faults(found),
        "expect": _expect(telling),
    }
    if not parcels:
        del scenario["parcels"]
    if not scenario["faults"]:
        del scenario["faults"]
    shipments, seed = (dataset.described.get(name) for name in ("shipments", "seed"))
    head = f"Order {found.wanted} of a dataset of {shipments} shipments, seed {seed}; planted: {', '.join(planted)}."
    return yaml_writer.text_of(scenario, remarks=[head])


def _parcels(found: _Found) -> dict[tuple[str, str], list[Cells]]:
    """The scans of each carrier and number, the wanted order's parcels first; a number without scans has none."""
    first = sorted(found.parcels, key=lambda each: (each["order_id"] != found.wanted, each["package"] or 0))
    parcels: dict[tuple[str, str], list[Cells]] = {(each["carrier"], each["tracking_number"]): [] for each in first}
    spelled = {(carrier, number_key(number)): (carrier, number) for carrier, number in parcels}
    for scan in sorted(found.scans, key=lambda each: each.get("position") or 0):
        key = (scan["carrier"], scan["tracking_number"])
        parcels.setdefault(spelled.get((key[0], number_key(key[1])), key), []).append(scan)
    return parcels


def _parcel(carrier: str, number: str, scans: Sequence[Cells]) -> dict[str, Any]:
    told = [_scan(each) for each in scans if each["code"]]
    named = {"carrier": carrier, "number": _text(number)}
    return {**named, "scans": told} if told else {**named, "journey": "label_only" if scans else "unknown"}


def _faults(found: _Found) -> list[dict[str, Any]]:
    """What no scan of a scenario says: a line of scans without a code is a record at the carrier, and no event."""
    recorded = sorted({scan["carrier"] for scan in found.scans if not scan["code"]})
    return [{"fault": "record_without_events", "carrier": carrier} for carrier in recorded]


def _scan(scan: Cells) -> dict[str, Any]:
    published = scan.get("published_at")
    told = {"at": _instant(scan["at"]), "code": _text(scan["code"])}
    if scan.get("location"):
        told["place"] = _text(scan["location"])
    if published not in {None, scan["at"]}:
        told["published"] = _instant(published)
    return told


def _order(telling: _Telling, order: Cells) -> dict[str, Any]:
    order_id = order["order_id"]
    packages = _packages(telling, order_id)
    carried = [carrier for package in packages if (carrier := _carrier(telling, package.get("parcel"))) is not None]
    price = Decimal(order["item_price"]) + Decimal(order.get("shipping_price") or 0)
    current = order.get("current_category")
    told = {
        "id": _text(order_id),
        "placed": _instant(order["placed_at"]),
        "category": _unless(_USUAL_CATEGORY, _text(order["category"])),
        # When it got another one is in no table; what counts is that it has it at the report.
        "recategorised": None if current in {None, order["category"]} else {"at": "+1h", "to": _text(current)},
        "promised": order["promised_delivery_date"].isoformat(),
        "price": _unless(_USUAL_PRICE, f"{price:.2f} {order.get('currency') or 'USD'}"),
        "ship_from": _unless(ships_from(carried[0] if carried else ""), order.get("ship_from")),
        "ship_to": _unless(HOME, order.get("ship_to")),
        "fulfilled_by": _unless("seller", order.get("fulfilled_by")),
        "cancelled": None if order.get("cancelled_at") is None else _instant(order["cancelled_at"]),
    }
    kept = {name: value for name, value in told.items() if value is not None}
    return {**kept, **(packages[0] if len(packages) == 1 else {"packages": packages})}


def _packages(telling: _Telling, order_id: str) -> list[dict[str, Any]]:
    """An order's packages: from 1 to the last that any table knows of."""
    found = telling.found
    mine = [each for each in found.submissions if each["order_id"] == order_id]
    labels = {each["package"]: each for each in found.parcels if each["order_id"] == order_id}
    numbers = {each.get("package") or 1 for each in mine} | set(labels)
    told = []
    for number in range(1, max(numbers, default=1) + 1):
        lines = [each for each in mine if (each.get("package") or 1) == number]
        lines.sort(key=lambda each: (each["submitted_at"], each.get("seq") or 0))
        told.append(_package(telling, labels.get(number), lines))
    return told


def _package(telling: _Telling, label: Cells | None, lines: Sequence[Cells]) -> dict[str, Any]:
    parcel = None
    if label is not None:
        parcel = telling.names[label["carrier"], label["tracking_number"]]
    else:
        submitted = {number_key(each["tracking_number"] or "") for each in lines}
        parcel = next((name for key, name in telling.names.items() if number_key(key[1]) in submitted), None)
    told: dict[str, Any] = {} if parcel is None else {"parcel": parcel}
    if not lines:
        return {**told, "confirm": None}
    if lines[0].get("buy_shipping"):
        told["buy_shipping"] = True
    number, carrier = _number(telling, parcel), _carrier(telling, parcel)
    first = _submission(telling, lines[0])
    if carrier is not None and first["carrier"] == telling.spelled.get(carrier):
        del first["carrier"]
    if number is not None and lines[0]["tracking_number"] == number:
        del first["tracking"]
    for name in ("carrier_name", "ship_method"):
        if not first[name]:
            del first[name]
    told["confirm"] = first
    edits = []
    for before, line in pairwise(lines):
        said, says = _submission(telling, before), _submission(telling, line)
        changed = {name: text for name, text in says.items() if name == "at" or text != said[name]}
        if "carrier" in changed and says["carrier_name"]:
            changed["carrier_name"] = says["carrier_name"]  # another code makes a typed name void
        edits.append(changed)
    return {**told, **({"edits": edits} if edits else {})}


def _submission(telling: _Telling, line: Cells) -> dict[str, str]:
    tracking = line["tracking_number"] or ""
    own = next((name for key, name in telling.names.items() if key[1] == tracking), None)
    return {
        "at": _instant(line["submitted_at"]),
        "carrier": _text(line["carrier_code"] or ""),
        "carrier_name": _text(line.get("carrier_name") or ""),
        "tracking": _text(tracking) if own is None else f"${own}",
        "ship_method": _text(line.get("ship_method") or ""),
    }


def _expect(telling: _Telling) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for order in telling.found.orders:
        counts[order["order_id"]] = len(_packages(telling, order["order_id"]))
    rows, excluded = [], []
    for each in telling.found.expected:
        order_id = each["order_id"]
        named: dict[str, Any] = {"order": _text(order_id)}
        if counts.get(order_id, 1) > 1:
            named["package"] = each["package"] or 1
        if not each["in_report"]:
            excluded.append({**named, "why": each["reason"]})
            continue
        shown = each["tracking_id"] or ""
        own = next((name for key, name in telling.names.items() if key[1] == shown), None)
        rows.append(
            {
                **named,
                "tracking_id": _text(shown) if own is None else f"${own}",
                "no_valid_tracking": each["no_valid_tracking"] or "",
                "reason": each["reason"],
            }
        )
    return {"rows": rows, **({"excluded": excluded} if excluded else {})}


def _number(telling: _Telling, parcel: str | None) -> str | None:
    return next((number for (_, number), name in telling.names.items() if name == parcel), None)


def _carrier(telling: _Telling, parcel: str | None) -> str | None:
    return next((carrier for (carrier, _), name in telling.names.items() if name == parcel), None)


def _unless(usual: str, value: str | None) -> str | None:
    return None if value == usual else value


def _text(text: str) -> str:
    """A text that stands for itself: a dollar sign at its start would make it a name."""
    return f"${text}" if text.startswith("$") else text


def _instant(instant: datetime) -> str:
    naive = instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant
    return f"{naive.replace(microsecond=0).isoformat()}Z"
