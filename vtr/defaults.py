"""Defaults that commands, the pytest plugin and the harness share. Nothing is imported: `vtr --help` reads them too."""

PROFILE = "us-2019"
ANSWER_SECONDS = 60.0
LONGEST_ANSWER_SECONDS = 86_400
