"""Which files have scenarios in them, and how messages name them: shared by the pytest plugin and `vtr run`.

The pytest plugin loads this module in every run of pytest, so it imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vtr.reference.messages import counted

if TYPE_CHECKING:
    from vtr.suite.results import Result

SUFFIXES = frozenset((".yaml", ".yml"))


RESULT = "vtr_scenario"  # the attribute of a pytest report


def skipped_lines(results: Iterable[Result]) -> list[str]:
    """What was not compared, and other remarks, each with the number of scenarios."""
    counts: dict[tuple[str, str], int] = {}
    for result in results:
        met = [
            *(("not compared in", reason) for reason in result["skipped"]),
            *(("in", it) for it in result["remarks"]),
        ]
        for what in met:
            counts[what] = counts.get(what, 0) + 1
    if not counts:
        return []

    return [f"{begin} {counted(count, 'scenario')}: {what}" for (begin, what), count in sorted(counts.items())]


def carrier_spelling(profile: str) -> dict[str, str]:
    """How a profile spells each carrier. Raises ValueError."""
    from vtr.reference.rules.profile_reader import load_profile  # noqa: PLC0415 (loads sqlglot)

    return load_profile(profile).spelling


_FOLDERS = pytest.StashKey[frozenset[Path]]()


def display_path(path: Path, root: Path) -> str:
    """A file as messages name it: relative to the root folder if it is within."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def scenario_folders(config: pytest.Config) -> frozenset[Path]:
    """The folders of the ini option, as whole paths; a file may be named too."""
    folders = config.stash.get(_FOLDERS, None)
    if folders is None:
        folders = frozenset((config.rootpath / folder).resolve() for folder in config.getini("vtr_scenarios"))
        config.stash[_FOLDERS] = folders
    return folders


def in_scenario_folders(path: Path, config: pytest.Config) -> bool:
    """Whether a path is within one of the folders of the ini option."""
    folders = scenario_folders(config)
    return bool(folders) and (path in folders or not folders.isdisjoint(path.parents))
