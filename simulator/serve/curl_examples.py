"""Shell commands that ask the carriers about a parcel, credentials and tokens included, ready to be pasted.

Each is one line that works by itself. It needs curl and sed and nothing else, so China Post's encrypted request is
prepared here.
"""

from collections.abc import Callable
from shlex import quote

from simulator.carriers.chinapost import crypto
from simulator.carriers.common.credentials import Credentials
from simulator.carriers.dhl import CARRIER as DHL
from simulator.core.simulation import Simulation

CURL = "curl -s"
_UNKNOWN_NUMBER = "1234567890"
_DATASET_PARCELS_SEARCHED = 1_000  # more than enough for one of each carrier
_BEARER = '-H "Authorization: Bearer $TOKEN"'


def curl_lines(simulation: Simulation, url: str, curl: str = CURL) -> tuple[tuple[str, str], ...]:
    """A title and a command for each carrier and interface, about the first parcel that is known there.

    url: where the server answers, without a slash at the end. curl: the command, with the options that each call needs.
    """
    known = _known_numbers(simulation)
    return tuple(
        (f"{carrier} {api}".strip(), line(curl, url, simulation.credentials, known[carrier, api]))
        for (carrier, api), line in _LINES.items()
        if (carrier, api) in known
    )


def real_host_line(simulation: Simulation, curl: str = CURL) -> str:
    """A command that asks DHL at its real host about its first known parcel, or an unknown number if there is none."""
    number = _known_numbers(simulation).get(("dhl", ""), _UNKNOWN_NUMBER)
    return _unified(curl, f"https://{DHL.hosts[0]}", simulation.credentials, number)


def _known_numbers(simulation: Simulation) -> dict[tuple[str, str], str]:
    """By carrier and interface, the first number that it has a record of now."""
    known: dict[tuple[str, str], str] = {}
    stored = () if simulation.stored is None else simulation.stored.page(0, _DATASET_PARCELS_SEARCHED)
    for parcel in (*simulation.parcels(), *stored):
        if parcel.at(simulation.clock.now) is not None:
            known.setdefault((parcel.carrier, parcel.api), parcel.tracking_number)
    return known


def _ups(curl: str, url: str, own: Credentials, number: str) -> str:
    user = quote(f"{own.client_id}:{own.client_secret}")
    token = _token(curl, f"-u {user} -d grant_type=client_credentials {url}/ups/security/v1/oauth/token")
    headers = "-H 'transId: 1' -H 'transactionSrc: demo'"
    return f"{token}; {curl} {_BEARER} {headers} {url}/ups/api/track/v1/details/{number}"


def _usps(curl: str, url: str, own: Credentials, number: str) -> str:
    token = _token(curl, f"{_client(own)} {url}/usps/oauth2/v3/token")
    return f"{token}; {curl} {_BEARER} {quote(f'{url}/usps/tracking/v3/tracking/{number}?expand=DETAIL')}"


def _fedex(curl: str, url: str, own: Credentials, number: str) -> str:
    token = _token(curl, f"{_client(own)} {url}/fedex/oauth/token")
    body = f'{{"includeDetailedScans":true,"trackingInfo":[{{"trackingNumberInfo":{{"trackingNumber":"{number}"}}}}]}}'
    return (
        f"{token}; {curl} {_BEARER} -H 'content-type: application/json' -d {quote(body)} "
        f"{url}/fedex/track/v1/trackingnumbers"
    )


def _dhl(curl: str, url: str, own: Credentials, number: str) -> str:
    return _unified(curl, f"{url}/dhl", own, number)


def _unified(curl: str, base_url: str, own: Credentials, number: str) -> str:
    key = quote(f"DHL-API-Key: {own.api_key}")
    return f"{curl} -H {key} {quote(f'{base_url}/track/shipments?trackingNumber={number}')}"


def _mydhl(curl: str, url: str, own: Credentials, number: str) -> str:
    user = quote(f"{own.username}:{own.password}")
    return f"{curl} -u {user} {url}/dhl/mydhlapi/shipments/{number}/tracking"


def _ems(curl: str, url: str, own: Credentials, number: str) -> str:
    fields = {
        "apiCode": "040001",
        "senderNo": own.sender_no,
        "authorization": own.authorization,
        "timeStamp": "2026-03-20 20:00:00",
        "msgType": "0",
        "version": "V1.0.0",
        "logitcsInterface": crypto.encrypt_body(f'{{"waybillNo":"{number}","direction":"0"}}', own.sm4_key),
    }
    return f"{curl} {_form(fields)} {url}/chinapost/amp-prod-api/f/amp/api/open"


def _jdpt(curl: str, url: str, own: Credentials, number: str) -> str:
    body = f'{{"traceNo":"{number}"}}'
    fields = {
        "sendID": own.send_id,
        "proviceNo": "99",
        "msgKind": f"{own.send_id}_JDPT_TRACE",
        "serialNo": "1",
        "sendDate": "20260320200000",
        "receiveID": "JDPT",
        "dataType": "1",
        "msgBody": body,
        "dataDigest": crypto.digests(body, own.digest_key)[0],
    }
    return f"{curl} {_form(fields)} {url}/chinapost/querypush-twswn/mailTrack/queryMailTrackWn/plus"


# By carrier and interface; the empty one is the carrier's main interface.
_LINES: dict[tuple[str, str], Callable[[str, str, Credentials, str], str]] = {
    ("ups", ""): _ups,
    ("usps", ""): _usps,
    ("fedex", ""): _fedex,
    ("dhl", ""): _dhl,
    ("dhl", "mydhl"): _mydhl,
    ("chinapost", ""): _ems,
    ("chinapost", "jdpt"): _jdpt,
}


def _client(own: Credentials) -> str:
    fields = {"grant_type": "client_credentials", "client_id": own.client_id, "client_secret": own.client_secret}
    return _form(fields)


def _token(curl: str, request: str) -> str:
    return f'TOKEN=$({curl} {request} | sed \'s/.*"access_token": *"\\([^"]*\\)".*/\\1/\')'


def _form(fields: dict[str, str]) -> str:
    return " ".join(f"--data-urlencode {quote(f'{name}={value}')}" for name, value in fields.items())
