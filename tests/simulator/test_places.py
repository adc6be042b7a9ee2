"""Places and the local times that carriers print for them."""

from datetime import UTC, datetime

import pytest

from simulator import places
from simulator.errors import UnknownPlaceError

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # winter time in the United States
SUMMER_NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def local(text: str, instant: datetime = NOON) -> str:
    return places.place(text).local(instant).strftime("%H:%M %z")


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Tulsa, OK, US", "06:00 -0600"),
        ("Denver, CO, US", "05:00 -0700"),
        ("Phoenix, AZ, US", "05:00 -0700"),
        ("Ontario, CA, US", "04:00 -0800"),
        ("New York, NY, US", "07:00 -0500"),
        ("Honolulu, HI, US", "02:00 -1000"),
        ("Shenzhen, CN", "20:00 +0800"),
        ("Leipzig, DE", "13:00 +0100"),
        ("London, GB", "12:00 +0000"),
    ],
)
def test_a_place_has_its_local_time(text: str, time: str) -> None:
    assert local(text) == time


def test_arizona_keeps_no_summer_time() -> None:
    assert local("Phoenix, AZ, US", SUMMER_NOON) == "05:00 -0700"


def test_oklahoma_keeps_summer_time() -> None:
    assert local("Tulsa, OK, US", SUMMER_NOON) == "07:00 -0500"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("El Paso, TX, US", "05:00 -0700"),  # Texas keeps Central time
        ("Pensacola, FL, US", "06:00 -0600"),  # Florida keeps Eastern time
        ("Knoxville, TN, US", "07:00 -0500"),  # Tennessee keeps Central time
    ],
)
def test_a_city_may_keep_another_time_than_its_state(text: str, time: str) -> None:
    assert local(text) == time


def test_an_unlisted_city_keeps_the_time_of_its_state() -> None:
    assert local("Smallville, KS, US") == "06:00 -0600"


def test_an_unlisted_city_abroad_keeps_the_time_of_its_country() -> None:
    assert local("Lyon, FR") == "13:00 +0100"


def test_a_known_city_brings_its_postal_code_and_native_name() -> None:
    shenzhen = places.place("Shenzhen, CN")
    assert (shenzhen.state, shenzhen.postal_code, shenzhen.native) == ("Guangdong", "518000", "深圳市")


def test_case_and_blanks_do_not_matter() -> None:
    assert places.place(" tulsa ,ok,us") == places.place("Tulsa, OK, US")


def test_a_country_alone_is_a_place_without_city() -> None:
    assert (places.place("DE").city, places.place("DE").zone) == ("", "Europe/Berlin")


@pytest.mark.parametrize("text", ["US", "Smallville, US", "Smallville, XX, US", "Springfield, US"])
def test_a_place_in_the_united_states_needs_its_state(text: str) -> None:
    with pytest.raises(UnknownPlaceError, match="name the state"):
        places.place(text)


@pytest.mark.parametrize("text", ["", "Nowhere", "Nowhere, ZZ", "Ottawa, CA", "Moscow, RU"])
def test_a_zone_that_cannot_be_told_is_no_guess(text: str) -> None:
    with pytest.raises(UnknownPlaceError, match="cannot tell its time zone"):
        places.place(text)


@pytest.mark.parametrize("country", ["US", "CN", "DE", "GB", "CA"])
def test_origin_hub_and_destination_lie_in_their_country(country: str) -> None:
    found = (places.origin_in(country), places.hub_in(country), places.destination_in(country))
    assert {place.country for place in found} == {country}


def test_a_country_without_listed_cities_is_its_own_origin() -> None:
    assert places.origin_in("fr") == places.place("FR")
