"""What `vtr serve` prints once it listens; tests/simulator/commands/test_serve.py has all of it, as printed."""

from pathlib import Path

from simulator.http_server.certificates import Certificates
from simulator.serve.demo_session import demo_simulation
from simulator.serve.welcome import welcome_text

URL = "http://127.0.0.1:8080"
CERTIFICATES = Certificates(Path("my tls/ca.pem"), Path("my tls/server.pem"), Path("my tls/server.key"), "")


def test_every_parcel_has_a_line() -> None:
    lines = welcome_text(demo_simulation(), URL, None).splitlines()
    listed = [
        line for line in lines if any(f" {parcel.tracking_number} " in line for parcel in demo_simulation().parcels())
    ]
    assert len([line for line in listed if "curl" not in line]) == len(demo_simulation().parcels())


def test_the_session_is_read_with_the_admin_token_where_there_is_one() -> None:
    assert f"curl -s {URL}/_admin/sessions/demo\n" in welcome_text(demo_simulation(), URL, None)
    assert f"curl -s -H 'Authorization: Bearer abc' {URL}/_admin/sessions/demo\n" in welcome_text(
        demo_simulation(), URL, "abc"
    )


def test_with_certificates_every_command_trusts_the_authority() -> None:
    text = welcome_text(demo_simulation(), URL, None, CERTIFICATES)
    commands = [line for line in text.splitlines() if "curl -s" in line]
    assert commands
    assert all("curl -s --cacert 'my tls/ca.pem'" in line for line in commands)
    assert "REQUESTS_CA_BUNDLE='my tls/ca.pem' vtr check" in text


def test_without_certificates_nothing_is_said_about_tls() -> None:
    assert "cacert" not in welcome_text(demo_simulation(), URL, None)


def test_orders_are_checked_from_the_dataset_that_is_served() -> None:
    text = welcome_text(demo_simulation(), URL, None, dataset=Path("my data"))
    assert f"vtr check --dataset 'my data' --carriers {URL}\n" in text
    assert "parcels of my data, of which these are some." in text
