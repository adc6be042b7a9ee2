"""A rule's condition: parsed, checked node by node, and generated again as SQL.

A condition is one SQL expression over its stage's columns (`columns.py`). A user's text is never run: sqlglot parses
it, `_KindChecker` walks the tree, and the SQL for DuckDB is generated from the tree. The checker allows the few kinds
of node, functions and types listed here and refuses everything else, including new kinds of node of a later sqlglot.
Types are checked here and not by DuckDB, which converts text to numbers at run time and would fail in the middle of a
report instead of at the line of the rule.

A profile is not trusted, so the cost of a condition is limited, too. No function makes a text longer or makes a list.
Length and depth are bounded before the parser and the checker, which recurse, see the text. DuckDB matches regular
expressions in time that grows with the text and with the expression, whose repetitions are bounded here.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

import sqlglot
from sqlglot import Token, TokenType, exp
from sqlglot.errors import SqlglotError

from vtr.reference.messages import did_you_mean
from vtr.reference.rules.columns import Column, Kind, Needs, Stage, columns_of

_LONGEST = 2000  # characters; a rule that needs more is several rules
_DEEPEST_BRACKETS = 40
_DEEPEST_TREE = 100  # a chain of a hundred ORs; more is a list for IN
_LONGEST_PATTERN = 200  # characters of a regular expression
_MOST_REPEATED = 64  # the n of {n} in one
_MOST_REPEATED_GROUPS = 4  # repetitions of a group multiply what is in it
_LONGEST_NUMBER = 12  # digits; more would overflow DuckDB's intervals and decimals
_DIALECT = "duckdb"

_Kind = Kind | Literal["interval", "null"]

_FUNCTIONS = (
    *("abs", "coalesce", "ends_with", "greatest", "least", "length"),
    *("lower", "nullif", "regexp_matches", "starts_with", "trim", "upper"),
)
_UNITS = frozenset({"SECOND", "MINUTE", "HOUR", "DAY", "WEEK"})


class ConditionError(ValueError):
    """A condition that cannot be used; the message says why, and what is possible."""


@dataclass(frozen=True)
class Condition:
    """A checked condition.

    text: as written.
    stage: the stage whose columns it uses.
    tree: the parsed text, from which `sql` is generated.
    """

    text: str
    stage: Stage
    tree: exp.Expression

    @cached_property
    def columns(self) -> frozenset[str]:
        """The names of the columns it uses."""
        return frozenset(column.name for column in self.tree.find_all(exp.Column))

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        """The regular expressions in it."""
        return tuple(match.expression.name for match in self.tree.find_all(exp.RegexpLike))

    @cached_property
    def needs(self) -> frozenset[Needs]:
        """What must be known before it can be evaluated."""
        known = columns_of(self.stage)
        return frozenset(known[name].needs for name in self.columns)

    def sql(self, renamed: dict[str, str] | None = None) -> str:
        """The expression for DuckDB, in brackets, every name quoted. renamed: new names of columns."""
        names = renamed or {}

        def rename(node: exp.Expression) -> exp.Expression:
            if isinstance(node, exp.Column) and node.name in names:
                return exp.column(names[node.name])
            return node

        return f"({self.tree.transform(rename).sql(dialect=_DIALECT, identify=True, comments=False)})"


def read_condition(text: str, stage: Stage) -> Condition:
    """Parse and check a condition of a stage.

    Raises ConditionError without the rule's name and line, which the reader of profiles adds.
    """
    tree = _parse(text)
    if _depth(tree) > _DEEPEST_TREE:
        raise ConditionError(_TOO_DEEP)
    kind = _KindChecker(columns_of(stage), stage).kind_of(tree)
    if kind not in ("boolean", "null"):
        raise ConditionError(
            f"the condition gives {_a(kind)}, but must be true or false, as in 'submitted_at > placed_at'"
        )
    return Condition(text, stage, tree)


def _parse(text: str) -> exp.Expression:
    if len(text) > _LONGEST:
        raise ConditionError(
            f"the condition has {len(text)} characters, the most is {_LONGEST}; split it into several rules"
        )
    try:
        tokens = sqlglot.tokenize(text, dialect=_DIALECT)
        _check_tokens(tokens)
        trees = sqlglot.parse(text, dialect=_DIALECT)
    except RecursionError:
        raise ConditionError(_TOO_DEEP) from None
    except SqlglotError as error:
        raise ConditionError(f"the condition {text!r} is not an SQL expression: {_first_words(error)}") from None
    if any(token.token_type is TokenType.TILDE for token in tokens):
        # The parser takes it as a search, DuckDB as a match of the whole text.
        raise ConditionError("the operator ~ is not available; write regexp_matches(column, '^…$')")
    found = [tree for tree in trees if tree is not None]
    if len(found) != 1 or any(token.token_type is TokenType.SEMICOLON for token in tokens):
        raise ConditionError(f"a condition is exactly one SQL expression, {text!r} holds {len(found)}")
    tree = found[0]
    if not isinstance(tree, exp.Expression):
        raise ConditionError(f"the condition {text!r} is not an SQL expression")
    return tree


_OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
_CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
_TOO_DEEP = "the condition is nested too deeply; write alternatives as IN (…), or split it into several rules"


def _check_tokens(tokens: Sequence[Token]) -> None:
    """Refuse what the parser should not see: whole commands, and deeply nested brackets."""
    depth = 0
    for token in tokens:
        depth += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
        if depth > _DEEPEST_BRACKETS:
            raise ConditionError(_TOO_DEEP)
        if token.token_type is TokenType.COMMAND:
            raise ConditionError(f"{token.text} is a command; a condition is one SQL expression that is true or false")


def _depth(tree: exp.Expression) -> int:
    """The depth of a tree, found without recursion."""
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in node.iter_expressions())
    return deepest


def _first_words(error: SqlglotError) -> str:
    """The parser's message, on one line and without its colours."""
    words = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    return words.splitlines()[0].rstrip(".") if words else "it cannot be parsed"


class _KindChecker:
    """Finds the kind of every node of a tree; raises ConditionError for what is not available."""

    def __init__(self, columns: dict[str, Column], stage: Stage) -> None:
        self._columns = columns
        self._stage = stage

    def kind_of(self, node: exp.Expression) -> _Kind:
        check = _CHECKERS.get(type(node))
        if check is None:
            named = node.name if isinstance(node, exp.Anonymous) else ""
            hint = did_you_mean(named, _FUNCTIONS) or f"; functions are: {', '.join(_FUNCTIONS)}"
            raise ConditionError(f"{_excerpt(node)} is not available in a condition{hint}")
        _only_known_parts(node)
        return check(self, node)

    def part(self, node: exp.Expression, name: str) -> exp.Expression:
        part = node.args.get(name)
        if not isinstance(part, exp.Expression):
            raise ConditionError(f"{_excerpt(node)} is incomplete")
        return part

    def expect(self, node: exp.Expression, *kinds: _Kind) -> _Kind:
        """The kind of a node, which must be one of these; NULL is of every kind."""
        kind = self.kind_of(node)
        if kind not in (*kinds, "null"):
            wanted = " or ".join(_a(kind) for kind in kinds)
            raise ConditionError(f"{_excerpt(node)} is {_a(kind)}, but {wanted} is needed there")
        return kind

    def common_kind(self, node: exp.Expression, parts: Sequence[exp.Expression]) -> _Kind:
        """The one kind that all these parts share."""
        kinds = [(self.kind_of(part), part) for part in parts]
        named = [(kind, part) for kind, part in kinds if kind != "null"]
        if not named:
            return "null"
        first, example = named[0]
        for kind, part in named[1:]:
            if kind != first:
                raise ConditionError(
                    f"{_excerpt(node)} compares {_excerpt(example)}, {_a(first)}, with {_excerpt(part)}, {_a(kind)}"
                )
        return first

    def column(self, node: exp.Expression) -> _Kind:
        if any(node.args.get(part) for part in ("table", "db", "catalog")):
            raise ConditionError(f"{_excerpt(node)}: columns are written without a table's name")
        name = node.name
        column = self._columns.get(name)
        if column is None:
            hint = did_you_mean(name, self._columns) or f"; it has: {', '.join(self._columns)}"
            raise ConditionError(f"unknown column '{name}' in the {self._stage} stage{hint}")
        return column.kind

    def literal(self, node: exp.Expression) -> _Kind:
        if node.args.get("is_string"):
            return "text"
        if len(node.name) > _LONGEST_NUMBER or not re.fullmatch(r"[0-9]*\.?[0-9]+", node.name):
            raise ConditionError(
                f"the number {node.name} is not available; write at most {_LONGEST_NUMBER} plain digits"
            )
        return "number"

    def boolean(self, _node: exp.Expression) -> _Kind:
        return "boolean"

    def null(self, _node: exp.Expression) -> _Kind:
        return "null"

    def bracket(self, node: exp.Expression) -> _Kind:
        return self.kind_of(self.part(node, "this"))

    def logic(self, node: exp.Expression) -> _Kind:
        for part in _children(node):
            self.expect(part, "boolean")
        return "boolean"

    def comparison(self, node: exp.Expression) -> _Kind:
        if self.common_kind(node, _children(node)) == "interval":
            raise ConditionError(
                f"{_excerpt(node)} compares intervals; compare instants, as in 'a + INTERVAL 72 HOUR <= b'"
            )
        return "boolean"

    def is_test(self, node: exp.Expression) -> _Kind:
        wanted = self.part(node, "expression")
        if isinstance(wanted, exp.Boolean):
            self.expect(self.part(node, "this"), "boolean")
        elif isinstance(wanted, exp.Null):
            self.kind_of(self.part(node, "this"))
        else:
            raise ConditionError(f"{_excerpt(node)}: IS goes with NULL, TRUE or FALSE")
        return "boolean"

    def membership(self, node: exp.Expression) -> _Kind:
        listed = node.args.get("expressions") or []
        if not listed:
            raise ConditionError(f"{_excerpt(node)}: IN needs a list of values, as in carrier IN ('UPS', 'USPS')")
        self.common_kind(node, [self.part(node, "this"), *listed])
        return "boolean"

    def like(self, node: exp.Expression) -> _Kind:
        for part in _children(node):
            self.expect(part, "text")
        return "boolean"

    def pattern(self, node: exp.Expression) -> _Kind:
        self.expect(self.part(node, "this"), "text")
        pattern = self.part(node, "expression")
        if not (isinstance(pattern, exp.Literal) and pattern.args.get("is_string")):
            raise ConditionError(f"{_excerpt(node)}: the pattern must be written out as text")
        _check_pattern(pattern.name)
        return "boolean"

    def sum(self, node: exp.Expression) -> _Kind:
        left, right = (self.expect(part, "number", "instant", "date", "interval") for part in _children(node))
        if "null" in (left, right):
            raise ConditionError(f"{_excerpt(node)} is always NULL")
        if left == right and left in ("number", "interval"):
            return left
        if left in ("instant", "date") and right == "interval":
            return "instant"
        if left == "interval" and right in ("instant", "date") and isinstance(node, exp.Add):
            return "instant"
        raise ConditionError(
            f"{_excerpt(node)} combines {_a(left)} with {_a(right)}; "
            "an interval is added, as in placed_at + INTERVAL 3 DAY"
        )

    def product(self, node: exp.Expression) -> _Kind:
        for part in _children(node):
            self.expect(part, "number")
        return "number"

    def interval(self, node: exp.Expression) -> _Kind:
        amount, unit = self.part(node, "this"), self.part(node, "unit")
        if not isinstance(amount, exp.Literal) or not re.fullmatch(r"[0-9]{1,6}", amount.name):
            raise ConditionError(f"{_excerpt(node)}: an interval is a whole number and a unit, as in INTERVAL 72 HOUR")
        if unit.name.upper().removesuffix("S") not in _UNITS:
            raise ConditionError(f"{_excerpt(node)}: the unit must be one of {', '.join(sorted(_UNITS))}")
        return "interval"

    def cast(self, node: exp.Expression) -> _Kind:
        wanted = self.part(node, "to").sql(dialect=_DIALECT).upper()
        value = self.part(node, "this")
        if wanted not in ("DATE", "TIMESTAMP"):
            raise ConditionError(f"{_excerpt(node)}: only casts to DATE and TIMESTAMP are available")
        kind = self.expect(value, "text", "date", "instant")
        if kind == "text":
            _check_written_time(node, value, wanted)
        return "date" if wanted == "DATE" else "instant"

    def choice(self, node: exp.Expression) -> _Kind:
        if node.args.get("this") is not None:
            raise ConditionError(f"{_excerpt(node)}: write CASE WHEN condition THEN …")
        outcomes = []
        for branch in node.args.get("ifs") or []:
            _only_known_parts(branch)
            self.expect(self.part(branch, "this"), "boolean")
            outcomes.append(self.part(branch, "true"))
        if node.args.get("default") is not None:
            outcomes.append(self.part(node, "default"))
        return self.common_kind(node, outcomes)

    def same_kind(self, node: exp.Expression) -> _Kind:
        return self.common_kind(node, _children(node))

    def text_to_text(self, node: exp.Expression) -> _Kind:
        for part in _children(node):
            self.expect(part, "text")
        return "text"

    def text_to_number(self, node: exp.Expression) -> _Kind:
        self.expect(self.part(node, "this"), "text")
        return "number"

    def text_to_boolean(self, node: exp.Expression) -> _Kind:
        self.text_to_text(node)
        return "boolean"


_CHECKERS: dict[type[exp.Expression], Callable[[_KindChecker, exp.Expression], _Kind]] = {
    exp.Column: _KindChecker.column,
    exp.Literal: _KindChecker.literal,
    exp.Boolean: _KindChecker.boolean,
    exp.Null: _KindChecker.null,
    exp.Paren: _KindChecker.bracket,
    exp.And: _KindChecker.logic,
    exp.Or: _KindChecker.logic,
    exp.Not: _KindChecker.logic,
    exp.EQ: _KindChecker.comparison,
    exp.NEQ: _KindChecker.comparison,
    exp.LT: _KindChecker.comparison,
    exp.LTE: _KindChecker.comparison,
    exp.GT: _KindChecker.comparison,
    exp.GTE: _KindChecker.comparison,
    exp.NullSafeEQ: _KindChecker.comparison,
    exp.NullSafeNEQ: _KindChecker.comparison,
    exp.Between: _KindChecker.comparison,
    exp.Is: _KindChecker.is_test,
    exp.In: _KindChecker.membership,
    exp.Like: _KindChecker.like,
    exp.ILike: _KindChecker.like,
    exp.RegexpLike: _KindChecker.pattern,
    exp.Add: _KindChecker.sum,
    exp.Sub: _KindChecker.sum,
    exp.Mul: _KindChecker.product,
    exp.Neg: _KindChecker.product,
    exp.Abs: _KindChecker.product,
    exp.Interval: _KindChecker.interval,
    exp.Cast: _KindChecker.cast,
    exp.Case: _KindChecker.choice,
    exp.Coalesce: _KindChecker.same_kind,
    exp.Nullif: _KindChecker.same_kind,
    exp.Greatest: _KindChecker.same_kind,
    exp.Least: _KindChecker.same_kind,
    exp.Lower: _KindChecker.text_to_text,
    exp.Upper: _KindChecker.text_to_text,
    exp.Trim: _KindChecker.text_to_text,
    exp.Length: _KindChecker.text_to_number,
    exp.StartsWith: _KindChecker.text_to_boolean,
    exp.EndsWith: _KindChecker.text_to_boolean,
}

# The parts of nodes that the checker looks at. Any other part is refused, so that nothing is generated unchecked (a
# position of TRIM, an escape of LIKE, a flag of regexp_matches).
_KNOWN_PARTS = frozenset(
    {
        "this",
        "expression",
        "expressions",
        "is_string",
        "unit",
        "to",
        "ifs",
        "default",
        "true",
        "low",
        "high",
        "ignore_nulls",
    }
)


def _only_known_parts(node: exp.Expression) -> None:
    for name, part in node.args.items():
        if part in (None, False, []) or name in _KNOWN_PARTS:
            continue
        if isinstance(node, exp.Column) and name in ("table", "db", "catalog"):
            continue  # refused with a message of its own
        if part is True:
            continue  # a mark of the parser for the dialect
        raise ConditionError(f"{_excerpt(node)} has a part ({name}) that is not available in a condition")


def _children(node: exp.Expression) -> list[exp.Expression]:
    """The operands in the order in which they are written."""
    operands = [node.args.get(name) for name in ("this", "expression", "low", "high")]
    listed = node.args.get("expressions") or []
    return [part for part in (*operands, *listed) if isinstance(part, exp.Expression)]


def _check_pattern(pattern: str) -> None:
    """Refuse a regular expression that is long, or that repetitions make long."""
    if len(pattern) > _LONGEST_PATTERN:
        raise ConditionError(f"a pattern has {len(pattern)} characters, the most is {_LONGEST_PATTERN}")
    counts = [int(count) for braces in re.findall(r"\{([0-9,]+)\}", pattern) for count in braces.split(",") if count]
    if max(counts, default=0) > _MOST_REPEATED:
        raise ConditionError(f"the pattern {pattern!r} repeats {max(counts)} times, the most is {_MOST_REPEATED}")
    if len(re.findall(r"\)\s*\{", pattern)) > _MOST_REPEATED_GROUPS:
        raise ConditionError(
            f"the pattern {pattern!r} repeats more than {_MOST_REPEATED_GROUPS} groups by {{n}}; write them out"
        )


def _check_written_time(node: exp.Expression, value: exp.Expression, wanted: str) -> None:
    """A written date or instant must be valid; the text of a column may be anything and is refused."""
    form = r"\d{4}-\d{2}-\d{2}" if wanted == "DATE" else r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2})?)?"
    written = isinstance(value, exp.Literal) and re.fullmatch(form, value.name, re.ASCII)
    try:
        if written:
            datetime.fromisoformat(value.name)
            return
    except ValueError:
        pass  # the 45th of a month: refused like any other text
    raise ConditionError(f"{_excerpt(node)}: write DATE '2026-03-09' or TIMESTAMP '2026-03-09 14:00:00' (UTC)")


def _excerpt(node: exp.Expression) -> str:
    """A node nearly as the user wrote it, cut to 80 characters."""
    text = node.sql(dialect=_DIALECT, comments=False)
    longest = 80
    return f"'{text}'" if len(text) <= longest else f"'{text[:longest]}…'"


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
