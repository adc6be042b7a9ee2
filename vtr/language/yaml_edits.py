"""Edits to the text of a scenario file: cells, rows and lists are rewritten in place, and nothing else changes.

The text is edited at the positions of its nodes and never generated from the tree, since comments, order, blanks,
quotes and line ends belong to the user. An edit is refused (`CannotRewriteError`) where the part to change cannot be
separated from what must stay, as in a row put together from names of a matrix. `yaml_tree` says why ruamel.yaml is not
used for this.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from vtr.errors import ScenarioFileError
from vtr.language import yaml_tree
from vtr.language.yaml_tree import Node, Scalar, Span

_BLOCK_TEXT = frozenset("|>")
NAMING = ("parcel", "order", "package")


class CannotRewriteError(Exception):
    """A part of the file must be changed by hand; the message says why."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A new text for a part of a file.

    span: the part.
    text: what replaces it.
    line: of the part, from 1.
    before, after: both in one line, for messages.
    """

    span: Span
    text: str
    line: int
    before: str
    after: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits applied, which must not overlap."""
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end), reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def scalar(content: str, quote: str = "") -> str:
    """A text as a YAML scalar that is valid in brackets too; in the quotes given, if they can hold it."""
    if quote == "'" and content.isprintable():
        return "'" + content.replace("'", "''") + "'"
    if quote == "" and content.isprintable() and _parses_to(content, content):
        return content
    return json.dumps(content, ensure_ascii=not content.isprintable())


@lru_cache(maxsize=4096)  # scenarios use few different keys and words
def _parses_to(written: str, content: str) -> bool:
    try:
        documents = yaml_tree.parse(f"{{k: {written}}}", "")
    except ScenarioFileError:
        return False
    return [yaml_tree.plain(document) for document in documents] == [{"k": content}]


def edit_cell(text: str, node: Node, content: str) -> Edit:
    """The edit that gives a cell another text."""
    if not isinstance(node, Scalar):
        return Edit(node.span, scalar(content), node.line, source(text, node.span), scalar(content))
    if node.span.quote in _BLOCK_TEXT:
        raise CannotRewriteError("a text over several lines; write it in one line, or change it by hand")
    written = scalar(content, node.span.quote)
    # After a bare `key:` there is nothing, not even the blank that YAML needs.
    glue = " " if node.span.start == node.span.end and text[node.span.start - 1 : node.span.start] == ":" else ""
    return Edit(node.span, glue + written, node.line, source(text, node.span) or "nothing", written)


def source(text: str, span: Span) -> str:
    """A part of the text, in one line."""
    return " ".join(text[span.start : span.end].split())


def edit_to_absent(text: str, row: yaml_tree.Mapping) -> Edit:
    """The edit that leaves of a row its name, and says `absent: true`."""
    _only_own_text(text, row)
    kept = [
        text[row.keys[name].span.start : value.span.end] for name, value in row.values.items() if name in NAMING
    ]  # fmt: skip
    written = _mapping(text, row, [*kept, "absent: true"])
    return Edit(row.span, written, row.line, source(text, row.span), "absent: true")


def edit_to_present(text: str, row: yaml_tree.Mapping, cells: Mapping[str, str]) -> Edit:
    """The edit that replaces a row's `absent: true` by cells."""
    _only_own_text(text, row)
    key, value = row.keys["absent"], row.values["absent"]
    entries = [f"{name}: {scalar(content)}" for name, content in cells.items()]
    span = Span(key.span.start, value.span.end)
    return Edit(span, _joined(text, row, entries), key.line, source(text, span), ", ".join(entries))


def append_rows(text: str, listed: Node, rows: Iterable[Mapping[str, str]]) -> Edit:
    """The edit that adds rows to the end of a list, which may be empty."""
    if not isinstance(listed, yaml_tree.Sequence):
        raise CannotRewriteError("rows must be added to a list that is written here")
    written = [[f"{name}: {scalar(content)}" for name, content in row.items()] for row in rows]
    shown = ", ".join("{" + ", ".join(entries) + "}" for entries in written)
    if listed.span.flow:
        at = listed.items[-1].span.end if listed.items else listed.span.start + 1
        added = ", " + shown if listed.items else shown
        line = listed.items[-1].line if listed.items else listed.line
        return Edit(Span(at, at), added, line, "no row", shown)
    last = listed.items[-1]
    at = _end_of_line(text, last.span.end)
    lines = []
    for entries in written:
        if isinstance(last, yaml_tree.Mapping) and not last.span.flow:
            own = ("\n" + " " * (last.column - 1)).join(entries)
            lines.append(" " * (listed.column - 1) + "-" + " " * (last.column - listed.column - 1) + own)
        else:
            lines.append(" " * (listed.column - 1) + "- {" + ", ".join(entries) + "}")
    return Edit(Span(at, at), _newlines(text, "".join("\n" + line for line in lines)), last.line, "no row", shown)


def remove_rows(text: str, listed: Node, gone: frozenset[int]) -> Edit:
    """The edit that removes rows from a list. gone: their indices, from 0."""
    if not isinstance(listed, yaml_tree.Sequence):
        raise CannotRewriteError("rows must be taken out of a list that is written here")
    rows = [listed.items[index] for index in sorted(gone)]
    if any(not _within(row.span, listed.span) for row in rows):
        raise CannotRewriteError("a row that the matrix gives must be taken out by hand")
    before = ", ".join(source(text, row.span) for row in rows)
    if len(rows) == len(listed.items):
        return Edit(listed.span, "[]", rows[0].line, before, "no row")
    kept = text[listed.span.start : listed.span.end]
    for index in sorted(gone, reverse=True):
        span = _with_separator(text, listed, index)
        kept = kept[: span.start - listed.span.start] + kept[span.end - listed.span.start :]
    # A block ends with its last row; without that row its text would end in a line end too many.
    return Edit(listed.span, kept if listed.span.flow else kept.rstrip(), rows[0].line, before, "no row")


def _with_separator(text: str, listed: yaml_tree.Sequence, index: int) -> Span:
    """The span of a row with the comma or dash that separates it from the others."""
    row = listed.items[index].span
    if not listed.span.flow:
        dash = text.rfind("-", listed.span.start, row.start)
        following = listed.items[index + 1].span.start if index + 1 < len(listed.items) else None
        end = row.end if following is None else text.rfind("-", row.end, following)
        return Span(dash, end)
    if index:
        return Span(listed.items[index - 1].span.end, row.end)
    return Span(row.start, listed.items[index + 1].span.start)


def _only_own_text(text: str, row: yaml_tree.Mapping) -> None:
    for name, value in row.values.items():
        key = row.keys[name]
        if value.span.start < key.span.end or text[key.span.end : value.span.start].strip(" \r\n") != ":":
            raise CannotRewriteError(f"{name!r} of this row is not written in the row itself")


def _mapping(text: str, row: yaml_tree.Mapping, entries: list[str]) -> str:
    joined = _joined(text, row, entries)
    return "{" + joined + "}" if row.span.flow else joined


def _joined(text: str, row: yaml_tree.Mapping, entries: list[str]) -> str:
    return ", ".join(entries) if row.span.flow else _newlines(text, ("\n" + " " * (row.column - 1)).join(entries))


def _newlines(text: str, added: str) -> str:
    return added.replace("\n", "\r\n") if "\r\n" in text else added


def _end_of_line(text: str, at: int) -> int:
    ends = [end for end in (text.find("\r\n", at), text.find("\n", at)) if end >= 0]
    return min(ends, default=len(text))


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
