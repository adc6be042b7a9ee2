"""The JSON Schema of scenario files, for editors.

It is made from the models in `schema` that read the files, so it can't drift; the text under each field there becomes
the key's description. It is a little wider than the models: a whole value may be `$name` anywhere, and an editor takes
a plain `0094` for a number where the file means a text.
"""

import ast
import inspect
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

from simulator import carriers, journeys
from simulator.faults import catalogue
from simulator.parcel import Kind
from vtr.language import schema

Json = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
_DEFAULTS = "What holds for all scenarios of the file that don't say otherwise."
_NAME: Json = {"type": "string", "pattern": "^\\$[A-Za-z_][A-Za-z0-9_]*$"}
_SCALAR: Json = {"type": ["string", "number", "boolean"]}
_ONE_OR_MORE = frozenset({("Scenario", "report_at"), ("Scenario", "expect")})
_BLANK_FOR_NULL = frozenset({("CellPart", "any_of")})


def scenario() -> Json:
    """Of a document of a scenario file: a scenario, or what holds for all scenarios of the file."""
    made = schema.Scenario.model_json_schema()
    models = {**made.pop("$defs"), "Scenario": made, "Defaults": schema.Defaults.model_json_schema()}
    del models["QuotasPart"]  # the form in which quotas are kept; the file has another
    return {
        "$schema": DRAFT,
        "title": "VTR scenario file",
        "description": "A scenario; or, as the first document of a file, `defaults:` for all its scenarios.",
        "if": {"type": "object", "required": ["defaults"]},
        "then": {
            "type": "object",
            "properties": {"defaults": {"description": _DEFAULTS, **_to("Defaults")}},
            "additionalProperties": False,
        },
        "else": _to("Scenario"),
        "$defs": {name: _widened(name, model) for name, model in models.items()},
    }


def _to(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


@lru_cache(maxsize=1)
def _descriptions() -> Mapping[tuple[str, str], str]:
    """What each key means, by model and key: the text under the field in `schema`.

    Pydantic can read these texts itself (`use_attribute_docstrings`), but does so whenever the models are built. That
    takes 70 ms of every run, and only editors need them.
    """
    own: dict[str, dict[str, str]] = {}
    for model in ast.parse(inspect.getsource(schema)).body:
        if isinstance(model, ast.ClassDef):
            own[model.name] = {}
            for field, below in pairwise(model.body):
                match field, below:
                    case ast.AnnAssign(target=ast.Name(id=key)), ast.Expr(value=ast.Constant(value=str(text))):
                        own[model.name][key] = text
    return {
        (name, key): text
        for name in own
        for base in reversed(getattr(schema, name).__mro__)
        for key, text in own.get(base.__name__, {}).items()
    }


def _matrix() -> Json:
    """Names with lists: of values, or of values with tags. A mapping `{value, within}` is a cell with a tolerance."""

    def mapping(**keys: Json) -> Json:
        return {"type": "object", "required": ["value"], "properties": keys, "additionalProperties": False}

    tags = {"type": "array", "items": _SCALAR, "description": "The tags of the combinations that have this value."}
    value: Json = {"description": "The value itself."}
    entries = [
        {"not": {"type": "object", "required": ["value"]}},
        mapping(value=value, tags=tags),
        mapping(value=value, within={"description": _descriptions()["CellPart", "within"]}),
    ]
    values = {"type": "array", "minItems": 1, "items": {"anyOf": entries}}
    return {"type": "object", "additionalProperties": values}


def _widened(name: str, model: Json) -> Json:
    choices, forms, descriptions = _choices(), _own_forms(), _descriptions()
    properties = {}
    for key, given in model["properties"].items():
        value = _value({part: content for part, content in given.items() if part not in {"title", "default"}})
        if (name, key) in choices:
            value = {"anyOf": [{"enum": choices[name, key]}, _NAME, {"type": "null"}]}
        if (name, key) in _ONE_OR_MORE:
            value = {"anyOf": [value, *(_items(value))]}
        if (name, key) in _BLANK_FOR_NULL:
            value = {"type": "array", "minItems": 1, "items": {"type": ["string", "number", "boolean", "null"]}}
        default = given.get("default")
        if (name, key) in forms:
            value, default = forms[name, key], None
        if default is not None:
            value = {**value, "default": default}
        properties[key] = {"description": descriptions[name, key], **value}
    parts: tuple[str, ...] = ("description", "required", "additionalProperties")
    kept = {part: model[part] for part in parts if part in model}
    return {"type": "object", **kept, "properties": properties}


def _items(value: Json) -> list[Json]:
    """What a list, somewhere in a schema, holds."""
    if "items" in value:
        return [value["items"]]
    return [found for part in value.get("anyOf", ()) for found in _items(part)]


def _value(given: Json) -> Json:
    """A value as an editor meets it."""
    kind = given.get("type")
    if "anyOf" in given:
        return {"anyOf": [_value(part) for part in given["anyOf"]]}
    if "$ref" in given:
        blank = [_SCALAR, {"type": "null"}] if given["$ref"].endswith("/CellPart") else []
        return {"anyOf": [given, *blank, _NAME]}
    if kind == "string" and "enum" not in given:
        return _SCALAR
    if kind == "array":
        return {"anyOf": [{**given, "items": _value(given["items"])}, _NAME]}
    if kind == "object":
        inner = given.get("additionalProperties")
        return {**given, "additionalProperties": _value(inner) if isinstance(inner, dict) else True}
    return given if kind == "null" or not given else {"anyOf": [given, _NAME]}


def _own_forms() -> Mapping[tuple[str, str], Json]:
    """Keys whose form in the file is not that of the models, which keep them otherwise."""
    quota = {"type": "object", "additionalProperties": _to("QuotaPart")}
    return {
        ("Scenario", "matrix"): _matrix(),
        ("Scenario", "quotas"): {"anyOf": [{"type": "boolean"}, quota, _NAME]},
    }


def _choices() -> Mapping[tuple[str, str], list[str]]:
    """Values that an editor may offer."""
    return {
        ("ParcelPart", "carrier"): [carrier.name for carrier in carriers.CARRIERS],
        ("ParcelPart", "journey"): [journey.name for journey in journeys.JOURNEYS],
        ("Scan", "kind"): [kind.value for kind in Kind],
        ("FaultPart", "fault"): [entry.name for entry in catalogue.CATALOGUE],
    }
