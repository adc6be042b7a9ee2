"""The three places where a fault acts: on what the seller submits, on a parcel's scans, on the answer to a call.

A fault is a small frozen value that changes one thing and never rolls dice. Where it applies is up to its envelope.
"""

from typing import Protocol, runtime_checkable

from simulator.carriers.common.carrier import Call, Carrier, CarrierView
from simulator.exchange import Response
from simulator.parcel import Parcel, Submission


@runtime_checkable
class SubmissionFault(Protocol):
    """Changes what the seller submits: typing errors, the wrong carrier, a blank."""

    def on_submission(self, submission: Submission) -> Submission:
        """Return the submission as the seller sends it; called for each first submission and each edit."""


@runtime_checkable
class ScanFault(Protocol):
    """Changes the scans of a parcel: late publication, duplicates, a missing scan."""

    def on_scans(self, parcel: Parcel) -> Parcel:
        """Return the parcel as the carrier records it, published or not; called once, before any answer is made."""


@runtime_checkable
class AnswerFault(Protocol):
    """Changes the answer to a call: its status, its body, or how it is delivered."""

    def on_answer(self, answer: Response, call: Call, carrier: Carrier, view: CarrierView) -> Response:
        """Return the answer as the carrier sends it.

        call: the request and its operation's parameters. view: what the carrier knows of the simulation: its clock,
        parcels and tokens.
        """


Fault = SubmissionFault | ScanFault | AnswerFault
