"""The carriers' raw answers about a dataset's numbers, as JSON lines: for validators that read wire formats.

A line is the simulated carrier's answer about one number at the dataset's instant. There is one for every parcel's
number at its own carrier, and for every other text that sellers submitted, if it can be requested, at the carrier that
they named. So a validator finds an answer for every number that it would request. Answers are made a thousand parcels
at a time; texts that many sellers submit alike are requested once, with the first part.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby, islice
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

import orjson
import pyarrow as pa

from simulator.clock import Clock
from simulator.core.simulation import Simulation
from simulator.datasets.content.number_forms import CARRIERS
from simulator.datasets.content.retyping import WORDS
from simulator.datasets.content.shipments import AS_OF, CARRIER_NAMES
from simulator.datasets.content.stored_parcels import parcel_of
from simulator.datasets.files.carrier_requests import CarrierRequests

_CHUNK = 1000
_ROWS = 8192
_CARRIER_OF_NAME = {**dict(zip(CARRIER_NAMES, CARRIERS, strict=True)), "FedEx SmartPost": "fedex", "UPSMI": "ups"}

Row = Mapping[str, Any]
Key = tuple[str, str]


def lines(tables: Mapping[str, pa.Table], *, first: bool) -> Iterator[bytes]:
    """The answers about the numbers of some shipments. first: whether they are the first of the dataset."""
    known = set()
    for parcels in _chunks(_parcels_with_scans(tables)):
        simulation = _simulation(f"{parcels[0][0]['shipment']}")
        simulation.add(*(parcel_of(row, scans) for row, scans in parcels))
        keys = [(row["carrier"], row["tracking_number"]) for row, _ in parcels]
        known.update(keys)
        yield from _answers(simulation, keys)
    words = [(carrier, word) for carrier in CARRIERS for word in WORDS] if first else []
    strangers = [key for key in _submitted_numbers(tables["confirmations"]) if key not in known]
    yield from _answers(_simulation("unknown"), [*words, *strangers])


def _simulation(seed: str) -> Simulation:
    # A checksum of the text would do; the identifiers in answers only have to differ from chunk to chunk.
    return Simulation(
        clock=Clock(datetime.fromtimestamp(AS_OF, UTC)), seed=int(seed) if seed.isdecimal() else -1,
        journal_limit=0, cache_bytes=0,
    )  # fmt: skip


def _answers(simulation: Simulation, keys: list[Key]) -> Iterator[bytes]:
    requests = CarrierRequests.for_simulation(simulation)
    for carrier, number in keys:
        request = requests.by_carrier[carrier](number)
        answer = simulation.handle(request)
        query = f"?{urlencode(request.query)}" if request.query else ""
        line = {
            "carrier": carrier,
            "tracking_number": number,
            "method": request.method,
            "path": request.path + query,
            "status": answer.status,
            "content_type": dict(answer.headers).get("content-type", ""),
            "body": answer.body.decode(),
        }
        yield orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def _parcels_with_scans(tables: Mapping[str, pa.Table]) -> Iterator[tuple[Row, list[Row]]]:
    """Parcels with their scans; both tables are in the same order."""
    grouped = groupby(_rows(tables["scans"]), itemgetter("carrier", "tracking_number"))
    waiting = next(grouped, None)
    for row in _rows(tables["parcels"]):
        if waiting is not None and waiting[0] == (row["carrier"], row["tracking_number"]):
            yield row, list(waiting[1])
            waiting = next(grouped, None)
        else:
            yield row, []


def _rows(table: pa.Table) -> Iterator[Row]:
    for batch in table.to_batches(max_chunksize=_ROWS):
        yield from batch.to_pylist()


def _chunks(parcels: Iterator[tuple[Row, list[Row]]]) -> Iterator[list[tuple[Row, list[Row]]]]:
    while chunk := list(islice(parcels, _CHUNK)):
        yield chunk


def _submitted_numbers(confirmations: pa.Table) -> Iterator[Key]:
    """The numbers that were submitted and can be requested, each once, with the carrier that was named."""
    seen: set[Key] = set()
    for row in _rows(confirmations.select(["carrier_code", "tracking_number"])):
        number = row["tracking_number"].strip().upper()
        carrier = _CARRIER_OF_NAME.get(row["carrier_code"])
        if carrier is None or not (number.isascii() and number.isalnum()) or number.casefold() in _WORDS:
            continue
        if (carrier, number) not in seen:
            seen.add((carrier, number))
            yield carrier, number


_WORDS = frozenset(word.casefold() for word in WORDS)
