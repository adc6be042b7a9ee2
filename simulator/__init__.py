"""Fake carriers for testing validators: UPS, USPS, FedEx, DHL and China Post, with a clock, parcels and faults.

    from simulator import Simulation, intercept

    with intercept(Simulation([parcel])):
        ...  # calls of `requests` to the carriers now reach these

These are the public names. Each is loaded when it is first used, so that `vtr --help` waits for none of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.carriers.common.credentials import Credentials, Product
    from simulator.clock import Clock
    from simulator.core.journal import Entry
    from simulator.core.sessions import Sessions
    from simulator.core.simulation import Simulation
    from simulator.errors import MisuseError
    from simulator.exchange import Chunk, Delivery, Request, Response
    from simulator.faults import AnswerFault, Calls, Conditions, Envelope, ScanFault, SubmissionFault
    from simulator.http_server import running
    from simulator.in_process import EndlessWaitError, intercept
    from simulator.journeys import Route
    from simulator.parcel import Kind, Parcel, ScanEvent, Submission
    from simulator.places import Place

__all__ = [
    "AnswerFault",
    "Calls",
    "Chunk",
    "Clock",
    "Conditions",
    "Credentials",
    "Delivery",
    "EndlessWaitError",
    "Entry",
    "Envelope",
    "Kind",
    "MisuseError",
    "Parcel",
    "Place",
    "Product",
    "Request",
    "Response",
    "Route",
    "ScanEvent",
    "ScanFault",
    "Sessions",
    "Simulation",
    "Submission",
    "SubmissionFault",
    "intercept",
    "running",
]

if not TYPE_CHECKING:  # a type checker would accept every name because of __getattr__
    _HOMES = {
        "clock": ("Clock",),
        "carriers.common.credentials": ("Credentials", "Product"),
        "errors": ("MisuseError",),
        "exchange": ("Chunk", "Delivery", "Request", "Response"),
        "faults": ("AnswerFault", "Calls", "Conditions", "Envelope", "ScanFault", "SubmissionFault"),
        "http_server": ("running",),
        "in_process": ("EndlessWaitError", "intercept"),
        "journeys": ("Route",),
        "parcel": ("Kind", "Parcel", "ScanEvent", "Submission"),
        "places": ("Place",),
        "core.sessions": ("Sessions",),
        "core.journal": ("Entry",),
        "core.simulation": ("Simulation",),
    }
    _HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

    def __getattr__(name: str) -> object:
        home = _HOME_OF.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{home}"), name)
