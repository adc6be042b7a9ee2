"""Sessions, faults, calls and conduct as the server's own pages show them: plain values, instants left as they are."""

from collections.abc import Iterator
from dataclasses import asdict, fields, is_dataclass
from typing import Any

from simulator import carriers, conduct
from simulator.core.sessions import Session, Sessions
from simulator.core.simulation import Entry, Simulation
from simulator.faults import Envelope

STORED_SHOWN = 100


def parcel_count(simulation: Simulation) -> int:
    """How many parcels a simulation has, those that it keeps outside of memory among them."""
    return len(simulation.parcels()) + (0 if simulation.stored is None else len(simulation.stored))


def parcels_json(simulation: Simulation, after: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
    """The parcels after the first so many, at most so many: those that were added, then those of a dataset.

    limit: None for all that were added and the first STORED_SHOWN others.
    """
    added, stored = simulation.parcels(), simulation.stored
    end = len(added) + STORED_SHOWN if limit is None else after + limit
    shown = added[after:end]
    if stored is not None and end > len(added):
        first = max(after - len(added), 0)
        shown += tuple(stored.page(first, end - len(added) - first))
    return [
        {
            "carrier": parcel.carrier,
            "api": parcel.api or carriers.by_name(parcel.carrier).apis[0],
            "tracking_number": parcel.tracking_number,
            "journey": parcel.journey,
        }
        for parcel in shown
    ]


def session_json(session: Session, url: str) -> dict[str, Any]:
    """A session: its time (UTC), what a validator needs to reach its carriers, its parcels, faults and requests.

    Of a dataset's parcels only the first are shown, and their count says how many there are.
    """
    simulation = session.simulation
    block = simulation.credentials.carriers_block(lambda carrier: f"{url}/{carrier}")
    told: dict[str, Any] = {
        "id": session.name,
        "now": simulation.clock.now,
        "seed": simulation.seed,
        "carriers": block,
        "parcels": parcels_json(simulation),
        "parcel_count": parcel_count(simulation),
        "faults": [fault_json(envelope) for envelope in simulation.faults],
        "withheld": sorted(simulation.credentials.withheld),
        "calls": simulation.entered,
    }
    if session.made.requests:
        told["request"] = [{**request, "carriers": block} for request in session.made.requests]
    return told


def session_summary_json(session: Session) -> dict[str, Any]:
    """A session in a list of them."""
    simulation = session.simulation
    return {
        "id": session.name,
        "now": simulation.clock.now,
        "parcels": parcel_count(simulation),
        "faults": len(simulation.faults),
        "calls": simulation.entered,
    }


def fault_json(envelope: Envelope) -> dict[str, Any]:
    """A fault in force, and its conditions; those that are left out hold always."""
    where, calls = envelope.conditions, envelope.conditions.calls
    told: dict[str, Any] = {"fault": envelope.name or type(envelope.fault).__name__}
    if is_dataclass(envelope.fault) and fields(envelope.fault):
        told["parameters"] = asdict(envelope.fault)
    told |= {name: value for name in ("carrier", "operation") if (value := getattr(where, name)) is not None}
    if where.numbers:
        told["numbers"] = sorted(where.numbers)
    if calls.listed:
        told["calls"] = sorted(calls.listed)
    elif calls.first or calls.every:
        told["calls"] = f"first {calls.first}" if calls.first else f"every {calls.every}"
    if where.chance != 1.0:
        told["chance"] = where.chance
    return told | {name: value for name in ("since", "until") if (value := getattr(where, name)) is not None}


def journal_entry_json(number: int, call: Entry) -> dict[str, Any]:
    """A call of the journal, with its number."""
    return {"number": number, **asdict(call)}


def metrics(sessions: Sessions) -> str:
    """The server's counts in the text format of Prometheus (version 0.0.4)."""
    return "\n".join((*_metrics(sessions), ""))


def _metrics(sessions: Sessions) -> Iterator[str]:
    hosted = [sessions.session(name) for name in sessions.names()]
    yield from _gauge("vtr_sessions", "Sessions hosted.", len(hosted))
    yield from _gauge("vtr_parcels", "Parcels of all sessions.", sum(parcel_count(each.simulation) for each in hosted))
    yield from _gauge("vtr_faults", "Faults in force.", sum(len(each.simulation.faults) for each in hosted))
    yield from _gauge("vtr_answer_cache_bytes", "Memory of answers given before.", sessions.cached_bytes())
    yield from _gauge(
        "vtr_journal_entries", "Calls in the journals.", sum(len(each.simulation.journal) for each in hosted)
    )
    yield "# HELP vtr_requests_total Calls to carriers."
    yield "# TYPE vtr_requests_total counter"
    for (carrier, operation, status), count in sorted(sessions.counts().items()):
        yield f'vtr_requests_total{{carrier="{carrier}",operation="{operation}",status="{status}"}} {count}'


def _gauge(name: str, says: str, value: int) -> Iterator[str]:
    yield f"# HELP {name} {says}"
    yield f"# TYPE {name} gauge"
    yield f"{name} {value}"


def conduct_json(name: str, simulation: Simulation) -> dict[str, Any]:
    """The conduct towards a session. calls: how many it got; journal: how many of them, the last ones, were judged."""
    conducts = conduct.of(simulation)
    return {
        "session": name,
        "calls": simulation.entered,
        "journal": len(simulation.journal),
        "carriers": [
            {
                "carrier": each.carrier,
                "calls": each.calls,
                "tokens": each.tokens,
                "batch_size": each.batch_size,
                "refused_for_frequency": each.refused_for_frequency,
            }
            for each in conducts
        ],
        "findings": [_finding(finding) for finding in conduct.findings(conducts)],
    }


def _finding(finding: conduct.Finding) -> dict[str, Any]:
    row = asdict(finding)
    return {"finding": row.pop("name"), **row}
