"""What the server needs of a scenario. It can't read one itself: `scenarios` can, and hands a reader over.

Reading scenarios is the harness's business, and the simulator knows nothing of the harness; so this is a protocol.
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
    """A scenario as a simulation needs it.

    now: where the clock starts (UTC). requests: from the simulation, whose faults act on what sellers submit, to the
    requests of the validator protocol, one a report, without `carriers`.
    """

    parcels: Sequence[Parcel]
    faults: Sequence[Envelope]
    now: datetime
    seed: int
    requests: Callable[[Simulation], list[Mapping[str, Any]]]


class StoryReader(Protocol):
    """Reads scenarios."""

    def __call__(self, text: str) -> StorySession:
        """What a scenario (YAML, one document) tells. Raises ValueError with every problem and its line."""
