"""From a scenario file to checked scenarios, one for each combination of its matrix; or every problem of it at once.

Matrix values, and what a first document `defaults:` says for all scenarios of the file, are put in before the schema
looks, in the tree with positions, so a value that doesn't fit is reported where it stands. The schema's own errors are
turned into our words: value, expectation, next step.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from vtr.errors import Problem, ScenarioFileError
from vtr.language import schema, yaml_tree
from vtr.language.schema import Defaults, Scenario, kind_of, suggestion
from vtr.language.yaml_tree import Node, Path_, Scalar

COMBINATIONS_LIMIT = 1_000
VALUES_LIMIT = 200_000  # of all combinations of a scenario together; reading so many takes seconds


@dataclass(frozen=True, slots=True)
class Draft:
    """A scenario in one combination of its matrix, checked against the schema.

    file: as messages show it. line: where the scenario starts. tree: the scenario with positions and with the matrix
    values put in. combination: a short name for the combination, empty without a matrix.
    """

    file: str
    line: int
    tree: Node
    scenario: Scenario
    combination: str

    def problem(self, path: Path_, message: str, *, key: bool = False) -> Problem:
        """A problem at a path of the tree. key: at the key that ends the path, not at its value."""
        place = yaml_tree.find_key(self.tree, path) if key else yaml_tree.find(self.tree, path)
        return Problem(self.file, place.line, place.column, message)

    def line_of(self, path: Path_) -> int:
        """The line of what stands at a path."""
        return yaml_tree.find(self.tree, path).line


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: the scenarios that the schema takes, each in all its combinations, and every problem."""

    drafts: tuple[Draft, ...]
    problems: tuple[Problem, ...]


def read(path: Path, shown: str) -> Reading:
    """The scenarios of a file. Raises ScenarioFileError for a file that is no YAML that we take."""
    return scenarios_of(yaml_tree.load(path, shown), shown)


def scenarios_of(documents: Sequence[Node], shown: str) -> Reading:
    """The scenarios of a file's documents, in order."""
    found: list[Draft] = []
    defaults, problems = _defaults(documents, shown)
    if documents and _is_defaults(documents[0]):
        documents = documents[1:]
    for document in documents:
        try:
            found.extend(_drafts(_with_defaults(document, defaults), shown))
        except ScenarioFileError as error:
            problems.extend(error.problems)
    lines: dict[tuple[str, str], int] = {}
    for draft in found:
        name = (draft.scenario.scenario, draft.combination)
        if name in lines:
            problems.append(
                draft.problem(
                    ("scenario",), f"{name[0]!r} stands twice, first in line {lines[name]}; give it another name"
                )
            )
        lines.setdefault(name, draft.line)
    if not documents:
        problems.append(Problem(shown, 1, 1, "no scenario in this file; write one, beginning with 'scenario: '"))
    return Reading(tuple(found), tuple(problems))


def _is_defaults(document: Node) -> bool:
    return isinstance(document, yaml_tree.Mapping) and next(iter(document.values), None) == "defaults"


def _defaults(documents: Sequence[Node], shown: str) -> tuple[yaml_tree.Mapping | None, list[Problem]]:
    """What the first document says for all scenarios of the file, if it says so; and what is wrong with it."""
    problems = []
    for document in documents[1:]:
        if _is_defaults(document):
            message = "'defaults' must be the first document of a file; move it there"
            problems.append(Problem(shown, document.line, document.column, message))
    first = documents[0] if documents else None
    if first is None or not isinstance(first, yaml_tree.Mapping) or not _is_defaults(first):
        return None, problems
    for name, key in list(first.keys.items())[1:]:
        message = f"{name!r} stands beside 'defaults'; put '---' before the scenario, or indent it"
        problems.append(Problem(shown, key.line, key.column, message))
    tree = first.values["defaults"]
    try:
        Defaults.model_validate(yaml_tree.plain(tree))
    except ValidationError as error:
        problems.extend(_problem(detail, tree, shown, Defaults) for detail in error.errors())
    return tree if isinstance(tree, yaml_tree.Mapping) else None, problems


def _with_defaults(document: Node, defaults: yaml_tree.Mapping | None) -> Node:
    """A scenario with the defaults of its file: its own keys win, and tags add up."""
    if defaults is None or not isinstance(document, yaml_tree.Mapping) or _is_defaults(document):
        return document
    values, keys = dict(document.values), dict(document.keys)
    for name, value in defaults.values.items():
        if name == "tags" and isinstance(value, yaml_tree.Sequence):
            document = _with_tags(replace(document, values=values, keys=keys), value)
            values, keys = dict(document.values), dict(document.keys)
        elif name in Defaults.model_fields and name not in values:
            values[name], keys[name] = value, defaults.keys[name]
    return replace(document, values=values, keys=keys)


def _with_tags(document: yaml_tree.Mapping, tags: yaml_tree.Sequence) -> yaml_tree.Mapping:
    own = document.values.get("tags")
    if own is None:
        return replace(document, values={**document.values, "tags": tags})
    if not isinstance(own, yaml_tree.Sequence):
        return document  # what is wrong with it is told of it
    return replace(document, values={**document.values, "tags": replace(own, items=(*own.items, *tags.items))})


def _drafts(document: Node, shown: str) -> Iterator[Draft]:
    problems: list[Problem] = []
    result: list[Draft] = []
    if not isinstance(document, yaml_tree.Mapping):
        message = f"expected a scenario (a mapping), found {kind_of(yaml_tree.plain(document))}"
        raise ScenarioFileError([Problem(shown, document.line, document.column, message)])
    if _is_defaults(document):
        return
    matrix = _matrix(document, shown)
    for label, entries in _combinations(matrix):
        values = {name: entry.value for name, entry in entries.items()}
        tree = _without_matrix_names(document, values)
        for entry in entries.values():
            if entry.tags is not None and isinstance(tree, yaml_tree.Mapping):
                tree = _with_tags(tree, entry.tags)
        unknown = tuple(_unknown_names(tree, matrix, shown))
        problems.extend(unknown)
        try:
            scenario = Scenario.model_validate(yaml_tree.plain(tree))
        except ValidationError as error:
            # What the schema says of a name that stands for nothing is no news.
            told = {(problem.line, problem.column) for problem in unknown}
            found = (_problem(detail, tree, shown) for detail in error.errors())
            problems.extend(problem for problem in found if (problem.line, problem.column) not in told)
            continue
        result.append(Draft(shown, document.line, tree, scenario, label))
    if problems:
        raise ScenarioFileError(problems)
    yield from result


@dataclass(frozen=True, slots=True)
class _Entry:
    """A value of a matrix, and the tags of the combinations that have it."""

    value: Node
    tags: yaml_tree.Sequence | None = None


def _matrix(document: yaml_tree.Mapping, shown: str) -> dict[str, tuple[_Entry, ...]]:
    """The values of each name of the matrix. Raises ScenarioFileError for a matrix that is none."""
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
    matrix: dict[str, tuple[_Entry, ...]] = {}
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


def _entry(node: Node, shown: str, problems: list[Problem]) -> _Entry:
    """A matrix entry: a value, or `{value: ..., tags: [...]}`; but `{value, within}` is a cell with a tolerance."""
    if not isinstance(node, yaml_tree.Mapping) or "value" not in node.values or not set(node.values) - _CELL:
        return _Entry(node)
    for name, key in node.keys.items():
        if name not in {"value", "tags"}:
            message = f"unknown key {name!r}; {suggestion(name, ['value', 'tags'])}"
            problems.append(Problem(shown, key.line, key.column, message))
    tags = node.values.get("tags")
    if tags is not None and not isinstance(tags, yaml_tree.Sequence):
        message = f"expected a list of tags, found {kind_of(yaml_tree.plain(tags))}"
        problems.append(Problem(shown, tags.line, tags.column, message))
    return _Entry(node.values["value"], tags if isinstance(tags, yaml_tree.Sequence) else None)


_CELL = frozenset(("value", "within"))


def _combinations(matrix: Mapping[str, tuple[_Entry, ...]]) -> Iterator[tuple[str, dict[str, _Entry]]]:
    """Each combination with a short name that no other one has."""
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
    # An item's id is printed, selected and written to JUnit: no blanks at its ends, no control characters, no "::".
    text = "".join(character if character.isprintable() else "?" for character in value.text.strip())
    return text.replace("::", ":") or "blank"


def _without_matrix_names(node: Node, values: Mapping[str, Node]) -> Node:
    if isinstance(node, Scalar):
        return values.get(schema.name_of(node.text or "") or "", node)
    if isinstance(node, yaml_tree.Sequence):
        items = tuple(_without_matrix_names(item, values) for item in node.items)
        return replace(node, items=items)
    changed = {
        key: value if key == "matrix" else _without_matrix_names(value, values) for key, value in node.values.items()
    }
    return replace(node, values=changed)


def _unknown_names(tree: Node, matrix: Mapping[str, object], shown: str) -> Iterator[Problem]:
    """Names that stand for nothing."""
    parcels = yaml_tree.find(tree, ("parcels",))
    known = [*matrix, *(parcels.values if isinstance(parcels, yaml_tree.Mapping) and parcels is not tree else ())]
    for text in yaml_tree.walk(tree):
        name = schema.name_of(text.text) if text.text is not None else None
        if name is not None and name not in known:
            hint = suggestion(name, known) if known else "there are no parcels and no matrix"
            message = f"${name} is neither a parcel nor a name of the matrix; {hint} (a literal dollar sign is $$)"
            yield Problem(shown, text.line, text.column, message)


def _problem(detail: ErrorDetails, tree: Node, shown: str, model: type[BaseModel] = Scenario) -> Problem:
    path, kind = detail["loc"], detail["type"]
    found = yaml_tree.find(tree, path)
    place: yaml_tree.Key | Node = found
    value = yaml_tree.plain(found)
    if kind == "extra_forbidden":
        place = yaml_tree.find_key(tree, path)
        message = f"unknown key {path[-1]!r}; {suggestion(str(path[-1]), _keys_at(path[:-1], model))}"
    elif path and path[-1] == "[key]":
        place = yaml_tree.find_key(tree, path[:-1])
        message = str(detail["ctx"]["error"])
    elif kind == "missing":
        message = f"{path[-1]!r} is missing"
    elif kind == "value_error":
        message = str(detail["ctx"]["error"])
    elif kind in _EXPECTED:
        message = f"expected {_EXPECTED[kind]}, found {kind_of(value)}"
    elif kind == "literal_error":
        choices = str(detail["ctx"]["expected"])
        message = f"expected {choices}, found {kind_of(value)}"
    else:
        message = f"{kind_of(value)}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"
    return Problem(shown, place.line, place.column, message)


_EXPECTED = {
    "string_type": "a text",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "list_type": "a list",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "string_too_short": "some text",
    "too_short": "at least one value",
}


def _keys_at(path: Path_, root: type[BaseModel]) -> list[str]:
    """The keys that the schema knows at a path."""
    model: Any = root
    for step in path:
        if isinstance(model, type) and issubclass(model, BaseModel):
            fields = model.model_fields
            model = _inner(fields[step].annotation) if step in fields else model
    return list(model.model_fields)


def _inner(annotation: Any) -> Any:  # noqa: ANN401 (annotations are any object)
    """The model inside an annotation, or None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is None:
        return None
    inside = (_inner(argument) for argument in get_args(annotation) if argument is not NoneType)
    return next((model for model in inside if model is not None), None)
