"""Which time zone a place keeps, as far as country, state, ZIP code or city tell.

Carriers write local times, often without an offset, so the place of a scan decides its instant. A country with one
zone tells it; the United States by ZIP code (first three digits), else by state, else by city; Canada and Australia by
province. A state or country in two zones gets the zone in which most of its people live: within the contiguous states
such a guess is wrong by one hour at most. Where nothing can be told the answer is None, never a guess by distance.

Sources: the zone names of the IANA time zone database; ZIP prefixes as the USPS assigns them to sectional centres
(public lists, C; split states by where their sectional centre lies).
"""

import re
from dataclasses import dataclass

_EAST, _CENTRAL, _MOUNTAIN, _PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"


def _all_in(zone: str, names: str) -> dict[str, str]:
    """Map each of the names to the zone; an underscore stands for a blank inside a name."""
    return {name.replace("_", " "): zone for name in names.split()}


_US_STATES = {
    **_all_in(_EAST, "CT DC DE FL GA KY MA MD ME NC NH NJ NY OH PA RI SC VA VT WV"),
    **_all_in(_CENTRAL, "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI"),
    **_all_in(_MOUNTAIN, "CO MT NM UT WY"),
    **_all_in(_PACIFIC, "CA NV OR WA"),
    "AK": "America/Anchorage",
    "AS": "Pacific/Pago_Pago",
    "AZ": "America/Phoenix",
    "GU": "Pacific/Guam",
    "HI": "Pacific/Honolulu",
    "ID": "America/Boise",
    "IN": "America/Indiana/Indianapolis",
    "MI": "America/Detroit",
    "MP": "Pacific/Guam",
    "PR": "America/Puerto_Rico",
    "VI": "America/Puerto_Rico",
}

# Last three-digit ZIP prefix of a run, and the zone of that run; "" where soldiers abroad or nobody lives.
_ZIP_RUNS = (
    (4, ""),
    (5, _EAST),
    (9, "America/Puerto_Rico"),
    (89, _EAST),
    (99, ""),
    (323, _EAST),
    (325, _CENTRAL),
    (339, _EAST),
    (340, ""),
    (349, _EAST),
    (372, _CENTRAL),
    (374, _EAST),
    (375, _CENTRAL),
    (379, _EAST),
    (397, _CENTRAL),
    (418, _EAST),
    (424, _CENTRAL),
    (459, _EAST),
    (462, "America/Indiana/Indianapolis"),
    (464, _CENTRAL),
    (475, "America/Indiana/Indianapolis"),
    (477, _CENTRAL),
    (479, "America/Indiana/Indianapolis"),
    (499, "America/Detroit"),
    (576, _CENTRAL),
    (577, _MOUNTAIN),
    (588, _CENTRAL),
    (599, _MOUNTAIN),
    (692, _CENTRAL),
    (693, _MOUNTAIN),
    (797, _CENTRAL),
    (831, _MOUNTAIN),
    (837, "America/Boise"),
    (838, _PACIFIC),
    (847, _MOUNTAIN),
    (865, "America/Phoenix"),
    (885, _MOUNTAIN),
    (961, _PACIFIC),
    (966, ""),
    (968, "Pacific/Honolulu"),
    (969, "Pacific/Guam"),
    (978, _PACIFIC),
    (979, "America/Boise"),
    (994, _PACIFIC),
    (999, "America/Anchorage"),
)

# Cities that DHL writes without a state ("DENVER-USA"): the largest ones and the cities of its gateways and hubs.
_US_CITIES = {
    **_all_in(
        _EAST,
        "ALBANY ALLENTOWN ATLANTA AUGUSTA BALTIMORE BOSTON BROOKLYN BUFFALO CHARLESTON CHARLOTTE CHATTANOOGA "
        "CINCINNATI CINCINNATI_HUB CLEVELAND COLUMBUS DAYTON ERLANGER FORT_LAUDERDALE GREENSBORO HARRISBURG "
        "HARTFORD HEBRON HIALEAH JACKSONVILLE JERSEY_CITY KNOXVILLE LEXINGTON LOUISVILLE MIAMI MIAMI_GATEWAY "
        "NEWARK NEW_YORK NEW_YORK_CITY NEW_YORK_CITY_GATEWAY NEW_YORK_GATEWAY NORFOLK ORLANDO PHILADELPHIA "
        "PITTSBURGH PROVIDENCE QUEENS RALEIGH RICHMOND ROCHESTER SAVANNAH SYRACUSE TAMPA TOLEDO "
        "VIRGINIA_BEACH WASHINGTON WASHINGTON_DC WILMINGTON WORCESTER",
    ),
    **_all_in(
        _CENTRAL,
        "AUSTIN BATON_ROUGE BIRMINGHAM CHICAGO CHICAGO_GATEWAY CORPUS_CHRISTI DALLAS DALLAS_FORT_WORTH "
        "DES_MOINES FARGO FORT_WORTH GREEN_BAY HOUSTON HOUSTON_GATEWAY HUNTSVILLE IRVING JACKSON KANSAS_CITY "
        "LINCOLN LITTLE_ROCK MADISON MEMPHIS MILWAUKEE MINNEAPOLIS MOBILE MONTGOMERY NASHVILLE NEW_ORLEANS "
        "OKLAHOMA_CITY OMAHA PEORIA PLANO SAINT_LOUIS SAN_ANTONIO SHREVEPORT SIOUX_FALLS ST_LOUIS ST._LOUIS "
        "ST_PAUL ST._PAUL TULSA WICHITA",
    ),
    **_all_in(
        _MOUNTAIN,
        "ALBUQUERQUE BILLINGS BOULDER CHEYENNE COLORADO_SPRINGS DENVER EL_PASO PROVO SALT_LAKE_CITY SANTA_FE",
    ),
    **_all_in(
        _PACIFIC,
        "ANAHEIM BAKERSFIELD BELLEVUE EUGENE FRESNO HENDERSON LAS_VEGAS LONG_BEACH LOS_ANGELES "
        "LOS_ANGELES_GATEWAY OAKLAND ONTARIO PORTLAND RENO RIVERSIDE SACRAMENTO SAN_BERNARDINO SAN_DIEGO "
        "SAN_FRANCISCO SAN_FRANCISCO_GATEWAY SAN_JOSE SEATTLE SPOKANE STOCKTON TACOMA",
    ),
    **_all_in(
        "America/Phoenix",
        "CHANDLER MESA PHOENIX SCOTTSDALE TEMPE TUCSON",
    ),
    **_all_in(
        "America/Detroit",
        "DETROIT GRAND_RAPIDS LANSING",
    ),
    **_all_in(
        "America/Indiana/Indianapolis",
        "FORT_WAYNE INDIANAPOLIS",
    ),
    **_all_in(
        "America/Boise",
        "BOISE",
    ),
    **_all_in(
        "America/Anchorage",
        "ANCHORAGE FAIRBANKS",
    ),
    **_all_in(
        "Pacific/Honolulu",
        "HONOLULU",
    ),
}

_CA_PROVINCES = {
    **dict.fromkeys(("ON", "QC", "PQ", "NU"), "America/Toronto"),
    **dict.fromkeys(("NB", "NS", "PE"), "America/Halifax"),
    "AB": "America/Edmonton",
    "BC": "America/Vancouver",
    "MB": "America/Winnipeg",
    "NL": "America/St_Johns",
    "NT": "America/Edmonton",
    "SK": "America/Regina",
    "YT": "America/Whitehorse",
}
_AU_STATES = {
    **dict.fromkeys(("ACT", "NSW", "TAS", "VIC"), "Australia/Sydney"),
    "NT": "Australia/Darwin",
    "QLD": "Australia/Brisbane",
    "SA": "Australia/Adelaide",
    "WA": "Australia/Perth",
}
_STATE_TABLES = {"US": _US_STATES, "CA": _CA_PROVINCES, "AU": _AU_STATES}

# Countries in one zone, or nearly all of whose people live in one (BR, ID, MX).
_COUNTRIES = {
    "AE": "Asia/Dubai",
    "AR": "America/Argentina/Buenos_Aires",
    "AT": "Europe/Vienna",
    "BD": "Asia/Dhaka",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "BH": "Asia/Bahrain",
    "BR": "America/Sao_Paulo",
    "CH": "Europe/Zurich",
    "CN": "Asia/Shanghai",
    "CO": "America/Bogota",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EG": "Africa/Cairo",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "GR": "Europe/Athens",
    "HK": "Asia/Hong_Kong",
    "HU": "Europe/Budapest",
    "ID": "Asia/Jakarta",
    "IE": "Europe/Dublin",
    "IL": "Asia/Jerusalem",
    "IN": "Asia/Kolkata",
    "IT": "Europe/Rome",
    "JP": "Asia/Tokyo",
    "KH": "Asia/Phnom_Penh",
    "KR": "Asia/Seoul",
    "LK": "Asia/Colombo",
    "LU": "Europe/Luxembourg",
    "MO": "Asia/Macau",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "NZ": "Pacific/Auckland",
    "PA": "America/Panama",
    "PH": "Asia/Manila",
    "PK": "Asia/Karachi",
    "PL": "Europe/Warsaw",
    "PR": "America/Puerto_Rico",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "SA": "Asia/Riyadh",
    "SE": "Europe/Stockholm",
    "SG": "Asia/Singapore",
    "SK": "Europe/Bratislava",
    "TH": "Asia/Bangkok",
    "TR": "Europe/Istanbul",
    "TW": "Asia/Taipei",
    "UA": "Europe/Kyiv",
    "VN": "Asia/Ho_Chi_Minh",
    "ZA": "Africa/Johannesburg",
}
_COUNTRY_NAMES = {
    "AUSTRALIA": "AU",
    "AUSTRIA": "AT",
    "BAHRAIN": "BH",
    "BELGIUM": "BE",
    "BRAZIL": "BR",
    "CANADA": "CA",
    "CHINA": "CN",
    "CHINA MAINLAND": "CN",
    "CHINA, PEOPLES REPUBLIC": "CN",
    "CHN": "CN",
    "CZECH REPUBLIC": "CZ",
    "CZECH REPUBLIC, THE": "CZ",
    "DENMARK": "DK",
    "DEU": "DE",
    "DEUTSCHLAND": "DE",
    "FRANCE": "FR",
    "GBR": "GB",
    "GERMANY": "DE",
    "GREAT BRITAIN": "GB",
    "HONG KONG": "HK",
    "HONG KONG SAR, CHINA": "HK",
    "INDIA": "IN",
    "IRELAND": "IE",
    "ITALY": "IT",
    "JAPAN": "JP",
    "KOREA, REPUBLIC OF": "KR",
    "KOREA, REPUBLIC OF (SOUTH K.)": "KR",
    "MALAYSIA": "MY",
    "MEXICO": "MX",
    "NETHERLANDS": "NL",
    "NETHERLANDS, THE": "NL",
    "NEW ZEALAND": "NZ",
    "POLAND": "PL",
    "SINGAPORE": "SG",
    "SOUTH KOREA": "KR",
    "SPAIN": "ES",
    "SWITZERLAND": "CH",
    "TAIWAN": "TW",
    "TAIWAN, CHINA": "TW",
    "THAILAND": "TH",
    "TURKEY": "TR",
    "UK": "GB",
    "UNITED ARAB EMIRATES": "AE",
    "UNITED KINGDOM": "GB",
    "UNITED STATES": "US",
    "UNITED STATES OF AMERICA": "US",
    "USA": "US",
    "VIETNAM": "VN",
}
_ISO_CODE = re.compile(r"[A-Z]{2}")
_ZIP = re.compile(r"(\d{3})\d\d(-?\d{4})?")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened, for the clock: the country's ISO code and the zone's IANA name, None where not told."""

    country: str | None
    zone: str | None


NOWHERE = Place(None, None)


def country_code(text: str) -> str | None:
    """Give the ISO code of a country written as code or name in any case, None when it is not known."""
    name = " ".join(text.upper().split())
    return _COUNTRY_NAMES.get(name) or (name if _ISO_CODE.fullmatch(name) else None)


def is_country(text: str) -> bool:
    """Tell whether the text is the name of a country, or the code of one whose clock is told here."""
    code = country_code(text)
    return code in _COUNTRIES or code in _STATE_TABLES


def place(country: str = "", state: str = "", postal_code: str = "", city: str = "") -> Place:
    """Tell country and zone from what an address gives; empty text where it gives nothing."""
    code = country_code(country)
    if code is None:
        return NOWHERE
    zone = None
    if code == "US":
        zone = _zip_zone(postal_code)
    zone = zone or _STATE_TABLES.get(code, {}).get(state.upper().strip())
    if zone is None and code == "US":
        zone = _US_CITIES.get(" ".join(city.upper().split()))
    return Place(code, zone or _COUNTRIES.get(code))


def is_us_state(text: str) -> bool:
    """Tell whether the text is the two-letter code of a state or territory of the United States."""
    return text in _US_STATES


def zone_by(own: Place, others: tuple[Place, ...] = ()) -> str | None:
    """Choose the zone of an event: its own place's, else that of the first other place which may stand for it.

    Another place may stand for it when the event names no country, or the same one.
    """
    if own.zone is not None:
        return own.zone
    return next((each.zone for each in others if each.zone and own.country in {None, each.country}), None)


def _zip_zone(postal_code: str) -> str | None:
    match = _ZIP.fullmatch(postal_code.strip())
    if match is None:
        return None
    prefix = int(match[1])
    return next((zone for last, zone in _ZIP_RUNS if prefix <= last), "") or None
