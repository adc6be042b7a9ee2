"""Clocks that stand still unless a client waits, and carriers' hosts that answer what a test registers."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import responses

from vtr.reference.clients.http import Clocks


@pytest.fixture
def pauses() -> list[float]:
    """The waits asked for so far, in seconds; a test lets time pass by appending to it."""
    return []


@pytest.fixture
def clocks(pauses: list[float]) -> Clocks:
    return Clocks(pauses.append, lambda: sum(pauses), lambda: datetime(2026, 3, 2, 10, 0, tzinfo=UTC))


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock
