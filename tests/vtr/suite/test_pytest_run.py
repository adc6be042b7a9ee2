from pathlib import Path

from vtr.suite.pytest_run import find_scenario_files


def test_file_given_twice_is_run_once(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.touch()
    assert find_scenario_files((file, tmp_path)) == (file.resolve(),)
