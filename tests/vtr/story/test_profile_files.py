"""A scenario may be judged by a profile of its own: a file, looked for from the scenario's folder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from vtr.reference.rules.profile_reader import profile_text
from vtr.story.story import Story
from vtr.suite import pytest_run

RECYCLED = """\
scenario: A number that a stranger's parcel had, where scans before the order count
profile: ../profiles/prior-scans.yaml
parcels:
  old:
    carrier: usps
    scans:
      - {at: 2025-11-03 16:00, kind: accepted}
      - {at: 2025-11-06 14:00, kind: delivered}
expect:
  rows:
    - {parcel: old, no_valid_tracking: X, reason: UPLOADED_AFTER_DELIVERY}
"""


def test_a_profile_file_is_looked_for_from_the_scenarios_folder(tell: Callable[..., tuple[Story, ...]]) -> None:
    words = "scenario: S\nprofile: {profile}\nparcels: {{box: {{carrier: ups}}}}\nexpect: {{rows: []}}\n"
    named = {name: tell(words.format(profile=name), "cases/a/s.yaml")[0].profile for name in ("own.yaml", "us-2019")}
    assert named == {"own.yaml": "cases/a/own.yaml", "us-2019": "us-2019"}


def test_a_scenario_is_judged_by_the_profile_beside_it_wherever_it_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, _ = profile_text("us-2019")
    (tmp_path / "profiles").mkdir()
    changed = text.replace("prior_scans: ignore", "prior_scans: count")
    (tmp_path / "profiles" / "prior-scans.yaml").write_text(changed, encoding="utf-8")
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "recycled.yaml").write_text(RECYCLED, encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    asked = pytest_run.RunOptions((tmp_path / "cases",), "vtr", None, "us-2019", "", (), "")
    assert [result["outcome"] for result in pytest_run.run(asked).results] == ["passed"]


def test_a_profile_file_that_is_not_there_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "recycled.yaml").write_text(RECYCLED.replace("../profiles/", ""), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    asked = pytest_run.RunOptions((tmp_path / "recycled.yaml",), "vtr", None, "us-2019", "", (), "")
    (result,) = pytest_run.run(asked).results
    assert result["outcome"] == "error"
    assert f"recycled.yaml:2:10: {tmp_path / 'prior-scans.yaml'}: cannot be read: No such file" in str(result)
