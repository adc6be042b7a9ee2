"""What each carrier provides: a name, hosts, operations, scan codes, number forms, refusals.

A carrier holds no transport and no state. An operation is a plain function from a call, and from what the simulation
lets the carrier know, to an answer.
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
    """A request that met an operation: the request, and the parameters of its path (decoded)."""

    request: Request
    parameters: Mapping[str, str]


class CarrierView(Protocol):
    """What a carrier may know when it answers: the time, whose simulation this is, and the carrier's own parcels."""

    @property
    def now(self) -> datetime:
        """The simulated instant (UTC)."""

    @property
    def credentials(self) -> Credentials:
        """The credentials that this simulation accepts."""

    def parcels(self, number: str, api: str = "") -> tuple[Parcel, ...]:
        """The carrier's records under a number, each with its published events only, oldest event first.

        Blanks and case don't matter. api: only parcels of that interface (those of the main one have none named).
        """

    def together(self, parcel: Parcel) -> tuple[Parcel, ...]:
        """The parcels that travel under one shipment with a parcel, itself among them, in the order of their recording.

        As `parcels` gives them: those that the carrier has a record of, on the interface of the parcel. A parcel that
        names no shipment travels alone.
        """

    def issue_token(self, lifetime_seconds: int, scope: str | None = None) -> str:
        """A new access token for this simulation at this carrier, good for so long on the simulated clock.

        scope: what it is good for, where tokens of the carrier say so; `tokens.scope` reads it.
        """

    def token_state(self, token: str) -> TokenState:
        """Whether this carrier issued the token here, and whether it still holds."""

    def revoke_token(self, token: str) -> None:
        """Make a token that this carrier issued here invalid from now on; without effect on any other text."""

    def revoke_tokens(self) -> None:
        """Make every token that this carrier issued here so far invalid from now on."""

    def identifier(self) -> str:
        """A new identifier in the form of a UUID, from the simulation's seeded random."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a carrier's API.

    name: how faults and the journal call it ("token", "track"). path: the real path, `{name}` for a parameter that
    matches one segment. numbers: the tracking numbers that a call asks about, for faults and the journal; it must not
    raise, whatever the client sent.
    """

    name: str
    method: str
    path: str
    answer: Callable[[Call, CarrierView], Response]
    numbers: Callable[[Call, CarrierView], tuple[str, ...]]


Refusal = Callable[[Request, CarrierView], Response]


@dataclass(frozen=True, slots=True)
class Refusals:
    """The carrier's own error answers that do not depend on what was asked about.

    They are given the request all the same: one carrier's interfaces refuse each in its own form.
    """

    unauthorized: Refusal
    forbidden: Refusal
    rate_limited: Callable[
        [Request, CarrierView, int | None], Response
    ]  # seconds for Retry-After; None: no such header
    server_error: Refusal
    unavailable: Refusal
    no_such_path: Refusal
    no_such_method: Refusal


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier.

    hosts: its real hosts, the main one first. client_of: which credential a request carries (client id, API key,
    customer number; from a token, whose it is), or None; it chooses the session and must not raise. apis: names of its
    interfaces, the main one first. transit_days: a usual transit time, for samples and datasets.
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
    """For operations that ask about no parcel, such as a token request."""
    return ()
