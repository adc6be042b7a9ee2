"""The progress bar is drawn on a terminal only."""

import io
import os

import pytest

from vtr.reference.console import progress_bar


def test_nothing_is_drawn_without_a_terminal() -> None:
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
    shown = ""
    while "3/7" not in shown:  # a terminal gives what it has so far
        shown += os.read(master, 10_000).decode()
    os.close(master)
    assert "asking the carriers" in shown
    assert "3/7" in shown
