"""Rule coverage: which rules, sides of their comparisons, and scan codes of carriers were exercised by judging.

A rule that never decided a package is untested; so is a comparison if one of its sides never occurred where it
mattered. A comparison matters to a package when the package reaches its rule (no earlier rule decided it), and when
inverting the comparison, with the rest of the rule as it is, would invert the rule. A comparison that another one masks
(b in `a OR b` where a holds) does not matter.

The engine evaluates each comparison in its own stages, as it evaluates whole conditions when a decision is explained.
What mattered is computed here from those values, in SQL's three-valued logic. A comparison is an operand of AND, OR or
NOT; a CASE counts as one comparison.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any, Literal

from sqlglot import exp

from vtr.reference import scan_codes
from vtr.reference.checking import QueryOptions, collect_evidence, engine_for
from vtr.reference.engine import statements
from vtr.reference.engine.explain import deciding_rules, rules_reached
from vtr.reference.engine.in_memory import Engine, Evidence
from vtr.reference.protocol import ParsedRequest
from vtr.reference.rules.columns import NULLABLE
from vtr.reference.rules.profile_reader import VALID, Profile, Rule

Truth = bool | None
_Logic = int | tuple[Literal["and", "or", "not"], tuple["_Logic", ...]]  # a number: the comparison at that place

TRUE, FALSE, NULL, EQUAL = "true", "false", "NULL", "equal"
_SIDES: Mapping[Truth, str] = {True: TRUE, False: FALSE, None: NULL}

_DIALECT = "duckdb"
_ORDERED = (exp.LT, exp.LTE, exp.GT, exp.GTE)
_NEVER_NULL = (exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ)
_REPLACE_NULL = (exp.Coalesce, exp.Case)
_MOST_TRIED = 5_000  # values of a rule's comparisons; beyond, each side is taken to be possible
_KEPT = 4  # sheets, one an engine


@dataclass(frozen=True, slots=True)
class ComparisonSide:
    """A side of a comparison in a rule.

    side: the comparison's value (true, false, NULL where that can matter); or, of an ordering, that its operands are
    equal; or, of a list, which value is met.
    """

    rule: str
    comparison: str
    side: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.comparison}: {self.side}"


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """What judging exercised.

    decisions: rules that decided a package or kept a submission from counting, and VALID.
    sides: the sides of comparisons that mattered.
    codes: carrier and code of the events in answers, as far as the tables of scan codes have them.
    known: carriers that knew a number.
    carrier_names: the names of the profile's carriers that were used for a package that was judged.
    """

    decisions: frozenset[str]
    sides: frozenset[ComparisonSide]
    codes: frozenset[tuple[str, str]]
    known: frozenset[str]
    carrier_names: frozenset[str]


def sides(profile: Profile) -> tuple[ComparisonSide, ...]:
    """Every side of every comparison of a profile's rules that can matter, in the order of the rules."""
    return tuple(
        ComparisonSide(rule.name, comparison.text, side)
        for rule in profile.rules
        for comparison in _Sheet.of(rule).comparisons
        for side in comparison.sides
    )


def coverage_of_request(request: ParsedRequest, asking: QueryOptions) -> RuleCoverage:
    """What judging a request exercises. asking: how the carriers are queried. Raises VtrError as judging does."""
    engine = engine_for(request.profile)
    given = collect_evidence(
        engine, request.orders, request.submissions, request.endpoints, as_of=request.as_of, asking=asking
    )
    return coverage_of(engine, given, request.as_of)


def coverage_of(engine: Engine, given: Evidence, as_of: datetime) -> RuleCoverage:
    """What judging these tables at an instant (aware) exercises."""
    profile = engine.profile
    sheets = _sheets(engine)
    judged = engine.rows_of_kept("covered", lambda: _packages_select(profile, sheets), given, as_of)
    submissions = engine.rows_of_kept("covered_submissions", lambda: _submissions_select(profile, sheets), given, as_of)
    names = {carrier.name for carrier in profile.carriers}
    met: set[ComparisonSide] = set()
    decisions: set[str] = set()
    for row in judged:
        decisions.add(row["decision"])
        for rule in rules_reached(profile, row["decision"], undecided=row["undecided"]):
            met.update(sheets[rule.name].seen(row))
    for row in submissions:
        decisions.update(_keeping_out(profile, sheets, row, met))
    scans = given.scans.select(("carrier", "code", "subcode")).to_pylist()
    codes = {(scan["carrier"], scan[name]) for scan in scans for name in ("code", "subcode")}
    return RuleCoverage(
        decisions=frozenset(decisions & {VALID, *(rule.name for rule in profile.rules)}),
        sides=frozenset(met),
        codes=frozenset((carrier, code) for carrier, code in codes if code in scan_codes.load(carrier)),
        known=frozenset(answer["carrier"] for answer in given.answers.to_pylist() if answer["outcome"] == "known"),
        carrier_names=frozenset(
            row["carrier_code"]
            for row in judged
            if row["state"] in {"valid", "invalid", "unanswered"} and row["carrier_code"] in names
        ),
    )


def _keeping_out(
    profile: Profile, sheets: "Mapping[str, _Sheet]", row: Mapping[str, Any], met: set[ComparisonSide]
) -> Iterator[str]:
    """The rule that keeps a submission from counting, if one does; adds the sides that mattered on the way to `met`.

    A rule that needs a missing answer may hold or not. A later rule that does not hold decides all the same; one that
    holds shows nothing.
    """
    open_question = False
    for rule in profile.rules_of("submission"):
        if row["unsure"] and "delivered_so_far" in rule.condition.columns:
            open_question = True
            continue
        sheet = sheets[rule.name]
        holds = sheet.holds(row)
        if not (open_question and holds):
            met.update(sheet.seen(row))
        if holds is not True:
            yield rule.name
            return


# -- SELECTs for the engine


def _packages_select(profile: Profile, sheets: "Mapping[str, _Sheet]") -> str:
    """Each package with its decision, and the value of each comparison of the rules that decide."""
    columns = [column for rule in deciding_rules(profile) for column in sheets[rule.name].columns()]
    return statements.over_stages(
        profile,
        statements.CHAIN,
        f"""SELECT package.*, verdict.decision, verdict.state
        FROM (SELECT order_id, package, carrier_code, undecided{"".join(columns)} FROM judged) AS package
        JOIN verdict ON verdict.order_id = package.order_id AND verdict.package IS NOT DISTINCT FROM package.package""",  # noqa: S608 (names of ours, checked conditions)
    )


def _submissions_select(profile: Profile, sheets: "Mapping[str, _Sheet]") -> str:
    """Each submission with the value of each comparison of the rules by which it counts."""
    columns = [column for rule in profile.rules_of("submission") for column in sheets[rule.name].columns()]
    return statements.over_stages(
        profile,
        statements.CHAIN[: statements.CHAIN.index("evidence") + 1],
        f"""SELECT delivered_so_far IS DISTINCT FROM earliest_delivered_so_far AS unsure{"".join(columns)}
        FROM evidence
        WHERE seq IS NOT NULL""",  # noqa: S608 (names of ours, checked conditions)
    )


@lru_cache(maxsize=_KEPT)
def _sheets(engine: Engine) -> "dict[str, _Sheet]":
    return {rule.name: _Sheet.of(rule, f"rule_{place}") for place, rule in enumerate(engine.profile.rules)}


# -- the comparisons of a rule


@dataclass(frozen=True, slots=True)
class _Part:
    """A comparison in the tree of a condition.

    reads: the columns it reads that may be NULL.
    null_test: the column that it tests for NULL; empty for another comparison.
    """

    text: str
    node: exp.Expression
    reads: frozenset[str]
    null_test: str

    @property
    def may_be_null(self) -> bool:
        return bool(self.reads) and not self.null_test


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A comparison with its sides. further: SQL for the sides that need an expression of their own."""

    text: str
    sql: str
    sides: tuple[str, ...]
    further: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A rule's comparisons, and the logic that joins them. prefix: of its columns in a SELECT."""

    rule: str
    prefix: str
    comparisons: tuple[_Comparison, ...]
    logic: _Logic

    @classmethod
    def of(cls, rule: Rule, prefix: str = "rule") -> "_Sheet":
        parts: dict[str, _Part] = {}
        logic = _parse_logic(rule.condition.tree, parts)
        known = tuple(parts.values())
        comparisons = tuple(_comparison(known, place, logic) for place in range(len(known)))
        return cls(rule.name, prefix, comparisons, logic)

    def columns(self) -> Iterator[str]:
        """The rule's columns for a SELECT, each with a comma before it."""
        for place, comparison in enumerate(self.comparisons):
            yield f", TRY({comparison.sql}) AS {self.prefix}_{place}"
            for index, sql in enumerate(comparison.further.values()):
                yield f", TRY({sql}) AS {self.prefix}_{place}_{index}"

    def _values(self, row: Mapping[str, Any]) -> list[Truth]:
        return [row[f"{self.prefix}_{place}"] for place in range(len(self.comparisons))]

    def holds(self, row: Mapping[str, Any]) -> Truth:
        """The value of the condition for a row."""
        return _value(self.logic, self._values(row))

    def seen(self, row: Mapping[str, Any]) -> Iterator[ComparisonSide]:
        """The sides that mattered in a row that reached the rule."""
        values = self._values(row)
        for place, comparison in enumerate(self.comparisons):
            if not _matters(self.logic, values, place):
                continue
            found = [_SIDES[values[place]]]
            found += [side for index, side in enumerate(comparison.further) if row[f"{self.prefix}_{place}_{index}"]]
            yield from (ComparisonSide(self.rule, comparison.text, side) for side in found if side in comparison.sides)


def _parse_logic(node: exp.Expression, parts: dict[str, _Part]) -> _Logic:
    """The logic of a condition. Its comparisons are added to the parts, each once."""
    if isinstance(node, exp.Paren):
        return _parse_logic(node.this, parts)
    if isinstance(node, exp.Not):
        return "not", (_parse_logic(node.this, parts),)
    if isinstance(node, exp.And | exp.Or):
        operands = (_parse_logic(part, parts) for part in (node.this, node.expression))
        return "and" if isinstance(node, exp.And) else "or", tuple(operands)
    text = _readable(node)
    if text not in parts:
        reads = {
            column.name
            for column in node.find_all(exp.Column)
            if column.name in NULLABLE and column.find_ancestor(*_REPLACE_NULL) is None
        }
        tested = (
            node.this.name
            if isinstance(node, exp.Is) and isinstance(node.this, exp.Column) and isinstance(node.expression, exp.Null)
            else ""
        )
        if isinstance(node, _NEVER_NULL):
            reads = reads & {tested}
        parts[text] = _Part(text, node, frozenset(reads), tested)
    return list(parts).index(text)


def _comparison(parts: Sequence[_Part], place: int, logic: _Logic) -> _Comparison:
    part = parts[place]
    node = part.node
    if node.find(exp.Column) is None:  # TRUE, or 1 = 1
        return _Comparison(part.text, _sql(node), (), {})
    further: dict[str, tuple[exp.Expression, bool]] = {}  # with the value of the comparison then
    if isinstance(node, _ORDERED):
        further[EQUAL] = exp.EQ(this=node.this, expression=node.expression), isinstance(node, exp.LTE | exp.GTE)
    elif isinstance(node, exp.Between):
        for name, bound in (("low", "lower"), ("high", "upper")):
            further[f"equal to the {bound} bound"] = exp.EQ(this=node.this, expression=node.args[name]), True
    elif isinstance(node, exp.In) and len(node.expressions) > 1:
        for listed in node.expressions:
            further[f"= {_readable(listed)}"] = exp.EQ(this=node.this, expression=listed), True
    possible = {truth for truth in _SIDES if _can_matter(parts, place, logic, truth)}
    met = {side: _sql(tree) for side, (tree, truth) in further.items() if truth in possible}
    return _Comparison(
        part.text, _sql(node), (*(side for truth, side in _SIDES.items() if truth in possible), *met), met
    )


def _readable(node: exp.Expression) -> str:
    """A comparison for people, nearly as it is written in the profile."""
    text = node.sql(dialect=_DIALECT, comments=False, normalize_functions="lower")
    return re.sub(r"\bINTERVAL '(\d+)' ", r"INTERVAL \1 ", text)


def _sql(node: exp.Expression) -> str:
    return node.sql(dialect=_DIALECT, identify=True, comments=False)


def _can_matter(parts: Sequence[_Part], place: int, logic: _Logic, truth: Truth) -> bool:
    """Whether a comparison can matter with this value: after a test for NULL, for example, that NULL cannot."""
    part = parts[place]
    if truth is None and not part.may_be_null:
        return False
    for null, given in _nullness(part, truth):
        choices = [
            [truth] if index == place else _possible_values(other, null=null, given=given)
            for index, other in enumerate(parts)
        ]
        if prod(map(len, choices)) > _MOST_TRIED:
            return True
        if any(_matters(logic, values, place) for values in product(*choices)):
            return True
    return False


def _nullness(part: _Part, truth: Truth) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """The ways in which a comparison can have this value: columns that are NULL, and columns that are not."""
    nothing: frozenset[str] = frozenset()
    if part.null_test:
        tested = frozenset({part.null_test})
        yield (tested, nothing) if truth else (nothing, tested)
    elif truth is None:
        for column in sorted(part.reads):
            yield frozenset({column}), nothing
    else:
        yield nothing, part.reads


def _possible_values(part: _Part, *, null: frozenset[str], given: frozenset[str]) -> list[Truth]:
    """The values that a comparison can have where some columns are NULL and others are not."""
    if isinstance(part.node, exp.Boolean | exp.Null):
        return [part.node.this if isinstance(part.node, exp.Boolean) else None]
    if part.null_test:
        return [True] if part.null_test in null else [False] if part.null_test in given else [True, False]
    if part.reads & null:
        return [None]
    return [True, False] if part.reads <= given else [True, False, None]


def _matters(logic: _Logic, values: Sequence[Truth], place: int) -> bool:
    """Whether the value of one comparison decides if the condition holds, with the others as they are."""
    tried = ([*values[:place], truth, *values[place + 1 :]] for truth in _SIDES)
    return len({_value(logic, each) is True for each in tried}) > 1


def _value(logic: _Logic, values: Sequence[Truth]) -> Truth:
    """The value of a condition in SQL's three-valued logic."""
    if isinstance(logic, int):
        return values[logic]
    word, operands = logic
    given = [_value(operand, values) for operand in operands]
    if word == "not":
        return None if given[0] is None else not given[0]
    decisive = word == "or"
    if decisive in given:
        return decisive
    return None if None in given else not decisive
