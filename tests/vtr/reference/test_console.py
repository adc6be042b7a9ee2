"""The bar is for a person at a terminal, and for nobody else."""

import io
import os

import pytest

from vtr.reference.console import progress_bar


def test_nothing_is_shown_where_no_terminal_is() -> None:
    stream = io.StringIO()
    with progress_bar(stream, "asking the carriers") as progress:
        assert progress is None
    assert stream.getvalue() == ""


def test_a_terminal_sees_how_many_answers_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    master, slave = os.openpty()
    with os.fdopen(slave, "w", encoding="utf-8") as stream, progress_bar(stream, "asking the carriers") as progress:
        assert progress is not None
        progress(3, 7)
    shown = os.read(master, 10_000).decode()
    os.close(master)
    assert "asking the carriers" in shown
    assert "3/7" in shown
