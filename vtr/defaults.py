"""Defaults that commands, the pytest plugin and the harness share. `vtr --help` reads them too, so this loads nothing."""

from vtr.reference.rules.profile import DEFAULT_PROFILE as PROFILE

__all__ = ["ANSWER_SECONDS", "LONGEST_ANSWER_SECONDS", "PROFILE"]

ANSWER_SECONDS = 60.0
LONGEST_ANSWER_SECONDS = 86_400
