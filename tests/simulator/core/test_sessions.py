"""Sessions: the credential that a client sends chooses whose parcels it sees."""

import json
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from simulator import Clock, Credentials, Kind, MisuseError, Parcel, Request, Response, ScanEvent, Sessions, Simulation
from simulator.places import place
from simulator.serve.demo_session import demo_sessions

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NUMBER = "1Z999AA10123456784"
TULSA, DENVER = place("Tulsa, OK, US"), place("Denver, CO, US")


def session(name: str, *kinds: Kind) -> Simulation:
    events = tuple(ScanEvent(NOON, kind, TULSA) for kind in kinds)
    parcels = [Parcel("ups", NUMBER, events, TULSA, DENVER)] if kinds else []
    return Simulation(parcels, credentials=Credentials.of(name), clock=Clock(NOON))


def two() -> Sessions:
    """Two sessions that tell contradictory stories of one number."""
    sessions = Sessions()
    sessions.add("alice", session("alice", Kind.DELIVERED))
    sessions.add("bob", session("bob"))
    return sessions


def token_answer(sessions: Sessions, client: str, secret: str) -> Response:
    user = b64encode(f"{client}:{secret}".encode()).decode()
    return sessions.handle(
        Request(
            "POST",
            "onlinetools.ups.com",
            "/security/v1/oauth/token",
            headers={"authorization": f"Basic {user}"},
            body=b"grant_type=client_credentials",
        )
    )


def token(sessions: Sessions, client: str) -> str:
    return str(json.loads(token_answer(sessions, client, client).body)["access_token"])


def track(sessions: Sessions, access: str) -> Response:
    headers = {"authorization": f"Bearer {access}", "transid": "1", "transactionsrc": "test"}
    return sessions.handle(Request("GET", "onlinetools.ups.com", f"/api/track/v1/details/{NUMBER}", headers=headers))


def knows(answer: Response) -> bool:
    return "package" in json.loads(answer.body)["trackResponse"]["shipment"][0]


def test_two_sessions_tell_contradictory_stories_of_one_number() -> None:
    sessions = two()
    assert (knows(track(sessions, token(sessions, "alice"))), knows(track(sessions, token(sessions, "bob")))) == (
        True,
        False,
    )


def test_a_call_is_entered_in_the_journal_of_its_session_only() -> None:
    sessions = two()
    track(sessions, token(sessions, "alice"))
    assert [len(sessions.get(name).journal) for name in ("alice", "bob")] == [2, 0]


def test_the_clock_of_one_session_leaves_the_other() -> None:
    sessions = two()
    sessions.get("alice").clock.advance(3600)
    assert sessions.get("bob").clock.now == NOON


def test_an_unknown_client_gets_the_carriers_own_refusal() -> None:
    answer = token_answer(two(), "nobody", "nobody")
    assert (answer.status, json.loads(answer.body)["response"]["errors"][0]["code"]) == (401, "10401")


def test_a_wrong_secret_gets_the_carriers_own_refusal() -> None:
    assert token_answer(two(), "alice", "bob").status == 401


def test_a_call_without_credentials_gets_the_carriers_own_refusal() -> None:
    answer = two().handle(Request("GET", "onlinetools.ups.com", f"/api/track/v1/details/{NUMBER}"))
    assert answer.status == 401


def test_a_token_that_nobody_issued_gets_the_carriers_own_refusal() -> None:
    assert track(two(), "made.up.token").status == 401


def test_a_call_that_is_nobodys_is_in_no_journal() -> None:
    sessions = two()
    track(sessions, "made.up.token")
    assert [len(sessions.get(name).journal) for name in ("alice", "bob")] == [0, 0]


def test_each_identity_of_a_session_leads_to_it() -> None:
    own = Credentials.of("x")
    assert own.identities == {"x"}


def test_a_name_is_taken_once() -> None:
    with pytest.raises(MisuseError, match="session 'alice': name or credential is taken"):
        two().add("alice", session("carol"))


def test_a_credential_is_taken_once() -> None:
    with pytest.raises(MisuseError, match="session 'carol': name or credential is taken"):
        two().add("carol", session("alice"))


def test_a_removed_session_answers_no_more() -> None:
    sessions = two()
    access = token(sessions, "alice")
    sessions.remove("alice")
    assert track(sessions, access).status == 401


def test_the_credentials_of_a_removed_session_are_free_again() -> None:
    sessions = two()
    sessions.remove("alice")
    sessions.add("alice", session("alice"))
    assert sessions.names() == ("bob", "alice")


def test_an_unknown_session_is_refused_with_those_that_are_there() -> None:
    with pytest.raises(MisuseError, match="session 'carol' is unknown; there are: alice, bob"):
        two().get("carol")


def test_credentials_need_a_name() -> None:
    with pytest.raises(MisuseError, match="name is empty"):
        Credentials.of("")


def test_the_demo_credentials_have_this_cipher_key() -> None:
    assert Credentials.of("demo").sm4_key == "ZGVtb2RlbW9kZW1vZGVtbw=="


def test_a_session_left_alone_too_long_goes_and_the_demo_stays() -> None:
    sessions = demo_sessions()
    sessions.add("idle", Simulation(credentials=Credentials.of("idle")), touched=1_000.0)
    assert sessions.expire(4_600.0) == ()
    assert sessions.expire(4_600.1) == ("idle",)
    assert sessions.names() == ("demo",)
    with pytest.raises(MisuseError, match="nothing asked for it for 3600 seconds; create it again"):
        sessions.get("idle")
