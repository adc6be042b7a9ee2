"""64 workers on one server ask for one tracking number with contradictory stories: 20,000 calls, and none may meet.

    python tests/benchmarks/crosstalk.py [calls]

Half of the sessions say delivered, half in transit. Ends with status 1 if any answer is another session's, or if the
reset of one session changes another.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from simulator.client import Server
from simulator.core.sessions import Sessions
from simulator.http_server import running

WORKERS = 64
NUMBER = "1Z999AA10123456784"


def wrong_answers(server: Server, serial: int, calls: int) -> int:
    """How many answers of a session's were not its own."""
    journey, expected = ("delivered", "D") if serial % 2 else ("in_transit", "I")
    session = server.create(parcels=[{"carrier": "ups", "tracking_number": NUMBER, "journey": journey}])
    own = session.carriers["ups"]
    wrong = 0
    with requests.Session() as http:
        http.trust_env = False
        form = {"grant_type": "client_credentials"}
        login = (own["client_id"], own["client_secret"])
        answer = http.post(own["base_url"] + "/security/v1/oauth/token", data=form, auth=login, timeout=60)
        headers = {"authorization": f"Bearer {answer.json()['access_token']}", "transId": "1", "transactionSrc": "x"}
        for call in range(calls):
            if call == calls // 2 and serial == 0:
                session.reset()
            answer = http.get(f"{own['base_url']}/api/track/v1/details/{NUMBER}", headers=headers, timeout=60)
            activity = answer.json()["trackResponse"]["shipment"][0]["package"][0]["activity"]
            wrong += activity[0]["status"]["type"] != expected
    total = len(session.journal())
    wrong += total != (calls + 1 if serial else calls - calls // 2)  # the reset emptied the journal of the first
    return wrong


def main() -> int:
    """Run it; the exit status."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    each = -(-calls // WORKERS)
    began = time.monotonic()
    with running(Sessions()) as url, ThreadPoolExecutor(WORKERS) as pool:
        servers = [Server(url) for _ in range(WORKERS)]
        wrong = sum(pool.map(lambda serial: wrong_answers(servers[serial], serial, each), range(WORKERS)))
    took = time.monotonic() - began
    sys.stdout.write(f"{WORKERS} sessions, {each * WORKERS} calls, {wrong} wrong, {took:.1f} s\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
