"""Defaults of commands, the pytest plugin and the harness. `vtr --help` reads them too, so nothing heavy is loaded."""

from vtr.reference.rules.profile import DEFAULT_PROFILE as PROFILE

__all__ = ["ANSWER_SECONDS", "LONGEST_ANSWER_SECONDS", "PROFILE"]

ANSWER_SECONDS = 60.0
LONGEST_ANSWER_SECONDS = 86_400
