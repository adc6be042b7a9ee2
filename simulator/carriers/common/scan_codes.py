"""A carrier's table of scan codes. The tables themselves are in `carriers/*/events.py`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Generic, Literal, TypeVar

from simulator.errors import UnknownKindError
from simulator.parcel import Kind

# yes: the carrier scanned the parcel. no: electronic, customer or planning event. partner: a consolidator has it.
# foreign: another post or customs. inferred: a system's conclusion. cancels: undoes another event. grey: undecided.
Physical = Literal["yes", "no", "partner", "foreign", "inferred", "cancels", "grey"]
# A official, B observed or derived from official documents, C third party, D recollection. See the README, "How sure".
Grade = Literal["A", "B", "C", "D"]


@dataclass(frozen=True, slots=True)
class ScanCode:
    """A scan code of a carrier.

    code: the key, as the carrier writes it; where one field is not enough (UPS), the fields joined by a slash.
    kind: the kind of event that it renders, None for one that no journey has.
    text: its text on the wire.
    physical: its class.
    source: where the class comes from, in words.
    grade: how sure the class is.
    """

    code: str
    kind: Kind | None
    text: str
    physical: Physical
    source: str
    grade: Grade


C = TypeVar("C", bound=ScanCode)


class ScanCodes(Generic[C]):
    """A carrier's codes by key, and for each kind of event the code that renders it (the first listed)."""

    def __init__(self, carrier: str, codes: Iterable[C]) -> None:
        """Index the codes. The order matters: the first code of a kind is the one that journeys use."""
        self.carrier = carrier
        self.all: tuple[C, ...] = tuple(codes)
        self.by_code: Mapping[str, C] = {entry.code: entry for entry in self.all}
        by_kind: dict[Kind, C] = {}
        for entry in self.all:
            if entry.kind is not None:
                by_kind.setdefault(entry.kind, entry)
        self.by_kind: Mapping[Kind, C] = by_kind

    def of_kind(self, kind: Kind) -> C:
        """The code that renders a kind. Raises UnknownKindError when the carrier has none."""
        entry = self.by_kind.get(kind)
        if entry is None:
            near = get_close_matches(kind, self.by_kind, n=1)
            hint = f"; nearest is {str(near[0])!r}" if near else ""
            raise UnknownKindError(
                f"{self.carrier} has no event for {kind.value!r}{hint}; name one of its codes instead"
            )
        return entry
