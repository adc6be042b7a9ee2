"""Load a scenario file: checked scenarios, one for each combination of their matrix, and every problem of the file.

Matrix values, and the defaults of a first document `defaults:`, are put into the tree with positions before the schema
checks it, so a value that doesn't fit is reported where it is written.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from vtr.errors import Problem, ScenarioFileError
from vtr.language import schema, yaml_tree
from vtr.language.matrix import combinations, parse_matrix, with_matrix_values
from vtr.language.schema import Defaults, Scenario, kind_of, suggestion
from vtr.language.schema_errors import schema_problems
from vtr.language.yaml_tree import Node, Path_


@dataclass(frozen=True, slots=True)
class Draft:
    """A scenario in one combination of its matrix, checked against the schema.

    file: its name in messages.
    line: where the scenario starts, from 1.
    tree: the scenario with positions, its matrix values and defaults put in.
    scenario: the same, as the schema parsed it.
    combination: a short name for the combination, empty without a matrix.
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
        """The line of the value at a path, from 1."""
        return yaml_tree.find(self.tree, path).line


@dataclass(frozen=True, slots=True)
class Reading:
    """The content of a file: the valid scenarios, each in all its combinations, and every problem."""

    drafts: tuple[Draft, ...]
    problems: tuple[Problem, ...]


def load_file(path: Path, shown: str) -> Reading:
    """The scenarios of a file. shown: its name in messages. Raises ScenarioFileError if it is not valid YAML."""
    return parse_documents(yaml_tree.load(path, shown), shown)


def parse_documents(documents: Sequence[Node], shown: str) -> Reading:
    """The scenarios of a file's documents, in order. shown: the file's name in messages."""
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
    """The defaults of a file's first document, None where it has none, and their problems."""
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
        problems.extend(schema_problems(error, tree, shown, Defaults))
    return tree if isinstance(tree, yaml_tree.Mapping) else None, problems


def _with_defaults(document: Node, defaults: yaml_tree.Mapping | None) -> Node:
    """A scenario with the defaults of its file put in: its own keys win, and tags add up."""
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
        return document  # the schema reports it
    return replace(document, values={**document.values, "tags": replace(own, items=(*own.items, *tags.items))})


def _drafts(document: Node, shown: str) -> Iterator[Draft]:
    problems: list[Problem] = []
    result: list[Draft] = []
    if not isinstance(document, yaml_tree.Mapping):
        message = f"expected a scenario (a mapping), found {kind_of(yaml_tree.plain(document))}"
        raise ScenarioFileError([Problem(shown, document.line, document.column, message)])
    if _is_defaults(document):
        return
    matrix = parse_matrix(document, shown)
    for label, entries in combinations(matrix):
        values = {name: entry.value for name, entry in entries.items()}
        tree = with_matrix_values(document, values)
        for entry in entries.values():
            if entry.tags is not None and isinstance(tree, yaml_tree.Mapping):
                tree = _with_tags(tree, entry.tags)
        unknown = tuple(_unknown_names(tree, matrix, shown))
        problems.extend(unknown)
        try:
            scenario = Scenario.model_validate(yaml_tree.plain(tree))
        except ValidationError as error:
            # An unknown name is one problem already, so what the schema says about it is left out.
            reported = {(problem.line, problem.column) for problem in unknown}
            found = schema_problems(error, tree, shown)
            problems.extend(problem for problem in found if (problem.line, problem.column) not in reported)
            continue
        result.append(Draft(shown, document.line, tree, scenario, label))
    if problems:
        raise ScenarioFileError(problems)
    yield from result


def _unknown_names(tree: Node, matrix: Mapping[str, object], shown: str) -> Iterator[Problem]:
    """A problem for each `$name` that is neither a parcel nor a name of the matrix."""
    parcels = yaml_tree.find(tree, ("parcels",))
    known = [*matrix, *(parcels.values if isinstance(parcels, yaml_tree.Mapping) and parcels is not tree else ())]
    for text in yaml_tree.walk(tree):
        name = schema.name_of(text.text) if text.text is not None else None
        if name is not None and name not in known:
            hint = suggestion(name, known) if known else "there are no parcels and no matrix"
            message = f"${name} is neither a parcel nor a name of the matrix; {hint} (a literal dollar sign is $$)"
            yield Problem(shown, text.line, text.column, message)
