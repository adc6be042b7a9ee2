"""What the tests of mutation testing share."""

import shutil
from pathlib import Path

import pytest

from vtr import bundled
from vtr.rule_changes.mutate.all_mutants import mutants_of
from vtr.rule_changes.mutate.mutant import Mutant

CASES = bundled.CASES


LATE = "UPLOADED_AFTER_DELIVERY"


@pytest.fixture(scope="session")
def mutants() -> dict[str, Mutant]:
    """All usual mutants of us-2019, by name."""
    found = mutants_of("us-2019")
    assert len({mutant.name for mutant in found}) == len(found)
    return {mutant.name: mutant for mutant in found}


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with four scenarios about numbers uploaded after delivery."""
    folder = tmp_path_factory.mktemp("cases")
    for name in ("at-the-same-instant", "in-the-night-clocks-go-forward", "instants-decide", "one-second-late"):
        shutil.copy(CASES / LATE.lower().replace("_", "-") / f"{name}.yaml", folder)
    return folder
