"""`vtr generate`: options, the list of conditions, and what a user's mistakes look like."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from simulator import cli
from simulator.datasets.content.conditions import NAMES


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.app, ["generate", *map(str, arguments)])


def test_a_dataset_is_written_and_the_command_to_check_it_told(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    result = run(folder, "--shipments", "50")
    assert result.exit_code == 0
    assert (folder / "manifest.json").is_file()
    assert f"\nvtr check --dataset {folder}\n" in result.stderr
    assert result.stdout == ""


def test_text_files_are_compressed_when_asked(tmp_path: Path) -> None:
    assert run(tmp_path / "data", "--shipments", "5", "--format", "csv", "--compression", "gzip").exit_code == 0
    assert (tmp_path / "data" / "scans.csv.gz").read_bytes()[:2] == b"\x1f\x8b"


def test_lines_beside_the_tables_are_written_when_asked(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    result = run(folder, "--shipments", "5", "--feed", "--wire")
    assert result.exit_code == 0
    for name in ("feed.txt", "feed-edits.txt", "wire.jsonl"):
        assert f"{folder / name}: " in result.stderr
    assert len((folder / "wire.jsonl").read_bytes().splitlines()) >= 5


def test_each_condition_is_listed_with_its_outcome_and_source() -> None:
    result = run("--list-conditions")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines[1:]] == list(NAMES)
    (late,) = [line for line in lines if line.startswith("uploaded_late ")]
    assert "UPLOADED_AFTER_DELIVERY" in late
    assert "submitted after the delivery" in late
    assert "Amazon's help on valid tracking (A)" in late
    assert "fault late_upload, situation 49" in late
    assert "situation 59: a carrier that does not answer is no property of a package" in result.stderr


def test_conditions_are_listed_for_programs() -> None:
    told = json.loads(run("--list-conditions", "--format", "json").stdout)
    assert [each["condition"] for each in told] == list(NAMES)
    lines = list(csv.DictReader(run("--list-conditions", "--format", "csv").stdout.splitlines()))
    assert lines == told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--list-conditions", "--format", "parquet"], "the list of conditions is written as table, json or csv"),
        (["data", "--format", "table"], "a dataset is written as parquet, csv or jsonl"),
    ],
)
def test_each_has_formats_of_its_own(arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_mix_decides_what_is_planted(tmp_path: Path) -> None:
    mix = tmp_path / "mix.yaml"
    mix.write_text("blank_number: 1\n")
    assert run(tmp_path / "data", "--shipments", "20", "--mix", mix, "--format", "csv").exit_code == 0
    lines = (tmp_path / "data" / "expected.csv").read_text().splitlines()[1:]
    assert len(lines) == 20
    assert all("blank_number" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name the folder for the dataset"),
        (("data", "--mix", "none.yaml"), "none.yaml: cannot be read"),
        (("/proc/data", "--shipments", "5"), "/proc/data: cannot be written"),
    ],
)
def test_a_mistake_is_one_line_and_exit_status_2(arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""
