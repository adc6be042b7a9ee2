"""What each carrier provides: a name, hosts, operations, scan codes, number forms, refusals.

A carrier has no transport and no state. An operation is a plain function from a call and the carrier's view of the
simulation to an answer. `simulator.carriers` lists the modules of a carrier.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from simulator.carriers.common.credentials import Credentials
from simulator.carriers.common.number_form import NumberForm
from simulator.carriers.common.scan_codes import ScanCodes
from simulator.carriers.common.tokens import TokenState
from simulator.exchange import Request, Response
from simulator.parcel import Parcel


@dataclass(frozen=True, slots=True)
class Call:
    """A request to an operation, with the decoded parameters of its path."""

    request: Request
    parameters: Mapping[str, str]


class CarrierView(Protocol):
    """A carrier's view of a simulation: the time, the accepted credentials and tokens, the carrier's own parcels."""

    @property
    def now(self) -> datetime:
        """The simulated instant (UTC)."""

    @property
    def credentials(self) -> Credentials:
        """The credentials that the simulation accepts."""

    def parcels(self, number: str, api: str = "") -> tuple[Parcel, ...]:
        """The carrier's parcels with a number, each with only the events published so far, oldest event first.

        Blanks and case do not matter. api: the interface that knows the parcels, by default the main one.
        """

    def shipment_parcels(self, parcel: Parcel) -> tuple[Parcel, ...]:
        """The parcels of a parcel's shipment, including itself, in the order of their recording.

        As in `parcels`: only those that the carrier has a record of, on the interface of the parcel. A parcel without a
        shipment is alone.
        """

    def issue_token(self, lifetime_seconds: int, scope: str | None = None) -> str:
        """A new access token of this carrier in this simulation, valid for a time on the simulated clock.

        scope: what it is good for, for carriers whose tokens have a scope; `tokens.scope` reads it.
        """

    def token_state(self, token: str) -> TokenState:
        """Whether this carrier issued a token in this simulation, and whether it is still valid."""

    def revoke_token(self, token: str) -> None:
        """Make a token that this carrier issued here invalid from now on; no effect on other texts."""

    def revoke_tokens(self) -> None:
        """Make every token that this carrier has issued here invalid from now on."""

    def identifier(self) -> str:
        """A new identifier in the form of a UUID, from the simulation's seeded random."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a carrier's API.

    name: its name for faults and the journal ("token", "track").
    path: the real path, with `{name}` for a parameter that matches one segment.
    answer: renders the answer to a call.
    numbers: the tracking numbers of a call, for faults and the journal; must not raise, whatever the client sent.
    """

    name: str
    method: str
    path: str
    answer: Callable[[Call, CarrierView], Response]
    numbers: Callable[[Call, CarrierView], tuple[str, ...]]


Refusal = Callable[[Request, CarrierView], Response]


@dataclass(frozen=True, slots=True)
class Refusals:
    """The carrier's error answers that any operation may give.

    They get the request, since the interfaces of a carrier may each refuse in their own form.
    rate_limited: also gets the seconds of Retry-After, None for no such header.
    """

    unauthorized: Refusal
    forbidden: Refusal
    rate_limited: Callable[[Request, CarrierView, int | None], Response]
    server_error: Refusal
    unavailable: Refusal
    no_such_path: Refusal
    no_such_method: Refusal


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier.

    name, title: its name in code and files, and for people.
    hosts: its real hosts, the main one first.
    client_of: the client that a request comes from (client id, API key, customer number, holder of the token), or None.
        It chooses the session and must not raise.
    apis: names of its interfaces, the main one first.
    transit_days: a usual transit time, for samples and datasets.
    """

    name: str
    title: str
    hosts: tuple[str, ...]
    operations: tuple[Operation, ...]
    codes: ScanCodes[Any]
    forms: tuple[NumberForm, ...]
    refusals: Refusals
    client_of: Callable[[Request], str | None]
    apis: tuple[str, ...]
    transit_days: float


def no_numbers(_call: Call, _view: CarrierView) -> tuple[str, ...]:
    """The `numbers` of operations that are not about parcels, such as token requests: none."""
    return ()
