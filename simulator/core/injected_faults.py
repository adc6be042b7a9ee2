"""The faults in force in a simulation: on which calls each acts, and whether it has changed anything so far."""

from datetime import datetime
from random import Random
from typing import TypeVar

from simulator.carriers.common.carrier import Call, Carrier, CarrierView
from simulator.carriers.common.number_form import normalise
from simulator.exchange import Response
from simulator.faults import AnswerFault, Envelope, ScanFault, SubmissionFault
from simulator.parcel import Parcel, Submission

_Changed = TypeVar("_Changed")


class InjectedFaults:
    """The faults in force, in the order in which they act. Each has its own dice, seeded by the simulation's seed."""

    def __init__(self, seed: int) -> None:
        """No faults yet. seed: the simulation's."""
        self._seed = seed
        self._faults: list[_InjectedFault] = []
        self.change_scans = False  # whether a scan fault is among them

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._faults)

    @property
    def envelopes(self) -> tuple[Envelope, ...]:
        """The envelopes of all of them."""
        return tuple(fault.envelope for fault in self._faults)

    @property
    def acted(self) -> tuple[Envelope, ...]:
        """The envelopes of those that have changed something so far: a submission, a parcel's scans, or an answer."""
        return tuple(fault.envelope for fault in self._faults if fault.acted)

    def add(self, envelope: Envelope) -> None:
        """Put a fault in force, after the others."""
        self._faults.append(_InjectedFault(envelope, Random(f"{self._seed}/fault/{len(self._faults)}")))
        self.change_scans = self.change_scans or isinstance(envelope.fault, ScanFault)

    def clear(self) -> None:
        """Put every fault out of force."""
        self._faults.clear()
        self.change_scans = False

    def change_submission(self, submission: Submission, carrier: str) -> Submission:
        """A seller's submission after the seller faults that act on it. carrier: that of the parcel."""
        for injected in self._faults:
            fault = injected.envelope.fault
            if isinstance(fault, SubmissionFault) and injected.acts_on_call(
                carrier, None, (submission.tracking_number,), submission.submitted_at
            ):
                submission = injected.note_change(submission, fault.on_submission(submission))
        return submission

    def change_parcels(
        self, parcels: tuple[Parcel, ...], carrier: str, number: str, now: datetime
    ) -> tuple[Parcel, ...]:
        """A carrier's parcels under a number, after the scan faults that act on them."""
        for index, injected in enumerate(self._faults):
            envelope = injected.envelope
            # Chance decides about a parcel's scans once, whenever and however often they are read.
            if isinstance(envelope.fault, ScanFault) and envelope.covers(carrier, None, (number,), now):
                dice = Random(f"{self._seed}/scans/{index}/{carrier}/{normalise(number)}")
                if dice.random() < envelope.conditions.chance:
                    parcels = injected.note_change(
                        parcels, tuple(envelope.fault.on_scans(parcel) for parcel in parcels)
                    )
        return parcels

    def change_answer(
        self,
        answer: Response,
        call: Call,
        carrier: Carrier,
        view: CarrierView,
        operation: str,
        numbers: tuple[str, ...],
    ) -> Response:
        """A carrier's answer after the answer faults that act on the call. operation, numbers: those of the call."""
        for injected in self._faults:
            fault = injected.envelope.fault
            if isinstance(fault, AnswerFault) and injected.acts_on_call(carrier.name, operation, numbers, view.now):
                answer = injected.note_change(answer, fault.on_answer(answer, call, carrier, view))
        return answer


class _InjectedFault:
    """A fault in force: its envelope, its dice, how many calls met its conditions so far, and whether it acted."""

    def __init__(self, envelope: Envelope, random: Random) -> None:
        self.envelope = envelope
        self.acted = False
        self._random = random
        self._matching_calls = 0

    def acts_on_call(self, carrier: str, operation: str | None, numbers: tuple[str, ...], now: datetime) -> bool:
        """Whether the fault acts on a call; it counts calls, so it must be called once for each."""
        if not self.envelope.covers(carrier, operation, numbers, now):
            return False
        self._matching_calls += 1
        if self._matching_calls not in self.envelope.conditions.calls:
            return False
        return self.envelope.conditions.chance == 1.0 or self._random.random() < self.envelope.conditions.chance

    def note_change(self, before: _Changed, after: _Changed) -> _Changed:
        """`after`, noting whether it differs from `before`."""
        self.acted = self.acted or before != after
        return after
