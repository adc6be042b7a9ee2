"""What the admin API returns of sessions, parcels, faults, calls and conduct: JSON values, instants as datetimes."""

from collections.abc import Iterator
from dataclasses import asdict, fields, is_dataclass
from typing import Any

from simulator import carriers, conduct
from simulator.core.journal import Entry
from simulator.core.sessions import Session, Sessions
from simulator.core.simulation import Simulation
from simulator.faults import Envelope

STORED_SHOWN = 100


def parcel_count(simulation: Simulation) -> int:
    """How many parcels a simulation has, including those that it keeps outside of memory."""
    return len(simulation.parcels()) + (0 if simulation.stored is None else len(simulation.stored))


def parcels_json(simulation: Simulation, after: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
    """A page of the parcels: those that were added, then those of a dataset.

    after: how many parcels to skip.
    limit: how many to return; None for all that were added and the first STORED_SHOWN of the dataset.
    """
    added, stored = simulation.parcels(), simulation.stored
    end = len(added) + STORED_SHOWN if limit is None else after + limit
    page = added[after:end]
    if stored is not None and end > len(added):
        first = max(after - len(added), 0)
        page += tuple(stored.page(first, end - len(added) - first))
    return [
        {
            "carrier": parcel.carrier,
            "api": parcel.api or carriers.by_name(parcel.carrier).apis[0],
            "tracking_number": parcel.tracking_number,
            "journey": parcel.journey,
        }
        for parcel in page
    ]


def session_json(session: Session, url: str) -> dict[str, Any]:
    """A session: its time (UTC), the `carriers` block of the validator protocol, its parcels, faults and requests.

    Of a dataset's parcels only the first are listed; `parcel_count` counts all of them.

    url: the server's, without a slash at the end.
    """
    simulation = session.simulation
    block = simulation.credentials.carriers_block(lambda carrier: f"{url}/{carrier}")
    result: dict[str, Any] = {
        "id": session.name,
        "now": simulation.clock.now,
        "seed": simulation.seed,
        "carriers": block,
        "parcels": parcels_json(simulation),
        "parcel_count": parcel_count(simulation),
        "faults": [fault_json(envelope) for envelope in simulation.faults],
        "withheld": sorted(simulation.credentials.withheld),
        "calls": simulation.call_count,
    }
    if session.hosted.requests:
        result["request"] = [{**request, "carriers": block} for request in session.hosted.requests]
    return result


def session_summary_json(session: Session) -> dict[str, Any]:
    """A session in short, for the list of sessions."""
    simulation = session.simulation
    return {
        "id": session.name,
        "now": simulation.clock.now,
        "parcels": parcel_count(simulation),
        "faults": len(simulation.faults),
        "calls": simulation.call_count,
    }


def fault_json(envelope: Envelope) -> dict[str, Any]:
    """A fault in force, with its parameters and those of its conditions that aren't the default."""
    where, calls = envelope.conditions, envelope.conditions.calls
    result: dict[str, Any] = {"fault": envelope.name or type(envelope.fault).__name__}
    if is_dataclass(envelope.fault) and fields(envelope.fault):
        result["parameters"] = asdict(envelope.fault)
    result |= {name: value for name in ("carrier", "operation") if (value := getattr(where, name)) is not None}
    if where.numbers:
        result["numbers"] = sorted(where.numbers)
    if calls.listed:
        result["calls"] = sorted(calls.listed)
    elif calls.first or calls.every:
        result["calls"] = f"first {calls.first}" if calls.first else f"every {calls.every}"
    if where.chance != 1.0:
        result["chance"] = where.chance
    return result | {name: value for name in ("since", "until") if (value := getattr(where, name)) is not None}


def journal_entry_json(number: int, call: Entry) -> dict[str, Any]:
    """A call of the journal, with its number."""
    return {"number": number, **asdict(call)}


def prometheus_text(sessions: Sessions) -> str:
    """The server's counts in the text format of Prometheus (version 0.0.4)."""
    return "\n".join((*_metric_lines(sessions), ""))


def _metric_lines(sessions: Sessions) -> Iterator[str]:
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


def _gauge(name: str, description: str, value: int) -> Iterator[str]:
    yield f"# HELP {name} {description}"
    yield f"# TYPE {name} gauge"
    yield f"{name} {value}"


def conduct_json(name: str, simulation: Simulation) -> dict[str, Any]:
    """The conduct of a session's client. calls: all that it made; journal: the latest of them, which were examined."""
    conducts = conduct.assess_conduct(simulation)
    return {
        "session": name,
        "calls": simulation.call_count,
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
        "findings": [_finding_json(finding) for each in conducts for finding in each.findings],
    }


def _finding_json(finding: conduct.Finding) -> dict[str, Any]:
    row = asdict(finding)
    return {"finding": row.pop("name"), **row}
