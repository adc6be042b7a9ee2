"""Places of scans, with the time zones in which carriers print them.

The zone of a place that is given as text ("Tulsa, OK, US") follows from its city, its state or its country. Where none
of them determines it, that is an error rather than a guess.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from simulator.errors import UnknownPlaceError


@dataclass(frozen=True, slots=True)
class Place:
    """A place as carriers print it.

    city, state, postal_code: empty where a place has none.
    country: ISO 3166 alpha-2.
    zone: IANA name.
    native: its name in local script, if that differs.
    """

    city: str
    state: str
    postal_code: str
    country: str
    zone: str
    native: str = ""

    def local(self, instant: datetime) -> datetime:
        """The instant in the place's local time, with its offset."""
        return instant.astimezone(ZoneInfo(self.zone))


COUNTRY_NAMES = {
    "US": "United States", "CN": "China", "CA": "Canada", "GB": "United Kingdom", "DE": "Germany", "JP": "Japan",
    "FR": "France", "IT": "Italy", "ES": "Spain", "NL": "Netherlands", "BE": "Belgium", "IN": "India",
    "HK": "Hong Kong", "MX": "Mexico", "AU": "Australia",
    "SG": "Singapore", "KR": "Korea, Republic of", "PL": "Poland", "AT": "Austria",
    "CH": "Switzerland", "BR": "Brazil", "IE": "Ireland", "SE": "Sweden", "AE": "United Arab Emirates", "TW": "Taiwan",
}  # fmt: skip

_COUNTRY_ZONES = {
    "CN": "Asia/Shanghai", "GB": "Europe/London", "DE": "Europe/Berlin", "JP": "Asia/Tokyo", "FR": "Europe/Paris",
    "IT": "Europe/Rome", "ES": "Europe/Madrid", "NL": "Europe/Amsterdam", "BE": "Europe/Brussels", "IN": "Asia/Kolkata",
    "HK": "Asia/Hong_Kong", "SG": "Asia/Singapore", "KR": "Asia/Seoul", "PL": "Europe/Warsaw", "AT": "Europe/Vienna",
    "CH": "Europe/Zurich", "IE": "Europe/Dublin", "SE": "Europe/Stockholm", "AE": "Asia/Dubai", "TW": "Asia/Taipei",
}  # fmt: skip

# The zone of most of the state; cities in another one are in the gazetteer below.
_STATE_ZONES = {
    "America/New_York": "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Phoenix": "AZ",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR",
}
_ZONE_OF_STATE = {state: zone for zone, states in _STATE_ZONES.items() for state in states.split()}

_GAZETTEER = tuple(
    Place(*row)
    for row in (
        ("Tulsa", "OK", "74103", "US", "America/Chicago"),
        ("Denver", "CO", "80202", "US", "America/Denver"),
        ("Boise", "ID", "83702", "US", "America/Boise"),
        ("Ontario", "CA", "91761", "US", "America/Los_Angeles"),
        ("Los Angeles", "CA", "90009", "US", "America/Los_Angeles"),
        ("San Francisco", "CA", "94128", "US", "America/Los_Angeles"),
        ("Seattle", "WA", "98101", "US", "America/Los_Angeles"),
        ("Phoenix", "AZ", "85001", "US", "America/Phoenix"),
        ("Dallas", "TX", "75201", "US", "America/Chicago"),
        ("El Paso", "TX", "79901", "US", "America/Denver"),
        ("Chicago", "IL", "60601", "US", "America/Chicago"),
        ("Memphis", "TN", "38118", "US", "America/Chicago"),
        ("Knoxville", "TN", "37902", "US", "America/New_York"),
        ("Louisville", "KY", "40202", "US", "America/Kentucky/Louisville"),
        ("Atlanta", "GA", "30303", "US", "America/New_York"),
        ("Pensacola", "FL", "32501", "US", "America/Chicago"),
        ("Miami", "FL", "33101", "US", "America/New_York"),
        ("New York", "NY", "10001", "US", "America/New_York"),
        ("Boston", "MA", "02108", "US", "America/New_York"),
        ("Cincinnati", "OH", "45202", "US", "America/New_York"),
        ("Honolulu", "HI", "96813", "US", "Pacific/Honolulu"),
        ("Anchorage", "AK", "99501", "US", "America/Anchorage"),
        ("Shenzhen", "Guangdong", "518000", "CN", "Asia/Shanghai", "深圳市"),
        ("Guangzhou", "Guangdong", "510000", "CN", "Asia/Shanghai", "广州市"),
        ("Yiwu", "Zhejiang", "322000", "CN", "Asia/Shanghai", "义乌市"),
        ("Hangzhou", "Zhejiang", "310000", "CN", "Asia/Shanghai", "杭州市"),
        ("Shanghai", "Shanghai", "200000", "CN", "Asia/Shanghai", "上海市"),
        ("Beijing", "Beijing", "100000", "CN", "Asia/Shanghai", "北京市"),
        ("Hong Kong", "", "", "HK", "Asia/Hong_Kong", "香港"),
        ("Leipzig", "SN", "04435", "DE", "Europe/Berlin"),
        ("Berlin", "BE", "10115", "DE", "Europe/Berlin"),
        ("Frankfurt", "HE", "60311", "DE", "Europe/Berlin"),
        ("London", "", "EC1A 1AA", "GB", "Europe/London"),
        ("Birmingham", "", "B1 1AA", "GB", "Europe/London"),
        ("Tokyo", "", "100-0001", "JP", "Asia/Tokyo"),
        ("Paris", "", "75001", "FR", "Europe/Paris"),
        ("Toronto", "ON", "M5H 2N2", "CA", "America/Toronto"),
        ("Vancouver", "BC", "V6B 1A1", "CA", "America/Vancouver"),
    )
)
_KNOWN = {(place.city.casefold(), place.state.casefold(), place.country): place for place in _GAZETTEER}
_KNOWN |= {(place.city.casefold(), "", place.country): place for place in _GAZETTEER}

_HUBS = {"US": "Memphis", "CN": "Shanghai", "DE": "Leipzig", "GB": "Birmingham", "CA": "Toronto", "JP": "Tokyo"}
_ORIGINS = {"US": "Tulsa", "CN": "Shenzhen", "DE": "Berlin", "GB": "London", "CA": "Toronto", "JP": "Tokyo"}
_DESTINATIONS = {"US": "Denver", "CN": "Beijing", "DE": "Frankfurt", "GB": "Birmingham", "CA": "Vancouver"}


def place(text: str) -> Place:
    """The place that a text names: "City, STATE, CC", "City, CC" or "CC" (ISO country).

    Raises UnknownPlaceError when neither city, state nor country determines the zone.
    """
    parts = [part.strip() for part in text.split(",")]
    country = parts[-1].upper()
    city = parts[0] if len(parts) > 1 else ""
    state = ", ".join(parts[1:-1])
    known = _KNOWN.get((city.casefold(), state.casefold(), country))
    if known is not None:
        return known
    zone = _ZONE_OF_STATE.get(state.upper()) if country == "US" else _COUNTRY_ZONES.get(country)
    if zone is None:
        hint = (
            "name the state, as in 'Tulsa, OK, US'" if country == "US" else "use 'City, STATE, CC' with a known place"
        )
        raise UnknownPlaceError(f"place {text!r}: cannot tell its time zone; {hint}")
    return Place(city, state, "", country, zone)


def origin_in(country: str) -> Place:
    """Where shipments from a country start by default."""
    return _usual_place(country, _ORIGINS)


def hub_in(country: str) -> Place:
    """Where parcels in a country change vehicles."""
    return _usual_place(country, _HUBS)


def destination_in(country: str) -> Place:
    """Where shipments to a country end by default."""
    return _usual_place(country, _DESTINATIONS)


def _usual_place(country: str, cities: dict[str, str]) -> Place:
    code = country.upper()
    return place(f"{cities[code]}, {code}") if code in cities else place(code)
