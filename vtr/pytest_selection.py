"""What `vtr run` adds to the plugin: pytest collects the scenarios that were named, and looks at nothing else.

Files are reached through their folders, because pytest reads a whole folder again for each file named on its command
line, which takes minutes for a thousand of them. It is a module of its own so that worker processes load it by name.
"""

import json
import signal
from pathlib import Path

import pytest

from vtr.pytest_plugin import ScenarioItem
from vtr.suite import collecting


def pytest_configure(config: pytest.Config) -> None:
    """Let SIGINT end a worker with the run, and with it what its validator has started.

    pytest-xdist ends workers by SIGINT after five seconds and kills them ten seconds later. They inherit the handling
    of SIGINT, and a shell makes background processes ignore it.
    """
    if hasattr(config, "workerinput"):
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names scenarios: JSON, a list of file (null: any) and title (empty: all of the file)."""
    parser.addoption("--vtr-selected", help="scenarios to run, as JSON")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect all but the scenarios that were named."""
    given = config.getoption("--vtr-selected")
    if given is None:
        return
    selected = {(file, title) for file, title in json.loads(given)}

    def is_selected(item: pytest.Item) -> bool:
        if not isinstance(item, ScenarioItem):
            return False
        file, title, name = item.story.file, item.story.title, item.story.name
        # A scenario's name without a combination means all of them.
        return not selected.isdisjoint({(None, title), (None, name), (file, title), (file, "")})

    left_out = [item for item in items if not is_selected(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if is_selected(item)]


@pytest.hookimpl(tryfirst=True)
def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool:
    """Ignore all but the scenario files that were named and the folders that lead to them, whatever their names."""
    if collecting.in_scenario_folders(collection_path, config):
        return not (collection_path.suffix in collecting.SUFFIXES or collection_path.is_dir())
    return not any(named.is_relative_to(collection_path) for named in collecting.scenario_folders(config))


@pytest.hookimpl(tryfirst=True)
def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Dir:
    """Collect a folder as a folder: an `__init__.py` in it is not imported."""
    return pytest.Dir.from_parent(parent, path=path)
