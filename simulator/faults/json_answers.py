"""Faults that change an answer's JSON, and where each carrier has its events in it.

Events are found by the name of their list, which no carrier uses for anything else. China Post's EMS platform sends its
document as a text inside an outer one (`retBody`); that text is parsed too.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import orjson

from simulator.carriers.common.carrier import Call, Carrier, CarrierView
from simulator.exchange import Response

EVENT_LISTS = frozenset({"activity", "trackingEvents", "scanEvents", "events", "responseItems"})
_INNER = "retBody"

Document = Any  # what JSON holds


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """Sends another document. change: from the parsed document to the one that is sent."""

    change: Callable[[Document], Document]

    def on_answer(self, answer: Response, _call: Call, _carrier: Carrier, _view: CarrierView) -> Response:
        """The answer with its document changed; one that is not JSON as it is."""
        return change_document(answer, self.change)


@dataclass(frozen=True, slots=True)
class EventsChange:
    """Sends other events. change: from the carrier's list to what replaces it."""

    change: Callable[[list[dict[str, Any]]], Document]

    def on_answer(self, answer: Response, _call: Call, _carrier: Carrier, _view: CarrierView) -> Response:
        """The answer with its lists of events changed; one without events as it is."""

        def change(document: Document) -> Document:
            for holder, name in list(event_lists(document)):
                holder[name] = self.change(holder[name])
            return document

        return change_document(answer, change)


def change_events(change: Callable[[dict[str, Any]], None]) -> EventsChange:
    """The fault that changes every event in place."""

    def changed(events: list[dict[str, Any]]) -> Document:
        for event in events:
            change(event)
        return events

    return EventsChange(changed)


def change_document(answer: Response, change: Callable[[Document], Document]) -> Response:
    """The answer with its document changed; one that is not JSON as it is."""
    try:
        document = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return answer
    inner = document.get(_INNER) if isinstance(document, dict) else None
    if isinstance(inner, str) and inner:
        document[_INNER] = orjson.dumps(change(orjson.loads(inner))).decode()
        return replace(answer, body=orjson.dumps(document))
    return replace(answer, body=orjson.dumps(change(document)))


def event_lists(document: Document) -> Iterator[tuple[dict[str, Any], str]]:
    """Every object that holds a list of events, and the name of that list."""
    for part in objects(document):
        for name in part:
            if name in EVENT_LISTS and isinstance(part[name], list) and part[name]:
                yield part, name


def objects(document: Document) -> Iterator[dict[str, Any]]:
    """Every object of a document, outer ones first."""
    waiting = [document]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting.extend(reversed(part.values()))
        elif isinstance(part, list):
            waiting.extend(reversed(part))
