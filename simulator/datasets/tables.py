"""The five tables of a run of shipments.

`orders`, `confirmations` and `scans` have the columns that `vtr check` reads, and no others. `parcels` has what really
happened. `expected` has what the report of profile us-2019 at the dataset's instant must show, with the condition of
each package.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from simulator.datasets.content import number_forms
from simulator.datasets.content.columns import (
    date_array,
    decimal_array,
    order_id_array,
    pooled_texts,
    replace_texts,
    text_array,
    timestamp_array,
)
from simulator.datasets.content.conditions import CONDITIONS, NAMES
from simulator.datasets.content.journey_paths import LABELLED, PATHS, events_on
from simulator.datasets.content.number_forms import CARRIERS, FORMS, LENGTHS
from simulator.datasets.content.routes import PLACES, destinations, origins
from simulator.datasets.content.shipments import (
    AS_OF,
    CARRIER_CODES,
    CARRIER_NAMES,
    CATEGORIES,
    COUNTRIES,
    DAY,
    HOUR,
    METHODS,
    NEVER,
    TYPED_NAMES,
    UNKNOWN,
    Shipments,
    make_perfect,
)
from simulator.datasets.content.streams import Integers, RandomColumns
from simulator.errors import UnknownKindError

TABLES = ("orders", "confirmations", "parcels", "scans", "expected")

_EXCLUDED = frozenset({
    "NOT_SELLER_FULFILLED", "CANCELLED_BEFORE_CONFIRMATION", "NOT_CONFIRMED", "BEFORE_WINDOW", "AFTER_WINDOW",
    "NOT_YET_REFLECTED", "EXEMPT_ABROAD_LOW_VALUE", "EXEMPT_FREIGHT", "EXEMPT_SMALL_ENVELOPE",
})  # fmt: skip
_SUMMER = int(datetime(2026, 3, 8, 10, tzinfo=UTC).timestamp())  # Los Angeles puts its clocks forward
_FORM_NAMES = tuple(dict.fromkeys(form.name for form in FORMS))
_NAME_OF_FORM = np.array([_FORM_NAMES.index(form.name) for form in FORMS])
_EVENTS = 32  # of a parcel, at most

Truth = NDArray[np.bool_]


def tables(seed: int, cumulated: NDArray[np.float64], first: int, end: int) -> dict[str, pa.Table]:
    """The tables of shipments first to end - 1. cumulated: the conditions' rates summed up, as in CONDITIONS."""
    made = plant_conditions(seed, cumulated, first, end)
    slots = made.number_from % 2 * 2
    places = made.streams.permute(made.shipment)
    lengths = LENGTHS[made.form]
    own_characters = number_forms.make_numbers(made.streams, places, made.form, slots)
    own = text_array(own_characters, lengths)
    unknown = own_characters.copy()
    wanted = np.flatnonzero((made.submitted_number == UNKNOWN) | (made.edited_number == UNKNOWN))
    unknown[wanted] = number_forms.make_numbers(made.streams, places[wanted], made.form[wanted], slots[wanted] + 1)
    _retype(made, own)
    submitted = _submitted_numbers(made.submitted_number, own_characters, unknown, lengths, made.texts)
    edited = _submitted_numbers(made.edited_number, own_characters, unknown, lengths, made.edited_texts)
    ids = order_id_array(made.order_key)
    first_scans, deliveries = _scan_instants(made)
    return {
        "orders": _orders(made, ids),
        "confirmations": _confirmations(made, ids, submitted, edited),
        "parcels": _parcels(made, ids, own, first_scans, deliveries),
        "scans": _scans(made, own),
        "expected": _expected(made, ids, submitted, edited, first_scans, deliveries),
    }


def plant_conditions(seed: int, cumulated: NDArray[np.float64], first: int, end: int) -> Shipments:
    """Shipments first to end - 1 as columns, with their conditions planted."""
    streams = RandomColumns(seed)
    numbers = np.arange(first, end)
    drawn = np.searchsorted(cumulated, streams.fractions("conditions", "condition", numbers), side="right")
    condition = np.where(drawn == len(CONDITIONS), 0, drawn)
    packages = np.array([each.packages for each in CONDITIONS])[condition]
    orders = np.array([each.orders for each in CONDITIONS])[condition]
    shipment = np.repeat(numbers, packages)
    second = np.arange(len(shipment)) - np.repeat(np.cumsum(packages) - packages, packages)
    made = make_perfect(streams, shipment, second, np.repeat(condition, packages), np.repeat(orders, packages) > 1)
    for at, each in enumerate(CONDITIONS):
        rows = np.flatnonzero(made.condition == at)
        if len(rows):
            each.plant(made, rows)
    return made


def _retype(made: Shipments, own: pa.Array) -> None:
    for at, each in enumerate(CONDITIONS):
        if each.retype is not None:
            rows = np.flatnonzero(made.condition == at)
            for row, number in zip(rows.tolist(), own.take(pa.array(rows)).to_pylist(), strict=True):
                made.texts[row] = each.retype(number)


def _submitted_numbers(
    which: Integers,
    own: number_forms.Characters,
    unknown: number_forms.Characters,
    lengths: Integers,
    others: Mapping[int, str],
) -> pa.Array:
    characters = np.where((which == UNKNOWN)[:, None], unknown, own)
    return replace_texts(text_array(characters, lengths), others)


def _orders(made: Shipments, ids: pa.Array) -> pa.Table:
    table = pa.table({
        "order_id": ids,
        "placed_at": timestamp_array(made.placed),
        "category": pooled_texts(CATEGORIES, made.category),
        "current_category": pooled_texts(CATEGORIES, made.current_category),
        "promised_delivery_date": date_array(made.promised),
        "promised_ship_date": date_array(_promised_ship(made)),
        "item_price": decimal_array(made.price),
        "shipping_price": decimal_array(made.shipping),
        "currency": pooled_texts(("USD",), made.category * 0),
        "ship_from": pooled_texts(COUNTRIES, made.ship_from),
        "ship_to": pooled_texts(COUNTRIES, made.ship_from * 0),
        "fulfilled_by": pooled_texts(("seller", "amazon"), made.amazon.astype(np.int64)),
        "cancelled_at": timestamp_array(made.cancelled),
    })  # fmt: skip
    return table.filter(pa.array(made.package == 1))


def _promised_ship(made: Shipments) -> Integers:
    return made.placed // DAY + 2


def _confirmations(made: Shipments, ids: pa.Array, submitted: pa.Array, edited: pa.Array) -> pa.Table:
    rows = np.arange(len(made.key))
    has_edit = made.edited_at != NEVER
    lines = np.where(made.confirmed > AS_OF, 0, np.where(has_edit, 2, 1))
    row = np.repeat(rows, lines)
    again = np.arange(len(row)) - np.repeat(np.cumsum(lines) - lines, lines)
    numbers = pa.concat_arrays([submitted, edited]).take(pa.array(row + again * len(rows)))
    typed = made.typed[row]
    named = np.where((again == 1) & (made.edited_named[row] >= 0), made.edited_named[row], made.named[row])
    return pa.table({
        "order_id": ids.take(pa.array(row)),
        "package": pa.array(made.package[row], pa.int32()),
        "confirmed_at": timestamp_array(made.confirmed[row]),
        "submitted_at": timestamp_array(np.where(again == 1, made.edited_at[row], made.confirmed[row])),
        "buy_shipping": pa.array(made.buy_shipping[row]),
        "carrier_code": pooled_texts(CARRIER_CODES, named),
        "carrier_name": pooled_texts(("", *TYPED_NAMES), typed + 1),
        "tracking_number": numbers,
        "ship_method": pooled_texts(METHODS, made.method[row]),
    })  # fmt: skip


def _parcels(made: Shipments, ids: pa.Array, own: pa.Array, first_scans: Integers, deliveries: Integers) -> pa.Table:
    table = pa.table({
        "shipment": pa.array(made.shipment),
        "order_id": ids,
        "package": pa.array(made.package, pa.int32()),
        "carrier": pooled_texts(CARRIERS, made.carrier),
        "form": pooled_texts(_FORM_NAMES, _NAME_OF_FORM[made.form]),
        "tracking_number": own,
        "journey": pooled_texts(PATHS, made.path),
        "origin": pooled_texts(PLACES, origins(made)),
        "destination": pooled_texts(PLACES, destinations(made)),
        "labelled_at": timestamp_array(made.labelled),
        "first_scan_at": timestamp_array(first_scans),
        "delivered_at": timestamp_array(deliveries),
    })  # fmt: skip
    return table.filter(pa.array(made.number_from == made.key))


class _Events:
    """The events of every carrier and path, one after the other, as columns."""

    def __init__(self) -> None:
        codes: list[str] = []
        descriptions: list[str] = []
        fractions: list[int] = []
        offsets: list[int] = []
        stops: list[int] = []
        delivers: list[bool] = []
        starts, lengths, firsts, deliveries = [], [], [], []
        for carrier in CARRIERS:
            for path in PATHS:
                try:
                    events = events_on(carrier, path)
                except UnknownKindError:  # a condition gives such a path to carriers that have it
                    events = ()
                starts.append(len(fractions))
                lengths.append(len(events))
                firsts.append(min((event.fraction for event in events if event.counts), default=NEVER))
                deliveries.append(min((event.fraction for event in events if event.delivers), default=NEVER))
                for event in events:
                    codes.append(event.code)
                    descriptions.append(event.description)
                    fractions.append(event.fraction)
                    offsets.append(event.offset)
                    delivers.append(event.delivers)
                    stops.append(event.stop)
        self.codes, self.descriptions = sorted(set(codes)), sorted(set(descriptions))
        self.code_indices = np.array([self.codes.index(code) for code in codes])
        self.description_indices = np.array([self.descriptions.index(text) for text in descriptions])
        self.fractions, self.offsets, self.stops = np.array(fractions), np.array(offsets), np.array(stops)
        self.delivers = np.array(delivers)
        self.records = np.array([not code for code in codes])
        self.starts, self.lengths = np.array(starts), np.array(lengths)
        self.firsts, self.deliveries = np.array(firsts), np.array(deliveries)


@cache
def _events() -> _Events:
    return _Events()


def _paths(made: Shipments) -> Integers:
    return made.carrier * len(PATHS) + made.path


def _instants_on_the_way(made: Shipments, fractions: Integers) -> Integers:
    on_the_way = made.first_scan + (made.delivery - made.first_scan) * np.maximum(fractions, 0) // 1000
    return np.where(fractions == NEVER, NEVER, on_the_way)


def _scan_instants(made: Shipments) -> tuple[Integers, Integers]:
    """First physical scan and delivery of each parcel, whenever they were."""
    events, paths = _events(), _paths(made)
    return _instants_on_the_way(made, events.firsts[paths]), _instants_on_the_way(made, events.deliveries[paths])


def _scans(made: Shipments, own: pa.Array) -> pa.Table:
    events, paths = _events(), _paths(made)
    labels = made.number_from == made.key
    counts = np.where(labels, events.lengths[paths], 0)
    row = np.repeat(np.arange(len(counts)), counts)
    position = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    event = events.starts[paths][row] + position
    fraction = events.fractions[event]
    way = (made.delivery - made.first_scan)[row]
    at = np.where(fraction == LABELLED, made.labelled[row], made.first_scan[row] + way * fraction // 1000)
    at += events.offsets[event]
    delay = made.streams.integers("scans", "published_at", made.key[row] * _EVENTS + position, 0, 2 * HOUR)
    delay += made.publish_delay[row] + np.where(events.delivers[event], made.delivery_delay[row], 0)
    no_event = events.records[event]
    place = np.where(events.stops[event] == 0, origins(made)[row], destinations(made)[row])
    return pa.table({
        "carrier": pooled_texts(CARRIERS, made.carrier[row]),
        # Each number once: with a duplicate in the dictionary, Arrow writes uninitialised bytes.
        "tracking_number": pa.DictionaryArray.from_arrays(
            pa.array((np.cumsum(labels) - 1)[row].astype(np.int32)), own.filter(pa.array(labels))
        ),
        "position": pa.array(position, pa.int32()),
        "at": timestamp_array(at),
        "published_at": timestamp_array(at + delay),
        "code": pooled_texts(events.codes, events.code_indices[event]),
        "description": pooled_texts(events.descriptions, events.description_indices[event]),
        "location": pooled_texts(PLACES, place, absent=no_event | made.placeless[row]),
        "outcome": pooled_texts(("", "known"), no_event.astype(np.int64)),
    })  # fmt: skip


def _expected(
    made: Shipments, ids: pa.Array, submitted: pa.Array, edited: pa.Array, first_scans: Integers, deliveries: Integers
) -> pa.Table:
    reasons = made.outcome.tolist()
    outcomes = sorted(set(reasons))
    place = {each: at for at, each in enumerate(outcomes)}
    outcome = np.array([place[each] for each in reasons], np.int64)
    in_report = np.array([each not in _EXCLUDED for each in outcomes], np.bool_)[outcome]
    invalid_id = np.array([each.startswith("INVALID_ID") for each in outcomes], np.bool_)[outcome]
    confirmed = made.confirmed <= AS_OF
    shown = np.arange(len(ids)) + (made.shown - 1) * len(ids)
    number = pc.ascii_trim_whitespace(pa.concat_arrays([submitted, edited]).take(pa.array(shown)))
    stand_in = pc.binary_join_element_wise(ids, "InvalidId", "-")
    tracking_id = pc.if_else(pa.array(invalid_id), stand_in, number)
    first_scans = np.where(made.evidence, first_scans, NEVER)
    deliveries = np.where(made.evidence, deliveries, NEVER)
    ship_days = _local_days(made.confirmed)
    marks = ("", "X")
    not_valid = np.array([each != "VALID" for each in outcomes], np.int64)
    absent = pa.array(~in_report)

    def in_rows(column: pa.Array) -> pa.Array:
        decoded = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        return pc.if_else(absent, pa.scalar(None, decoded.type), decoded)

    recarried = (made.shown > 1) & (made.edited_named >= 0)
    named = np.where(recarried, made.edited_named, made.named)
    # With Other it is the name typed; the first of those are in the list too.
    behind = np.where(made.typed < len(CARRIER_NAMES), 0, len(CARRIER_CODES) - len(CARRIER_NAMES))
    named = np.where(made.typed >= 0, made.typed + behind, named)
    late_ship = in_report & (ship_days > _promised_ship(made))
    late = (deliveries != NEVER) & (_local_days(deliveries) > made.promised)
    table = pa.table({
        "order_id": ids,
        "package": pa.array(made.package.astype(np.int32), pa.int32(), mask=~confirmed),
        "condition": pooled_texts(NAMES, made.condition),
        "in_report": pa.array(in_report),
        "reason": pooled_texts(outcomes, outcome),
        "order_date": in_rows(date_array(_local_days(made.placed))),
        "category": in_rows(pooled_texts(CATEGORIES, made.category)),
        "carrier": in_rows(pooled_texts((*CARRIER_CODES, *TYPED_NAMES[len(CARRIER_NAMES) :]), named)),
        "tracking_id": in_rows(tracking_id),
        "promised_delivery_date": in_rows(date_array(made.promised)),
        "ship_method": in_rows(pooled_texts(METHODS, made.method)),
        "promised_ship_date": in_rows(date_array(_promised_ship(made))),
        "ship_confirm_date": in_rows(date_array(ship_days)),
        "first_scan": in_rows(timestamp_array(first_scans)),
        "actual_delivery": in_rows(timestamp_array(deliveries)),
        "shipped_late": in_rows(pooled_texts(marks, late_ship.astype(np.int64))),
        "delivered_late": in_rows(pooled_texts(marks, late.astype(np.int64))),
        "no_valid_tracking": in_rows(pooled_texts(marks, not_valid[outcome])),
    })  # fmt: skip
    # A second package that is not confirmed yet is not known to Amazon.
    return table.filter(pa.array(confirmed | (made.package == 1)))


def _local_days(seconds: Integers) -> Integers:
    """Days in Los Angeles, as in every report of a dataset; NEVER stays."""
    local = seconds - np.where(seconds >= _SUMMER, 7, 8) * HOUR
    return np.where(seconds == NEVER, NEVER, local // DAY)
