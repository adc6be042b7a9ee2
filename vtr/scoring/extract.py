"""Turn a row of a dataset into a scenario: the story of its order, and what the report must show of it.

The story comes from the tables: the order and its packages, everything that was submitted, and for every number in it
the carriers' scans with both of their times. Other orders that submitted one of these numbers belong to the story,
because carriers are queried by number. `expect` comes from `expected`, never from a validator.

Obvious defaults of the perfect order are omitted: the usual category, price and countries, the carrier as the profile
spells it, the parcel's own number. A scenario has one price, and thresholds compare the sum, so it is the item's and
the shipping's together.
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
from vtr.language import schema, yaml_writer
from vtr.language.yaml_values import escape_dollar, tracking_value
from vtr.reference.engine.statements import NUMBER_KEY_SQL
from vtr.reference.records import number_key
from vtr.reference.records.dataset import Dataset, table_query
from vtr.reference.rules.profile import DEFAULT_PROFILE
from vtr.reference.rules.profile_reader import load_profile

ORDERS_LIMIT = 50
"""How many orders may share a number before the scenario is too large to read."""

_USUAL_CATEGORY: str = schema.OrderPart.model_fields["category"].default
_USUAL_PRICE: schema.Money = schema.OrderPart.model_fields["price"].default

Cells = Mapping[str, Any]


def extract(dataset: Dataset, rows: Iterable[str]) -> str:
    """Write the YAML of a scenario for each order, in the order in which the rows name them.

    A row is an order's id, perhaps with `/` and a package, or the number of a row of `expected`, from 1. Raises
    ScenarioError for a row that does not exist, InputError for a table that cannot be read.
    """
    spelling = load_profile(dataset.profile or DEFAULT_PROFILE).spelling
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        tables = _Tables(connection, dataset)
        try:
            orders = dict.fromkeys(_order_id(tables, row) for row in rows)
            return "---\n".join(_scenario_text(_collect_story(tables, order), dataset, spelling) for order in orders)
        except duckdb.Error as error:
            raise ScenarioError(f"{dataset.folder}: cannot be read: {str(error).splitlines()[0]}") from error


@dataclass(frozen=True, slots=True)
class _Tables:
    """Queries of a dataset's tables."""

    connection: duckdb.DuckDBPyConnection
    dataset: Dataset

    def rows(self, table: str, clause: str, parameters: Sequence[object] = ()) -> list[Cells]:
        """The rows of a table after a WHERE, LIMIT or OFFSET clause, in the file's order."""
        select = f"SELECT * FROM ({table_query(self.connection, self.dataset, table)}) {clause}"  # noqa: S608 (no user text)
        result = self.connection.execute(select, list(parameters))
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, cells, strict=True)) for cells in result.fetchall()]

    def of_orders(self, table: str, orders: Collection[str]) -> list[Cells]:
        """The rows of these orders."""
        return self.rows(table, "WHERE list_contains($1, order_id)", [sorted(orders)])

    def of_numbers(self, table: str, keys: Collection[str]) -> list[Cells]:
        """The rows of these numbers, in any spelling."""
        return self.rows(table, f"WHERE list_contains($1, {NUMBER_KEY_SQL})", [sorted(keys)])


@dataclass(slots=True)
class _StoryRows:
    """The rows of one story.

    wanted: the id of the requested order; the others share numbers with it.
    """

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
            raise ScenarioError(f"order {order_id} has {confirmed}, but not {package!r}")
        return order_id
    expected = tables.dataset.path("expected")
    if not row.isascii() or not row.isdigit() or not 0 < int(row) < 1 << 62:
        raise ScenarioError(
            f"{expected}: no order {order_id!r}; give an order's id (ID or ID/PACKAGE), or the number of a row, from 1"
        )
    numbered = tables.rows("expected", "LIMIT 1 OFFSET $1", [int(row) - 1])
    if not numbered:
        raise ScenarioError(f"{expected}: no row {row}; there are {_count_expected(tables)}")
    return str(numbered[0]["order_id"])


def _count_expected(tables: _Tables) -> int:
    select = table_query(tables.connection, tables.dataset, "expected")
    counted = tables.connection.execute(f"SELECT count(*) FROM ({select})").fetchone()  # noqa: S608 (no user text)
    return int(counted[0]) if counted else 0


def _collect_story(tables: _Tables, order_id: str) -> _StoryRows:
    """The order's rows, and those of all orders that share a parcel's number with it, directly or through others."""
    found = _StoryRows(order_id)
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
            # Words in place of a number ("untracked") are common to many orders, and belong to no parcel.
            known = {number_key(each["tracking_number"]) for each in (*parcels, *scans)}
            if known:
                orders |= {each["order_id"] for each in tables.of_numbers("confirmations", known)}
    found.orders = sorted(tables.of_orders("orders", reached), key=lambda each: each["order_id"] != order_id)
    found.submissions = tables.of_orders("confirmations", reached)
    found.expected = tables.of_orders("expected", reached)
    return found


@dataclass(frozen=True, slots=True)
class _Context:
    """What every part of a scenario needs.

    names: each parcel's name, by carrier and number.
    spelling: each carrier's name in the profile.
    """

    found: _StoryRows
    names: Mapping[tuple[str, str], str]
    spelling: Mapping[str, str]


def _scenario_text(found: _StoryRows, dataset: Dataset, spelling: Mapping[str, str]) -> str:
    profile = dataset.profile or DEFAULT_PROFILE
    parcels = _parcels(found)
    names = {key: "box" if at == 1 else f"box_{at}" for at, key in enumerate(parcels, start=1)}
    context = _Context(found, names, spelling)
    planted = sorted({each["condition"] for each in found.expected if each["order_id"] == found.wanted})
    scenario: dict[str, Any] = {
        "scenario": f"{' and '.join(planted)} in order {found.wanted}",
        "tags": planted,
        **({} if profile == DEFAULT_PROFILE else {"profile": profile}),
        "report_at": _instant(dataset.as_of),
        "parcels": {names[key]: _parcel(*key, scans) for key, scans in parcels.items()},
        "orders": [_order(context, each) for each in found.orders],
        "faults": _faults(found),
        "expect": _expect(context),
    }
    if not parcels:
        del scenario["parcels"]
    if not scenario["faults"]:
        del scenario["faults"]
    shipments, seed = (dataset.described.get(name) for name in ("shipments", "seed"))
    head = f"Order {found.wanted} of a dataset of {shipments} shipments, seed {seed}; planted: {', '.join(planted)}."
    return yaml_writer.format_document(scenario, remarks=[head])


def _parcels(found: _StoryRows) -> dict[tuple[str, str], list[Cells]]:
    """The scans of each carrier and number, the wanted order's parcels first; a number without scans has none."""
    first = sorted(found.parcels, key=lambda each: (each["order_id"] != found.wanted, each["package"] or 0))
    parcels: dict[tuple[str, str], list[Cells]] = {(each["carrier"], each["tracking_number"]): [] for each in first}
    spelled = {(carrier, number_key(number)): (carrier, number) for carrier, number in parcels}
    for scan in sorted(found.scans, key=lambda each: each.get("position") or 0):
        key = (scan["carrier"], scan["tracking_number"])
        parcels.setdefault(spelled.get((key[0], number_key(key[1])), key), []).append(scan)
    return parcels


def _parcel(carrier: str, number: str, scans: Sequence[Cells]) -> dict[str, Any]:
    events = [_scan(each) for each in scans if each["code"]]
    parcel = {"carrier": carrier, "number": escape_dollar(number)}
    return {**parcel, "scans": events} if events else {**parcel, "journey": "label_only" if scans else "unknown"}


def _faults(found: _StoryRows) -> list[dict[str, Any]]:
    """The records without events: a line of scans without a code is a record at the carrier, but not an event."""
    recorded = sorted({scan["carrier"] for scan in found.scans if not scan["code"]})
    return [{"fault": "record_without_events", "carrier": carrier} for carrier in recorded]


def _scan(scan: Cells) -> dict[str, Any]:
    published = scan.get("published_at")
    event = {"at": _instant(scan["at"]), "code": escape_dollar(scan["code"])}
    if scan.get("location"):
        event["place"] = escape_dollar(scan["location"])
    if published not in {None, scan["at"]}:
        event["published"] = _instant(published)
    return event


def _order(context: _Context, order: Cells) -> dict[str, Any]:
    order_id = order["order_id"]
    packages = _packages(context, order_id)
    carried = [carrier for package in packages if (carrier := _carrier(context, package.get("parcel"))) is not None]
    amount = Decimal(order["item_price"]) + Decimal(order.get("shipping_price") or 0)
    price = schema.Money(f"{amount:.2f}", order.get("currency") or _USUAL_PRICE.currency)
    current = order.get("current_category")
    entries = {
        "id": escape_dollar(order_id),
        "placed": _instant(order["placed_at"]),
        "category": _none_if(_USUAL_CATEGORY, escape_dollar(order["category"])),
        # No table has the instant of the change; what counts is the category at the report.
        "recategorised": None if current in {None, order["category"]} else {"at": "+1h", "to": escape_dollar(current)},
        "promised": order["promised_delivery_date"].isoformat(),
        "price": _none_if(_price_text(_USUAL_PRICE), _price_text(price)),
        "ship_from": _none_if(ships_from(carried[0] if carried else ""), order.get("ship_from")),
        "ship_to": _none_if(HOME, order.get("ship_to")),
        "fulfilled_by": _none_if("seller", order.get("fulfilled_by")),
        "cancelled": None if order.get("cancelled_at") is None else _instant(order["cancelled_at"]),
    }
    kept = {name: value for name, value in entries.items() if value is not None}
    return {**kept, **(packages[0] if len(packages) == 1 else {"packages": packages})}


def _packages(context: _Context, order_id: str) -> list[dict[str, Any]]:
    """An order's packages: from 1 to the highest number in any table."""
    found = context.found
    mine = [each for each in found.submissions if each["order_id"] == order_id]
    labels = {each["package"]: each for each in found.parcels if each["order_id"] == order_id}
    numbers = {each.get("package") or 1 for each in mine} | set(labels)
    packages = []
    for number in range(1, max(numbers, default=1) + 1):
        lines = [each for each in mine if (each.get("package") or 1) == number]
        lines.sort(key=lambda each: (each["submitted_at"], each.get("seq") or 0))
        packages.append(_package(context, labels.get(number), lines))
    return packages


def _package(context: _Context, label: Cells | None, lines: Sequence[Cells]) -> dict[str, Any]:
    parcel = None
    if label is not None:
        parcel = context.names[label["carrier"], label["tracking_number"]]
    else:
        submitted = {number_key(each["tracking_number"] or "") for each in lines}
        parcel = next((name for key, name in context.names.items() if number_key(key[1]) in submitted), None)
    package: dict[str, Any] = {} if parcel is None else {"parcel": parcel}
    if not lines:
        return {**package, "confirm": None}
    if lines[0].get("buy_shipping"):
        package["buy_shipping"] = True
    number, carrier = _number(context, parcel), _carrier(context, parcel)
    first = _submission(context, lines[0])
    if carrier is not None and first["carrier"] == context.spelling.get(carrier):
        del first["carrier"]
    if number is not None and lines[0]["tracking_number"] == number:
        del first["tracking"]
    for name in ("carrier_name", "ship_method"):
        if not first[name]:
            del first[name]
    package["confirm"] = first
    edits = []
    for before, line in pairwise(lines):
        old, new = _submission(context, before), _submission(context, line)
        changed = {name: text for name, text in new.items() if name == "at" or text != old[name]}
        if "carrier" in changed and new["carrier_name"]:
            changed["carrier_name"] = new["carrier_name"]  # a typed name does not outlive its carrier code
        edits.append(changed)
    return {**package, **({"edits": edits} if edits else {})}


def _submission(context: _Context, line: Cells) -> dict[str, str]:
    tracking = line["tracking_number"] or ""
    return {
        "at": _instant(line["submitted_at"]),
        "carrier": escape_dollar(line["carrier_code"] or ""),
        "carrier_name": escape_dollar(line.get("carrier_name") or ""),
        "tracking": tracking_value(tracking, _numbers(context)),
        "ship_method": escape_dollar(line.get("ship_method") or ""),
    }


def _expect(context: _Context) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for order in context.found.orders:
        counts[order["order_id"]] = len(_packages(context, order["order_id"]))
    rows, excluded = [], []
    for each in context.found.expected:
        order_id = each["order_id"]
        key: dict[str, Any] = {"order": escape_dollar(order_id)}
        if counts.get(order_id, 1) > 1:
            key["package"] = each["package"] or 1
        if not each["in_report"]:
            excluded.append({**key, "why": each["reason"]})
            continue
        shown = each["tracking_id"] or ""
        rows.append(
            {
                **key,
                "tracking_id": tracking_value(shown, _numbers(context)),
                "no_valid_tracking": each["no_valid_tracking"] or "",
                "reason": each["reason"],
            }
        )
    return {"rows": rows, **({"excluded": excluded} if excluded else {})}


def _numbers(context: _Context) -> dict[str, str]:
    return {name: number for (_, number), name in context.names.items()}


def _number(context: _Context, parcel: str | None) -> str | None:
    return next((number for (_, number), name in context.names.items() if name == parcel), None)


def _carrier(context: _Context, parcel: str | None) -> str | None:
    return next((carrier for (carrier, _), name in context.names.items() if name == parcel), None)


def _price_text(money: schema.Money) -> str:
    return f"{money.amount} {money.currency}"


def _none_if(usual: str, value: str | None) -> str | None:
    return None if value == usual else value


def _instant(instant: datetime) -> str:
    naive = instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant
    return f"{naive.replace(microsecond=0).isoformat()}Z"
