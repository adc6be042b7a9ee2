"""What holds for all tests."""

import gc

import pytest


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave what was collected out of every later garbage collection: ten thousand items would be walked each time."""
    gc.collect()
    gc.freeze()
