"""All mutants of a profile, in one order: its rules, its settings, its scan codes."""

from vtr.reference.rules.profile_reader import profile_texts, read_texts
from vtr.rule_changes.mutate import rule_mutants, scan_code_mutants, setting_mutants
from vtr.rule_changes.mutate.mutant import Mutant, ProfileLines
from vtr.rule_changes.mutate.scan_code_mutants import CodeSelection


def mutants_of(profile: str, codes: CodeSelection = "usual") -> tuple[Mutant, ...]:
    """The mutants of a profile (a bundled one's name, or a file). Raises ProfileError."""
    texts = profile_texts(profile)
    parsed, lines = read_texts(texts), ProfileLines(texts)
    return (
        *rule_mutants.mutants_of_rules(parsed, lines),
        *setting_mutants.mutants_of_settings(parsed, lines),
        *scan_code_mutants.mutants_of_codes(parsed, codes),
    )


def mutant_names(profile: str, mutants: tuple[Mutant, ...]) -> list[str]:
    """The names of all mutants of a profile, given some of them: those of every scan code are added."""
    parsed = read_texts(profile_texts(profile))
    every_code = scan_code_mutants.mutants_of_codes(parsed, "all")
    return list(dict.fromkeys(each.name for each in (*mutants, *every_code)))
