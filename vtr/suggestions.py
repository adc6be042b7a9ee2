"""The "did you mean" at the end of a message about an unknown word."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the nearest known word, whatever its case and outer blanks, or nothing."""
    by_fold = {candidate.strip().casefold(): candidate for candidate in known}
    close = get_close_matches(word.strip().casefold(), by_fold, n=1)
    return f"; did you mean {by_fold[close[0]]!r}?" if close else ""
