"""An entry of the catalogue: a fault with its name, effect, parameters, reach and source.

Parameters are parsed here, from text (a scenario file, a command line) or JSON, so that a wrong one gets the same
message everywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from typing import Literal

from simulator.errors import MisuseError
from simulator.faults.base import Fault
from simulator.faults.envelope import Reach

_SUGGESTED = 3
_LISTED = 12

Family = Literal["transport", "http", "payload", "tracking", "seller"]
Grade = Literal["A", "B", "C", "D"]
Value = float | int | str


@dataclass(frozen=True, slots=True)
class Number:
    """A parameter that is a number.

    least, most: the bounds, both allowed.
    says: what it means, in words.
    whole: whether a fraction is refused.
    """

    name: str
    unit: str
    default: float
    least: float
    most: float
    says: str
    whole: bool = False

    def parse(self, given: object) -> Value:
        """Parse a text or number. Raises MisuseError for anything else, and for a number out of bounds."""
        kind = "a whole number" if self.whole else "a number"
        expected = f"{kind} of {self.unit} from {self.least:g} to {self.most:g}"
        try:
            number = float(given) if isinstance(given, str | int | float) and not isinstance(given, bool) else None
        except ValueError:
            number = None
        if number is None or not isfinite(number) or not self.least <= number <= self.most:
            raise MisuseError(f"{self.name}: {given!r} is not {expected}")
        if not self.whole:
            return number
        if number != int(number):
            raise MisuseError(f"{self.name}: {given!r} is not {expected}")
        return int(number)


@dataclass(frozen=True, slots=True)
class Word:
    """A parameter that is a text.

    says: what it means, in words.
    choices: the texts that are allowed; empty: any.
    """

    name: str
    default: str
    says: str
    choices: tuple[str, ...] = ()
    unit: str = "text"

    def parse(self, given: object) -> Value:
        """Check a text. Raises MisuseError for anything else, and for a text that is not among the choices."""
        if not isinstance(given, str):
            raise MisuseError(f"{self.name}: {given!r} is not a text")
        if self.choices and given not in self.choices:
            raise MisuseError(f"{self.name}: {given!r} is unknown; {nearest(given, self.choices)}")
        return given


Parameter = Number | Word


@dataclass(frozen=True, slots=True)
class Entry:
    """A fault of the catalogue.

    effect: what it does, in a line.
    source: where it was seen.
    grade: how sure that is: A official, B observed, C third party, D our own idea of what happens.
    make: makes the fault of its parameters' values, by name.
    reach: the carriers and operations at which it means anything; None: all of them.
    """

    name: str
    family: Family
    effect: str
    source: str
    grade: Grade
    make: Callable[..., Fault]
    parameters: tuple[Parameter, ...] = ()
    reach: Reach | None = None

    def fault(self, given: Mapping[str, object]) -> Fault:
        """Make the fault with these parameters; a parameter left out has its default.

        Raises MisuseError for an unknown parameter and for a value that its parameter does not allow.
        """
        by_name = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in by_name:
                hint = nearest(name, tuple(by_name)) if by_name else "it has none"
                raise MisuseError(f"fault {self.name}: parameter {name!r} is unknown; {hint}")
        try:
            values = {name: p.parse(given.get(name, p.default)) for name, p in by_name.items()}
        except MisuseError as error:
            raise MisuseError(f"fault {self.name}: {error}") from error
        return self.make(**values)


def nearest(text: str, names: tuple[str, ...]) -> str:
    """Return the end of a message about an unknown name: the nearest names, or all of them if there are few."""
    near = get_close_matches(text.lower(), names, n=1) or [name for name in names if text.lower() in name]
    if near:
        return f"did you mean {' or '.join(repr(name) for name in near[:_SUGGESTED])}?"
    return f"there are {', '.join(names)}" if len(names) <= _LISTED else f"there are {len(names)} others"
