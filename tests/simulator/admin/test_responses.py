"""What the server counts, for Prometheus."""

from typing import Any

import requests

from simulator.http_server import running
from simulator.serve.demo_session import demo_sessions

NUMBER = "1Z999AA10123456784"


Api = Any  # the one of conftest


WAIT = 60.0


def test_metrics_count_calls_by_carrier_operation_and_status_also_of_deleted_sessions(api_at: type[Api]) -> None:
    sessions = demo_sessions()
    with running(sessions) as url:
        bare = api_at(sessions, url)
        bare.ups(bare.create(id="counted")["carriers"], NUMBER)
        bare.request("DELETE", "/counted")
        lines = requests.get(f"{url}/metrics", timeout=WAIT).text.splitlines()
    assert 'vtr_requests_total{carrier="ups",operation="track",status="200"} 1' in lines
    assert "vtr_sessions 1" in lines
