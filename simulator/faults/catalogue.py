"""Every fault that has a name, and how an envelope is made from a name."""

from collections.abc import Mapping

from simulator import carriers
from simulator.errors import MisuseError
from simulator.faults import http, payload, seller, tracking, transport
from simulator.faults.base import ScanFault, SubmissionFault
from simulator.faults.entry import Entry, nearest
from simulator.faults.envelope import ALL_CALLS, ALWAYS, Conditions, Envelope

CATALOGUE: tuple[Entry, ...] = (
    *transport.ENTRIES,
    *http.ENTRIES,
    *payload.ENTRIES,
    *tracking.ENTRIES,
    *seller.ENTRIES,
)
_BY_NAME = {entry.name: entry for entry in CATALOGUE}


def find(name: str) -> Entry:
    """The fault of that name. Raises MisuseError, with the nearest name, for an unknown one."""
    entry = _BY_NAME.get(name)
    if entry is None:
        raise MisuseError(f"fault {name!r} is unknown; {nearest(name, tuple(_BY_NAME))}; `vtr faults` lists all")
    return entry


def envelope(name: str, parameters: Mapping[str, object] | None = None, conditions: Conditions = ALWAYS) -> Envelope:
    """A fault of the catalogue in an envelope, ready for `Simulation.put`.

    Raises MisuseError for an unknown name, parameter, carrier or operation, and for an envelope that can never act:
    a fault that means nothing at that carrier or operation, or calls for a fault that does not act on calls.
    """
    entry = find(name)
    fault = entry.fault(parameters or {})
    carrier, operation = conditions.carrier, conditions.operation
    if carrier is not None:
        carriers.by_name(carrier)
    if isinstance(fault, SubmissionFault | ScanFault):
        if operation is not None:
            raise MisuseError(f"fault {name}: it acts on no call, so there is no operation {operation!r} to choose")
        if isinstance(fault, ScanFault) and conditions.calls != ALL_CALLS:
            raise MisuseError(f"fault {name}: it acts on a parcel's scans, not on calls; leave 'calls' out")
    else:
        _check_operation(entry, carrier, operation)
    if carrier is not None and entry.reach is not None and carrier not in entry.reach:
        raise MisuseError(f"fault {name}: it means nothing at {carrier!r}; only at {', '.join(entry.reach)}")
    return Envelope(fault, conditions, entry.reach, name)


def operations(carrier: str) -> tuple[str, ...]:
    """The names of a carrier's operations. Raises MisuseError for an unknown carrier."""
    return tuple(dict.fromkeys(operation.name for operation in carriers.by_name(carrier).operations))


def _check_operation(entry: Entry, carrier: str | None, operation: str | None) -> None:
    names = [carrier] if carrier is not None else [each.name for each in carriers.CARRIERS]
    there = {name: operations(name) for name in names}
    if operation is not None and not any(operation in known for known in there.values()):
        known = tuple(dict.fromkeys(each for named in there.values() for each in named))
        at = f" at {carrier}" if carrier is not None else ""
        raise MisuseError(f"fault {entry.name}: there is no operation {operation!r}{at}; {nearest(operation, known)}")
    if entry.reach is None or operation is None:
        return
    reached = {name: meant or frozenset(there[name]) for name, meant in entry.reach.items() if name in there}
    if not any(operation in meant for meant in reached.values()):
        meant = ", ".join(sorted({each for known in reached.values() for each in known})) or "none of this carrier"
        raise MisuseError(f"fault {entry.name}: it means nothing at operation {operation!r}; it acts on {meant}")
