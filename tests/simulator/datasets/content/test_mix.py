"""Mix files: rates by condition, and what is wrong with one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.datasets.content import mix
from simulator.datasets.content.conditions import NAMES
from simulator.errors import MisuseError

MixFile = Callable[[str], Path]


def test_conditions_that_a_mix_leaves_out_are_not_planted(mix_file: MixFile) -> None:
    told = mix.read_mix(mix_file("label_only: 0.25\nhyphens: 0.5\n"))
    assert {name: rate for name, rate in told.items() if rate} == {"label_only": 0.25, "hyphens": 0.5}
    assert list(told) == list(NAMES)


def test_ten_rates_of_a_tenth_add_up_to_one(mix_file: MixFile) -> None:
    assert mix.read_mix(mix_file("".join(f"{name}: 0.1\n" for name in NAMES[:10])))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("label_olny: 0.1\n", "did you mean 'label_only'"),
        ("label_only: 1.5\n", "no rate"),
        ("label_only: .nan\n", "no rate"),
        ("label_only: true\n", "no rate"),
        ("label_only: 0.6\nhyphens: 0.5\n", "add up to 1.1"),
        ("- label_only\n", "expected lines of"),
        ("", "expected lines of"),
        ("label_only: 0.1\nb: [c\nd: e\n", r"mix.yaml:3:2: no YAML: expected ',' or"),
    ],
)
def test_a_mix_that_cannot_be_is_one_clear_error(mix_file: MixFile, text: str, words: str) -> None:
    with pytest.raises(MisuseError, match=words):
        mix.read_mix(mix_file(text))


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="cannot be read"):
        mix.read_mix(tmp_path / "none.yaml")


def test_the_usual_mix_leaves_most_shipments_as_they_should_be() -> None:
    assert sum(mix.USUAL.values()) < 0.5
