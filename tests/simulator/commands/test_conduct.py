"""`vtr conduct`: its rows, messages and exit status, against a server of its own."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import commands
import pytest
import requests

from simulator import Credentials, Sessions, Simulation, running


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Sessions]]:
    sessions = Sessions()
    with running(sessions) as url:
        yield url, sessions


def vtr_conduct(*arguments: str) -> subprocess.CompletedProcess[str]:
    return commands.run("conduct", *arguments, folder=Path.cwd())


def call_wrongly(url: str, sessions: Sessions, name: str) -> None:

    sessions.add(name, Simulation(credentials=Credentials.of(name)))
    requests.get(f"{url}/dhl/trak", headers={"DHL-API-Key": name}, timeout=10)


def test_findings_are_rows_and_exit_status_1(served: tuple[str, Sessions]) -> None:
    url, sessions = served
    call_wrongly(url, sessions, "rude")
    told = vtr_conduct("rude", "--server", url, "--format", "json")
    (finding,) = json.loads(told.stdout)
    assert (finding["finding"], finding["carrier"], finding["times"], finding["first_call"]) == (
        "unknown_path",
        "dhl",
        1,
        1,
    )
    assert told.returncode == 1


def test_page_is_that_of_the_session(served: tuple[str, Sessions]) -> None:
    url, sessions = served
    call_wrongly(url, sessions, "page")
    page = requests.get(f"{url}/_admin/sessions/page/conduct", timeout=10).json()
    assert (page["session"], page["calls"], page["journal"]) == ("page", 1, 1)
    assert page["carriers"] == [
        {"carrier": "dhl", "calls": 0, "tokens": 0, "batch_size": 0, "refused_for_frequency": 0}
    ]
    assert requests.get(f"{url}/_admin/sessions/nobody/conduct", timeout=10).status_code == 404


def test_session_without_calls_has_no_findings_and_exit_status_0(served: tuple[str, Sessions]) -> None:
    url, sessions = served
    sessions.add("silent", Simulation(journal_limit=10))
    told = vtr_conduct("silent", "--server", url)
    assert (told.returncode, told.stdout) == (0, "")
    assert "not called yet" in told.stderr


def test_unknown_session_and_no_server_are_misuse(served: tuple[str, Sessions]) -> None:
    url, _ = served
    unknown = vtr_conduct("nobody", "--server", url)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "session 'nobody' is unknown" in unknown.stderr
    nowhere = vtr_conduct("demo", "--server", "http://127.0.0.1:1")
    assert nowhere.returncode == 2
    assert "is `vtr serve` running there?" in nowhere.stderr
    assert vtr_conduct("demo", "--server", "ftp://x").returncode == 2


def test_server_that_asks_for_a_token_gets_it() -> None:
    sessions = Sessions()
    sessions.add("demo", Simulation())
    with running(sessions, admin_token="let me in") as url:
        refused = vtr_conduct("demo", "--server", url)
        assert refused.returncode == 2
        assert "--admin-token" in refused.stderr
        assert vtr_conduct("demo", "--server", url, "--admin-token", "let me in").returncode == 0
