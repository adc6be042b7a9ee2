"""The reference validator uses fake carriers over TLS, if it trusts their authority."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from simulator.http_server import running
from simulator.http_server.certificates import Certificates, ensure_certificates
from simulator.serve.demo_session import demo_sessions
from vtr.reference.cli import app

ORDERS = """order_id,placed_at,category,promised_delivery_date,item_price
114-0000001-0000001,2026-02-25T10:00:00Z,Kitchen,2026-03-06,25.00
"""
CONFIRMATIONS = """order_id,submitted_at,carrier_code,tracking_number
114-0000001-0000001,2026-02-26T09:00:00Z,UPS,1ZKTK23A6606010207
"""


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return ensure_certificates(tmp_path_factory.mktemp("tls"), (), now=datetime.now(UTC))


@pytest.fixture(scope="module")
def url(certificates: Certificates) -> Iterator[str]:
    with running(demo_sessions(), certificates=certificates) as url:
        yield url


def check(folder: Path, url: str) -> Result:
    (folder / "orders.csv").write_text(ORDERS)
    (folder / "confirmations.csv").write_text(CONFIRMATIONS)
    files = ["--orders", f"{folder}/orders.csv", "--confirmations", f"{folder}/confirmations.csv"]
    command = ["check", *files, "--carriers", url, "--as-of", "2026-03-20T12:00:00Z", "--format", "json"]
    return CliRunner().invoke(app, command)


def test_trusting_the_authority_it_gets_answers(
    tmp_path: Path, url: str, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.ca))
    found = check(tmp_path, url)
    assert [row["reason"] for row in json.loads(found.stdout)["rows"]] == ["VALID"]


def test_not_trusting_it_the_variable_is_named(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    found = check(tmp_path, url)
    assert (found.exit_code, found.stdout) == (2, "")
    assert "name the file of its authority in REQUESTS_CA_BUNDLE" in found.stderr
