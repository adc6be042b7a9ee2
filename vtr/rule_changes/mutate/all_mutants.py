"""All mutants of a profile, in one order: its rules, its settings, its scan codes."""

from vtr.reference.rules.profile_reader import profile_texts, read_texts
from vtr.rule_changes.mutate import rule_mutants, scan_code_mutants, setting_mutants
from vtr.rule_changes.mutate.mutant import Mutant, Places
from vtr.rule_changes.mutate.scan_code_mutants import Which


def declared(profile: str, which: Which = "usual") -> tuple[Mutant, ...]:
    """The mutants of a profile (a bundled one's name, or a file). Raises ProfileError."""
    texts = profile_texts(profile)
    read, places = read_texts(texts), Places(texts)
    return (
        *rule_mutants.of_rules(read, places),
        *setting_mutants.of_settings(read, places),
        *scan_code_mutants.of_codes(read, which),
    )


def names(profile: str, mutants: tuple[Mutant, ...]) -> list[str]:
    """The names of a profile's mutants, those of all scan codes among them, given some of its mutants."""
    read = read_texts(profile_texts(profile))
    return list(dict.fromkeys(each.name for each in (*mutants, *scan_code_mutants.of_codes(read, "all"))))
