"""The bar is for a person at a terminal, and for nobody else."""

import io

import pytest

from vtr.progress import asking_shown


class Terminal(io.StringIO):
    """Says of itself that it is one."""

    def isatty(self) -> bool:
        return True


def test_nothing_is_shown_where_no_terminal_is() -> None:
    stream = io.StringIO()
    with asking_shown(stream) as progress:
        assert progress is None
    assert stream.getvalue() == ""


def test_a_terminal_sees_how_many_answers_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with asking_shown(stream) as progress:
        assert progress is not None
        progress(3, 7)
    assert "asking the carriers" in stream.getvalue()
    assert "3/7" in stream.getvalue()
