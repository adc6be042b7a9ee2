import json

from typer.testing import CliRunner

from vtr.reference.cli import app
from vtr.reference.rules.profile_reader import bundled_profiles


def profiles(*arguments: str) -> str:
    ran = CliRunner().invoke(app, ["profiles", *arguments])
    assert ran.exit_code == 0
    return ran.stdout


def test_every_bundled_profile_is_listed_with_what_it_stands_on() -> None:
    rows = {row["profile"]: row for row in json.loads(profiles("--format", "json"))}
    assert set(rows) == set(bundled_profiles())
    assert rows["us-2019"]["extends"] == []
    assert rows["uk-2021"] == {
        "profile": "uk-2021",
        "title": "United Kingdom, from 19 April 2021",
        "marketplace": "UK",
        "extends": ["us-2019"],
        "target": "0.95",
        "lag_days": 14,
        "window_days": 30,
    }


def test_the_table_and_csv_have_the_same_columns() -> None:
    header = ["profile", "title", "marketplace", "extends", "target", "lag_days", "window_days"]
    assert profiles().splitlines()[0].split() == header
    assert profiles("--format", "csv").splitlines()[0].split(",") == header
