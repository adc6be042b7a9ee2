# ruff: noqa: ANN001, ANN201, ANN202 (fixtures that make things)
"""Programs that misbehave are told in words of their own, within their limit, and leave no process behind."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from vtr.errors import ScenarioError, ValidatorError
from vtr.validators import Limits, load

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="process groups")

REQUEST = {
    "protocol": 1, "as_of": "2026-04-01T00:00:00Z", "profile": "us-2019", "carriers": {"ups": {"base_url": "u"}},
    "orders": [{"order_id": "A", "cancelled_at": None}],
    "packages": [{"order_id": "A", "package": 1, "confirmed_at": "c", "buy_shipping": False,
                  "submissions": [{"submitted_at": "s", "carrier_code": "UPS", "carrier_name": "",
                                   "tracking_number": 'a"b', "ship_method": ""}]}],
}  # fmt: skip
BIG = {**REQUEST, "orders": ["x" * 1_000_000]}
ROWS = """print('{"rows": [{"order_id": "A"}]}')"""


@pytest.fixture
def program(tmp_path: Path):
    def make(text: str, kind: str = "cmd", arguments: str = ""):
        file = tmp_path / "program.py"
        file.write_text("import json, os, signal, sys, subprocess, time\n" + text)
        return f"{kind}:{sys.executable} -S -E {file} {arguments}"

    return make


def _ask(name: str, request=REQUEST, seconds: float = 20.0, size: int = 100_000):
    validator = load(name, Limits(seconds=seconds, size=size))
    try:
        return validator.validate(request, wait=lambda _: None)
    finally:
        validator.close()


def _gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"  # it has ended; that nobody asked for its status is its parent's affair


CHILD = "child = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)']{more})\n"
KEEP = "open({path!r}, 'w').write(str(child.pid))\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("time.sleep(600)", r"gave no answer within 0\.5 s$"),
        ("print('[1', flush=True); time.sleep(600)", r"gave no answer within 2 s, only the first 3 bytes of one$"),
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)", r"gave no answer within 0\.5 s$"),
        (
            "print('{', flush=True); os.close(1); os.close(2); time.sleep(600)",
            "closed its output and did not end within",
        ),
        (
            "sys.stdout.write('x' * 10)\nwhile True: sys.stdout.write('x' * 1000)",
            "printed more than 100000 bytes, begin",
        ),
        ("while True: sys.stderr.write('x' * 1000)", r"gave no answer within 0\.5 s\nstderr:\nx{100}"),
    ],
)
def test_program_that_gives_no_answer_is_ended(program, text: str, said: str) -> None:
    with pytest.raises(ValidatorError, match=said):
        _ask(program(text), seconds=2.0 if "within 2" in said else 0.5 if "within" in said else 20.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sys.stderr.write('no paper'); sys.exit(1)", r"ended with exit status 1\nstderr:\nno paper$"),
        (f"{ROWS}\nsys.exit(3)", r"ended with exit status 3\nstdout begins:\n\{"),
        ("os.kill(os.getpid(), 9)", "was ended by SIGKILL"),
        ("pass", "printed nothing; expected JSON, or CSV or TSV with a header line"),
        ("""print('{"rows": [{"order_id": "A", "tracki', end='')""", r"no JSON.*half an answer"),
        (
            "print('order_id,tracking_id\\nA,1\\nB', end='')",
            "line 3 of its answer: 1 cells, but the header has 2: half a row",
        ),
        ("print('order_id,tracking_id\\nA,\"1', end='')", "this is no CSV: .*half a row"),
        ("print('hello')", "line 1 of its answer: neither JSON nor a header with 'order_id': 'hello"),
        ("print('order_id,x,x')", "a column stands twice in the header"),
        ("print('order_id\\nA\\0')", "line 2 of its answer: a NUL character"),
        ("os.write(1, b'order_id\\n\\xff')", "byte 0xff at offset 9 is not UTF-8"),
        ("print('[' * 100000)", "this is no JSON that can be used: nested too deep$"),
        ("print('[NaN]')", "NaN is no JSON value"),
        ("""print('{"rows": [], "rows": [{"order_id": "A"}]}')""", "key 'rows' stands twice in one object$"),
        ("""print('{"rows": [' + '1' * 5000 + ']}')""", r"a number of 5000 digits, 1{20}…$"),
        ("""print('{"error": "out of paper"}')""", "could not run: out of paper"),
    ],
)
def test_answer_that_is_none_is_told_in_its_own_words(program, text: str, said: str) -> None:
    with pytest.raises(ValidatorError, match=said):
        _ask(program(text), size=200_000)


@pytest.mark.parametrize("text", ["os.close(0)\n" + ROWS, ROWS, "sys.stdin.read(1)\n" + ROWS])
def test_program_need_not_read_its_input(program, text: str) -> None:
    assert _ask(program(text), BIG).rows == ({"order_id": "A"},)


def test_end_of_a_long_stderr_is_shown(program) -> None:
    with pytest.raises(ValidatorError) as caught:
        _ask(program("sys.stderr.write('x' * 1_000_000 + 'the end'); sys.exit(1)"))
    assert str(caught.value).endswith("xthe end")
    assert len(str(caught.value)) < 4_500


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
@pytest.mark.parametrize("more", ["", ", start_new_session=True", ", stdout=subprocess.DEVNULL"])
@pytest.mark.parametrize("ends", [ROWS, "time.sleep(600)", "sys.exit(1)"])
def test_no_child_is_left(program, tmp_path: Path, more: str, ends: str) -> None:
    pid = tmp_path / "pid"
    text = CHILD.format(more=more) + KEEP.format(path=str(pid)) + ends
    if ends == ROWS:
        answer = _ask(program(text))
        assert answer.rows == ({"order_id": "A"},)
        assert answer.remarks == ("the validator left processes of its own running; they were ended",)
    else:
        with pytest.raises(ValidatorError):
            _ask(program(text), seconds=2.0)
    assert _gone(int(pid.read_text()))


@pytest.mark.parametrize("status", [0, 4])
def test_answer_with_unanswered_rows_is_complete(program, status: int) -> None:
    assert _ask(program(f"{ROWS}\nsys.exit({status})")).rows == ({"order_id": "A"},)


def test_tsv_without_package_number_has_none(program) -> None:
    text = "print('order_id\\tpackage\\tcolour\\nA\\t\\tred\\nB\\t2\\tblue')"
    assert _ask(program(text)).rows == (
        {"order_id": "A", "colour": "red"}, {"order_id": "B", "package": "2", "colour": "blue"},
    )  # fmt: skip


def test_environment_names_the_protocol(program) -> None:
    text = """print(json.dumps([{"order_id": os.environ["VTR_PROTOCOL"]}]))"""
    assert _ask(program(text)).rows == ({"order_id": "1"},)


def test_files_are_those_of_vtr_check(program) -> None:
    text = """
orders, confirmations, carriers, as_of, report = sys.argv[1:]
read = {name: open(path).read() for name, path in (("o", orders), ("c", confirmations), ("h", carriers))}
open(report, "w").write(json.dumps([{"order_id": "A", **read, "as_of": as_of}]))
print("words, no rows")
"""
    words = "{orders} {confirmations} {carriers} --as-of={as_of} {report}"
    (row,) = _ask(program(text, arguments=words)).rows
    assert row["c"] == (
        "order_id,package,confirmed_at,buy_shipping,submitted_at,carrier_code,carrier_name,tracking_number,ship_method\n"
        'A,1,c,false,s,UPS,,"a""b",\n'
    )
    assert str(row["o"]).splitlines()[1] == "A,,,,,,,,,,,"
    assert (row["h"], row["as_of"]) == ('{"ups": {"base_url": "u"}}', "--as-of=2026-04-01T00:00:00Z")


@pytest.mark.parametrize(
    ("text", "said"), [("pass", r"wrote no file \{report\}"), ("os.mkfifo(sys.argv[1])", "is no regular file")]
)
def test_report_that_is_not_written_is_told(program, text: str, said: str) -> None:
    with pytest.raises(ValidatorError, match=said):
        _ask(program(text, arguments="{report}"))


ECHO = "for line in sys.stdin: print(json.dumps([{'order_id': str(os.getpid())}]), flush=True)"


def test_one_process_answers_many_requests(program) -> None:
    validator = load(program(ECHO, "cmd+lines"))
    first, second = (validator.validate(REQUEST, wait=lambda _: None).rows[0]["order_id"] for _ in range(2))
    validator.close()
    assert first == second
    assert _gone(int(str(first)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sys.stdin.readline(); sys.exit(5)", "ended with exit status 5 before it answered"),
        (
            "sys.stdin.readline(); print('[', end='', flush=True); sys.exit()",
            "ended with exit status 0 in the middle of a line",
        ),
        (
            "sys.stdin.readline(); print('[]\\n[]', flush=True); time.sleep(9)",
            "printed more than one line for one request",
        ),
        ("time.sleep(600)", r"gave no answer within 0\.5 s"),
        ("sys.stdin.readline(); print('{', flush=True)", "this is no JSON"),
    ],
)
def test_process_that_fails_is_started_anew(program, tmp_path: Path, text: str, said: str) -> None:
    flag = tmp_path / "flag"
    once = f"if not os.path.exists({str(flag)!r}):\n    open({str(flag)!r}, 'w').close()\n    {text}\n{ECHO}"
    validator = load(program(once, "cmd+lines"), Limits(seconds=0.5 if "within" in said else 20))
    with pytest.raises(ValidatorError, match=said):
        validator.validate(REQUEST, wait=lambda _: None)
    if "within" not in said:
        assert validator.validate(REQUEST, wait=lambda _: None).rows
    validator.close()


def test_program_that_is_missing_is_named() -> None:
    with pytest.raises(ValidatorError, match="no program 'no-such-program-here'; looked in"):
        load("cmd:no-such-program-here --now")


@pytest.mark.parametrize(
    "name", ["cmd:", "cmd+lines: ", "cmd:'a", "http://", "http://u:p@h/", "http://h:99999/", "http://a b/"]
)
def test_name_that_says_too_little_is_misuse(name: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(name)
    assert not isinstance(caught.value, ValidatorError)


SLEEPS = """
child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"], start_new_session=True)
sys.stdin.readline()
open({pipe!r}, "w").write(f"{{os.getpid()}} {{child.pid}}")
time.sleep(600)
"""
CASE = "scenario: S\nparcels: {box: {carrier: ups}}\nexpect: {rows: []}\n"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
@pytest.mark.parametrize(
    ("number", "kind", "more"),
    [
        (signal.SIGTERM, "cmd", ()),
        (signal.SIGTERM, "cmd+lines", ()),
        (signal.SIGINT, "cmd", ()),
        pytest.param(
            *(signal.SIGTERM, "cmd", ("-n", "1")),
            marks=pytest.mark.skipif(not os.environ.get("VTR_WHOLE_SUITE"), reason="workers are left five seconds"),
        ),
    ],
)
def test_run_that_is_stopped_ends_what_the_validator_started(
    program, tmp_path: Path, number: signal.Signals, kind: str, more: tuple[str, ...]
) -> None:
    pipe = tmp_path / "pids"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDWR)
    (tmp_path / "case.yaml").write_text(CASE)
    name = program(SLEEPS.format(pipe=str(pipe)), kind)
    # A shell's background job begins with SIGINT ignored; what is asked here is what happens in the foreground.
    heeds = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    text = f"{heeds}; from vtr.cli import main; main()"
    command = [sys.executable, "-P", "-c", text, "run", "--validator", name]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))}
    with subprocess.Popen(
        [*command, *more, "case.yaml"], cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    ) as run:
        assert select.select([reading], [], [], 120)[0], "the validator was never asked"
        pids = os.read(reading, 100).split()
        os.close(reading)
        run.send_signal(number)
        _, said = run.communicate(timeout=120)
    assert [_gone(int(pid)) for pid in pids] == [True, True]
    assert (run.returncode, said.splitlines()[-1]) == (
        128 + number,
        "vtr: interrupted; what the validator had started was ended, nothing was written",
    )
