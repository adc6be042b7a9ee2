"""What a reader did that its user should know, though nothing was wrong: each kind once a file, with its first line."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Notes:
    """Keeps each kind of note of a file, the line in which it came first, and how many more lines it is about."""

    _first: dict[tuple[str, str], str] = field(default_factory=dict)
    _more: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, source: str, kind: str, where: str = "", example: str = "") -> None:
        """Note something about a source (a file); where: the line and example: its text, when it is about lines."""
        key = (source, kind)
        if key in self._first:
            self._more[key] += bool(where)
        else:
            self._first[key] = f"{where or source}: {example}{kind}"
            self._more[key] = 0

    def texts(self) -> tuple[str, ...]:
        """The notes in the order in which they came first."""
        return tuple(
            f"{text} (and {self._more[key]} more)" if self._more[key] else text for key, text in self._first.items()
        )
