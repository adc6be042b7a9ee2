"""The sides of a comparison: what a commit means."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from vtr.cli import app
from vtr.errors import ScenarioError
from vtr.rule_changes.compare import sides


def test_a_commit_alone_means_the_other_side_and_paths_are_those_of_the_folder(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "rules")
    for base, head in (
        ("git:HEAD", "mine.yaml"),
        ("git:HEAD:mine.yaml", "git:HEAD"),
        ("git:HEAD", "git:HEAD:mine.yaml"),
    ):
        with sides.open_sides(base, head) as pair:
            assert [side.profile and side.profile.name for side in pair] == ["mine", "mine"]
            (_, old) = (side.profile.rules[-1] for side in reversed(pair) if side.profile)
            assert (old.name, old.condition.text) == ("UPLOADED_AFTER_DELIVERY", "submitted_at > delivered_at")


@pytest.mark.parametrize(
    ("base", "message"),
    [
        ("git:nowhere", "git finds no revision 'nowhere'"),
        ("git:--output=x", "'--output=x' is not a revision"),
        ("git:HEAD:rules/none.yaml", "rules/none.yaml is not in HEAD"),
        ("git:HEAD:us-2019", "us-2019 is not in your repository"),
        ("git:HEAD:http://localhost", "is not in your repository"),
    ],
)
def test_what_no_commit_has_is_one_message(repository: Path, base: str, message: str) -> None:
    result = CliRunner().invoke(app, ["compare", base, "rules/mine.yaml", "--scenarios=cases"])
    assert isinstance(result.exception, ScenarioError)
    assert message in str(result.exception)
