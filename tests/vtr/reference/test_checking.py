"""Engines are kept by the content of the profile and of its bases."""

from pathlib import Path

from vtr.reference.checking import engine_for


def test_an_engine_is_made_again_when_a_base_was_edited(tmp_path: Path) -> None:
    base, mine = tmp_path / "base.yaml", tmp_path / "mine.yaml"
    base.write_text("profile: base\nextends: us-2019\nlag_days: 10\n", encoding="utf-8")
    mine.write_text("profile: mine\nextends: base.yaml\n", encoding="utf-8")
    assert engine_for(mine) is engine_for(mine)
    base.write_text("profile: base\nextends: us-2019\nlag_days: 11\n", encoding="utf-8")
    assert engine_for(mine).profile.lag_days == 11
