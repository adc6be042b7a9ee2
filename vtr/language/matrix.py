"""A scenario's matrix: names with lists of values, of which each combination is one test.

Values are put into the tree with positions before the schema checks it, so one that doesn't fit is reported where it is
written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from vtr.errors import Problem, ScenarioFileError
from vtr.language import schema, yaml_tree
from vtr.language.schema import kind_of, suggestion
from vtr.language.yaml_tree import Node, Scalar

COMBINATIONS_LIMIT = 1_000
VALUES_LIMIT = 200_000  # of all combinations of a scenario together; more take seconds to check
_CELL = frozenset(("value", "within"))  # the keys of a cell with a tolerance


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of a matrix, and the tags of the combinations that have it."""

    value: Node
    tags: yaml_tree.Sequence | None = None


def parse_matrix(document: yaml_tree.Mapping, shown: str) -> dict[str, tuple[Entry, ...]]:
    """The values of each name of a scenario's matrix; empty without one. shown: the file's name in messages.

    Raises ScenarioFileError for a matrix that cannot be used.
    """
    node = document.values.get("matrix")
    if node is None:
        return {}
    problems: list[Problem] = []
    if not isinstance(node, yaml_tree.Mapping):
        message = "matrix: expected names with lists of values, e.g. {carrier: [ups, usps]}"
        raise ScenarioFileError([Problem(shown, node.line, node.column, message)])
    used = {schema.name_of(text.text) for key, part in document.values.items() if key != "matrix"
            for text in yaml_tree.walk(part) if text.text is not None}  # fmt: skip
    parcels = document.values.get("parcels")
    count = 1
    matrix: dict[str, tuple[Entry, ...]] = {}
    for name, values in node.values.items():
        key = node.keys[name]
        if not isinstance(values, yaml_tree.Sequence) or not values.items:
            problems.append(Problem(shown, values.line, values.column, f"matrix: {name!r} needs a list of values"))
            continue
        if name not in used:
            message = f"matrix: {name!r} is not used; write ${name} where its values belong"
            problems.append(Problem(shown, key.line, key.column, message))
        if isinstance(parcels, yaml_tree.Mapping) and name in parcels.values:
            message = f"matrix: {name!r} is a parcel too, so ${name} would mean both; rename one"
            problems.append(Problem(shown, key.line, key.column, message))
        count *= len(values.items)
        matrix[name] = tuple(_entry(value, shown, problems) for value in values.items)
    if count > COMBINATIONS_LIMIT:
        message = f"matrix: {count} combinations; at most {COMBINATIONS_LIMIT}: split the scenario"
        problems.append(Problem(shown, node.line, node.column, message))
    elif count * (size := sum(1 for _ in yaml_tree.walk(document))) > VALUES_LIMIT:
        message = f"matrix: {count} combinations of {size} values are more than {VALUES_LIMIT}; split the scenario"
        problems.append(Problem(shown, node.line, node.column, message))
    if problems:
        raise ScenarioFileError(problems)
    return matrix


def _entry(node: Node, shown: str, problems: list[Problem]) -> Entry:
    """A matrix entry: a value, or `{value: ..., tags: [...]}`; but `{value, within}` is a cell with a tolerance."""
    if not isinstance(node, yaml_tree.Mapping) or "value" not in node.values or not set(node.values) - _CELL:
        return Entry(node)
    for name, key in node.keys.items():
        if name not in {"value", "tags"}:
            message = f"unknown key {name!r}; {suggestion(name, ['value', 'tags'])}"
            problems.append(Problem(shown, key.line, key.column, message))
    tags = node.values.get("tags")
    if tags is not None and not isinstance(tags, yaml_tree.Sequence):
        message = f"expected a list of tags, found {kind_of(yaml_tree.plain(tags))}"
        problems.append(Problem(shown, tags.line, tags.column, message))
    return Entry(node.values["value"], tags if isinstance(tags, yaml_tree.Sequence) else None)


def combinations(matrix: Mapping[str, tuple[Entry, ...]]) -> Iterator[tuple[str, dict[str, Entry]]]:
    """Each combination of the values, with a short name that is unique among them."""
    if not matrix:
        yield "", {}
        return
    seen: dict[str, int] = {}
    for indices in product(*(range(len(values)) for values in matrix.values())):
        values = {name: matrix[name][index] for name, index in zip(matrix, indices, strict=True)}
        label = "-".join(_label(name, index, values[name].value) for name, index in zip(matrix, indices, strict=True))
        seen[label] = seen.get(label, 0) + 1
        yield label if seen[label] == 1 else f"{label}-{seen[label]}", values


def _label(name: str, index: int, value: Node) -> str:
    if not isinstance(value, Scalar):
        return f"{name}{index + 1}"
    if value.text is None:
        return "null"
    # A test's id is printed, selected and written to JUnit: no blanks at its ends, no control characters, no "::".
    text = "".join(character if character.isprintable() else "?" for character in value.text.strip())
    return text.replace("::", ":") or "blank"


def with_matrix_values(node: Node, values: Mapping[str, Node]) -> Node:
    """A scenario's tree with a value in place of each `$name` of the matrix; the matrix itself stays."""
    if isinstance(node, Scalar):
        return values.get(schema.name_of(node.text or "") or "", node)
    if isinstance(node, yaml_tree.Sequence):
        items = tuple(with_matrix_values(item, values) for item in node.items)
        return replace(node, items=items)
    changed = {
        key: value if key == "matrix" else with_matrix_values(value, values) for key, value in node.values.items()
    }
    return replace(node, values=changed)
