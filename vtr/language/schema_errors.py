"""The schema's errors in the words of the scenario language: the value, what is expected, and the next step."""

from collections.abc import Iterator
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from vtr.errors import Problem
from vtr.language import schema, yaml_tree
from vtr.language.schema import closest, kind_of, suggestion
from vtr.language.yaml_tree import Node, Path_


def schema_problems(
    error: ValidationError, tree: Node, shown: str, model: type[BaseModel] = schema.Scenario
) -> Iterator[Problem]:
    """The schema's errors as problems. A missing key and its misspelling beside it are one problem, not two."""
    details = error.errors()
    misspelt = {
        (*path[:-1], near[0])
        for path in (detail["loc"] for detail in details if detail["type"] == "extra_forbidden")
        if (near := closest(str(path[-1]), _keys_at(path[:-1], model)))
    }
    for detail in details:
        if detail["type"] != "missing" or detail["loc"] not in misspelt:
            yield _problem(detail, tree, shown, model)


def _problem(detail: ErrorDetails, tree: Node, shown: str, model: type[BaseModel]) -> Problem:
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
