"""The fixtures of the plugin, in a pytest of its own, as a user's tests have them."""

import subprocess
import sys
from pathlib import Path

PLUGIN = ("-p", "simulator.pytest_plugin")
OTHERS_LEFT_OUT = ("-p", "no:schemathesis", "-p", "no:faker", "-p", "no:randomly")  # a second and more to load


def outcome(folder: Path, text: str, *options: str) -> str:
    """The last line of pytest's output."""
    (folder / "test_mine.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *OTHERS_LEFT_OUT, *options]
    ran = subprocess.run(
        [*command, "--rootdir", str(folder), str(folder / "test_mine.py")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return ran.stdout.strip().splitlines()[-1] if not ran.returncode else ran.stdout + ran.stderr


OVER_HTTP = """
import requests

def status(carriers, number):
    page = carriers["dhl"]["base_url"] + "/track/shipments"
    key = {"DHL-API-Key": carriers["dhl"]["api_key"]}
    return requests.get(page, {"trackingNumber": number}, headers=key, timeout=60).status_code

def test_one(carrier_server, carriers):
    assert carrier_server.add("dhl", tracking_number="9000000015") == "9000000015"
    assert status(carriers, "9000000015") == 200

def test_each_test_has_a_session_of_its_own(carrier_server, carriers):
    assert status(carriers, "9000000015") == 404

def test_a_session_that_the_test_deleted_is_no_error(carrier_server):
    carrier_server.delete()
"""

IN_PROCESS = """
import requests
from simulator import Kind, Parcel, ScanEvent
from simulator.places import place

def test_simulation(simulation):
    tulsa = place("Tulsa, OK, US")
    simulation.add(Parcel("dhl", "9000000015", (ScanEvent(simulation.clock.now, Kind.ACCEPTED, tulsa),), tulsa, tulsa))
    url = "https://api-eu.dhl.com/track/shipments?trackingNumber=9000000015"
    assert requests.get(url, headers={"DHL-API-Key": "demo"}, timeout=5).status_code == 200

def test_another_starts_empty(simulation):
    assert simulation.parcels() == ()
"""

OWN = """
import sys
import pytest

@pytest.fixture
def simulation():
    return "mine"

def test_own_fixture_wins(simulation):
    assert simulation == "mine"

def test_nothing_is_loaded_before_it_is_asked_for():
    assert not {"responses", "uvicorn", "simulator.core.simulation", "simulator.client"} & set(sys.modules)
"""


def loaded() -> tuple[str, ...]:
    """Options that load the plugin once: by its entry point where the distribution is installed with it."""
    from importlib.metadata import entry_points  # noqa: PLC0415 (only these tests need it)

    names = {point.name for point in entry_points(group="pytest11")}
    return () if "simulator.pytest_plugin" in names else PLUGIN


def test_tests_over_http_have_sessions_of_their_own(tmp_path: Path) -> None:
    assert outcome(tmp_path, OVER_HTTP, *loaded()).startswith("3 passed")


def test_tests_in_process_have_simulations_of_their_own(tmp_path: Path) -> None:
    assert outcome(tmp_path, IN_PROCESS, *loaded()).startswith("2 passed")


def test_a_users_own_fixture_wins_and_nothing_is_loaded_unasked(tmp_path: Path) -> None:
    text = outcome(tmp_path, OWN, *loaded())
    assert text.startswith("2 passed"), text
