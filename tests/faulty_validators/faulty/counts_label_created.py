"""Takes a label that was created for a parcel that was handed over."""

from dataclasses import replace

from faulty.base import Answers, Mistake, validator

# Of each carrier the codes that it sends when a label is made or data arrive, and one by which it accepts a parcel.
LABELS = {
    "ups": {"M/MP", "M/DP", "I/PL"},
    "usps": {"GX", "MA"},
    "fedex": {"OC", "IN"},
    "dhl": {"pre-transit"},
    "chinapost": {"764", "552"},
}
ACCEPTED = {"ups": "I/OR", "usps": "03", "fedex": "PU", "dhl": "transit", "chinapost": "203"}


def _accepted(answers: Answers) -> Answers:
    return tuple(
        replace(
            answer,
            scans=tuple(
                replace(scan, code=ACCEPTED[answer.carrier], subcode="", physical=None)
                if scan.code in LABELS[answer.carrier]
                else scan
                for scan in answer.scans
            ),
        )
        for answer in answers
    )


MISTAKE = Mistake("a label created counts as a physical scan", in_answers=_accepted)
judge = validator(MISTAKE)
