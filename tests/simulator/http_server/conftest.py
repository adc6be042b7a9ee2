"""Every test that wants to runs by both schemes, with certificates of its own."""

from datetime import UTC, datetime

import pytest

from simulator.http_server.certificates import Certificates, ensure_certificates


@pytest.fixture(scope="module", params=["http", "https"])
def certificates(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Certificates | None:
    """None for plain HTTP, else the certificates: each test that uses this runs by both schemes."""
    if request.param == "http":
        return None
    return ensure_certificates(tmp_path_factory.mktemp("tls"), (), now=datetime.now(UTC))


@pytest.fixture
def trusted(certificates: Certificates | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """`requests` trusts the certificates."""
    if certificates is not None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.ca))
