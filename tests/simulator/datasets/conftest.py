from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.datasets.content.conditions import NAMES
from simulator.datasets.generate import Plan


@pytest.fixture
def every_condition() -> Callable[[int], Plan]:
    """A plan that plants all conditions equally often."""

    def made(shipments: int) -> Plan:
        return Plan(shipments, seed=20, mix=dict.fromkeys(NAMES, 1 / len(NAMES)))

    return made


@pytest.fixture
def mix_file(tmp_path: Path) -> Callable[[str], Path]:
    def written(text: str) -> Path:
        path = tmp_path / "mix.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written
