"""Zones of places: by ZIP code, state, city and province, and by country, of which tzdata knows all."""

from importlib.resources import files
from typing import Any

import pytest

from vtr.reference.clients import dhl, fedex
from vtr.reference.clients.zones import NOWHERE, Place, country_code, is_country, place, zone_by

# Countries whose zone was once listed by hand: what their scans got must not change with tzdata's tables.
BY_HAND = {
    "AE": "Asia/Dubai", "AT": "Europe/Vienna", "BD": "Asia/Dhaka", "BE": "Europe/Brussels", "BG": "Europe/Sofia",
    "BH": "Asia/Bahrain", "CH": "Europe/Zurich", "CO": "America/Bogota", "CZ": "Europe/Prague",
    "DK": "Europe/Copenhagen", "EG": "Africa/Cairo", "FI": "Europe/Helsinki", "FR": "Europe/Paris",
    "GB": "Europe/London", "GR": "Europe/Athens", "HK": "Asia/Hong_Kong", "HU": "Europe/Budapest",
    "IE": "Europe/Dublin", "IL": "Asia/Jerusalem", "IN": "Asia/Kolkata", "IT": "Europe/Rome", "JP": "Asia/Tokyo",
    "KH": "Asia/Phnom_Penh", "KR": "Asia/Seoul", "LK": "Asia/Colombo", "LU": "Europe/Luxembourg", "MO": "Asia/Macau",
    "NL": "Europe/Amsterdam", "NO": "Europe/Oslo", "PA": "America/Panama", "PH": "Asia/Manila", "PK": "Asia/Karachi",
    "PL": "Europe/Warsaw", "PR": "America/Puerto_Rico", "RO": "Europe/Bucharest", "SA": "Asia/Riyadh",
    "SE": "Europe/Stockholm", "SG": "Asia/Singapore", "SK": "Europe/Bratislava", "TH": "Asia/Bangkok",
    "TR": "Europe/Istanbul", "TW": "Asia/Taipei", "VN": "Asia/Ho_Chi_Minh", "ZA": "Africa/Johannesburg",
}  # fmt: skip
SPLIT = {
    "AR": "America/Argentina/Buenos_Aires", "BR": "America/Sao_Paulo", "CN": "Asia/Shanghai", "DE": "Europe/Berlin",
    "ES": "Europe/Madrid", "ID": "Asia/Jakarta", "MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland", "PT": "Europe/Lisbon", "UA": "Europe/Kyiv",
}  # fmt: skip


def zones_of_countries() -> dict[str, list[str]]:
    """Read zone.tab once more, by its own few lines."""
    found: dict[str, list[str]] = {}
    for line in files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8").split("\n"):
        if line and line[0] != "#":
            code, _, rest = line.partition("\t")
            found.setdefault(code, []).append(rest.split("\t")[1])
    return found


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        ({"country": "US", "state": "CO"}, "America/Denver"),
        ({"country": "US", "state": "az"}, "America/Phoenix"),
        ({"country": "US", "postal_code": "79901", "state": "TX"}, "America/Denver"),  # El Paso
        ({"country": "US", "postal_code": "10001"}, "America/New_York"),
        ({"country": "US", "postal_code": "74103-1234"}, "America/Chicago"),
        ({"country": "US", "postal_code": "40202"}, "America/New_York"),  # Louisville
        ({"country": "US", "postal_code": "42101"}, "America/Chicago"),  # Bowling Green
        ({"country": "US", "postal_code": "32501"}, "America/Chicago"),  # Pensacola
        ({"country": "US", "postal_code": "33101"}, "America/New_York"),
        ({"country": "US", "postal_code": "83814"}, "America/Los_Angeles"),  # Coeur d'Alene
        ({"country": "US", "postal_code": "96813"}, "Pacific/Honolulu"),
        ({"country": "US", "postal_code": "99501"}, "America/Anchorage"),
        ({"country": "US", "postal_code": "09001"}, None),  # military abroad
        ({"country": "US", "city": "Salt Lake City"}, "America/Denver"),
        ({"country": "US", "city": "NOWHERE"}, None),
        ({"country": "US"}, None),
        ({"country": "CN"}, "Asia/Shanghai"),
        ({"country": "CHINA, PEOPLES REPUBLIC"}, "Asia/Shanghai"),
        ({"country": "CA", "state": "BC"}, "America/Vancouver"),
        ({"country": "CA"}, None),
        ({"country": "AU"}, None),
        ({"country": "RU"}, None),
        ({"country": "Croatia"}, "Europe/Zagreb"),
        ({"state": "CO"}, None),
    ],
)
def test_zone_of_a_place(address: dict[str, str], zone: str | None) -> None:
    assert place(**address).zone == zone


def test_every_country_with_one_zone_in_tzdata_has_it() -> None:
    single = {code: zones[0] for code, zones in zones_of_countries().items() if len(zones) == 1}
    assert len(single) > 200
    assert {code: place(code).zone for code in single} == single


def test_countries_with_several_zones_have_none_unless_one_counts() -> None:
    several = [code for code, zones in zones_of_countries().items() if len(zones) > 1]
    assert {code: place(code).zone for code in several} == dict.fromkeys(several) | SPLIT


def test_zones_once_listed_by_hand_are_unchanged() -> None:
    assert len(BY_HAND) == 44
    assert {code: place(code).zone for code in BY_HAND} == BY_HAND


def test_another_place_replaces_an_events_own_only_in_the_same_country() -> None:
    shenzhen, denver = Place("CN", "Asia/Shanghai"), Place("US", "America/Denver")
    assert zone_by(NOWHERE, (shenzhen, denver)) == "Asia/Shanghai"
    assert zone_by(Place("US", None), (shenzhen, denver)) == "America/Denver"
    assert zone_by(Place("RU", None), (shenzhen, denver)) is None


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("USA", True),
        ("germany", True),
        ("HR", True),
        ("Dominican Republic", True),
        ("OK", False),
        ("ZZ", False),
        ("Georgia", False),  # the state
        ("GE", True),
        ("GA", False),  # the state again
        ("Gabon", True),
        ("IN", True),
    ],
)
def test_countries_are_distinguished_from_other_words(text: str, *, known: bool) -> None:
    assert is_country(text) is known


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bosnia and  Herzegovina", "BA"),
        ("CURACAO", "CW"),
        ("Cote d'Ivoire", "CI"),
        ("deutschland", "DE"),
        ("Hong Kong SAR, China", "HK"),
        ("Great Britain", "GB"),
        ("Utopia", None),
    ],
)
def test_countries_are_known_by_the_names_that_carriers_write(text: str, code: str | None) -> None:
    assert country_code(text) == code


def test_fedex_scan_in_zagreb_without_an_offset_has_its_instant() -> None:
    zagreb = {"city": "ZAGREB", "countryCode": "HR"}
    event = {"date": "2026-03-10T16:05:00", "eventType": "PU", "scanLocation": zagreb}
    result = {"trackingNumber": "900000000016", "trackResults": [{"scanEvents": [event]}]}
    assert _instant(fedex.read({"output": {"completeTrackResults": [result]}})) == "2026-03-10T15:05:00+00:00"


@pytest.mark.parametrize(
    "address",
    [{"addressLocality": "Zagreb", "countryCode": "HR"}, {"addressLocality": "ZAGREB-CROATIA"}],
)
def test_dhl_scan_in_zagreb_without_an_offset_has_its_instant(address: dict[str, str]) -> None:
    event = {"timestamp": "2026-03-10T16:05:00", "location": {"address": address}, "statusCode": "transit"}
    document = {"shipments": [{"id": "9000000015", "events": [event]}]}
    assert _instant(dhl.read(document)) == "2026-03-10T15:05:00+00:00"


def test_us_state_at_the_end_of_a_locality_is_not_a_country() -> None:
    address = {"addressLocality": "FULTON, ATLANTA, GA"}
    event = {"timestamp": "2026-03-10T16:05:00", "location": {"address": address}, "statusCode": "transit"}
    (answer,) = dhl.read({"shipments": [{"id": "9000000015", "events": [event]}]})
    assert answer.scans[0].at is None
    assert place("GA").zone == "Africa/Libreville"


def _instant(answers: list[Any]) -> str:
    (answer,) = answers
    (scan,) = answer.scans
    return str(scan.at.isoformat())
