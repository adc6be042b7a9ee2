import socket
from pathlib import Path

import pytest

from vtr.errors import ScenarioError, ValidatorError
from vtr.play import doors
from vtr.suite.bench import Bench, open_bench
from vtr.suite.options import RunOptions
from vtr.validators import Bundled, Limits

PYTHON = "python:judge_on_the_bench:judge"


@pytest.fixture(autouse=True)
def _judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "judge_on_the_bench.py").write_text("def judge(request):\n    return []\n")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("options", "in_process"),
    [
        (RunOptions(), True),
        (RunOptions(door="server"), False),
        (RunOptions(session="demo"), False),
        (RunOptions(validator=PYTHON), False),
        (RunOptions(validator=PYTHON, door="in-process"), True),
    ],
)
def test_only_the_bundled_validator_without_a_session_is_intercepted_unless_asked(
    options: RunOptions, *, in_process: bool
) -> None:
    with open_bench(options) as bench:
        assert isinstance(bench.door, doors.InProcessDoor if in_process else doors.ServerDoor)


def test_validator_of_another_process_cannot_be_intercepted() -> None:
    options = RunOptions(validator="https://judge.example/", door="in-process")
    with (
        open_bench(options) as bench,
        pytest.raises(ScenarioError, match="runs in another process: it needs --door server"),
    ):
        _ = bench.door


def test_server_has_the_port_and_the_session_that_are_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with open_bench(RunOptions(session="mine", port=port)) as bench:
        assert isinstance(bench.door, doors.ServerDoor)
        assert (bench.door._session, bench.door._port) == ("mine", port)


def test_time_limit_and_names_of_columns_reach_the_validator(tmp_path: Path) -> None:
    (tmp_path / "slow_judge.py").write_text(
        "import time\ndef judge(request):\n    return [{'Order': '114-1'}]\ndef never(request):\n    time.sleep(600)\n"
    )
    (tmp_path / "columns.yaml").write_text("order_id: Order\n")
    named = RunOptions(validator="python:slow_judge:judge", columns=Path("columns.yaml"))
    with open_bench(named) as bench:
        assert bench.validator.validate({}, wait=lambda _: None).rows[0]["order_id"] == "114-1"
    slow = RunOptions(validator="python:slow_judge:never", timeout=0.25)
    with open_bench(slow) as bench, pytest.raises(ValidatorError, match=r"0\.25 s"):
        bench.validator.validate({}, wait=lambda _: None)


def test_validator_may_be_made_by_the_caller_and_its_kind_decides_about_the_door() -> None:
    made = []

    def load(limits: Limits) -> Bundled:
        made.append(limits.seconds)
        return Bundled()

    with open_bench(RunOptions(validator="another name", timeout=7), load) as bench:
        assert bench.door is doors.in_process
    assert made == [7]


def test_wrong_time_limit_is_misuse() -> None:
    with open_bench(RunOptions(timeout=0)) as bench, pytest.raises(ScenarioError, match="--timeout 0: expected"):
        _ = bench.validator


def test_bench_that_is_closed_ends_what_it_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = []
    bench = Bench(RunOptions(door="server"))
    monkeypatch.setattr(doors.ServerDoor, "close", lambda _: ended.append("server"))
    bench.close()
    assert ended == []
    assert bench.door
    bench.close()
    assert ended == ["server"]
