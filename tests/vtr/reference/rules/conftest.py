"""Profiles of a user, on disk."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a profile called mine, on us-2019 unless the text says otherwise, and gives its path."""

    def written(text: str, name: str = "mine.yaml") -> Path:
        path = tmp_path / name
        head = "profile: mine\n" + ("" if "extends:" in text else "extends: us-2019\n")
        path.write_text(head + text, encoding="utf-8")
        return path

    return written
