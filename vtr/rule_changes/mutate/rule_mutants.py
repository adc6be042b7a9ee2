"""The mutants of a rule: left out, moved after the next one, its condition changed in one place.

sqlglot walks the condition's tree. Each change is made in a copy, written as SQL and parsed again like any user's
condition, so a mutant is a profile that could have been written. Changes that the parser of conditions rejects are
skipped.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from sqlglot import exp

from vtr.reference.rules.columns import Kind, Needs, Stage, columns_of
from vtr.reference.rules.conditions import Condition, ConditionError, read_condition
from vtr.reference.rules.profile import Profile, Rule
from vtr.rule_changes.mutate.mutant import Mutant, ProfileLines, drop_duplicates
from vtr.rule_changes.mutate.reachability import EARLIEST

_DIALECT = "duckdb"
_NEEDS: tuple[Needs, ...] = ("order", "counting", "submission", "answer")
_SIGNS: dict[type[exp.Expression], str] = {
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.EQ: "=",
    exp.NEQ: "<>",
}
# The boundary on the other side, and the opposite direction.
_OPPOSITES: dict[type[exp.Expression], tuple[type[exp.Expression], ...]] = {
    exp.GT: (exp.GTE, exp.LT),
    exp.GTE: (exp.GT, exp.LTE),
    exp.LT: (exp.LTE, exp.GT),
    exp.LTE: (exp.LT, exp.GTE),
    exp.EQ: (exp.NEQ,),
    exp.NEQ: (exp.EQ,),
}
_SHIFTS: dict[Kind, tuple[tuple[int, str], ...]] = {
    "instant": ((1, "SECOND"), (1, "HOUR")),
    "date": ((1, "DAY"),),
}
# What a character class such as [A-Za-z0-9] may lose, and what it may gain: a character that sellers type, its name,
# and the range that already contains it.
_RANGES = ("A-Z", "a-z", "0-9", r"\s", r"\p{Z}")
_GAINED = (("-", "hyphen", ""), (" ", "blank", r"\s"))

Change = tuple[
    str, Callable[[exp.Expression], exp.Expression]
]  # the end of the mutant's name, and how the node is rewritten


def mutants_of_rules(profile: Profile, lines: ProfileLines) -> Iterator[Mutant]:
    """The mutants of every rule, in the order of the rules."""
    for index, rule in enumerate(profile.rules):
        yield from _mutants_of_rule(profile, index, rule, lines.of_condition(rule))


def _mutants_of_rule(profile: Profile, index: int, rule: Rule, where: str) -> Iterator[Mutant]:
    rules = profile.rules

    def with_rules(name: str, before: str, after: str, touches: str, changed: Sequence[Rule]) -> Mutant:
        mutant = replace(profile, rules=tuple(changed))
        name = f"{rule.name}:{name}"
        return Mutant(name, rule.name, where, before, after, mutant, touches=touches if keeps_needs(mutant) else "")

    needs = _needs_by_rule(rules)

    def keeps_needs(mutant: Profile) -> bool:
        return all(needs.get(name) == most for name, most in _needs_by_rule(mutant.rules).items())

    if len(rules) > 1:
        yield with_rules(
            "dropped",
            rule.name,
            "(no such rule)",
            _differs_where(rule.condition),
            (*rules[:index], *rules[index + 1 :]),
        )
    # All rules of the submission stage must hold, so their order does not matter.
    following = next((at for at in range(index + 1, len(rules)) if rules[at].stage == rule.stage), None)
    if following is not None and rule.stage != "submission":
        swapped = list(rules)
        swapped[index], swapped[following] = rules[following], rule
        next_name = rules[following].name
        both = f"{_holds(rule.condition)} AND {_holds(rules[following].condition)}"
        yield with_rules("after-the-next", f"{rule.name}, {next_name}", f"{next_name}, {rule.name}", both, swapped)
    if rule.stage == "population":
        current = "exempt" if rule.exempt else "left out"
        other = "left out" if rule.exempt else "exempt"
        flipped = replace(rule, exempt=not rule.exempt)
        changed = (*rules[:index], flipped, *rules[index + 1 :])
        yield with_rules(other.replace(" ", "-"), current, other, _holds(rule.condition), changed)

    def with_conditions() -> Iterator[Mutant]:
        for name, condition in _changed_conditions(rule.condition):
            changed = (*rules[:index], replace(rule, condition=condition), *rules[index + 1 :])
            touches = _differs_where(rule.condition, condition)
            yield with_rules(name, _sql(rule.condition), condition.text, touches, changed)

    yield from drop_duplicates(with_conditions())


def _needs_by_rule(rules: Sequence[Rule]) -> dict[str, Needs]:
    """By rule: the most input that it, or an earlier rule of its stage, needs.

    A package without a carrier's answer stops before the first rule that needs one. A change that moves this point
    affects packages for which no condition changes.
    """
    most: dict[Stage, Needs] = {}
    found: dict[str, Needs] = {}
    for rule in rules:
        needs = [most.get(rule.stage, _NEEDS[0]), *rule.condition.needs]
        most[rule.stage] = found[rule.name] = max(needs, key=_NEEDS.index)
    return found


def _holds(condition: Condition, renamed: dict[str, str] | None = None) -> str:
    return f"coalesce({condition.sql(renamed)}, FALSE)"


def _differs_where(condition: Condition, changed: Condition | None = None) -> str:
    """The SQL condition of rows that a changed condition affects; without one, of those that dropping its rule affects.

    A rule of the submission stage must hold: left out, it holds for every row.
    """
    renames: list[dict[str, str] | None] = [None]
    if condition.stage == "submission":
        renames.append({"delivered_so_far": EARLIEST})
    without_rule = "TRUE" if condition.stage == "submission" else "FALSE"
    return " OR ".join(
        f"{_holds(condition, renamed)} <> {_holds(changed, renamed) if changed is not None else without_rule}"
        for renamed in renames
    )


def _sql(condition: Condition) -> str:
    return str(condition.tree.sql(dialect=_DIALECT, comments=False))


def _changed_conditions(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """The condition with one node changed, in every way there is; each with the end of the mutant's name."""
    nodes = _nodes(condition.tree)
    counts: dict[str, int] = {}
    for index, node in enumerate(nodes):
        for subject, changes in _changes(node, condition.stage):
            counts[subject] = counts.get(subject, 0) + 1
            for name, change in changes:
                text = _sql_with(condition.tree, index, change)
                try:
                    parsed = read_condition(text, condition.stage)
                except ConditionError:
                    continue
                if text != _sql(condition):
                    yield f"{subject}-{counts[subject]}:{name}", parsed


def _nodes(tree: exp.Expression) -> list[exp.Expression]:
    """The nodes in the order in which they were written."""
    return [node for node in tree.dfs() if isinstance(node, exp.Expression)]


def _operands(node: exp.Expression) -> list[exp.Expression]:
    """The operands of a chain of ANDs, or of ORs, with their parentheses."""
    return [operand for operand in node.flatten(unnest=False) if isinstance(operand, exp.Expression)]


def _sql_with(tree: exp.Expression, index: int, change: Callable[[exp.Expression], exp.Expression]) -> str:
    copy = tree.copy()
    node = _nodes(copy)[index]
    if index == 0:
        copy = change(node)
    else:
        node.replace(change(node.copy()))
    return str(copy.sql(dialect=_DIALECT, comments=False))


def _changes(node: exp.Expression, stage: Stage) -> Iterator[tuple[str, Sequence[Change]]]:
    """The word for a node in a mutant's name, and the changes to the node."""
    if isinstance(node, exp.And | exp.Or) and not isinstance(node.parent, type(node)):
        for number in range(len(_operands(node))):
            yield "operand", [("dropped", _drop_operand(number))]
        other = exp.Or if isinstance(node, exp.And) else exp.And
        yield "junction", [(other.__name__.lower(), _join_by(other))]
    elif isinstance(node, exp.In) and len(node.expressions) > 1:
        for number in range(len(node.expressions)):
            yield "listed", [("dropped", _drop_listed(number))]
    elif isinstance(node, exp.Literal | exp.Interval):
        yield from _literal_changes(node)
    elif type(node) in _SIGNS:
        yield "comparison", [*_with_other_signs(node), *_time_shifts(node, stage)]
    elif isinstance(node, exp.Is):
        yield "null", [("not", lambda found: exp.Not(this=found.copy()))]
    elif isinstance(node, exp.Not):
        yield "not", [("dropped", lambda found: found.this.copy())]
    elif isinstance(node, exp.RegexpLike):
        yield "pattern", list(_pattern_changes(node.expression.name))


def _literal_changes(node: exp.Literal | exp.Interval) -> Iterator[tuple[str, Sequence[Change]]]:
    if isinstance(node, exp.Interval):
        yield "interval", [("+1", _lengthen(1)), ("-1", _lengthen(-1))]
    elif isinstance(node.parent, exp.EQ | exp.NEQ | exp.In) and node.is_string:
        yield "text", [("other-case", lambda found: exp.Literal.string(found.name.swapcase()))]
    elif not node.is_string and not isinstance(node.parent, exp.Interval):
        yield "number", [("+1", _increase(1)), ("-1", _increase(-1))]


def _drop_operand(number: int) -> Callable[[exp.Expression], exp.Expression]:
    def change(node: exp.Expression) -> exp.Expression:
        kept = [operand.copy() for place, operand in enumerate(_operands(node)) if place != number]
        return _join(type(node), kept)

    return change


def _join_by(kind: type[exp.Expression]) -> Callable[[exp.Expression], exp.Expression]:
    return lambda node: exp.Paren(this=_join(kind, [operand.copy() for operand in _operands(node)]))


def _join(kind: type[exp.Expression], operands: Sequence[exp.Expression]) -> exp.Expression:
    joined = operands[0]
    for operand in operands[1:]:
        joined = kind(this=joined, expression=operand)
    return joined


def _with_other_signs(node: exp.Expression) -> Iterator[Change]:
    for kind in _OPPOSITES[type(node)]:
        yield _SIGNS[kind], _with_sign(kind)


def _with_sign(kind: type[exp.Expression]) -> Callable[[exp.Expression], exp.Expression]:
    return lambda found: kind(this=found.this.copy(), expression=found.expression.copy())


def _time_shifts(node: exp.Expression, stage: Stage) -> Iterator[Change]:
    """A comparison of times with its right side one unit later or earlier; equality has no boundary."""
    if isinstance(node, exp.EQ | exp.NEQ):
        return
    kinds = {columns_of(stage)[column.name].kind for column in node.find_all(exp.Column)}
    for kind, shifts in _SHIFTS.items():
        if kinds != {kind}:
            continue
        for amount, unit in shifts:
            for sign, operator in (("+", exp.Add), ("-", exp.Sub)):
                yield f"{sign}{amount}-{unit.lower()}", _shift_right_side(kind, operator, amount, unit)


def _shift_right_side(
    kind: Kind, operator: type[exp.Expression], amount: int, unit: str
) -> Callable[[exp.Expression], exp.Expression]:
    def change(node: exp.Expression) -> exp.Expression:
        interval = exp.Interval(this=exp.Literal.string(str(amount)), unit=exp.var(unit))
        moved = operator(this=node.expression.copy(), expression=interval)
        right = exp.cast(moved, "DATE") if kind == "date" else moved
        return type(node)(this=node.this.copy(), expression=right)

    return change


def _drop_listed(number: int) -> Callable[[exp.Expression], exp.Expression]:
    def change(node: exp.Expression) -> exp.Expression:
        copy = node.copy()
        copy.set("expressions", [each for place, each in enumerate(copy.expressions) if place != number])
        return copy

    return change


def _lengthen(by: int) -> Callable[[exp.Expression], exp.Expression]:
    def change(node: exp.Expression) -> exp.Expression:
        amount = str(int(node.this.name) + by)
        return exp.Interval(this=exp.Literal.string(amount), unit=node.args["unit"].copy())

    return change


def _increase(by: int) -> Callable[[exp.Expression], exp.Expression]:
    """Change a number by units of its last digit: of 10.00 by a cent, of 0 by one."""

    def change(node: exp.Expression) -> exp.Expression:
        value = Decimal(node.name)
        unit = Decimal(1).scaleb(-len(node.name.partition(".")[2]))
        changed = value + by * unit
        number = exp.Literal.number(str(abs(changed)))
        return exp.Neg(this=number) if changed < 0 else number

    return change


def _pattern_changes(pattern: str) -> Iterator[Change]:
    """A regular expression without an anchor, with another repetition, or with a character class changed."""
    if pattern.startswith("^"):
        yield "no-start", _match(pattern[1:])
    if pattern.endswith("$"):
        yield "no-end", _match(pattern[:-1])
    for sign, other in (("+", "*"), ("*", "+")):
        for number, found in enumerate(re.finditer(rf"(?<=\])\{sign}", pattern), start=1):
            yield f"repeated-{number}:{other}", _match(pattern[: found.start()] + other + pattern[found.end() :])
    for number, found in enumerate(re.finditer(r"\[([^\]^]+)\]", pattern), start=1):
        for name, inside in _class_changes(found[1]):
            changed = f"{pattern[: found.start()]}[{inside}]{pattern[found.end() :]}"
            yield f"class-{number}:{name}", _match(changed)


def _class_changes(inside: str) -> Iterator[tuple[str, str]]:
    """A character class without one of its ranges, or with a character that it does not contain yet."""
    for lost in _RANGES:
        if lost in inside and inside != lost:
            yield f"without-{lost}", inside.replace(lost, "", 1)
    for gained, name, container in _GAINED:
        if not container or container not in inside:
            yield f"with-{name}", inside + gained


def _match(pattern: str) -> Callable[[exp.Expression], exp.Expression]:
    return lambda node: exp.RegexpLike(this=node.this.copy(), expression=exp.Literal.string(pattern))
