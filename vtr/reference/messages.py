"""Parts of messages to users: suggestions for unknown words, counts, and text that is safe to print."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the nearest known word, ignoring case and outer blanks; empty if none is near."""
    near = closest(word, known)
    return "" if near is None else f"; did you mean {near!r}?"


def closest(word: str, known: Iterable[str]) -> str | None:
    """The nearest known word, ignoring case and outer blanks; None if none is near."""
    by_fold = {candidate.strip().casefold(): candidate for candidate in known}
    close = get_close_matches(word.strip().casefold(), by_fold, n=1)
    return by_fold[close[0]] if close else None


def counted(count: int, noun: str) -> str:
    """`1 scenario`, `2 scenarios`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def printable(text: str) -> str:
    r"""The text with everything that would control a terminal (colours, line ends) as its code, such as `\x1b`."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)
