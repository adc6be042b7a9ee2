from pathlib import Path

import pytest
from covered_suite import results_in, written_to

from vtr.suite.results import Result


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written_to(tmp_path_factory.mktemp("suite"))


@pytest.fixture(scope="module")
def results(folder: Path) -> tuple[Result, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return results_in()


@pytest.fixture
def suite(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory with the scenarios, to be left as it is."""
    monkeypatch.chdir(folder)
    return folder
