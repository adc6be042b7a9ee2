"""`vtr serve`: whole output and exit status."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import IO

import commands
import pyarrow.parquet as pq
import pytest
import requests
from typer.testing import CliRunner, Result

from simulator.cli import app

LONG = 60.0


def run(*arguments: str, given: str | bytes = "") -> Result:
    return CliRunner().invoke(app, arguments, input=given)


class Serving:
    """A running `serve`: the first line that it printed, and all of its messages."""

    def __init__(self, process: commands.Started, stdout: IO[str], stderr: IO[str]) -> None:
        self.process = process
        self._stdout = stdout
        self._said: list[str] = []
        # Read on, or the server would wait for a full pipe to be emptied.
        self._reader = Thread(target=self._read, args=(stderr,), daemon=True)
        self._reader.start()
        self.first_line = stdout.readline()

    def _read(self, stderr: IO[str]) -> None:
        for line in stderr:
            self._said.append(line)

    @property
    def url(self) -> str:
        return str(json.loads(self.first_line)["url"])

    def said_until(self, text: str) -> str:
        while self.process.poll() is None and not any(text in line for line in list(self._said)):
            self._reader.join(0.01)
        return "".join(self._said)

    def drained(self) -> None:
        """Wait until all messages are read: the stream is closed next."""
        self._reader.join(LONG)

    def interrupted(self, by: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        """Exit status, the rest of stdout, and stderr, after a signal."""
        self.process.send_signal(by)
        status = self.process.wait(LONG)
        self.drained()
        return status, self._stdout.read(), "".join(self._said)


@contextmanager
def serving(*arguments: str, environment: dict[str, str] | None = None) -> Iterator[Serving]:
    with ExitStack() as open_until:
        (stdout, to_stdout), (stderr, to_stderr) = (
            (open_until.enter_context(os.fdopen(ours, encoding="utf-8")), os.fdopen(theirs, "wb"))
            for ours, theirs in (os.pipe(), os.pipe())
        )
        with to_stdout, to_stderr:
            process = open_until.enter_context(
                commands.started(
                    *("serve", "--port", "0", *arguments),
                    folder=Path.cwd(), stdout=to_stdout, stderr=to_stderr,
                    environment={**os.environ, "VTR_ADMIN_TOKEN": "", **(environment or {})}, runs="simulator.cli:app",
                )
            )  # fmt: skip
        server = Serving(process, stdout, stderr)
        try:
            yield server
        finally:
            process.send_signal(signal.SIGKILL)
            server.drained()


def test_serve_says_first_where_it_listens() -> None:
    with serving() as server:
        assert re.fullmatch(r'\{"url": "http://127\.0\.0\.1:\d+", "session": "demo"\}\n', server.first_line)
        assert requests.get(f"{server.url}/healthz", timeout=LONG).status_code == 200


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_serve_cleanly(by: signal.Signals) -> None:
    with serving() as server:
        server.said_until("Ctrl-C")
        status, stdout, stderr = server.interrupted(by)
    assert (status, stdout) == (0, "")
    assert stderr.endswith("Stopped.\n")
    assert "Traceback" not in stderr


def test_serve_lists_the_parcels_of_the_demo() -> None:
    with serving() as server:
        said = server.said_until("Ctrl-C")
        shown = requests.get(f"{server.url}/_admin/sessions/demo", timeout=LONG).json()
    assert len(shown["parcels"]) > 40
    missing = [parcel["tracking_number"] for parcel in shown["parcels"] if f" {parcel['tracking_number']} " not in said]
    assert missing == []


@pytest.mark.skipif(shutil.which("curl") is None or shutil.which("sh") is None, reason="needs curl and sh")
def test_the_commands_that_serve_prints_work_as_they_are() -> None:
    with serving() as server:
        said = server.said_until("Ctrl-C")
        shown = requests.get(f"{server.url}/_admin/sessions/demo", timeout=LONG).json()
        commands = [line for line in said.splitlines() if "curl" in line and not line.startswith("#")]
        answers = [
            subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True, timeout=LONG).stdout
            for command in commands
        ]
    delivered: dict[tuple[str, str], str] = {}
    for parcel in shown["parcels"]:
        if parcel["journey"] == "delivered":
            delivered.setdefault((parcel["carrier"], parcel["api"]), parcel["tracking_number"])
    assert len(commands) == len(delivered) + 1  # the last one asks for the session
    for number, answer in zip(delivered.values(), answers, strict=False):
        assert number in answer
        # Every carrier's answer about a delivered parcel has the place of its delivery, or its post's word for it.
        assert "denver" in answer.lower() or "妥投" in answer
    assert json.loads(answers[-1]) == {**shown, "calls": shown["calls"] + len(commands) - 1 + 3}  # and three tokens


def test_serve_gives_the_demo_session_the_parcels_and_the_instant_of_a_dataset(tmp_path: Path) -> None:
    assert run("generate", str(tmp_path / "data"), "--shipments", "60", "--seed", "3").exit_code == 0
    with (tmp_path / "data" / "parcels.parquet").open("rb") as table:
        count = pq.ParquetFile(table).metadata.num_rows
    with serving("--dataset", str(tmp_path / "data")) as server:
        said = server.said_until("Ctrl-C")
        shown = requests.get(f"{server.url}/_admin/sessions/demo", timeout=LONG).json()
        assert server.interrupted()[0] == 0
    assert said.startswith(f"Reading the {count} parcels of {tmp_path / 'data'}; the next start is quicker.\n")
    assert "The demo session stands at 2026-04-01 12:00 UTC" in said
    assert f"It has the {count} parcels of {tmp_path / 'data'}, of which these are some." in said
    assert f"\nvtr check --dataset {tmp_path / 'data'} --carriers {server.url}\n" in said
    assert (len(shown["parcels"]), shown["parcel_count"]) == (min(count, 100), count)


def test_serve_without_a_dataset_where_one_is_named_is_one_line_and_status_two(tmp_path: Path) -> None:
    result = run("serve", "--port", "0", "--dataset", str(tmp_path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"vtr: {tmp_path}: holds no dataset; a dataset is a folder with manifest.json, as `vtr generate` makes it\n"
    )


def test_serve_at_a_port_in_use_is_one_line_and_status_two() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"vtr: cannot listen at 127.0.0.1, port {port}: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("host", ["a..b", "a" * 70])  # names that are invalid in the DNS
def test_serve_at_a_host_that_is_none_is_one_line_and_status_two(host: str) -> None:
    result = run("serve", "--host", host)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"vtr: host {host!r}: ")
    assert result.stderr.count("\n") == 1


def test_serve_at_an_address_of_another_machine_is_refused() -> None:
    result = run("serve", "--host", "192.0.2.1", "--admin-token", "abc")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("vtr: cannot listen at 192.0.2.1, port 8080: ")


def admin_status(server: Serving, token: str) -> int:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return requests.get(f"{server.url}/_admin/sessions/demo", headers=headers, timeout=LONG).status_code


def test_where_others_can_reach_it_serve_makes_up_an_admin_token() -> None:
    with serving("--host", "0.0.0.0") as server:  # noqa: S104 (the case in question)
        said = server.said_until("Ctrl-C")
        made_up = re.search(r"Sessions ask for this token: (\S+)", said)
        assert made_up is not None
        assert server.url.startswith("http://127.0.0.1:")
        assert (admin_status(server, ""), admin_status(server, made_up[1])) == (401, 200)


def test_an_admin_token_is_taken_from_the_environment() -> None:
    with serving("--host", "0.0.0.0", environment={"VTR_ADMIN_TOKEN": "abc"}) as server:  # noqa: S104 (as above)
        assert "this token" not in server.said_until("Ctrl-C")
        assert (admin_status(server, ""), admin_status(server, "abc")) == (401, 200)


def test_an_empty_admin_token_is_none() -> None:
    with serving("--host", "0.0.0.0", "--admin-token", "") as server:  # noqa: S104 (as above)
        assert "this token" in server.said_until("Ctrl-C")
        assert admin_status(server, "") == 401


def test_an_admin_token_that_is_given_is_asked_for_at_the_loopback_address_too() -> None:
    with serving("--admin-token", "abc") as server:
        assert (admin_status(server, ""), admin_status(server, "abc")) == (401, 200)


HOSTS_LINE = (
    "127.0.0.1 onlinetools.ups.com wwwcie.ups.com apis.usps.com apis-tem.usps.com apis.fedex.com "
    "apis-sandbox.fedex.com api-eu.dhl.com express.api.dhl.com api-test.dhl.com api-mock.dhl.com api.ems.com.cn\n"
)


def test_serve_by_tls_says_so_and_how_clients_of_the_real_hosts_come_here(tmp_path: Path) -> None:
    folder = tmp_path / "my tls"
    with serving("--tls", str(folder)) as server:
        assert re.fullmatch(r'\{"url": "https://127\.0\.0\.1:\d+", "session": "demo"\}\n', server.first_line)
        said = server.said_until("Ctrl-C")
        answer = requests.get(f"{server.url}/healthz", verify=str(folder / "ca.pem"), timeout=LONG)
    assert answer.status_code == 200
    assert said.startswith(
        f"Made a new certificate and its authority in {folder} (there were none); clients must trust {folder}/ca.pem\n"
    )
    assert HOSTS_LINE in said
    assert "Such a client asks port 443" in said
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
        assert f"\n{variable}='{folder}/ca.pem'  # " in said


@pytest.mark.skipif(shutil.which("curl") is None or shutil.which("sh") is None, reason="needs curl and sh")
def test_the_commands_that_serve_by_tls_prints_work_as_they_are(tmp_path: Path) -> None:
    with serving("--tls", str(tmp_path / "my tls")) as server:
        said = server.said_until("Ctrl-C")
        commands = [line for line in said.splitlines() if line.startswith(("curl ", "TOKEN="))]
        answers = [
            subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True, timeout=LONG).stdout
            for command in commands
        ]
    *carriers, session, real_host = answers
    assert ["denver" in answer.lower() or "妥投" in answer for answer in carriers] == [True] * 7
    assert json.loads(session)["carriers"]["ups"]["base_url"] == f"{server.url}/ups"
    assert json.loads(real_host)["shipments"][0]["id"] == "9804638712"


def test_certificates_are_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    kept = []
    for words in ("Made a new certificate", "The demo session stands"):
        with serving("--tls", str(folder)) as server:
            assert server.said_until("Ctrl-C").startswith(words)
        kept.append([(folder / name).read_bytes() for name in ("ca.pem", "server.pem", "server.key")])
    assert kept[0] == kept[1]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one loopback address is all there is")
def test_an_address_to_listen_at_is_covered(tmp_path: Path) -> None:
    with serving("--tls", str(tmp_path), "--host", "127.0.0.2") as server:
        assert server.url.startswith("https://127.0.0.2:")
        assert HOSTS_LINE.replace("127.0.0.1", "127.0.0.2") in server.said_until("Ctrl-C")
        assert requests.get(f"{server.url}/healthz", verify=f"{tmp_path}/ca.pem", timeout=LONG).status_code == 200


def test_by_tls_too_serve_makes_up_an_admin_token_where_others_can_reach_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{tmp_path}/ca.pem")
    with serving("--tls", str(tmp_path), "--host", "0.0.0.0") as server:  # noqa: S104 (the case in question)
        made_up = re.search(r"Sessions ask for this token: (\S+)", server.said_until("Ctrl-C"))
        assert made_up is not None
        assert server.url.startswith("https://127.0.0.1:")
        assert (admin_status(server, ""), admin_status(server, made_up[1])) == (401, 200)


def test_a_foreign_file_among_the_certificates_is_one_line_and_status_two(tmp_path: Path) -> None:
    (tmp_path / "server.key").write_text("mine\n")
    result = run("serve", "--port", "0", "--tls", str(tmp_path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"vtr: {tmp_path}/server.key: no private key that could be read; it was left as it is; move it away, "
        "or name another folder\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["server.key"]


def test_without_tls_nothing_is_said_of_it() -> None:
    with serving() as server:
        said = server.said_until("Ctrl-C")
    assert not re.search(r"https|(?<!\d)443|cacert|CERT|BUNDLE", said)
