"""A validator's own column names: a small YAML file maps the report's columns to them.

    order_id: Order ID                                              # our name: theirs
    no_valid_tracking: {column: Valid, values: {"No": X, "Yes": ""}}  # their name, and what their values mean

It is parsed as a scenario file is, so it has the same limits, and problems come with line and column.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vtr.errors import Problem, ScenarioFileError
from vtr.language import yaml_tree
from vtr.language.schema import ROW_COLUMNS, kind_of, suggestion
from vtr.validators.answer import cell_text

OURS = ("order_id", "package", *ROW_COLUMNS)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the validator.

    theirs: the validator's name for it.
    values: the meaning of each of the validator's values; a value that is not listed stays as it is.
    """

    theirs: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Columns:
    """The validator's columns by our names. A column that is not listed has our name."""

    by_name: Mapping[str, Column] = field(default_factory=dict)

    def theirs(self, ours: str) -> str:
        """The validator's name for one of our columns."""
        column = self.by_name.get(ours)
        return ours if column is None else column.theirs

    def rename(self, row: Mapping[str, object]) -> dict[str, object]:
        """A row of the validator with our names and values."""
        found = {ours: column for ours, column in self.by_name.items() if column.theirs in row}
        taken = {column.theirs for column in found.values()}
        renamed = {name: cell for name, cell in row.items() if name not in taken and name not in found}
        for ours, column in found.items():
            cell = row[column.theirs]
            renamed[ours] = column.values.get(cell_text(cell), cell)
        return renamed


def load_columns(path: Path, shown: str) -> Columns:
    """Parse a file of column names. shown: the file's name in messages. Raises ScenarioFileError with every problem."""
    documents = yaml_tree.load(path, shown)
    document = documents[0] if len(documents) == 1 else None
    if not isinstance(document, yaml_tree.Mapping):
        message = "expected one mapping from our column names to yours, e.g. 'order_id: Order ID'"
        raise ScenarioFileError([Problem(shown, 1, 1, message)])
    problems: list[Problem] = []
    columns: dict[str, Column] = {}
    for ours, node in document.values.items():
        key = document.keys[ours]
        if ours not in OURS:
            message = f"unknown column {ours!r}; {suggestion(ours, list(OURS))}"
            problems.append(Problem(shown, key.line, key.column, message))
            continue
        columns[ours] = _column(ours, node, shown, problems)
    if problems:
        raise ScenarioFileError(problems)
    return Columns(columns)


def _column(ours: str, node: yaml_tree.Node, shown: str, problems: list[Problem]) -> Column:
    if isinstance(node, yaml_tree.Scalar) and node.text:
        return Column(node.text)
    if not isinstance(node, yaml_tree.Mapping):
        message = (
            f"expected your column's name, or {{column: ..., values: ...}}, found {kind_of(yaml_tree.plain(node))}"
        )
        problems.append(Problem(shown, node.line, node.column, message))
        return Column(ours)
    for key in node.keys.values():
        if key.text not in {"column", "values"}:
            message = f"unknown key {key.text!r}; {suggestion(key.text, ['column', 'values'])}"
            problems.append(Problem(shown, key.line, key.column, message))
    name, values = node.values.get("column"), node.values.get("values")
    theirs = ours
    if name is not None:
        theirs = _text(name, shown, problems)
    meanings: dict[str, str] = {}
    if isinstance(values, yaml_tree.Mapping):
        meanings = {theirs_: _text(meaning, shown, problems) for theirs_, meaning in values.values.items()}
    elif values is not None:
        message = f"expected your values with their meanings, found {kind_of(yaml_tree.plain(values))}"
        problems.append(Problem(shown, values.line, values.column, message))
    return Column(theirs, meanings)


def _text(node: yaml_tree.Node, shown: str, problems: list[Problem]) -> str:
    if isinstance(node, yaml_tree.Scalar) and node.text is not None:
        return node.text
    problems.append(Problem(shown, node.line, node.column, f"expected a text, found {kind_of(yaml_tree.plain(node))}"))
    return ""
