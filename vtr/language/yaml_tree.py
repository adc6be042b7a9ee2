"""YAML with positions: a plain tree of mappings, sequences and texts, each knowing its line and column.

It is built from the events of the C parser, not by a loader, for three reasons. Positions are kept. Every plain scalar
stays the text of the file: a tracking number `0094…` must not become an integer, nor the country `NO` a false; the
schema decides what a text means. And a hostile file cannot grow in memory: anchors, aliases, tags and merge keys are
refused, and size, depth and number of nodes are limited before anything is built on them.

ruamel.yaml, the library for round trips, is not used: it takes 2.2 ms a file against 0.20 ms here, and writing 300
scenario files back, it lost braces in 10 (`[{parcel: a}]` became `[parcel: a]`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from vtr.errors import Problem, ScenarioFileError

SIZE_LIMIT_BYTES = 1_000_000
DEPTH_LIMIT = 32
_TOO_DEEP = f"nested more than {DEPTH_LIMIT} deep; no scenario needs that"
NODE_LIMIT = 100_000

NULLS = frozenset({"", "~", "null", "Null", "NULL"})  # only without quotes


@dataclass(frozen=True, slots=True)
class Span:
    """The place of a node in the text, in characters from 0.

    start, end: the end is the first character after the node. A list or mapping without brackets ends with its last
    value, before any blanks and comments that follow.
    quote: of a text: the mark before it (', ", |, >), or empty.
    flow: of a list or mapping: whether it is written in brackets.
    """

    start: int
    end: int
    quote: str = ""
    flow: bool = False


NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, or None for a null. line, column: from 1."""

    text: str | None
    line: int
    column: int
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list. line, column: from 1."""

    items: tuple["Node", ...]
    line: int
    column: int
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a mapping. line, column: from 1."""

    text: str
    line: int
    column: int
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping: values by key, and the keys with their positions. line, column: from 1."""

    values: dict[str, "Node"]
    keys: dict[str, Key]
    line: int
    column: int
    span: Span = field(default=NOWHERE, compare=False)


Node = Scalar | Sequence | Mapping
Tree = dict[str, "Tree"] | list["Tree"] | str | None
Path_ = tuple[int | str, ...]


def load(path: Path, shown: str) -> tuple[Node, ...]:
    """The documents of a YAML file. shown: the file's name in messages.

    Raises ScenarioFileError for a file that is not readable, not UTF-8, too big, or not YAML of the kind allowed here.
    """
    try:
        size = path.stat().st_size
        if size > SIZE_LIMIT_BYTES:
            raise ScenarioFileError([_too_big(shown, size)])
        content = path.read_bytes()
    except OSError as error:
        raise ScenarioFileError(
            [Problem(shown, 1, 1, f"cannot be read ({error.strerror}); give a readable file")]
        ) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        before = content[content.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8-sig")
        message = f"byte {content[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        raise ScenarioFileError([Problem(shown, line, len(before) + 1, message)]) from error
    return parse(text, shown)


def parse(text: str, shown: str) -> tuple[Node, ...]:
    """The documents of a YAML text; empty documents are left out. Raises ScenarioFileError as `load`."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > SIZE_LIMIT_BYTES:
        raise ScenarioFileError([_too_big(shown, size)])
    builder = _Builder(shown)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        what = " ".join(part for part in (error.problem, error.context) if part)
        begun = error.context_mark
        if begun is not None and begun.line + 1 != line:
            what += f" that begins in line {begun.line + 1}"
        # The parser reads ahead, so a limit of its own (libyaml of PyYAML 6.0.4) may be met before ours.
        message = _TOO_DEEP if "nesting depth" in what else f"this is not YAML: {what}"
        if "".join(text.split("\n")[line - 1 : line])[column - 1 : column] == "\t":
            message = "this is not YAML: a tab stands here; indent with blanks"
        raise ScenarioFileError([Problem(shown, line, column, message)]) from error
    except yaml.reader.ReaderError as error:
        # Its position counts bytes or characters, depending on the parser, so look for the character itself.
        code = error.character if isinstance(error.character, int) else ord(error.character)
        before = text[: max(text.find(chr(code)), 0)]
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        message = f"this is not YAML: character {code:#04x} may not stand here; remove it"
        raise ScenarioFileError([Problem(shown, line, column, message)]) from error
    if builder.problems:
        raise ScenarioFileError(builder.problems)
    return tuple(node for node in builder.documents if not (isinstance(node, Scalar) and node.text is None))


def plain(node: Node) -> Tree:
    """The tree without positions: dicts, lists, texts and None."""
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.values.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.text


def find(node: Node, path: Path_) -> Node:
    """The node at a path. Steps that the tree doesn't have are skipped, so the result is the nearest node above."""
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str) and step in node.values:
            node = node.values[step]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
    return node


def find_key(node: Node, path: Path_) -> Key | Node:
    """The key that ends a path, or else the nearest node above it."""
    above = find(node, path[:-1])
    if isinstance(above, Mapping) and path and path[-1] in above.keys:
        return above.keys[str(path[-1])]
    return above


def walk(node: Node) -> Iterator[Scalar]:
    """Every scalar of a tree, in the order of the file."""
    if isinstance(node, Scalar):
        yield node
    else:
        for child in node.values.values() if isinstance(node, Mapping) else node.items:
            yield from walk(child)


def _span(event: yaml.NodeEvent) -> Span:
    if event.start_mark is None or event.end_mark is None:
        return NOWHERE
    return Span(event.start_mark.index, event.end_mark.index, getattr(event, "style", None) or "")


def _too_big(shown: str, size: int) -> Problem:
    return Problem(shown, 1, 1, f"{size} bytes; a scenario file has at most {SIZE_LIMIT_BYTES}: split it")


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end has not been reached yet."""

    mapping: bool
    line: int
    column: int
    start: int
    flow: bool
    items: list[Node] = field(default_factory=list)
    keys: dict[str, Key] = field(default_factory=dict)
    values: dict[str, Node] = field(default_factory=dict)
    key: Key | None = None


class _Builder:
    """Builds trees from parser events without recursion, so depth is a number to check and not a stack."""

    def __init__(self, shown: str) -> None:
        self.documents: list[Node] = []
        self.problems: list[Problem] = []
        self._shown = shown
        self._open: list[_Open] = []
        self._nodes = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.NodeEvent):
            self._node(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            done = self._open.pop()
            node: Node
            children = (*done.items, *done.values.values())
            end = max((child.span.end for child in children), default=done.start)
            if done.flow and event.end_mark is not None:
                end = event.end_mark.index
            span = Span(done.start, end, flow=done.flow)
            if done.mapping:
                node = Mapping(done.values, done.keys, done.line, done.column, span)
            else:
                node = Sequence(tuple(done.items), done.line, done.column, span)
            self._place(node)

    def _node(self, event: yaml.NodeEvent) -> None:
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        self._nodes += 1
        if self._nodes > NODE_LIMIT:
            raise self._fatal(line, column, f"more than {NODE_LIMIT} values in one file; split it")
        if isinstance(event, yaml.AliasEvent):
            self._add_problem(line, column, f"alias '*{event.anchor}': scenarios have no aliases; write the value out")
            self._place(Scalar(None, line, column))
            return
        if event.anchor is not None:
            self._add_problem(line, column, f"anchor '&{event.anchor}': scenarios have no anchors; write the value out")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._add_problem(line, column, f"tag '{tag}': scenarios have no tags; remove it, every value is text")
        if isinstance(event, yaml.ScalarEvent):
            bare = event.style in {None, ""}
            span = _span(event)
            if self._wants_key:
                self._key(Key(event.value, line, column, span), bare=bare)
            else:
                self._place(Scalar(None if bare and event.value in NULLS else event.value, line, column, span))
            return
        if self._wants_key:
            # What follows a key that is not a text cannot be attached to anything.
            raise self._fatal(line, column, "a key must be a text; this one is a list or a mapping")
        if len(self._open) >= DEPTH_LIMIT:
            raise self._fatal(line, column, _TOO_DEEP)
        flow = bool(getattr(event, "flow_style", False))
        self._open.append(_Open(isinstance(event, yaml.MappingStartEvent), line, column, _span(event).start, flow))

    @property
    def _wants_key(self) -> bool:
        return bool(self._open) and self._open[-1].mapping and self._open[-1].key is None

    def _key(self, key: Key, *, bare: bool) -> None:
        above, text, line, column = self._open[-1], key.text, key.line, key.column
        if bare and text == "<<":
            self._add_problem(line, column, "merge key '<<': scenarios have no merge keys; write the keys out")
        elif text in above.keys:
            first = above.keys[text].line
            self._add_problem(line, column, f"key {text!r} stands twice, first in line {first}; keep one")
        above.key = key

    def _place(self, node: Node) -> None:
        if not self._open:
            self.documents.append(node)
            return
        above = self._open[-1]
        if not above.mapping:
            above.items.append(node)
        elif above.key is None:
            raise self._fatal(node.line, node.column, "a key must be a text")
        else:
            above.keys.setdefault(above.key.text, above.key)
            above.values.setdefault(above.key.text, node)
            above.key = None

    def _add_problem(self, line: int, column: int, message: str) -> None:
        self.problems.append(Problem(self._shown, line, column, message))

    def _fatal(self, line: int, column: int, message: str) -> ScenarioFileError:
        return ScenarioFileError([*self.problems, Problem(self._shown, line, column, message)])
