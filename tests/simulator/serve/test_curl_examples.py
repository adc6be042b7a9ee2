"""The curl commands that `vtr serve` prints; tests/simulator/commands/test_serve.py runs them."""

from simulator import Clock, Credentials, Simulation
from simulator.serve.curl_examples import curl_lines, real_host_line
from simulator.serve.demo_session import NOW, demo_simulation


def test_there_is_a_command_for_each_carrier_and_interface() -> None:
    assert [title for title, _ in curl_lines(demo_simulation(), "http://127.0.0.1:1")] == [
        "ups", "usps", "fedex", "dhl", "dhl mydhl", "chinapost", "chinapost jdpt",
    ]  # fmt: skip


def test_each_command_is_one_line_with_the_options_that_are_given() -> None:
    for _, line in curl_lines(demo_simulation(), "http://127.0.0.1:1", "curl -s --cacert ca.pem"):
        assert "curl -s --cacert ca.pem " in line
        assert "\n" not in line


def test_without_known_parcels_there_are_no_commands_but_one_about_an_unknown_number() -> None:
    empty = Simulation(credentials=Credentials.of("demo"), clock=Clock(NOW))
    assert curl_lines(empty, "http://127.0.0.1:1") == ()
    assert real_host_line(empty).endswith("'https://api-eu.dhl.com/track/shipments?trackingNumber=1234567890'")
