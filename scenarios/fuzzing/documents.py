"""A scenario as plain values (what its YAML says: texts, lists, mappings), which can be changed, told and written.

The values are those of the file, not those of the story: what a scenario doesn't mention stays unmentioned, so taking
a key away is taking a departure from the perfect order away.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import PurePath
from typing import Any

from scenarios import positions, reading, rewriting, telling
from scenarios.errors import ScenarioFileError
from scenarios.reading import Draft
from scenarios.story import Story
from scenarios.telling import Spelling

Document = dict[str, Any]

_WIDTH = 110
_INDENT = "  "
_BLOCKS = 2  # mappings so deep stand in one line, if they hold no lists of mappings


def of_draft(draft: Draft) -> Document:
    """The scenario in one combination of its matrix, the matrix' values put in."""
    plain = positions.plain(draft.tree)
    document: Document = deepcopy(plain) if isinstance(plain, dict) else {}
    document.pop("matrix", None)
    return document


def story_of(document: Document, *, place: PurePath, profile: str, spelling: Spelling) -> Story:
    """The story that a document tells. place: the file that it would stand in; profile: where it names none.

    Raises ScenarioFileError when it is no scenario.
    """
    shown = place.name
    found = reading.scenarios_of(positions.parse(text_of(document), shown), shown)
    if found.problems:
        raise ScenarioFileError(found.problems)
    return telling.tell(found.drafts[0], place=place, profile=profile, spelling=spelling)


def text_of(document: Document, *, remarks: Sequence[str] = ()) -> str:
    """A document as the text of a scenario file. remarks: lines of comment at its top."""
    lines = [f"# {remark}" for remark in remarks]
    return "\n".join((*lines, *_mapping(document, 0))) + "\n"


def _mapping(values: Mapping[str, Any], depth: int) -> list[str]:
    lines: list[str] = []
    for key, value in values.items():
        name = rewriting.scalar(key)
        flow = _flow(value)
        if isinstance(value, (dict, list)) and value and not _in_line(value, depth + 1, flow):
            lines.append(f"{name}:")
            inner = _mapping(value, depth + 1) if isinstance(value, dict) else _list(value, depth + 1)
            lines.extend(_INDENT + line for line in inner)
        else:
            lines.append(f"{name}: {flow}")
    return lines


def _list(values: Sequence[Any], depth: int) -> list[str]:
    lines: list[str] = []
    for value in values:
        flow = _flow(value)
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


def _flow(value: Any) -> str:  # noqa: ANN401 (any value of a document)
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{rewriting.scalar(key)}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return rewriting.scalar(str(value))
