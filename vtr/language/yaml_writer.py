"""Write whole scenarios as YAML, from plain values (texts, lists, mappings) that a program can change.

The values are those of the file, not those of the story: what a scenario doesn't mention stays unmentioned, so removing
a key removes a departure from the perfect order. Every part of the harness that writes a whole scenario uses this.

A text that another YAML parser could take for a number, a boolean, null or a date is quoted, though our own parser
takes every scalar for a text. A parsed document no longer knows which of its values were quoted, so the key decides
what is a number (`package: 2`) and what is a text of digits (`code: "03"`).
"""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from vtr.language import yaml_tree
from vtr.language.loader import Draft

Document = dict[str, Any]

_WIDTH = 140
_INDENT = "  "
_BLOCKS = 2  # from this depth on, mappings without lists of mappings are written in one line
_TEXTS = frozenset({
    *("scenario", "tags", "id", "order", "parcel", "carrier", "carrier_name", "service", "shipment", "number"),
    *("code", "place", "tracking", "ship_method", "category", "to", "numbers", "equals", "any_of", "value", "within"),
    *("tracking_id", "no_valid_tracking", "reason", "why"),
})  # fmt: skip
_PLAIN = re.compile(r"(?!.*: )[A-Za-z0-9$](?:[A-Za-z0-9 &./:$_-]*[A-Za-z0-9])?", re.ASCII)
_OURS = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|true|false", re.ASCII)
# Numbers to some YAML parser, hours and minutes among them, and dates; an order's id is not one.
_NUMBER = re.compile(r"[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9]+)?|[0-9]+(?::[0-9]+)+|0[xob][0-9a-fA-F_]+", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?", re.ASCII)
_WORDS = frozenset(spelt for word in ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
                   for spelt in (word, word.title(), word.upper()))  # fmt: skip
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n"}


def document_of_draft(draft: Draft) -> Document:
    """A scenario in one combination of its matrix as plain values, without the matrix."""
    plain = yaml_tree.plain(draft.tree)
    document: Document = deepcopy(plain) if isinstance(plain, dict) else {}
    document.pop("matrix", None)
    return document


def format_document(document: Document, *, remarks: Sequence[str] = ()) -> str:
    """The text of a scenario file. remarks: comment lines at its top."""
    lines = [f"# {remark}" for remark in remarks]
    return "\n".join((*lines, *_mapping(document, 0))) + "\n"


def _mapping(values: Mapping[str, Any], depth: int) -> list[str]:
    lines: list[str] = []
    for key, value in values.items():
        name = _scalar(key)
        flow = _flow(value, key)
        if isinstance(value, (dict, list)) and value and not _in_line(value, depth + 1, flow):
            lines.append(f"{name}:")
            inner = _mapping(value, depth + 1) if isinstance(value, dict) else _list(value, key, depth + 1)
            lines.extend(_INDENT + line for line in inner)
        else:
            lines.append(f"{name}: {flow}")
    return lines


def _list(values: Sequence[Any], key: str, depth: int) -> list[str]:
    lines: list[str] = []
    for value in values:
        flow = _flow(value, key)
        if isinstance(value, dict) and value and not _in_line(value, depth + 1, flow):
            first, *rest = _mapping(value, depth + 1)
            lines.extend((f"- {first}", *(_INDENT + line for line in rest)))
        else:
            lines.append(f"- {flow}")
    return lines


def _in_line(value: Any, depth: int, flow: str) -> bool:  # noqa: ANN401 (any value of a document)
    inner = value.values() if isinstance(value, dict) else value
    plain = not any(map(_holds_mapping, inner))
    return len(flow) + depth * len(_INDENT) <= _WIDTH and plain and (depth >= _BLOCKS or isinstance(value, list))


def _holds_mapping(value: Any) -> bool:  # noqa: ANN401 (any value of a document)
    return bool(value) and (isinstance(value, dict) or (isinstance(value, list) and any(map(_holds_mapping, value))))


def _flow(value: Any, key: str) -> str:  # noqa: ANN401 (any value of a document)
    """A value in one line. key: the key that it belongs to, also for the entries of a list."""
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(name)}: {_flow(each, name)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(each, key) for each in value) + "]"
    if isinstance(value, (bool, int)):
        return str(value).lower()
    text = str(value)
    if key not in _TEXTS and (_OURS.fullmatch(text) or _DATE.fullmatch(text)) and _PLAIN.fullmatch(text.lstrip("-")):
        return text
    return _scalar(text)


def _scalar(text: str) -> str:
    """A text as a YAML scalar, without quotes where every parser takes it for a text."""
    if _PLAIN.fullmatch(text) and not any(taken.fullmatch(text) for taken in (_NUMBER, _DATE)) and text not in _WORDS:
        return text
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    if character in _ESCAPED or character.isprintable():
        return _ESCAPED.get(character, character)
    return f"\\U{ord(character):08x}" if ord(character) > 0xFFFF else f"\\u{ord(character):04x}"  # noqa: PLR2004 (what \\u can say)
