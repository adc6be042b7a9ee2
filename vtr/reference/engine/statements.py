"""The stages of `stages/*.sql` made into statements: chained, with a profile's rules in their places.

A stage is one SELECT that reads other stages, or given tables, by name. A placeholder `{{name}}` in a stage is filled
here from the profile: its switches as literals, its rules as CASE expressions of checked conditions. Before a rule that
needs something unknown (the answer of a carrier that gave no usable one, or an edit that may or may not count), the
CASE stops at `unanswered`. That follows from the rule's columns, so it works for a rule that a user adds, too.
"""

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files

from vtr.reference.report.explanation import State
from vtr.reference.rules.columns import Needs
from vtr.reference.rules.profile_reader import VALID, Profile, Rule

CHAIN = (
    "visible_scans",
    "coded_scans",
    "cancelled_codes",
    "classified_scans",
    "packages",
    "population",
    "submitted",
    "answered",
    "elsewhere",
    "sightings",
    "seen",
    "evidence",
    "effective",
    "judged",
    "verdict",
)
"""The stages up to the verdict, each after those it reads."""

_CHAIN_OF_ASKING = (
    "packages",
    "population",
    "submitted",
    "seen=not_asked",
    "evidence",
    "effective",
    "judged",
    "verdict",
    "asking",
)
"""The same before any carrier was asked, to find what to ask; name=file: another stage in the place of a stage."""

_CHAIN_OF_FILES = (
    "packages",
    "population",
    "submitted",
    "answered",
    "recounted",
    "visible_scans=recounted_scans",
    "coded_scans",
    "cancelled_codes",
    "classified_scans",
    "elsewhere",
    "sightings",
    "seen=file_seen",
    "evidence",
    "effective",
    "judged",
    "verdict",
)
"""The same for files of scans, where `answers` are the `scan_totals`."""

NUMBER_KEY_SQL = """
    CASE WHEN ord(tracking_number) > 32 AND ord(tracking_number[-1]) > 32 THEN upper(tracking_number)
    ELSE upper(trim(tracking_number, chr(32) || chr(9) || chr(10) || chr(11) || chr(12) || chr(13))) END"""
"""A number as answers are looked up by it (`records.number_key`). Trimming is slow, and few numbers need it."""

VISIBLE = """
    (scan."at" IS NULL OR scan."at" <= settings.as_of)
    AND (scan.published_at IS NULL OR scan.published_at <= settings.as_of)"""
"""Whether the report can know of an event: it happened, and was published, not after the report's instant."""

UNANSWERED = "unanswered"  # in lower case: no rule can have this name
_NOT_GIVEN = "ORDER_NOT_GIVEN"
_NOTHING_COUNTS = "NOT_YET_REFLECTED"


def select_of_stage(profile: Profile, last: str) -> str:
    """The statement that gives the rows of a stage of the chain from the given tables."""
    names = CHAIN[: CHAIN.index(last) + 1]
    return over_stages(profile, names, f"SELECT * FROM {last}")  # noqa: S608 (a constant name)


def select_of_pairs(profile: Profile) -> str:
    """The statement that gives the clients and numbers to ask, from orders and submissions alone, in order."""
    return over_stages(profile, _CHAIN_OF_ASKING, "SELECT * FROM asking")


def select_of_file_verdicts(profile: Profile) -> str:
    """The statement that gives the verdicts where `answers` holds the rows of `select_of_totals`."""
    return over_stages(profile, _CHAIN_OF_FILES, "SELECT * FROM verdict")


def select_of_totals(profile: Profile) -> str:
    """The statement that gives the totals of each number in a file of scans (`scan_lines`)."""
    names = ("visible_scans=lines_of_scans", "coded_scans", "scan_totals")
    return over_stages(profile, names, "SELECT * FROM scan_totals")


def over_stages(profile: Profile, names: Sequence[str], select: str) -> str:
    """A SELECT over these stages, which must come after the stages that they read."""
    filled = _fillings(profile)
    parts = (name.partition("=") for name in names)
    stages = ",\n".join(f"{name} AS (\n{_stage(file or name, filled)})" for name, _, file in parts)
    return f"WITH {stages}\n{select}"


def select_after_verdict(profile: Profile, name: str) -> str:
    """The statement of a stage that reads `verdicts`."""
    return _stage(name, _fillings(profile))


def have_same_statements(one: Profile, other: Profile) -> bool:
    """Whether two profiles have the same statements; their tables may differ."""
    return _fillings(one) == _fillings(other)


def decisions(profile: Profile) -> list[tuple[str, State, str]]:
    """The possible decisions of a package: the name, the state that it means, and its text."""
    rows: dict[str, tuple[State, str]] = {
        VALID: ("valid", "The carrier has seen the parcel, and the number came in time."),
        UNANSWERED: ("unanswered", "An answer is missing."),
        _NOT_GIVEN: ("excluded", "A confirmation of an order that is not among the orders given."),
        _NOTHING_COUNTS: ("excluded", "No submission of the package counts yet."),
    }
    for rule in profile.rules_of("population"):
        rows[rule.name] = ("exempt" if rule.exempt else "excluded", rule.says)
    for rule in profile.rules_of("evidence"):
        rows[rule.name] = ("invalid", rule.says)
    return [(name, state, says) for name, (state, says) in rows.items()]


def _stage(name: str, filled: Mapping[str, str]) -> str:
    """A stage's SELECT without its comments, with its placeholders filled."""
    text = files("vtr.reference").joinpath("stages", f"{name}.sql").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines(keepends=True) if not line.startswith("--"))
    return re.sub(r"\{\{(\w+)\}\}", lambda found: filled[found[1]], "".join(lines))


def _fillings(profile: Profile) -> dict[str, str]:
    early, late = _split_before_need(profile.rules_of("population"), {"counting", "submission", "answer"})
    settling, _ = _split_before_need(profile.rules_of("evidence"), {"answer"})
    counting = [rule.condition for rule in profile.rules_of("submission")]
    at_earliest = {"delivered_so_far": "earliest_delivered_so_far"}
    return {
        "early_population": _case([_branch(rule) for rule in early], "NULL"),
        "settled": _case([_branch(rule) for rule in settling], "NULL"),
        "counts": " AND ".join(condition.sql() for condition in counting) or "TRUE",
        "counts_at_earliest": " AND ".join(condition.sql(at_earliest) for condition in counting) or "TRUE",
        "decision": _case(
            [*_late_population_branches(late), *_evidence_branches(profile.rules_of("evidence"))], _literal(VALID)
        ),
        **{name: _literal(chosen) for name, chosen in profile.switches.chosen().items()},
        "state": _by_decision({name: state for name, state, _ in decisions(profile)}),
        "says": _by_decision({name: says for name, _, says in decisions(profile)}),
        "supported_carriers": _supported_carriers(profile),
        "counting_classes": ", ".join(_literal(name) for name in profile.counting_classes) or "''",
        "target_millionths": str(int(profile.target * 1_000_000)),
        "key": NUMBER_KEY_SQL,
        "visible": f"({VISIBLE})",
    }


def _split_before_need(rules: Sequence[Rule], needs: set[Needs]) -> tuple[Sequence[Rule], Sequence[Rule]]:
    """The rules before the first that needs one of these, and the rest."""
    for place, rule in enumerate(rules):
        if rule.condition.needs & needs:
            return rules[:place], rules[place:]
    return rules, ()


def _late_population_branches(rules: Sequence[Rule]) -> list[str]:
    """Branches of the population rules from the first that looks at the package's submissions.

    Those that look at the judged submission come after the branch for packages whose submission is not decided.
    """
    before, after = _split_before_need(rules, {"submission", "answer"})
    return [
        *(_branch(rule) for rule in before),
        f"WHEN undecided THEN {_literal(UNANSWERED)}",
        *(_branch(rule) for rule in after),
        # A profile without such a rule must not judge a package by a submission that it does not have.
        f"WHEN counting_submissions = 0 THEN {_literal(_NOTHING_COUNTS)}",
    ]


def _evidence_branches(rules: Sequence[Rule]) -> list[str]:
    before, after = _split_before_need(rules, {"answer"})
    branches = [_branch(rule) for rule in before]
    if after:
        branches.append(f"WHEN outcome IS NULL OR outcome = 'unanswered' THEN {_literal(UNANSWERED)}")
    return [*branches, *(_branch(rule) for rule in after)]


def _branch(rule: Rule) -> str:
    return f"WHEN {rule.condition.sql()} THEN {_literal(rule.name)}"


def _case(branches: Sequence[str], otherwise: str) -> str:
    return f"CASE {' '.join(branches)} ELSE {otherwise} END" if branches else f"CAST({otherwise} AS VARCHAR)"


def _by_decision(words: Mapping[str, str]) -> str:
    """The meaning of each decision. A map: a CASE would be planned with the decision's own CASE in each branch."""
    pairs = (f"{_literal(decision)}: {_literal(meaning)}" for decision, meaning in words.items())
    return f"MAP {{{', '.join(pairs)}}}[decision]"


def _supported_carriers(profile: Profile) -> str:
    """The profile's carriers as rows of text: name and client."""
    rows = [
        f"({_literal(carrier.name)}, CAST({'NULL' if carrier.asks is None else _literal(carrier.asks)} AS VARCHAR))"
        for carrier in profile.carriers
    ]
    # A profile may have removed all carriers of its base; VALUES without rows is not SQL.
    return f"VALUES {', '.join(rows)}" if rows else "SELECT '', CAST(NULL AS VARCHAR) WHERE FALSE"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
