"""The three places where a fault acts: on what the seller submits, on a parcel's scans, on the answer to a call.

A fault is a small frozen value that changes one thing and never rolls dice. Where it applies is the envelope's
business.
"""

from typing import Protocol, runtime_checkable

from simulator.carriers.common.carrier import Call, Carrier, CarrierView
from simulator.exchange import Response
from simulator.parcel import Parcel, Submission


@runtime_checkable
class SubmissionFault(Protocol):
    """Changes what the seller submits: typing errors, the wrong carrier, a blank."""

    def on_submission(self, submission: Submission) -> Submission:
        """The submission as the seller sends it."""


@runtime_checkable
class ScanFault(Protocol):
    """Changes the scans of a parcel: late publication, duplicates, a missing scan."""

    def on_scans(self, parcel: Parcel) -> Parcel:
        """The parcel as the carrier records it, published or not."""


@runtime_checkable
class AnswerFault(Protocol):
    """Changes the answer to a call: its status, its body, or how it is delivered."""

    def on_answer(self, answer: Response, call: Call, carrier: Carrier, world: CarrierView) -> Response:
        """The answer as the carrier sends it."""


Fault = SubmissionFault | ScanFault | AnswerFault
