"""The explanation of a decision: as values, as text and as JSON. `engine/explain.py` makes the values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from vtr.reference.clients import chinapost, dhl, fedex, ups, usps
from vtr.reference.instants import instant_text
from vtr.reference.messages import counted, printable
from vtr.reference.rules.profile import Rule

State = Literal["excluded", "exempt", "unanswered", "invalid", "valid"]
PackageKey = tuple[str, int | None]
"""Order id and package number, None for an order without a confirmation."""


Value = str | float | bool | None

TITLES: Mapping[str, str] = {client.CARRIER: client.TITLE for client in (ups, usps, fedex, dhl, chinapost)}
"""What people call the carriers."""

CLASS_WORDS: Mapping[str, str] = {
    "partner": "another firm has the parcel",
    "foreign": "another post, an airline or customs",
    "inferred": "a system's conclusion, nobody read the parcel",
    "grey": "decides nothing alone",
}
"""What the classes of scan codes mean that may look like a scan of the carrier and are not."""

_STATES: Mapping[State, str] = {
    "excluded": "not in the report",
    "exempt": "exempt, in neither count of the rate",
    "unanswered": "unanswered, neither valid nor not",
    "invalid": "X",
    "valid": "valid",
}


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """A rule and its outcome.

    holds: None if that is unknown.
    values: of the columns that the rule reads.
    """

    rule: Rule
    holds: bool | None
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class SubmissionOutcome:
    """A submission and its part in the decision.

    judged: whether it is the submission that was judged.
    superseded_by: the seq of the later submission that counts instead.
    rules: the outcomes of the rules by which it counts or not.
    """

    seq: int
    submitted_at: datetime
    carrier_code: str
    carrier_name: str
    tracking_number: str
    judged: bool
    superseded_by: int | None
    rules: tuple[RuleOutcome, ...]

    @property
    def kept_out_by(self) -> RuleOutcome | None:
        """The first rule that keeps it from counting."""
        return next((outcome for outcome in self.rules if outcome.holds is not True), None)


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """An event of the number.

    counts: whether it counts as a physical scan of this order.
    why_not: the reason if it does not; otherwise empty.
    """

    at: datetime | None
    code: str
    means: str
    location: str
    scan_class: str
    counts: bool
    delivers: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a package got its decision.

    decision: a rule's name, VALID, or unanswered.
    says: the text of the decision.
    rules: in the order of decision; the one that decided is the last.
    asked: the client and the number it was asked about, None if no answer was needed.
    outcome: known, unknown or unanswered; None if no answer was needed.
    known_to: other carriers that know the number.
    """

    order_id: str
    package: int | None
    decision: str
    state: State
    says: str
    rules: tuple[RuleOutcome, ...]
    submissions: tuple[SubmissionOutcome, ...]
    asked: tuple[str, str] | None
    outcome: str | None
    unanswered_why: str
    known_to: tuple[str, ...]
    scans: tuple[ScanOutcome, ...]
    first_scan_at: datetime | None
    delivered_at: datetime | None

    @property
    def hit(self) -> RuleOutcome | None:
        """The rule that decided, None if none did."""
        return self.rules[-1] if self.rules and self.rules[-1].rule.name == self.decision else None

    def as_json(self) -> dict[str, Any]:
        """The explanation as JSON values; keys are added, never renamed. text: the lines for people."""
        return {
            "decision": self.decision,
            "state": self.state,
            "says": self.says,
            "rules": [_rule_json(outcome) for outcome in self.rules],
            "submissions": [_submission_json(submission) for submission in self.submissions],
            "evidence": {
                "asked": self.asked[0] if self.asked else None,
                "number": self.asked[1] if self.asked else None,
                "outcome": self.outcome,
                "why": self.unanswered_why,
                "known_to": list(self.known_to),
                "first_scan_at": json_value(self.first_scan_at),
                "delivered_at": json_value(self.delivered_at),
                "scans": [_scan_json(scan) for scan in self.scans],
            },
            "text": list(self.lines()),
        }

    def lines(self, events: int = 20) -> Iterator[str]:
        """The explanation for people. events: the most events to show."""
        name = self.order_id if self.package is None else f"{self.order_id}/{self.package}"
        named = {"valid": "", "unanswered": ""}.get(self.state, f", {self.decision}")
        yield printable(f"{name}: {_STATES[self.state]}{named}. {self.says}")
        for submission in self.submissions:
            yield printable(f"  {_submission_words(submission, len(self.submissions))}")
        if self.state in {"valid", "invalid", "unanswered"}:
            yield from (printable(f"  {line}") for line in self._evidence_lines(events))
        hit = self.hit
        if hit is not None:
            yield printable(f"  rule:       {hit.rule.condition.text}; here {_values_words(hit.values)}")
            yield printable(
                f"              (source {hit.rule.source}, grade {hit.rule.grade}; what would pass: {hit.rule.right})"
            )
        passed = [each.rule.name for each in self.rules if each is not hit and each.rule.stage == "evidence"]
        if passed:
            yield f"  passed:     {', '.join(passed)}"

    def _evidence_lines(self, events: int) -> Iterator[str]:
        if self.unanswered_why and self.state == "unanswered":
            yield f"answer:     missing: {self.unanswered_why}"
            return
        if self.asked is None:
            yield "answer:     no carrier was asked; the rule needs none"
            return
        title, number = TITLES[self.asked[0]], self.asked[1]
        others = " and ".join(TITLES[carrier] for carrier in self.known_to)
        if self.outcome == "unknown":
            yield f"answer:     {title} does not know {number}" + (f"; {others} does" if others else "")
        else:
            yield f"answer:     {title} knows {number}; {self._events_words()}"
        shown = self.scans if self.state == "invalid" else [scan for scan in self.scans if scan.counts][:1]
        for scan in shown[:events]:
            yield f"            {_scan_words(scan)}"
        if len(shown) > events:
            yield f"            … and {len(shown) - events} more events"

    def _events_words(self) -> str:
        if not self.scans:
            return "it shows no events"
        delivered = f"delivered {instant_words(self.delivered_at)}" if self.delivered_at else "no delivery"
        counting = sum(scan.counts for scan in self.scans)
        verb = "count" if counting > 1 else "counts"
        return f"{counting or 'none'} of {counted(len(self.scans), 'event')} {verb} as a physical scan; {delivered}"


def _submission_words(submission: SubmissionOutcome, count: int) -> str:
    number = f"{submission.tracking_number!r}" if submission.tracking_number else "no tracking number"
    carrier = submission.carrier_code or "no carrier"
    if submission.carrier_name:
        carrier += f" with {submission.carrier_name!r} typed"
    which = "the one submission" if count == 1 else f"submission {submission.seq} of {count}"
    text = f"{which}, {instant_words(submission.submitted_at)}: {carrier}, {number}"
    if submission.judged:
        return f"judged:     {text}"
    kept_out = submission.kept_out_by
    if submission.superseded_by is not None:
        return f"replaced:   {text}; submission {submission.superseded_by} came later and counts"
    if kept_out is None:
        return f"undecided:  {text}"
    return (
        f"no effect:  {text}; {kept_out.rule.name} ({kept_out.rule.source}): {kept_out.rule.says}"
        f" ({_values_words(kept_out.values)})"
    )


def _scan_words(scan: ScanOutcome) -> str:
    place = f", {scan.location}" if scan.location else ""
    counts = "a physical scan" if scan.counts else f"does not count: {scan.why_not}"
    return f"{instant_words(scan.at)} {scan.code} ({scan.means}){place}: {counts}"


def _values_words(values: Mapping[str, Value]) -> str:
    return ", ".join(f"{name} {_value_words(value)}" for name, value in values.items())


def _value_words(value: Value) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "true" if value else "false"
    return (value or "''") if isinstance(value, str) else str(value)


def instant_words(instant: datetime | None) -> str:
    """An instant for people."""
    return "(no time)" if instant is None else instant_text(instant)


def _rule_json(outcome: RuleOutcome) -> dict[str, Any]:
    rule = outcome.rule
    return {
        "rule": rule.name,
        "stage": rule.stage,
        "source": rule.source,
        "grade": rule.grade,
        "says": rule.says,
        "condition": rule.condition.text,
        "holds": outcome.holds,
        "values": dict(outcome.values),
    }


def _submission_json(submission: SubmissionOutcome) -> dict[str, Any]:
    return {
        "seq": submission.seq,
        "submitted_at": instant_text(submission.submitted_at),
        "carrier_code": submission.carrier_code,
        "carrier_name": submission.carrier_name,
        "tracking_number": submission.tracking_number,
        "judged": submission.judged,
        "superseded_by": submission.superseded_by,
        "rules": [_rule_json(rule) for rule in submission.rules],
    }


def _scan_json(scan: ScanOutcome) -> dict[str, Any]:
    return {
        "at": json_value(scan.at),
        "code": scan.code,
        "means": scan.means,
        "location": scan.location,
        "class": scan.scan_class,
        "counts": scan.counts,
        "delivers": scan.delivers,
        "why_not": scan.why_not,
    }


def json_value(value: datetime | date | Decimal | Value) -> Value:
    """A column's value in JSON."""
    if isinstance(value, datetime):
        return instant_text(value if value.tzinfo else value.replace(tzinfo=UTC))
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
