"""Which scenarios failed when they were last run, for `vtr run --last-failed`.

The list is in the folder `.vtr` of the working directory, which tells git to ignore it. What is known of scenarios that
were not run is kept. A file that cannot be used counts as failed as a whole, under an empty name.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from vtr.reference import files
from vtr.reference.errors import VtrError
from vtr.suite.results import Result

_FILE = Path(".vtr", "last-failed.json")


def load() -> list[tuple[str, str]]:
    """File and name of each scenario that failed when it was last run; empty if nothing is known."""
    try:
        known = json.loads(_FILE.read_bytes())
        return [(str(file), str(title)) for file, title in known]
    except (OSError, ValueError, TypeError, RecursionError):
        return []


def save(found: Sequence[Result], *, whole: bool) -> str | None:
    """Save what failed in a run, and keep what is known of scenarios that it did not run.

    whole: all scenarios of its files were run, so others of these files are gone.
    Returns a message if that cannot be done; the run is valid all the same.
    """
    before = load()
    ran = {(result["file"], result["scenario"]) for result in found}
    files_run = {file for file, _ in ran}
    # A broken file hides its scenarios, and a mended one shows them again: what was known of the file is void.
    void = {file for file, title in ran if whole or not title}
    failed = [(result["file"], result["scenario"]) for result in found if result["outcome"] != "passed"]
    kept = [
        (file, title)
        for file, title in before
        if file not in void and (file, title) not in ran and (title or file not in files_run)
    ]
    now = list(dict.fromkeys((*kept, *failed)))
    if now == before:
        return None
    try:
        _FILE.parent.mkdir(exist_ok=True)
        files.write_text(_FILE.parent / ".gitignore", "*\n")
        files.write_text(_FILE, json.dumps(now, ensure_ascii=False, indent=0) + "\n")
    except (OSError, VtrError) as error:
        return f"what failed could not be kept for --last-failed: {error}"
    return None
