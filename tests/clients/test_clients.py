"""The parts of `run.py`; and, where the clients are installed, its whole run."""

import json
import os
import socket
import ssl
import subprocess
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType

import pytest

Parts = dict[str, ModuleType]

HERE = Path(__file__).parent
ASKED_FOR = "VTR_CLIENTS"

RIGHT = {"delivered": {"status": "D", "events": 8}}
WRONG = {"status": "I", "events": 8}


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> Parts:
    """The script and its parts, which it imports from its own folder."""
    monkeypatch.syspath_prepend(str(HERE))
    return {name: import_module(name) for name in ("comparison", "expected", "parcels", "run")}


def verdicts(modules: Parts, known: object, reported: object) -> list[tuple[str, str]]:
    return [(row.parcel, row.as_planted) for row in modules["comparison"].compare_reports(RIGHT, known, reported)]


def test_a_right_report_is_as_planted(modules: Parts) -> None:
    assert verdicts(modules, {}, {"delivered": {"status": "D", "events": 8}}) == [("delivered", "yes")]


def test_any_difference_is_not_as_planted(modules: Parts) -> None:
    assert verdicts(modules, {}, {"delivered": {"status": "D", "events": 7}}) == [("delivered", "NO")]
    assert verdicts(modules, {}, {"delivered": {"status": "D", "events": 8, "more": 1}}) == [("delivered", "NO")]


def test_a_parcel_without_a_report_is_not_as_planted(modules: Parts) -> None:
    assert verdicts(modules, {}, {}) == [("delivered", "NO")]


def test_an_unexpected_report_is_not_as_planted(modules: Parts) -> None:
    reported = {"delivered": {"status": "D", "events": 8}, "another": {"status": "D"}}
    assert verdicts(modules, {}, reported) == [("delivered", "yes"), ("another", "NO")]


def test_a_known_error_is_the_clients(modules: Parts) -> None:
    assert verdicts(modules, {"delivered": (WRONG, "client.py:1")}, {"delivered": WRONG}) == [
        ("delivered", "client errs")
    ]


def test_a_known_error_that_is_gone_is_not_as_planted(modules: Parts) -> None:
    reported = {"delivered": {"status": "D", "events": 8}}
    assert verdicts(modules, {"delivered": (WRONG, "client.py:1")}, reported) == [("delivered", "NO")]


def test_a_client_that_errs_in_another_way_is_not_as_planted(modules: Parts) -> None:
    reported = {"delivered": {"status": "X", "events": 8}}
    assert verdicts(modules, {"delivered": (WRONG, "client.py:1")}, reported) == [("delivered", "NO")]


def test_every_client_is_asked_about_every_parcel_and_every_error_names_its_line(modules: Parts) -> None:
    for client in modules["expected"].CLIENTS:
        assert set(client.reports) >= {"delivered", "moving", "label only", "unknown"}, client.name
        assert (HERE / "drivers" / client.driver).is_file(), client.name
        for error in client.errs.values():
            assert ".py:" in error.why or ".js:" in error.why, client.name


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("api-eu.dhl.com", "/track/shipments?trackingNumber=9000000015"),
        ("express.api.dhl.com", "/mydhlapi/tracking?shipmentTrackingNumber=9000000015"),
    ],
)
def test_the_real_hosts_lead_to_the_planted_parcels(modules: Parts, host: str, path: str) -> None:
    with modules["run"].run_servers() as server:
        context = ssl.create_default_context(cafile=str(server.trusted))
        with (
            socket.create_connection(("127.0.0.1", server.tls_port), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=host) as connection,
        ):
            basic = "Y2xpZW50czpjbGllbnRz"  # clients:clients
            head = f"Host: {host}\r\nDHL-API-Key: clients\r\nAuthorization: Basic {basic}\r\nConnection: close"
            connection.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n\r\n".encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
    answered, _, body = answer.partition(b"\r\n\r\n")
    assert answered.startswith(b"HTTP/1.1 200 ")
    assert len(json.loads(body)["shipments"][0]["events"]) == 10


def test_a_client_that_is_not_installed_is_skipped_by_name_and_not_passed(tmp_path: Path) -> None:
    command = [sys.executable, str(HERE / "run.py"), "--only", "ups-api", "--here"]
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False, cwd=tmp_path)
    assert ended.returncode == 3, ended.stderr
    assert "skipped ups-api 1.0.3: " in ended.stderr


def test_what_can_not_be_installed_is_skipped_with_the_reason(modules: Parts, tmp_path: Path) -> None:
    fails = "import sys; sys.exit('ERROR: No matching distribution found for x==1')"
    with pytest.raises(modules["run"].SkippedError, match="can't be installed: ERROR: No matching distribution found"):
        modules["run"]._install([sys.executable, "-c", fails], tmp_path)


def missing_here(modules: Parts) -> list[str]:
    """The clients of the Python registry that this Python lacks in the versions that were tried."""
    missing = []
    for client in modules["expected"].CLIENTS:
        if client.registry != "pypi":
            continue
        try:
            if any(version(name) != pin for name, pin in client.packages.items()):
                missing.append(client.name)
        except PackageNotFoundError:
            missing.append(client.name)
    return missing


def test_clients_that_others_wrote_report_what_was_planted(modules: Parts) -> None:
    command = [sys.executable, str(HERE / "run.py"), "--registry", "pypi"]
    missing = missing_here(modules)
    if missing and not os.environ.get(ASKED_FOR):
        pytest.skip(f"not installed: {', '.join(missing)}; set {ASKED_FOR}=1 to install them somewhere and ask them")
    if not missing:
        command.append("--here")
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=600, check=False)
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
