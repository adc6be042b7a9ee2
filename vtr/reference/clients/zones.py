"""The time zone of a place, by country, state, ZIP code or city.

Carriers write local times, often without an offset, so the place of a scan decides its instant. The zone follows from
the country if it has only one; in the United States from the ZIP code (first three digits), else the state, else the
city; in Canada and Australia from the province. A state or country in two zones gets the zone in which most of its
people live: within the contiguous states such a guess is wrong by one hour at most. A place that none of these
decides has no zone (None), never a guess by distance.

Sources: countries, their names and zones from `zone.tab` and `iso3166.tab` of the package tzdata (the IANA time zone
database); ZIP prefixes as the USPS assigns them to sectional centres (public lists, C; split states by where their
sectional centre lies). The prefixes are kept by hand because the package `zipcodes` takes 0.27 s and 10 MB to load.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_EAST, _CENTRAL, _MOUNTAIN, _PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"


def _all_in(zone: str, names: str) -> dict[str, str]:
    """Map each name to the zone; an underscore is a blank inside a name."""
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

# Last three-digit ZIP prefix of a run, and the zone of that run; "" for the military abroad and unused prefixes.
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

# Countries that tzdata splits, of which all or nearly all people live in one zone.
_SPLIT_COUNTRIES = {
    "AR": "America/Argentina/Buenos_Aires",
    "BR": "America/Sao_Paulo",
    "CN": "Asia/Shanghai",
    "DE": "Europe/Berlin",
    "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "UA": "Europe/Kyiv",
}
# Names and three-letter codes that carriers write and tzdata's list of countries lacks.
_CARRIERS_NAMES = {
    "CHINA MAINLAND": "CN",
    "CHINA, PEOPLES REPUBLIC": "CN",
    "CHN": "CN",
    "CZECH REPUBLIC, THE": "CZ",
    "DEU": "DE",
    "DEUTSCHLAND": "DE",
    "GBR": "GB",
    "GREAT BRITAIN": "GB",
    "HONG KONG SAR, CHINA": "HK",
    "KOREA, REPUBLIC OF": "KR",
    "KOREA, REPUBLIC OF (SOUTH K.)": "KR",
    "NETHERLANDS, THE": "NL",
    "SOUTH KOREA": "KR",
    "TAIWAN, CHINA": "TW",
    "UK": "GB",
    "UNITED KINGDOM": "GB",
    "UNITED STATES OF AMERICA": "US",
    "USA": "US",
}
# Codes of US states that are read as countries all the same: these are frequent in scans. "ATLANTA-GA" is not in Gabon.
_COUNTRIES_BEFORE_STATES = frozenset(("AR", "CA", "CO", "DE", "ID", "IL", "IN", "MO", "PA", "PR"))
_STATES_WITH_A_COUNTRYS_NAME = ("GEORGIA",)  # "Atlanta, Georgia"; the country is known by its code alone
_ISO_CODE = re.compile(r"[A-Z]{2}")
_ZIP = re.compile(r"(\d{3})\d\d(-?\d{4})?")


@dataclass(frozen=True, slots=True)
class Place:
    """A place, as far as its clock is concerned.

    country: the ISO 3166 code, None when unknown.
    zone: the IANA name of its time zone, None when unknown.
    """

    country: str | None
    zone: str | None


NOWHERE = Place(None, None)


def country_code(text: str) -> str | None:
    """The ISO code of a country written as a code or a name in any case, None when it is unknown."""
    name = _normalized(text)
    return _country_names().get(name) or (name if _ISO_CODE.fullmatch(name) else None)


def is_country(text: str) -> bool:
    """Whether text without a field of its own is the name or code of a country whose zones are known here."""
    code = country_code(text)
    if is_us_state(text.strip().upper()) and code not in _COUNTRIES_BEFORE_STATES:
        return False
    return code in _country_zones() or code in _STATE_TABLES


def place(country: str = "", state: str = "", postal_code: str = "", city: str = "") -> Place:
    """Find country and zone by the parts of an address, each empty if the address lacks it."""
    code = country_code(country)
    if code is None:
        return NOWHERE
    zone = None
    if code == "US":
        zone = _zip_zone(postal_code)
    zone = zone or _STATE_TABLES.get(code, {}).get(state.upper().strip())
    if zone is None and code == "US":
        zone = _US_CITIES.get(" ".join(city.upper().split()))
    return Place(code, zone or _country_zones().get(code))


def is_us_state(text: str) -> bool:
    """Whether the text is the two-letter code of a state or territory of the United States."""
    return text in _US_STATES


def zone_by(own: Place, others: tuple[Place, ...] = ()) -> str | None:
    """Choose the zone of an event: that of its own place, else that of the first other place that may replace it.

    Another place may replace it when the event names no country, or the same one.
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


@cache
def _country_zones() -> Mapping[str, str]:
    """The zone of each country that has only one, or one that counts, by its code."""
    zones: dict[str, list[str]] = {}
    for code, _, zone, *_ in _tzdata_rows("zone.tab"):
        zones.setdefault(code, []).append(zone)
    return {code: names[0] for code, names in zones.items() if len(names) == 1} | _SPLIT_COUNTRIES


@cache
def _country_names() -> Mapping[str, str]:
    """The code of each country, by its normalized name."""
    names = {_normalized(name): code for code, name in _tzdata_rows("iso3166.tab")}
    return {name: code for name, code in names.items() if name not in _STATES_WITH_A_COUNTRYS_NAME} | _CARRIERS_NAMES


def _tzdata_rows(table: str) -> Iterator[list[str]]:
    """Read a table of the package tzdata: the machine may have another version of it, or none."""
    lines = (files("tzdata") / "zoneinfo" / table).read_text(encoding="utf-8").splitlines()
    return (line.split("\t") for line in lines if not line.startswith("#"))


def _normalized(text: str) -> str:
    """A name in capitals, without accents, with single blanks, and with AND in place of &."""
    letters = unicodedata.normalize("NFKD", text.replace("’", "'"))  # noqa: RUF001 (tzdata's own apostrophe)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(plain.upper().replace("&", "AND").split())
