"""A stub of a carrier's view of the simulation, for tests of one carrier's operations without the core."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from simulator.carriers.common.carrier import Call, Carrier
from simulator.carriers.common.credentials import Credentials
from simulator.carriers.common.number_form import normalise
from simulator.carriers.common.tokens import Tokens, TokenState
from simulator.core import routing
from simulator.exchange import Request, Response
from simulator.parcel import Parcel

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)

# Published API descriptions, kept beside the project and not in it; without them the conformance tests are skipped.
SPECS = Path(__file__).parents[3].parent / "shared" / "specs"


@dataclass
class StubView:
    """A `CarrierView` over a few parcels, without sessions, faults and journal.

    `add` parcels, set `now`, and `ask` the carrier.
    """

    carrier: Carrier
    now: datetime = NOW
    credentials: Credentials = field(default_factory=lambda: Credentials.of("demo"))
    by_number: dict[str, list[Parcel]] = field(default_factory=dict)
    tokens: Tokens = field(default_factory=lambda: Tokens("test"))
    identifiers: int = 0

    def add(self, *parcels: Parcel) -> None:
        for parcel in parcels:
            ordered = replace(parcel, events=tuple(sorted(parcel.events, key=lambda event: event.happened)))
            self.by_number.setdefault(normalise(parcel.tracking_number), []).append(ordered)

    def parcels(self, number: str, api: str = "") -> tuple[Parcel, ...]:
        main = self.carrier.apis[0]
        known = (parcel.at(self.now) for parcel in self.by_number.get(normalise(number), ()))
        return tuple(parcel for parcel in known if parcel is not None and (parcel.api or main) == (api or main))

    def shipment_parcels(self, parcel: Parcel) -> tuple[Parcel, ...]:
        if not parcel.shipment:
            return (parcel,)
        known = (other.at(self.now) for parcels in self.by_number.values() for other in parcels)
        return tuple(other for other in known if other is not None and other.shipment == parcel.shipment)

    def issue_token(self, lifetime_seconds: int, scope: str | None = None) -> str:
        return self.tokens.issue(self.carrier.name, self.credentials.client_id, self.now, lifetime_seconds, scope)

    def token_state(self, token: str) -> TokenState:
        return self.tokens.state(self.carrier.name, token, self.now)

    def revoke_token(self, token: str) -> None:
        self.tokens.revoke(token)

    def identifier(self) -> str:
        self.identifiers += 1
        return str(UUID(int=self.identifiers, version=4))

    def ask(self, request: Request) -> Response:
        """The carrier's answer to a request, by its operations and its refusals, as the core finds them."""
        route = routing.find(self.carrier, request)
        if isinstance(route, routing.Missed):
            refusals = self.carrier.refusals
            return (refusals.no_such_method if route.wrong_method else refusals.no_such_path)(request, self)
        return route.operation.answer(Call(request, route.parameters), self)


@pytest.fixture
def make_view() -> Callable[[Carrier, Iterable[Parcel]], StubView]:
    """Makes a carrier's view over parcels, at 2026-03-20 12:00 UTC and with the credentials `demo`."""

    def make(carrier: Carrier, parcels: Iterable[Parcel] = ()) -> StubView:
        view = StubView(carrier)
        view.add(*parcels)
        return view

    return make


@pytest.fixture
def spec() -> Callable[[str], Any]:
    """Reads a published spec: the parsed document at a path under the folder of specs (of a web page: its text).

    Skips the test if there is none.
    """

    def read(name: str) -> Any:  # noqa: ANN401 (whatever the document is)
        path = SPECS / name
        if not path.exists():
            pytest.skip(f"no published spec at {path}; conformance is checked only where the specs are kept")
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            return text
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (a safe loader)

    return read
