"""Why a package got what it got: which submission was judged, what counted as evidence, and each rule up to the hit.

Nothing is decided here: what is told are rows of the engine's own stages, with each rule's condition evaluated by the
same engine. The words are those of the profile's rules and of the tables of scan codes, so that a rule which a user
writes is explained too. It costs as much as the report and is done only for who asks.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vtr import scan_codes, statements
from vtr.clients import chinapost, dhl, fedex, ups, usps
from vtr.columns import COLUMNS, Needs
from vtr.engine import Engine, Given
from vtr.profile import VALID, Profile, Rule
from vtr.report import instant_text
from vtr.statements import State

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
_CLASSES: Mapping[str, str] = {
    "partner": "another firm has the parcel",
    "foreign": "another post, an airline or customs",
    "inferred": "a system's conclusion, nobody read the parcel",
    "none": "nobody read the parcel",
    "grey": "decides nothing alone",
    "cancels": "takes an earlier event back",
}


@dataclass(frozen=True, slots=True)
class RuleTold:
    """A rule and what became of it. holds: None if it could not be told; values: of the columns that it reads."""

    rule: Rule
    holds: bool | None
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class SubmissionTold:
    """A submission. judged: it is the one; superseded_by: a later one's seq; rules: whether it counts."""

    seq: int
    submitted_at: datetime
    carrier_code: str
    carrier_name: str
    tracking_number: str
    judged: bool
    superseded_by: int | None
    rules: tuple[RuleTold, ...]

    @property
    def kept_out_by(self) -> RuleTold | None:
        """The first rule by which it does not count."""
        return next((told for told in self.rules if told.holds is not True), None)


@dataclass(frozen=True, slots=True)
class ScanTold:
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
    rules: tuple[RuleTold, ...]
    submissions: tuple[SubmissionTold, ...]
    asked: tuple[str, str] | None
    outcome: str | None
    unanswered_why: str
    known_to: tuple[str, ...]
    scans: tuple[ScanTold, ...]
    first_scan_at: datetime | None
    delivered_at: datetime | None

    @property
    def hit(self) -> RuleTold | None:
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
                "first_scan_at": _json_value(self.first_scan_at),
                "delivered_at": _json_value(self.delivered_at),
                "scans": [_scan_json(scan) for scan in self.scans],
            },
            "text": list(self.lines()),
        }

    def lines(self, events: int = 20) -> Iterator[str]:
        """The explanation for people. events: how many of the number's events are shown."""
        name = self.order_id if self.package is None else f"{self.order_id}/{self.package}"
        named = {"valid": "", "unanswered": ""}.get(self.state, f", {self.decision}")
        yield _printable(f"{name}: {_STATES[self.state]}{named}. {self.says}")
        for told in self.submissions:
            yield _printable(f"  {_submission_words(told, len(self.submissions))}")
        if self.state in {"valid", "invalid", "unanswered"}:
            yield from (_printable(f"  {line}") for line in self._evidence_lines(events))
        hit = self.hit
        if hit is not None:
            yield _printable(f"  rule:       {hit.rule.condition.text}; here {_values_words(hit.values)}")
            yield _printable(
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
        delivered = f"delivered {_spoken(self.delivered_at)}" if self.delivered_at else "no delivery"
        counting = sum(scan.counts for scan in self.scans)
        verb = "count" if counting > 1 else "counts"
        return f"{counting or 'none'} of {_many(len(self.scans), 'event')} {verb} as a physical scan; {delivered}"


def explain(
    engine: Engine, given: Given, as_of: datetime, orders: Collection[str] | None = None
) -> dict[PackageKey, Explanation]:
    """The explanations of the packages of these orders (None: of all), in the order in which they were given.

    The same tables and instant as the report's. Raises VtrError as making the report does.
    """
    if orders is not None:
        wanted = pa.array(sorted(orders), pa.string())
        given = Given(
            given.orders.filter(pc.is_in(given.orders["order_id"], wanted)),
            given.submissions.filter(pc.is_in(given.submissions["order_id"], wanted)),
            given.answers,
            given.scans,
            given.complete,
        )
    profile = engine.profile
    says = {decision: words for decision, _, words in statements.decisions(profile)}
    rows = engine.rows_of(_judged(profile), given, as_of)
    submissions = _by(engine.rows_of(_submissions(profile), given, as_of), "order_id", "package")
    scans = _by(engine.rows_of(_scans(profile), given, as_of), "carrier", "tracking_number")
    knowing: dict[str, list[str]] = {}
    for answer in given.answers.to_pylist():
        if answer["outcome"] == "known":
            knowing.setdefault(answer["tracking_number"], []).append(answer["carrier"])
    told = {}
    for row in rows:
        asked = (row["client"], row["asked_number"]) if row["client"] and row["asked_number"] else None
        told[row["order_id"], row["package"]] = Explanation(
            order_id=row["order_id"],
            package=row["package"],
            decision=row["decision"],
            state=row["state"],
            says=says[row["decision"]],
            rules=tuple(_decided_by(profile, row)),
            submissions=tuple(_submissions_told(profile, row, submissions.get((row["order_id"], row["package"]), ()))),
            asked=asked,
            outcome=row["outcome"],
            unanswered_why=row["unanswered_why"] or "",
            known_to=tuple(sorted(set(knowing.get(asked[1], ())) - {asked[0]})) if asked else (),
            scans=tuple(_scan_told(profile, row, scan) for scan in scans.get(asked, ())) if asked else (),
            first_scan_at=_aware(row["first_scan_at"]),
            delivered_at=_aware(row["delivered_at"]),
        )
    return told


# -- what is asked of the engine


def _judged(profile: Profile) -> str:
    """Each package with all columns of its conditions, its decision, and each rule's outcome (rule_0, …)."""
    return statements.over_stages(
        profile,
        statements.CHAIN,
        f"""SELECT told.*, verdict.decision, verdict.state
        FROM (SELECT *{_outcomes(deciding(profile))} FROM judged) AS told
        JOIN verdict ON verdict.order_id = told.order_id AND verdict.package IS NOT DISTINCT FROM told.package
        ORDER BY told.order_id, told.package NULLS FIRST""",  # noqa: S608 (names of ours, checked conditions)
    )


def _submissions(profile: Profile) -> str:
    return statements.over_stages(
        profile,
        statements.CHAIN[: statements.CHAIN.index("evidence") + 1],
        f"""SELECT *{_outcomes(profile.rules_of("submission"))}
        FROM evidence
        WHERE seq IS NOT NULL
        ORDER BY order_id, package, seq""",  # noqa: S608 (names of ours, checked conditions)
    )


def _scans(profile: Profile) -> str:
    """Every event, those too that the report cannot know of."""
    return statements.over_stages(
        profile,
        statements.CHAIN[: statements.CHAIN.index("classified_scans") + 1],
        f"""SELECT scan.*, {statements.VISIBLE} AS visible, settings.as_of, classed."class", classed.counts,
            classed.delivers, coded.is_physical
        FROM scans AS scan
        CROSS JOIN settings
        LEFT JOIN coded_scans AS coded
            ON coded.carrier = scan.carrier AND coded.tracking_number = scan.tracking_number
            AND coded."position" = scan."position"
        LEFT JOIN classified_scans AS classed
            ON classed.carrier = scan.carrier AND classed.tracking_number = scan.tracking_number
            AND classed."position" = scan."position"
        ORDER BY scan.carrier, scan.tracking_number, scan."position\"""",  # noqa: S608 (names of ours)
    )


def _outcomes(rules: Sequence[Rule]) -> str:
    # A rule behind the one that decided may be one that cannot be evaluated there; nobody is shown it.
    return "".join(f", TRY({rule.condition.sql()}) AS rule_{place}" for place, rule in enumerate(rules))


def deciding(profile: Profile) -> tuple[Rule, ...]:
    """The rules that decide a package, in their order; those that choose its submission stand apart."""
    return (*profile.rules_of("population"), *profile.rules_of("evidence"))


def _by(rows: Sequence[Mapping[str, Any]], *names: str) -> dict[tuple[Any, ...], list[Mapping[str, Any]]]:
    grouped: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(tuple(row[name] for name in names), []).append(row)
    return grouped


# -- what is made of it


def _decided_by(profile: Profile, row: Mapping[str, Any]) -> Iterator[RuleTold]:
    """The rules up to the one that decided, or up to the first for which an answer is missing."""
    for place, rule in enumerate(reached(profile, row["decision"], undecided=row["undecided"])):
        yield _rule_told(rule, row, place)


def reached(profile: Profile, decision: str, *, undecided: bool) -> Iterator[Rule]:
    """The rules that a package came to, in the order of decision: up to the one that decided, or that nobody can tell.

    decision: the package's. undecided: whether it is open which of its submissions counts.
    """
    rules = deciding(profile)
    if decision not in {VALID, statements.UNANSWERED, *(rule.name for rule in rules)}:
        return  # decided before any rule: the order was not given
    missing: set[Needs] = {"submission", "answer"} if undecided else {"answer"}
    for rule in rules:
        if decision == statements.UNANSWERED and rule.condition.needs & missing:
            return
        yield rule
        if rule.name == decision:
            return


def _rule_told(rule: Rule, row: Mapping[str, Any], place: int) -> RuleTold:
    read = [column.name for column in COLUMNS if column.name in rule.condition.columns]
    return RuleTold(rule, row[f"rule_{place}"], {name: _json_value(row[name]) for name in read})


def _submissions_told(
    profile: Profile, judged: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> Iterator[SubmissionTold]:
    rules = profile.rules_of("submission")
    chosen = judged["seq"] if judged["counting_submissions"] and not judged["undecided"] else None
    for row in rows:
        told = tuple(_rule_told(rule, row, place) for place, rule in enumerate(rules))
        counts = all(rule.holds for rule in told)
        yield SubmissionTold(
            seq=row["seq"],
            submitted_at=row["submitted_at"].replace(tzinfo=UTC),
            carrier_code=row["carrier_code"],
            carrier_name=row["carrier_name"],
            tracking_number=row["tracking_number"],
            judged=row["seq"] == chosen,
            superseded_by=chosen if counts and chosen is not None and row["seq"] < chosen else None,
            rules=told,
        )


def _scan_told(profile: Profile, row: Mapping[str, Any], scan: Mapping[str, Any]) -> ScanTold:
    main = scan_codes.load(scan["carrier"]).get(scan["code"])
    why_not = _why_not(profile, row, scan)
    return ScanTold(
        at=_aware(scan["at"]),
        code=scan["code"],
        means=main.means if main else scan["description"] or "in no table",
        location=scan["location"],
        scan_class=scan["class"] or "",
        counts=not why_not,
        delivers=bool(scan["delivers"]) and not _is_earlier(profile, row, scan),
        why_not=why_not,
    )


def _why_not(profile: Profile, row: Mapping[str, Any], scan: Mapping[str, Any]) -> str:
    if not scan["visible"]:
        late = scan["at"] is not None and scan["at"] > scan["as_of"]
        when = _spoken(_aware(scan["at"] if late else scan["published_at"]))
        return f"after the report: it {'happened' if late else 'was published'} {when}"
    if _is_earlier(profile, row, scan):
        return f"before the order was placed, {_spoken(_aware(row['placed_at']))}"
    if scan["is_physical"] and not scan["counts"]:
        return "taken back by a later event"
    if not scan["counts"]:
        return _CLASSES.get(scan["class"], scan["class"])
    return ""


def _is_earlier(profile: Profile, row: Mapping[str, Any], scan: Mapping[str, Any]) -> bool:
    before = scan["at"] is not None and scan["at"] < row["placed_at"]
    return bool(before and profile.switches.prior_scans == "ignore")


# -- words and JSON values


def _submission_words(told: SubmissionTold, count: int) -> str:
    number = f"{told.tracking_number!r}" if told.tracking_number else "no tracking number"
    carrier = told.carrier_code or "no carrier"
    if told.carrier_name:
        carrier += f" with {told.carrier_name!r} typed"
    which = "the one submission" if count == 1 else f"submission {told.seq} of {count}"
    shown = f"{which}, {_spoken(told.submitted_at)}: {carrier}, {number}"
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


def _scan_words(scan: ScanTold) -> str:
    place = f", {scan.location}" if scan.location else ""
    counts = "a physical scan" if scan.counts else f"does not count: {scan.why_not}"
    return f"{_spoken(scan.at)} {scan.code} ({scan.means}){place}: {counts}"


def _values_words(values: Mapping[str, Value]) -> str:
    return ", ".join(f"{name} {_value_words(value)}" for name, value in values.items())


def _value_words(value: Value) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "true" if value else "false"
    return (value or "''") if isinstance(value, str) else str(value)


def _spoken(instant: datetime | None) -> str:
    return "(no time)" if instant is None else instant_text(instant)


def _rule_json(told: RuleTold) -> dict[str, Any]:
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


def _submission_json(told: SubmissionTold) -> dict[str, Any]:
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


def _scan_json(scan: ScanTold) -> dict[str, Any]:
    return {
        "at": _json_value(scan.at),
        "code": scan.code,
        "means": scan.means,
        "location": scan.location,
        "class": scan.scan_class,
        "counts": scan.counts,
        "delivers": scan.delivers,
        "why_not": scan.why_not,
    }


def _json_value(value: datetime | date | Decimal | Value) -> Value:
    if isinstance(value, datetime):
        return instant_text(value if value.tzinfo else value.replace(tzinfo=UTC))
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _aware(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.replace(tzinfo=UTC)


def _printable(text: str) -> str:
    """A user's or a carrier's text moves no cursor."""
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
