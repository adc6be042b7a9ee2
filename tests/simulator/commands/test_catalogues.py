"""`vtr carriers`, `journeys` and `faults`: whole output and exit status."""

import csv
import io
import json
from typing import Any

from typer.testing import CliRunner, Result

from simulator.cli import app


def run(*arguments: str, given: str | bytes = "") -> Result:
    return CliRunner().invoke(app, arguments, input=given)


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def test_carriers_are_listed() -> None:
    names = [row["carrier"] for row in rows(run("carriers", "--format", "json"))]
    assert names == ["ups", "usps", "fedex", "dhl", "chinapost"]


def test_a_carrier_is_listed_with_hosts_and_operations() -> None:
    [ups] = [row for row in rows(run("carriers", "--format", "json")) if row["carrier"] == "ups"]
    assert ups["hosts"][0] == "onlinetools.ups.com"
    assert "token: POST /security/v1/oauth/token" in ups["operations"]


def test_the_table_of_carriers_has_a_heading_and_a_line_each() -> None:
    lines = run("carriers").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["carrier", "ups", "usps", "fedex", "dhl", "chinapost"]


def test_the_operations_of_a_carrier_are_listed_with_their_paths() -> None:
    found = {
        row["operation"]: (row["method"], row["path"]) for row in rows(run("carriers", "usps", "--format", "json"))
    }
    assert found["token"] == ("POST", "/usps/oauth2/v3/token")
    assert found["track"] == ("GET", "/usps/tracking/v3/tracking/{trackingNumber}")


def test_an_unknown_carrier_is_misuse_with_a_suggestion() -> None:
    result = run("carriers", "upss")
    assert result.exit_code == 2
    assert "carrier 'upss' is unknown; did you mean 'ups'?" in result.stderr


def test_journeys_are_listed_with_their_scans() -> None:
    found = {row["journey"]: row["scans"] for row in rows(run("journeys", "--format", "json"))}
    assert found["lost_after_first_scan"] == ["label_created", "accepted"]
    assert found["unknown"] == []


def test_journeys_as_csv_have_a_heading() -> None:
    found = list(csv.DictReader(io.StringIO(run("journeys", "--format", "csv").stdout)))
    assert found[2] == {
        "journey": "label_only",
        "says": "A label was made; the carrier never got the parcel.",
        "scans": "label_created",
    }
