"""Faults: what goes wrong on the way from a parcel's life to a validator's report, each a value with a name.

`base` has the three places where a fault acts. `envelope` says where, when and how often it does. `catalogue` lists all
faults that have a name; their families are in `transport`, `http`, `payload`, `tracking` and `seller`.
"""

from simulator.faults.base import AnswerFault, Fault, ScanFault, SubmissionFault
from simulator.faults.envelope import ALL_CALLS, ALWAYS, Calls, Conditions, Envelope, calls_named

__all__ = [
    "ALL_CALLS",
    "ALWAYS",
    "AnswerFault",
    "Calls",
    "Conditions",
    "Envelope",
    "Fault",
    "ScanFault",
    "SubmissionFault",
    "calls_named",
]
