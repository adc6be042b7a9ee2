"""All mutants of a profile, in one order: its rules, its settings, its scan codes."""

from scenarios.mutating import codes, conditions, settings
from scenarios.mutating.codes import Which
from scenarios.mutating.mutants import Mutant, Places
from vtr.profile import profile_texts, read_texts


def declared(profile: str, which: Which = "usual") -> tuple[Mutant, ...]:
    """The mutants of a profile (a bundled one's name, or a file). Raises ProfileError."""
    texts = profile_texts(profile)
    read, places = read_texts(texts), Places(texts)
    return (
        *conditions.of_rules(read, places),
        *settings.of_settings(read, places),
        *codes.of_codes(read, which),
    )


def names(profile: str, mutants: tuple[Mutant, ...]) -> list[str]:
    """The names of a profile's mutants, those of all scan codes among them, given some of its mutants."""
    read = read_texts(profile_texts(profile))
    return list(dict.fromkeys(each.name for each in (*mutants, *codes.of_codes(read, "all"))))
