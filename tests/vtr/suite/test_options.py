from dataclasses import replace
from pathlib import Path

import pytest

from vtr.defaults import LONGEST_ANSWER_SECONDS
from vtr.errors import ScenarioError
from vtr.suite.options import RunOptions, check_timeout

EACH = RunOptions(
    validator="https://judge.example/",
    door="server",
    profile="us-2024.yaml",
    timeout=0.25,
    columns=Path("my columns.yaml"),
    session="demo",
    port=8700,
    coverage=True,
)


def test_command_has_each_option_that_is_not_the_default() -> None:
    assert EACH.to_command("a.yaml", "一个包裹") == (
        "vtr run a.yaml --only '一个包裹' --validator https://judge.example/ --door server --profile us-2024.yaml"
        " --timeout 0.25 --columns 'my columns.yaml' --session demo --port 8700"
    )
    assert RunOptions().to_command("a.yaml", "一个包裹") == "vtr run a.yaml --only '一个包裹'"
    assert " --timeout 61 " in replace(EACH, timeout=61.0).to_command("a.yaml", "S")


@pytest.mark.parametrize("options", [EACH, RunOptions()])
def test_pytest_gets_back_the_options_that_its_flags_were_made_of(
    options: RunOptions, pytestconfig: pytest.Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    flags = ["-p", "no:cacheprovider", f"--rootdir={tmp_path}", "-c", "/dev/null", *options.to_flags()]
    config = pytestconfig.__class__.fromdictargs({}, flags)
    columns = options.columns and tmp_path / options.columns
    assert RunOptions.from_config(config) == replace(options, columns=columns)


@pytest.mark.parametrize("seconds", [0, -1, LONGEST_ANSWER_SECONDS + 1, float("nan")])
def test_time_limit_is_more_than_nothing_and_at_most_a_day(seconds: float) -> None:
    check_timeout(LONGEST_ANSWER_SECONDS)
    with pytest.raises(ScenarioError, match=r"--timeout .*: expected seconds, more than 0 and at most 86400"):
        check_timeout(seconds)
