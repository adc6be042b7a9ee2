"""What the server needs of a scenario: the protocol of a reader, which the harness implements.

Reading scenarios is the harness's business, and the simulator doesn't import the harness; the reader is passed in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from simulator.core.simulation import Simulation
from simulator.faults import Envelope
from simulator.parcel import Parcel


@dataclass(frozen=True, slots=True)
class StorySession:
    """A scenario, as a session is built from it.

    parcels: all of them.
    faults: in the order in which they act.
    now: where the clock starts (UTC).
    seed: of the simulation.
    requests: gives the requests of the validator protocol, one for each report, without `carriers`. It takes the
        simulation, whose faults act on the sellers' submissions in them.
    """

    parcels: Sequence[Parcel]
    faults: Sequence[Envelope]
    now: datetime
    seed: int
    requests: Callable[[Simulation], list[Mapping[str, Any]]]


class StoryReader(Protocol):
    """Reads a scenario."""

    def __call__(self, text: str) -> StorySession:
        """The scenario in a YAML document. Raises ValueError that lists every problem with its line."""
