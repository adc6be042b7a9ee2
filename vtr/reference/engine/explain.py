"""Explains a decision: which submission was judged, what counted as evidence, and each rule up to the one that decided.

Nothing is decided here. Explanations are made from rows of the engine's own stages, with each rule's condition
evaluated by the same engine. The words are those of the profile's rules and of the tables of scan codes, so that a rule
which a user writes is explained too. It costs as much as the report, so it is done only on request.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vtr.reference import scan_codes
from vtr.reference.engine import statements
from vtr.reference.engine.in_memory import Engine, Evidence
from vtr.reference.report.explanation import (
    CLASS_WORDS,
    Explanation,
    PackageKey,
    RuleOutcome,
    ScanOutcome,
    SubmissionOutcome,
    instant_words,
    json_value,
)
from vtr.reference.rules.columns import COLUMNS, Needs
from vtr.reference.rules.profile_reader import VALID, Profile, Rule

_CLASS_WORDS: Mapping[str, str] = {
    **CLASS_WORDS,
    "none": "nobody read the parcel",
    "cancels": "takes an earlier event back",
}


def explain(
    engine: Engine, given: Evidence, as_of: datetime, orders: Collection[str] | None = None
) -> dict[PackageKey, Explanation]:
    """The explanations of the packages of these orders (None: of all), by order id and package number.

    given, as_of: the tables and the instant (aware) of the report. Raises VtrError as making the report does.
    """
    if orders is not None:
        wanted = pa.array(sorted(orders), pa.string())
        given = Evidence(
            given.orders.filter(pc.is_in(given.orders["order_id"], wanted)),
            given.submissions.filter(pc.is_in(given.submissions["order_id"], wanted)),
            given.answers,
            given.scans,
            given.complete,
        )
    profile = engine.profile
    says = {decision: words for decision, _, words in statements.decisions(profile)}
    rows = engine.rows_of(_packages_select(profile), given, as_of)
    submissions = _grouped_by(engine.rows_of(_submissions_select(profile), given, as_of), "order_id", "package")
    scans = _grouped_by(engine.rows_of(_scans_select(profile), given, as_of), "carrier", "tracking_number")
    knowing: dict[str, list[str]] = {}
    for answer in given.answers.to_pylist():
        if answer["outcome"] == "known":
            knowing.setdefault(answer["tracking_number"], []).append(answer["carrier"])
    explanations = {}
    for row in rows:
        asked = (row["client"], row["asked_number"]) if row["client"] and row["asked_number"] else None
        explanations[row["order_id"], row["package"]] = Explanation(
            order_id=row["order_id"],
            package=row["package"],
            decision=row["decision"],
            state=row["state"],
            says=says[row["decision"]],
            rules=tuple(_rule_outcomes(profile, row)),
            submissions=tuple(
                _submission_outcomes(profile, row, submissions.get((row["order_id"], row["package"]), ()))
            ),
            asked=asked,
            outcome=row["outcome"],
            unanswered_why=row["unanswered_why"] or "",
            known_to=tuple(sorted(set(knowing.get(asked[1], ())) - {asked[0]})) if asked else (),
            scans=tuple(_scan_outcome(profile, row, scan) for scan in scans.get(asked, ())) if asked else (),
            first_scan_at=_aware(row["first_scan_at"]),
            delivered_at=_aware(row["delivered_at"]),
        )
    return explanations


# -- SELECTs for the engine


def _packages_select(profile: Profile) -> str:
    """Each package with all columns of its conditions, its decision, and each rule's outcome (rule_0, …)."""
    return statements.over_stages(
        profile,
        statements.CHAIN,
        f"""SELECT package.*, verdict.decision, verdict.state
        FROM (SELECT *{_outcome_columns(deciding_rules(profile))} FROM judged) AS package
        JOIN verdict ON verdict.order_id = package.order_id AND verdict.package IS NOT DISTINCT FROM package.package
        ORDER BY package.order_id, package.package NULLS FIRST""",  # noqa: S608 (names of ours, checked conditions)
    )


def _submissions_select(profile: Profile) -> str:
    return statements.over_stages(
        profile,
        statements.CHAIN[: statements.CHAIN.index("evidence") + 1],
        f"""SELECT *{_outcome_columns(profile.rules_of("submission"))}
        FROM evidence
        WHERE seq IS NOT NULL
        ORDER BY order_id, package, seq""",  # noqa: S608 (names of ours, checked conditions)
    )


def _scans_select(profile: Profile) -> str:
    """Every event, including those that the report cannot know of."""
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


def _outcome_columns(rules: Sequence[Rule]) -> str:
    # A rule after the one that decided may fail to evaluate; it is not shown.
    return "".join(f", TRY({rule.condition.sql()}) AS rule_{place}" for place, rule in enumerate(rules))


def deciding_rules(profile: Profile) -> tuple[Rule, ...]:
    """The rules that decide a package, in their order; without those that choose its submission."""
    return (*profile.rules_of("population"), *profile.rules_of("evidence"))


def _grouped_by(rows: Sequence[Mapping[str, Any]], *names: str) -> dict[tuple[Any, ...], list[Mapping[str, Any]]]:
    grouped: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(tuple(row[name] for name in names), []).append(row)
    return grouped


# -- values from their rows


def _rule_outcomes(profile: Profile, row: Mapping[str, Any]) -> Iterator[RuleOutcome]:
    """The rules up to the one that decided, or up to the first for which an answer is missing."""
    for place, rule in enumerate(rules_reached(profile, row["decision"], undecided=row["undecided"])):
        yield _rule_outcome(rule, row, place)


def rules_reached(profile: Profile, decision: str, *, undecided: bool) -> Iterator[Rule]:
    """The rules that a package reached, in the order of decision: up to the one that decided, or that lacks an answer.

    decision: the package's. undecided: whether it is open which of its submissions counts.
    """
    rules = deciding_rules(profile)
    if decision not in {VALID, statements.UNANSWERED, *(rule.name for rule in rules)}:
        return  # decided before any rule: the order was not given
    missing: set[Needs] = {"submission", "answer"} if undecided else {"answer"}
    for rule in rules:
        if decision == statements.UNANSWERED and rule.condition.needs & missing:
            return
        yield rule
        if rule.name == decision:
            return


def _rule_outcome(rule: Rule, row: Mapping[str, Any], place: int) -> RuleOutcome:
    read = [column.name for column in COLUMNS if column.name in rule.condition.columns]
    return RuleOutcome(rule, row[f"rule_{place}"], {name: json_value(row[name]) for name in read})


def _submission_outcomes(
    profile: Profile, judged: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> Iterator[SubmissionOutcome]:
    rules = profile.rules_of("submission")
    chosen = judged["seq"] if judged["counting_submissions"] and not judged["undecided"] else None
    for row in rows:
        outcomes = tuple(_rule_outcome(rule, row, place) for place, rule in enumerate(rules))
        counts = all(outcome.holds for outcome in outcomes)
        yield SubmissionOutcome(
            seq=row["seq"],
            submitted_at=row["submitted_at"].replace(tzinfo=UTC),
            carrier_code=row["carrier_code"],
            carrier_name=row["carrier_name"],
            tracking_number=row["tracking_number"],
            judged=row["seq"] == chosen,
            superseded_by=chosen if counts and chosen is not None and row["seq"] < chosen else None,
            rules=outcomes,
        )


def _scan_outcome(profile: Profile, row: Mapping[str, Any], scan: Mapping[str, Any]) -> ScanOutcome:
    main = scan_codes.load(scan["carrier"]).get(scan["code"])
    why_not = _why_not(profile, row, scan)
    return ScanOutcome(
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
        when = instant_words(_aware(scan["at"] if late else scan["published_at"]))
        return f"after the report: it {'happened' if late else 'was published'} {when}"
    if _is_earlier(profile, row, scan):
        return f"before the order was placed, {instant_words(_aware(row['placed_at']))}"
    if scan["is_physical"] and not scan["counts"]:
        return "taken back by a later event"
    if not scan["counts"]:
        return _CLASS_WORDS.get(scan["class"], scan["class"])
    return ""


def _is_earlier(profile: Profile, row: Mapping[str, Any], scan: Mapping[str, Any]) -> bool:
    before = scan["at"] is not None and scan["at"] < row["placed_at"]
    return bool(before and profile.switches.prior_scans == "ignore")


def _aware(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.replace(tzinfo=UTC)
