"""Why a package got what it got, as values, as words and as JSON; `engine/explain.py` fills them in."""

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


_TITLES = {client.CARRIER: client.TITLE for client in (ups, usps, fedex, dhl, chinapost)}


_STATES: Mapping[State, str] = {
    "excluded": "not in the report",
    "exempt": "exempt, in neither count of the rate",
    "unanswered": "unanswered, neither valid nor not",
    "invalid": "X",
    "valid": "valid",
}


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """A rule and what became of it. holds: None if it could not be told; values: of the columns that it reads."""

    rule: Rule
    holds: bool | None
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class SubmissionOutcome:
    """A submission. judged: it is the one; superseded_by: a later one's seq; rules: whether it counts."""

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
        """The first rule by which it does not count."""
        return next((told for told in self.rules if told.holds is not True), None)


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """An event of the number. counts: as a physical scan of this order; why_not: empty if it does."""

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

    decision: a rule's name, VALID, or unanswered; says: its words. rules: in the order of decision, the hit last.
    asked: the client and the number it was asked about, None if no answer was needed. outcome: known, unknown,
    unanswered. known_to: other carriers that know the number.
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
        """The explanation as JSON values; keys are added, never renamed. text: what people read, line by line."""
        return {
            "decision": self.decision,
            "state": self.state,
            "says": self.says,
            "rules": [_rule_json(told) for told in self.rules],
            "submissions": [_submission_json(told) for told in self.submissions],
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
        """The explanation for people. events: how many of the number's events are shown."""
        name = self.order_id if self.package is None else f"{self.order_id}/{self.package}"
        named = {"valid": "", "unanswered": ""}.get(self.state, f", {self.decision}")
        yield printable(f"{name}: {_STATES[self.state]}{named}. {self.says}")
        for told in self.submissions:
            yield printable(f"  {_submission_words(told, len(self.submissions))}")
        if self.state in {"valid", "invalid", "unanswered"}:
            yield from (printable(f"  {line}") for line in self._evidence_lines(events))
        hit = self.hit
        if hit is not None:
            yield printable(f"  rule:       {hit.rule.condition.text}; here {_values_words(hit.values)}")
            yield printable(
                f"              (source {hit.rule.source}, grade {hit.rule.grade}; what would pass: {hit.rule.right})"
            )
        passed = [told.rule.name for told in self.rules if told is not hit and told.rule.stage == "evidence"]
        if passed:
            yield f"  passed:     {', '.join(passed)}"

    def _evidence_lines(self, events: int) -> Iterator[str]:
        if self.unanswered_why and self.state == "unanswered":
            yield f"answer:     missing: {self.unanswered_why}"
            return
        if self.asked is None:
            yield "answer:     no carrier was asked; the rule needs none"
            return
        title, number = _TITLES[self.asked[0]], self.asked[1]
        others = " and ".join(_TITLES[carrier] for carrier in self.known_to)
        if self.outcome == "unknown":
            yield f"answer:     {title} does not know {number}" + (f"; {others} does" if others else "")
        else:
            yield f"answer:     {title} knows {number}; {self._sighted()}"
        shown = self.scans if self.state == "invalid" else [scan for scan in self.scans if scan.counts][:1]
        for scan in shown[:events]:
            yield f"            {_scan_words(scan)}"
        if len(shown) > events:
            yield f"            … and {len(shown) - events} more events"

    def _sighted(self) -> str:
        if not self.scans:
            return "it shows no events"
        delivered = f"delivered {spoken(self.delivered_at)}" if self.delivered_at else "no delivery"
        counting = sum(scan.counts for scan in self.scans)
        verb = "count" if counting > 1 else "counts"
        return f"{counting or 'none'} of {counted(len(self.scans), 'event')} {verb} as a physical scan; {delivered}"


def _submission_words(told: SubmissionOutcome, count: int) -> str:
    number = f"{told.tracking_number!r}" if told.tracking_number else "no tracking number"
    carrier = told.carrier_code or "no carrier"
    if told.carrier_name:
        carrier += f" with {told.carrier_name!r} typed"
    which = "the one submission" if count == 1 else f"submission {told.seq} of {count}"
    shown = f"{which}, {spoken(told.submitted_at)}: {carrier}, {number}"
    if told.judged:
        return f"judged:     {shown}"
    kept_out = told.kept_out_by
    if told.superseded_by is not None:
        return f"replaced:   {shown}; submission {told.superseded_by} came later and counts"
    if kept_out is None:
        return f"undecided:  {shown}"
    return (
        f"no effect:  {shown}; {kept_out.rule.name} ({kept_out.rule.source}): {kept_out.rule.says}"
        f" ({_values_words(kept_out.values)})"
    )


def _scan_words(scan: ScanOutcome) -> str:
    place = f", {scan.location}" if scan.location else ""
    counts = "a physical scan" if scan.counts else f"does not count: {scan.why_not}"
    return f"{spoken(scan.at)} {scan.code} ({scan.means}){place}: {counts}"


def _values_words(values: Mapping[str, Value]) -> str:
    return ", ".join(f"{name} {_value_words(value)}" for name, value in values.items())


def _value_words(value: Value) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "true" if value else "false"
    return (value or "''") if isinstance(value, str) else str(value)


def spoken(instant: datetime | None) -> str:
    """An instant for people."""
    return "(no time)" if instant is None else instant_text(instant)


def _rule_json(told: RuleOutcome) -> dict[str, Any]:
    rule = told.rule
    return {
        "rule": rule.name,
        "stage": rule.stage,
        "source": rule.source,
        "grade": rule.grade,
        "says": rule.says,
        "condition": rule.condition.text,
        "holds": told.holds,
        "values": dict(told.values),
    }


def _submission_json(told: SubmissionOutcome) -> dict[str, Any]:
    return {
        "seq": told.seq,
        "submitted_at": instant_text(told.submitted_at),
        "carrier_code": told.carrier_code,
        "carrier_name": told.carrier_name,
        "tracking_number": told.tracking_number,
        "judged": told.judged,
        "superseded_by": told.superseded_by,
        "rules": [_rule_json(rule) for rule in told.rules],
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
