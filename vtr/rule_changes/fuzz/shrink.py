"""Shrink a scenario while a property of it stays true.

Every step removes something, or replaces it by something shorter or closer to the perfect order. The first step that
keeps the property is taken, until no step does. One measure decides what is smaller, so shrinking ends.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from vtr.language import schema
from vtr.language.yaml_writer import Document

Holds = Callable[[Document], bool]

DEFAULT_TRIES = 300
_USUAL_CARRIER = "ups"
_SIMPLER_JOURNEYS = ("label_only", "lost_after_first_scan", "delivered", "delivered_without_earlier_scans", "unknown")
_REQUIRED = ("scenario", "expect", "parcels", "orders", "profile")
_CLOCK = re.compile(r"(?P<day>day -?\d+) (?P<hour>\d{1,2}):(?P<minute>\d{2})(?P<second>:\d{2})?(?P<offset> [-+Z].*)?")


def smallest(document: Document, holds: Holds, *, tries: int = DEFAULT_TRIES) -> Document:
    """The smallest document found for which `holds` is still true. tries: how often it may be called."""
    tried: set[str] = set()
    shrinking = True
    while shrinking:
        shrinking = False
        for candidate in _smaller(document):
            text = repr(candidate)
            if text in tried or measure(candidate) >= measure(document):
                continue
            if len(tried) >= tries:
                return document
            tried.add(text)
            if holds(candidate):
                document, shrinking = candidate, True
                break
    plain = _with_plain_name(document)
    return plain if plain != document and holds(plain) else document


def measure(document: Document) -> tuple[int, int, int]:
    """The size of a document: the number of values, their length, the number of carriers other than UPS.

    The expectation doesn't count.
    """
    leaves = list(_leaves({key: value for key, value in document.items() if key not in {"expect", "scenario"}}))
    unusual = [parcel for parcel in document.get("parcels", {}).values() if parcel["carrier"] != _USUAL_CARRIER]
    return len(leaves), sum(len(leaf) for leaf in leaves), len(unusual)


def only(document: Document, orders: frozenset[int]) -> Document:
    """The document with only these orders, given by their indexes."""
    kept = [order for index, order in enumerate(_orders(document)) if index in orders]
    return _drop_unused_parcels({**document, "orders": kept})


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield str(key)
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield "-"
            yield from _leaves(each)
    else:
        yield str(value)


def _smaller(document: Document) -> Iterator[Document]:
    """Smaller documents, those with the most removed first."""
    orders = _orders(document)
    size = len(orders) // 2
    while size:
        for start in range(0, len(orders), size):
            yield _drop_unused_parcels({**document, "orders": orders[:start] + orders[start + size :]})
        size //= 2
    for key in document:
        if key not in _REQUIRED:
            yield {name: value for name, value in document.items() if name != key}
    yield from _shorter_lists(document)
    for index, order in enumerate(orders):
        for smaller in _smaller_orders(order):
            yield _drop_unused_parcels({**document, "orders": [*orders[:index], smaller, *orders[index + 1 :]]})
    for name, parcel in document.get("parcels", {}).items():
        for smaller in _smaller_parcels(parcel):
            yield _drop_unused_parcels({**document, "parcels": {**document["parcels"], name: smaller}})
    yield from _without_plain_orders(document)


def _shorter_lists(document: Document) -> Iterator[Document]:
    for key in ("faults", "report_at"):
        values = document.get(key)
        if isinstance(values, list) and len(values) > 1:
            for index in range(len(values)):
                yield {**document, key: values[:index] + values[index + 1 :]}


def _smaller_orders(order: Document) -> Iterator[Document]:
    packages = order.get("packages")
    if packages is not None:
        rest = {key: value for key, value in order.items() if key != "packages"}
        for package in packages:
            yield {**rest, **package}
        for index in range(len(packages)):
            yield {**order, "packages": packages[:index] + packages[index + 1 :]}
            for smaller in _smaller_orders(packages[index]):
                yield {**order, "packages": [*packages[:index], smaller, *packages[index + 1 :]]}
    for key in order:
        if key not in {"parcel", "packages"}:
            yield {name: value for name, value in order.items() if name != key}
    yield from _smaller_values(order)


def _smaller_parcels(parcel: Document) -> Iterator[Document]:
    for key in parcel:
        if key != "carrier":
            yield {name: value for name, value in parcel.items() if name != key}
    if "scans" in parcel:
        rest = {name: value for name, value in parcel.items() if name != "scans"}
        for journey in _SIMPLER_JOURNEYS:
            yield {**rest, "journey": journey}
    yield from _smaller_values(parcel)
    if "number" not in parcel:
        yield {**parcel, "carrier": _USUAL_CARRIER}


def _smaller_values(values: Document) -> Iterator[Document]:
    """The mapping, each time with one of its mappings, lists or texts smaller."""
    for key, value in values.items():
        if key not in {"packages", "carrier"}:
            for smaller in _smaller_value(key, value):
                yield {**values, key: smaller}


def _smaller_value(key: str, value: Any) -> Iterator[Any]:  # noqa: ANN401 (any value of a document)
    if isinstance(value, dict):
        for name in value:
            yield {other: each for other, each in value.items() if other != name}
        yield from _smaller_values(value)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield value[:index] + value[index + 1 :]
            for smaller in _smaller_value(key, each):
                yield [*value[:index], smaller, *value[index + 1 :]]
    elif isinstance(value, str):
        yield from _simpler_times(value)
        if key == "tracking" and not (value.isascii() and value.isalnum()) and schema.name_of(value) is None:
            yield from _shorter_texts(value)


def _simpler_times(text: str) -> Iterator[str]:
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        day, hour, minute, second, offset = clock.groups()
        yield day
        yield f"{day} {hour}:00"
        if second or offset:
            yield f"{day} {hour}:{minute}{offset or ''}"
            yield f"{day} {hour}:{minute}{second or ''}"


def _shorter_texts(text: str) -> Iterator[str]:
    half = len(text) // 2
    yield from (text[:half], text[half:])
    for index in range(len(text)):
        yield text[:index] + text[index + 1 :]


def _without_plain_orders(document: Document) -> Iterator[Document]:
    """The same story without `orders`, if these only name their parcels."""
    parcels, orders = document.get("parcels", {}), _orders(document)
    if [order.get("parcel") for order in orders] == list(parcels) and all(set(order) == {"parcel"} for order in orders):
        yield {key: value for key, value in document.items() if key != "orders"}


def _with_plain_name(document: Document) -> Document:
    """The document with its only parcel named `box`."""
    parcels = list(document.get("parcels", {}))
    renamed: Document = _renamed(document, parcels[0], "box") if len(parcels) == 1 else document
    return renamed


def _renamed(value: Any, old: str, new: str) -> Any:  # noqa: ANN401 (any value of a document)
    """A value with a parcel renamed. The old name (such as `box7`) must not be a word of the language."""
    if isinstance(value, dict):
        return {new if key == old else key: _renamed(each, old, new) for key, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, old, new) for each in value]
    return {old: new, f"${old}": f"${new}"}.get(value, value) if isinstance(value, str) else value


def _orders(document: Document) -> list[Document]:
    orders = document.get("orders")
    return list(orders) if orders is not None else [{"parcel": name} for name in document.get("parcels", {})]


def _drop_unused_parcels(document: Document) -> Document:
    """The document without parcels that nothing refers to."""
    parcels = document.get("parcels", {})
    if "orders" not in document:  # then every parcel has an order
        return document
    rest = {key: value for key, value in document.items() if key not in {"parcels", "expect"}}
    referenced = set(_leaves(rest))
    kept = {
        name: parcel
        for name, parcel in parcels.items()
        if name in referenced or f"${name}" in referenced or _lends_number(name, parcels, referenced)
    }
    return deepcopy({**document, "parcels": kept})


def _lends_number(name: str, parcels: Document, referenced: set[str]) -> bool:
    """Whether a parcel that is referred to has the number of this one."""
    return any(
        schema.name_of(str(parcel.get("number", ""))) == name and other in referenced
        for other, parcel in parcels.items()
    )
