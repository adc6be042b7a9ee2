"""Reads YAML files that users edit, and collects every mistake in them with its line and column.

PyYAML makes nodes, never objects: only nodes know their lines. A reader of one kind of file (a profile, a table of scan
codes) derives from `YamlReader` and reads its values with it. A value that cannot be used raises `Unreadable` inside;
`collecting` and `attempt` note the mistake and let the reader go on with the next value.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

import yaml

from vtr.reference.messages import closest, did_you_mean

PROBLEMS_LIMIT = 100
"""Reading ends after this many mistakes: a file may be a stranger's, and looking for similar words takes time."""

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C parser where PyYAML was built with it: the same nodes, about ten times faster."""

_TAGS = "tag:yaml.org,2002:"
_Value = TypeVar("_Value")
_Options = ParamSpec("_Options")


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in a file.

    origin: the file, as messages name it.
    line, column: both from 1.
    message: the whole message, with the file and the place.
    """

    origin: str
    line: int
    column: int
    message: str


class Unreadable(Exception):  # noqa: N818 (never leaves the readers: users get the error of their kind of file)
    """A value that cannot be used."""

    def __init__(self, problem: Problem) -> None:
        """problem: what is wrong with the value, and where."""
        super().__init__(problem.message)
        self.problem = problem


class _TooManyProblemsError(Exception):
    """The limit of mistakes is reached; the rest of the file is not read."""


class Fields(dict[str, tuple[yaml.Node, yaml.Node]]):
    """The keys of a mapping, each with its node and the node of its value.

    misspelt: known keys that are not there, but that an unknown key probably means.
    """

    def __init__(self) -> None:
        """Without keys."""
        super().__init__()
        self.misspelt: set[str] = set()


def located(origin: str, node: yaml.Node | yaml.Event | None, words: str) -> Problem:
    """A mistake at a node; at the beginning of the file without one."""
    mark = node.start_mark if node is not None else None
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return _problem(origin, line, column, words)


def compose(text: str, origin: str, noun: str, depth_limit: int | None = None) -> yaml.Node | None:
    """The one document of a YAML text as nodes, None for an empty text.

    noun: what the file is, for messages, such as `profile`.
    depth_limit: with it, deeper nesting, anchors, aliases, tags and more documents are refused before nodes are made.

    Raises Unreadable.
    """
    try:
        if depth_limit is not None:
            _check_events(text, origin, noun, depth_limit)
        return yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        tab = "".join(text.split("\n")[line : line + 1])[column : column + 1] == "\t"
        words = "there is a tab here; indent with spaces" if tab else str(error.problem or error)
        if depth_limit is not None and "nesting" in words:
            words = f"nested more than {depth_limit} deep; no {noun} needs that"
        raise Unreadable(_problem(origin, line + 1, column + 1, f"this is not YAML: {words}")) from None
    except yaml.YAMLError as error:  # a character that YAML forbids: the whole file is refused
        raise Unreadable(Problem(origin, 1, 1, f"{origin}: this is not YAML: {error}")) from None


def _problem(origin: str, line: int, column: int, words: str) -> Problem:
    return Problem(origin, line, column, f"{origin}:{line}:{column}: {words}")


def _check_events(text: str, origin: str, noun: str, depth_limit: int) -> None:
    """Refuse what data has no use for, before nodes are made of it. Raises Unreadable."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=LOADER):
        words = None
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > depth_limit:
                words = f"nested more than {depth_limit} deep; no {noun} needs that"
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                words = f"a second document begins here; a {noun} is one"
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            words = f"anchors and aliases are not available in a {noun}; write the value out"
        elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            words = f"the tag {event.tag} is not available in a {noun}; remove it"
        if words is not None:
            raise Unreadable(located(origin, event, words))


class YamlReader:
    """Reads the nodes of one file. problems: the mistakes found so far, in the order in which they were found."""

    def __init__(self, origin: str) -> None:
        """origin: the file, as messages name it."""
        self.origin = origin
        self.problems: list[Problem] = []

    def wrong(self, node: yaml.Node | None, words: str) -> Unreadable:
        """The exception to raise for a value that cannot be used."""
        return Unreadable(located(self.origin, node, words))

    def note(self, node: yaml.Node | None, words: str) -> None:
        """Note a mistake and go on."""
        self._add(located(self.origin, node, words))

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Note the mistake that ends the block early, and go on behind the block."""
        try:
            yield
        except Unreadable as error:
            self._add(error.problem)

    @contextmanager
    def limiting(self) -> Iterator[None]:
        """A block that ends early when there are more mistakes than anyone will read in one message."""
        with suppress(_TooManyProblemsError):
            yield

    def attempt(
        self,
        read: Callable[Concatenate[Fields, str, _Options], _Value],
        fields: Fields,
        name: str,
        *args: _Options.args,
        **options: _Options.kwargs,
    ) -> _Value | None:
        """What `read` makes of a field; None where it is missing or, with its mistake noted, cannot be used."""
        if name in fields:
            with self.collecting():
                return read(fields, name, *args, **options)
        return None

    def fields(self, node: yaml.Node, known: Sequence[str], required: Collection[str], advice: str = "") -> Fields:
        """A mapping's keys and values. Unknown, repeated and missing keys are noted.

        advice: what follows the list of missing keys. Raises Unreadable for a node of another kind.
        """
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, f"expected a mapping with the keys {', '.join(known)}")
        fields = Fields()
        unknown: list[str] = []
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name not in known:
                unknown.append(name)
                hint = did_you_mean(name, known) or f"; known are: {', '.join(known)}"
                self.note(key, f"unknown key '{name}'{hint}")
            elif name in fields:
                self.note(key, f"the key '{name}' is repeated; remove one")
            else:
                fields[name] = (key, value)
        absent = [name for name in known if name not in fields]
        fields.misspelt.update(near for name in unknown if (near := closest(name, absent)) is not None)
        missing = [name for name in required if name not in fields and name not in fields.misspelt]
        if missing:
            self.note(node, f"missing: {', '.join(missing)}{advice}")
        return fields

    def sequence(self, fields: Fields, name: str) -> list[yaml.Node]:
        """The entries of a list, at least one. Raises Unreadable."""
        key, value = fields[name]
        if not isinstance(value, yaml.SequenceNode) or not value.value:
            raise self.wrong(key, f"'{name}' is a list with at least one entry")
        return list(value.value)

    def scalar(self, fields: Fields, name: str, kinds: Collection[str], expectation: str) -> str:
        """The text of a scalar that YAML takes for one of these kinds (str, int, bool, …). Raises Unreadable."""
        key, value = fields[name]
        if not isinstance(value, yaml.ScalarNode) or value.tag.removeprefix(_TAGS) not in kinds:
            shown = value.value if isinstance(value, yaml.ScalarNode) else "a list or mapping"
            raise self.wrong(key, f"'{name}' is {shown!r}, but must be {expectation}")
        return str(value.value)

    def text(self, fields: Fields, name: str) -> str:
        """A text that is not blank, without blanks around it. Raises Unreadable."""
        found = self.scalar(fields, name, ("str",), "text (in quotes if YAML takes it for something else)")
        if not found.strip():
            raise self.wrong(fields[name][0], f"'{name}' is empty; write what it says")
        return found.strip()

    def one_of(self, fields: Fields, name: str, choices: Collection[str]) -> str:
        """A text that is one of these. Raises Unreadable."""
        expectation = f"one of: {', '.join(choices)}"
        found = self.scalar(fields, name, ("str",), expectation)
        if found not in choices:
            raise self.wrong(
                fields[name][0], f"'{name}' is '{found}', but must be {expectation}{did_you_mean(found, choices)}"
            )
        return found

    def truth(self, fields: Fields, name: str) -> bool:
        """True or false. Raises Unreadable."""
        return self.scalar(fields, name, ("bool",), "true or false").lower() in ("true", "yes", "on")

    def _add(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) >= PROBLEMS_LIMIT:
            raise _TooManyProblemsError


def messages_of(problems: Collection[Problem], origins: Sequence[str]) -> str:
    """The messages, a line each, sorted by the place of the file among the origins, then by line and column."""
    order = {origin: place for place, origin in enumerate(origins)}
    sorted_problems = sorted(problems, key=lambda each: (order[each.origin], each.line, each.column))
    lines = list(dict.fromkeys(each.message for each in sorted_problems))
    if len(problems) >= PROBLEMS_LIMIT:
        lines.append(f"{origins[0]}: there may be more mistakes; reading ended after {PROBLEMS_LIMIT}")
    return "\n".join(lines)
