"""What a reader reports about an input: problems, which refuse it, and notes, which only inform.

All problems of an input are reported at once, because a file is corrected once; the first twenty are shown. Each kind
of note is given once per file, with its first line.
"""

from dataclasses import dataclass, field

from vtr.reference.errors import InputError

MAX_SHOWN = 20


class Problems:
    """Collects messages and raises them together."""

    def __init__(self) -> None:
        """Start without problems."""
        self._shown: list[str] = []
        self._count = 0

    def add(self, where: str, message: str) -> None:
        """Report a problem; where: file and line, or the place in a request."""
        self._count += 1
        if self._count <= MAX_SHOWN:
            self._shown.append(f"{where}: {message}")

    def __bool__(self) -> bool:
        return self._count > 0

    def raise_any(self) -> None:
        """Raise InputError with one problem per line, if there are any."""
        if self._count > MAX_SHOWN:
            self._shown.append(f"… and {self._count - MAX_SHOWN} more")
        if self._count:
            raise InputError("\n".join(self._shown))


@dataclass(slots=True)
class Notes:
    """Collects notes: each kind once per file, with its first line and the number of further lines."""

    _first: dict[tuple[str, str], str] = field(default_factory=dict)
    _more: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, source: str, kind: str, where: str = "", example: str = "") -> None:
        """Add a note about a source (a file). where: its line, if it concerns one; example: the text of that line."""
        key = (source, kind)
        if key in self._first:
            self._more[key] += bool(where)
        else:
            self._first[key] = f"{where or source}: {example}{kind}"
            self._more[key] = 0

    def texts(self) -> tuple[str, ...]:
        """The notes, in the order in which their kinds first appeared."""
        return tuple(
            f"{text} (and {self._more[key]} more)" if self._more[key] else text for key, text in self._first.items()
        )
