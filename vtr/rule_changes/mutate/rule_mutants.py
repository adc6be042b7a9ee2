"""The mutants of a rule: left out, moved behind its neighbour, its condition changed in one place.

sqlglot walks the condition's tree; each change is made in a copy, written as SQL and read again as any user's condition
would be, so a mutant is a profile that could have been written. What the reader of conditions refuses is no mutant.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from sqlglot import exp

from vtr.reference.rules.columns import Kind, Needs, Stage, columns_of
from vtr.reference.rules.conditions import Condition, ConditionError, read_condition
from vtr.reference.rules.profile import Profile, Rule
from vtr.rule_changes.mutate.mutant import Mutant, Places, without_twins
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
# To the other side of the boundary, and the other way round.
_TURNED: dict[type[exp.Expression], tuple[type[exp.Expression], ...]] = {
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
# What a class of characters, as [A-Za-z0-9], may lose or gain: what sellers type, its name, and what holds it already.
_RANGES = ("A-Z", "a-z", "0-9", r"\s", r"\p{Z}")
_GAINED = (("-", "hyphen", ""), (" ", "blank", r"\s"))

Change = tuple[str, Callable[[exp.Expression], exp.Expression]]  # the name's end, and what becomes of the node


def of_rules(profile: Profile, places: Places) -> Iterator[Mutant]:
    """The mutants of every rule, in the order of the rules."""
    for place, rule in enumerate(profile.rules):
        yield from _of_rule(profile, place, rule, places.condition(rule))


def _of_rule(profile: Profile, place: int, rule: Rule, where: str) -> Iterator[Mutant]:
    rules = profile.rules

    def with_rules(name: str, before: str, after: str, touches: str, changed: Sequence[Rule]) -> Mutant:
        mutant = replace(profile, rules=tuple(changed))
        name = f"{rule.name}:{name}"
        return Mutant(name, rule.name, where, before, after, mutant, touches=touches if as_held(mutant) else "")

    held = _held(rules)

    def as_held(mutant: Profile) -> bool:
        return all(held.get(name) == how for name, how in _held(mutant.rules).items())

    if len(rules) > 1:
        yield with_rules(
            "dropped", rule.name, "(no such rule)", _touched(rule.condition), (*rules[:place], *rules[place + 1 :])
        )
    # All rules of the submission stage must hold, so their order is none.
    following = next((at for at in range(place + 1, len(rules)) if rules[at].stage == rule.stage), None)
    if following is not None and rule.stage != "submission":
        swapped = list(rules)
        swapped[place], swapped[following] = rules[following], rule
        behind = rules[following].name
        both = f"{_holds(rule.condition)} AND {_holds(rules[following].condition)}"
        yield with_rules("after-the-next", f"{rule.name}, {behind}", f"{behind}, {rule.name}", both, swapped)
    if rule.stage == "population":
        words = "exempt" if rule.exempt else "left out"
        other = "left out" if rule.exempt else "exempt"
        flipped = replace(rule, exempt=not rule.exempt)
        changed = (*rules[:place], flipped, *rules[place + 1 :])
        yield with_rules(other.replace(" ", "-"), words, other, _holds(rule.condition), changed)

    def of_conditions() -> Iterator[Mutant]:
        for name, condition in _conditions(rule.condition):
            changed = (*rules[:place], replace(rule, condition=condition), *rules[place + 1 :])
            touches = _touched(rule.condition, condition)
            yield with_rules(name, _text(rule.condition), condition.text, touches, changed)

    yield from without_twins(of_conditions())


def _held(rules: Sequence[Rule]) -> dict[str, Needs]:
    """By rule: the most that it, or a rule of its stage before it, has to be told.

    Where an answer is missing, a package stops before the first rule that needs it. If a change moves that place, it
    concerns packages for which no condition changes.
    """
    most: dict[Stage, Needs] = {}
    found: dict[str, Needs] = {}
    for rule in rules:
        needs = [most.get(rule.stage, _NEEDS[0]), *rule.condition.needs]
        most[rule.stage] = found[rule.name] = max(needs, key=_NEEDS.index)
    return found


def _holds(condition: Condition, renamed: dict[str, str] | None = None) -> str:
    return f"coalesce({condition.sql(renamed)}, FALSE)"


def _touched(condition: Condition, changed: Condition | None = None) -> str:
    """For which rows something changes when a condition is another one; without one, when its rule is left out.

    A rule of the submission stage must hold: left out, it holds for every row.
    """
    ways: list[dict[str, str] | None] = [None]
    if condition.stage == "submission":
        ways.append({"delivered_so_far": EARLIEST})
    otherwise = "TRUE" if condition.stage == "submission" else "FALSE"
    return " OR ".join(
        f"{_holds(condition, way)} <> {_holds(changed, way) if changed is not None else otherwise}" for way in ways
    )


def _text(condition: Condition) -> str:
    return str(condition.tree.sql(dialect=_DIALECT, comments=False))


def _conditions(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """The condition with one node changed, each way there is, under the end of the mutant's name."""
    nodes = _nodes(condition.tree)
    counts: dict[str, int] = {}
    for index, node in enumerate(nodes):
        for subject, changes in _changes(node, condition.stage):
            counts[subject] = counts.get(subject, 0) + 1
            for name, change in changes:
                text = _changed(condition.tree, index, change)
                try:
                    made = read_condition(text, condition.stage)
                except ConditionError:
                    continue
                if text != _text(condition):
                    yield f"{subject}-{counts[subject]}:{name}", made


def _nodes(tree: exp.Expression) -> list[exp.Expression]:
    """The nodes in the order in which they are written."""
    return [node for node in tree.dfs() if isinstance(node, exp.Expression)]


def _operands(node: exp.Expression) -> list[exp.Expression]:
    """What a chain of ANDs, or of ORs, joins, brackets kept."""
    return [operand for operand in node.flatten(unnest=False) if isinstance(operand, exp.Expression)]


def _changed(tree: exp.Expression, index: int, change: Callable[[exp.Expression], exp.Expression]) -> str:
    copy = tree.copy()
    node = _nodes(copy)[index]
    if index == 0:
        copy = change(node)
    else:
        node.replace(change(node.copy()))
    return str(copy.sql(dialect=_DIALECT, comments=False))


def _changes(node: exp.Expression, stage: Stage) -> Iterator[tuple[str, Sequence[Change]]]:
    """What a node is called, and the changes to it."""
    if isinstance(node, exp.And | exp.Or) and not isinstance(node.parent, type(node)):
        for number in range(len(_operands(node))):
            yield "operand", [("dropped", _without_operand(number))]
        other = exp.Or if isinstance(node, exp.And) else exp.And
        yield "junction", [(other.__name__.lower(), _joined_by(other))]
    elif isinstance(node, exp.In) and len(node.expressions) > 1:
        for number in range(len(node.expressions)):
            yield "listed", [("dropped", _without_listed(number))]
    elif isinstance(node, exp.Literal | exp.Interval):
        yield from _of_literal(node)
    elif type(node) in _SIGNS:
        yield "comparison", [*_turned(node), *_shifted(node, stage)]
    elif isinstance(node, exp.Is):
        yield "null", [("not", lambda found: exp.Not(this=found.copy()))]
    elif isinstance(node, exp.Not):
        yield "not", [("dropped", lambda found: found.this.copy())]
    elif isinstance(node, exp.RegexpLike):
        yield "pattern", list(_patterns(node.expression.name))


def _of_literal(node: exp.Literal | exp.Interval) -> Iterator[tuple[str, Sequence[Change]]]:
    if isinstance(node, exp.Interval):
        yield "interval", [("+1", _longer(1)), ("-1", _longer(-1))]
    elif isinstance(node.parent, exp.EQ | exp.NEQ | exp.In) and node.is_string:
        yield "text", [("other-case", lambda found: exp.Literal.string(found.name.swapcase()))]
    elif not node.is_string and not isinstance(node.parent, exp.Interval):
        yield "number", [("+1", _larger(1)), ("-1", _larger(-1))]


def _without_operand(number: int) -> Callable[[exp.Expression], exp.Expression]:
    def change(node: exp.Expression) -> exp.Expression:
        kept = [operand.copy() for place, operand in enumerate(_operands(node)) if place != number]
        return _joined(type(node), kept)

    return change


def _joined_by(kind: type[exp.Expression]) -> Callable[[exp.Expression], exp.Expression]:
    return lambda node: exp.Paren(this=_joined(kind, [operand.copy() for operand in _operands(node)]))


def _joined(kind: type[exp.Expression], operands: Sequence[exp.Expression]) -> exp.Expression:
    joined = operands[0]
    for operand in operands[1:]:
        joined = kind(this=joined, expression=operand)
    return joined


def _turned(node: exp.Expression) -> Iterator[Change]:
    for kind in _TURNED[type(node)]:
        yield _SIGNS[kind], _turned_to(kind)


def _turned_to(kind: type[exp.Expression]) -> Callable[[exp.Expression], exp.Expression]:
    return lambda found: kind(this=found.this.copy(), expression=found.expression.copy())


def _shifted(node: exp.Expression, stage: Stage) -> Iterator[Change]:
    """The right side of a comparison of times a unit later and earlier. Equality has no boundary."""
    if isinstance(node, exp.EQ | exp.NEQ):
        return
    kinds = {columns_of(stage)[column.name].kind for column in node.find_all(exp.Column)}
    for kind, shifts in _SHIFTS.items():
        if kinds != {kind}:
            continue
        for amount, unit in shifts:
            for sign, operator in (("+", exp.Add), ("-", exp.Sub)):
                yield f"{sign}{amount}-{unit.lower()}", _moved(kind, operator, amount, unit)


def _moved(
    kind: Kind, operator: type[exp.Expression], amount: int, unit: str
) -> Callable[[exp.Expression], exp.Expression]:
    def change(node: exp.Expression) -> exp.Expression:
        interval = exp.Interval(this=exp.Literal.string(str(amount)), unit=exp.var(unit))
        moved = operator(this=node.expression.copy(), expression=interval)
        right = exp.cast(moved, "DATE") if kind == "date" else moved
        return type(node)(this=node.this.copy(), expression=right)

    return change


def _without_listed(number: int) -> Callable[[exp.Expression], exp.Expression]:
    def change(node: exp.Expression) -> exp.Expression:
        copy = node.copy()
        copy.set("expressions", [each for place, each in enumerate(copy.expressions) if place != number])
        return copy

    return change


def _longer(by: int) -> Callable[[exp.Expression], exp.Expression]:
    def change(node: exp.Expression) -> exp.Expression:
        amount = str(int(node.this.name) + by)
        return exp.Interval(this=exp.Literal.string(amount), unit=node.args["unit"].copy())

    return change


def _larger(by: int) -> Callable[[exp.Expression], exp.Expression]:
    """One unit of the last digit written: a cent of 10.00, one of 0."""

    def change(node: exp.Expression) -> exp.Expression:
        value = Decimal(node.name)
        unit = Decimal(1).scaleb(-len(node.name.partition(".")[2]))
        changed = value + by * unit
        number = exp.Literal.number(str(abs(changed)))
        return exp.Neg(this=number) if changed < 0 else number

    return change


def _patterns(pattern: str) -> Iterator[Change]:
    """A regular expression without an anchor, with another repetition, with a class that lost or gained something."""
    if pattern.startswith("^"):
        yield "no-start", _matching(pattern[1:])
    if pattern.endswith("$"):
        yield "no-end", _matching(pattern[:-1])
    for sign, other in (("+", "*"), ("*", "+")):
        for number, found in enumerate(re.finditer(rf"(?<=\])\{sign}", pattern), start=1):
            yield f"repeated-{number}:{other}", _matching(pattern[: found.start()] + other + pattern[found.end() :])
    for number, found in enumerate(re.finditer(r"\[([^\]^]+)\]", pattern), start=1):
        for name, inside in _classes(found[1]):
            put = f"{pattern[: found.start()]}[{inside}]{pattern[found.end() :]}"
            yield f"class-{number}:{name}", _matching(put)


def _classes(inside: str) -> Iterator[tuple[str, str]]:
    """A class of characters that lost a range, or gained a character that it does not hold."""
    for lost in _RANGES:
        if lost in inside and inside != lost:
            yield f"without-{lost}", inside.replace(lost, "", 1)
    for gained, name, holder in _GAINED:
        if not holder or holder not in inside:
            yield f"with-{name}", inside + gained


def _matching(pattern: str) -> Callable[[exp.Expression], exp.Expression]:
    return lambda node: exp.RegexpLike(this=node.this.copy(), expression=exp.Literal.string(pattern))
