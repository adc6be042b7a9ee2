"""The throw-away authority: what clients of every kind make of it, when it is kept, and what is never overwritten."""

import hashlib
import json
import os
import shutil
import socket
import ssl
import stat
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPSConnection
from ipaddress import ip_address
from pathlib import Path
from threading import Barrier, Thread
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import verification

from simulator import MisuseError
from simulator.http_server import running
from simulator.http_server.certificates import Certificates, ensure_certificates
from simulator.serve.demo_session import demo_sessions

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LONG = 60.0
REAL_HOSTS = [  # one of each carrier's at least, written apart from the code
    "onlinetools.ups.com",
    "wwwcie.ups.com",
    "apis.usps.com",
    "apis.fedex.com",
    "api-eu.dhl.com",
    "express.api.dhl.com",
    "api.ems.com.cn",
    "211.156.195.29",
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates that are valid now, for real clients, whose clock is the real one."""
    return ensure_certificates(tmp_path_factory.mktemp("tls") / "new", REAL_HOSTS, now=datetime.now(UTC))


@pytest.fixture(scope="module")
def url(made: Certificates) -> Iterator[str]:
    with running(demo_sessions(), certificates=made) as url:
        yield url


def contents(certificates: Certificates) -> list[bytes]:
    return [path.read_bytes() for path in (certificates.ca, certificates.certificate, certificates.key)]


def parsed(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


# -- what is made


def test_files_have_these_names_and_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    kept = ensure_certificates(tmp_path / "a" / "b", REAL_HOSTS, now=NOW)
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == ["ca.pem", "server.key", "server.pem"]
    assert stat.S_IMODE(kept.key.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


def test_the_key_of_the_authority_is_nowhere(tmp_path: Path) -> None:
    kept = ensure_certificates(tmp_path, REAL_HOSTS, now=NOW)
    assert [text.count(b"PRIVATE KEY-----") for text in contents(kept)] == [0, 0, 2]  # where it begins and ends
    key = serialization.load_pem_private_key(kept.key.read_bytes(), None)
    assert key.public_key() == parsed(kept.certificate).public_key() != parsed(kept.ca).public_key()


def test_validity_is_at_most_397_days_and_covers_now(tmp_path: Path) -> None:
    kept = ensure_certificates(tmp_path, REAL_HOSTS, now=NOW)
    for path in (kept.ca, kept.certificate):
        found = parsed(path)
        assert found.not_valid_before_utc <= NOW < found.not_valid_after_utc
        assert found.not_valid_after_utc - found.not_valid_before_utc <= timedelta(days=397)


@pytest.mark.parametrize("host", [*REAL_HOSTS, "localhost", "127.0.0.1", "::1"])
def test_a_strict_verifier_takes_the_chain_for_every_host(made: Certificates, host: str) -> None:
    subject = x509.DNSName(host) if host[-1].isalpha() else x509.IPAddress(ip_address(host))
    verifier = verification.PolicyBuilder().store(verification.Store([parsed(made.ca)])).build_server_verifier(subject)
    assert len(verifier.verify(parsed(made.certificate), [])) == 2


def test_a_strict_verifier_refuses_the_chain_for_another_host(made: Certificates) -> None:
    store = verification.Store([parsed(made.ca)])
    verifier = verification.PolicyBuilder().store(store).build_server_verifier(x509.DNSName("www.ups.com"))
    with pytest.raises(verification.VerificationError):
        verifier.verify(parsed(made.certificate), [])


def test_the_authority_is_limited_to_the_hosts(made: Certificates) -> None:
    constraint = parsed(made.ca).extensions.get_extension_for_class(x509.NameConstraints)
    assert constraint.critical
    allowed = [str(name.value) for name in constraint.value.permitted_subtrees or ()]
    assert sorted(allowed) == sorted([*REAL_HOSTS[:-1], "211.156.195.29/32", "localhost", "127.0.0.1/32", "::1/128"])


def test_no_two_authorities_have_the_same_name(tmp_path: Path) -> None:
    first, second = (ensure_certificates(tmp_path / name, (), now=NOW) for name in "ab")
    assert parsed(first.ca).subject != parsed(second.ca).subject


def test_a_host_may_be_an_address_with_a_zone_or_a_name_of_other_letters(tmp_path: Path) -> None:
    kept = ensure_certificates(tmp_path, ("fe80::1%eth0", "Bücher.example"), now=NOW)
    names = parsed(kept.certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names][:2] == ["fe80::1", "xn--bcher-kva.example"]


@pytest.mark.parametrize("host", ["a..b", "a" * 70, ""])
def test_a_host_that_can_not_be_one_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(MisuseError, match=f"host '{host}': .*; give a name such as"):
        ensure_certificates(tmp_path / "tls", [host], now=NOW)
    assert not (tmp_path / "tls").exists()


# -- clients: each asks every carrier's real host, and is led here


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to a carrier's real host about a parcel of the demo session."""

    host: str
    method: str
    path: str
    headers: dict[str, str]
    body: str
    number: str


class Unchanged(HTTPSConnection):
    """The standard library's client of a real host; only the look-up of the name is ours."""

    def __init__(self, host: str, url: str, context: ssl.SSLContext) -> None:
        super().__init__(host, context=context, timeout=LONG)
        self._at = (urlsplit(url).hostname, urlsplit(url).port)
        self._context = context

    def connect(self) -> None:
        plain = socket.create_connection(self._at, self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)


def asked(url: str, ca: Path, ask: Ask) -> str:
    context = ssl.create_default_context(cafile=ca)
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # the default from Python 3.13 on
    connection = Unchanged(ask.host, url, context)
    try:
        connection.request(ask.method, ask.path, ask.body or None, ask.headers)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def asks(url: str, made: Certificates) -> list[Ask]:
    client = urlencode({"grant_type": "client_credentials", "client_id": "demo", "client_secret": "demo"})
    basic = {"authorization": f"Basic {b64encode(b'demo:demo').decode()}"}

    def bearer(host: str, path: str, extra: Mapping[str, str]) -> dict[str, str]:
        answer = json.loads(asked(url, made.ca, Ask(host, "POST", path, FORM | dict(extra), client, "")))
        return {"authorization": f"Bearer {answer['access_token']}"}

    fedex = '{"includeDetailedScans":true,"trackingInfo":[{"trackingNumberInfo":{"trackingNumber":"775978491900"}}]}'
    trace = '{"traceNo":"EA893099877CN"}'
    digest = hashlib.md5(f"{trace}demo".encode(), usedforsecurity=False).hexdigest()
    jdpt = urlencode(
        {
            "sendID": "demo",
            "proviceNo": "99",
            "msgKind": "demo_JDPT_TRACE",
            "serialNo": "1",
            "sendDate": "20260320200000",
            "receiveID": "JDPT",
            "dataType": "1",
            "msgBody": trace,
            "dataDigest": b64encode(digest.encode()).decode(),
        }
    )
    ups = bearer("onlinetools.ups.com", "/security/v1/oauth/token", basic)
    usps = bearer("apis.usps.com", "/oauth2/v3/token", {})
    json_type = {"content-type": "application/json"}
    return [
        Ask(
            "onlinetools.ups.com",
            "GET",
            "/api/track/v1/details/1ZKTK23A6606010207",
            {**ups, "transId": "1", "transactionSrc": "test"},
            "",
            "1ZKTK23A6606010207",
        ),
        Ask(
            "apis.usps.com",
            "GET",
            "/tracking/v3/tracking/9405591405120326202709",
            usps,
            "",
            "9405591405120326202709",
        ),
        Ask(
            "apis.fedex.com",
            "POST",
            "/track/v1/trackingnumbers",
            bearer("apis.fedex.com", "/oauth/token", {}) | json_type,
            fedex,
            "775978491900",
        ),
        Ask(
            "api-eu.dhl.com",
            "GET",
            "/track/shipments?trackingNumber=9804638712",
            {"DHL-API-Key": "demo"},
            "",
            "9804638712",
        ),
        Ask(
            "api.ems.com.cn",
            "POST",
            "/querypush-twswn/mailTrack/queryMailTrackWn/plus",
            FORM,
            jdpt,
            "EA893099877CN",
        ),
    ]


# Programs that know the real hosts only; where a name leads is changed as a hosts file would, and the port with it.
LED_HERE = """
import json, os, socket, sys
ordinary, at = socket.getaddrinfo, ("127.0.0.1", int(os.environ["AT_PORT"]))
socket.getaddrinfo = lambda host, port, *rest, **more: ordinary(*at, *rest, **more)
asks = json.load(sys.stdin)
"""
URLLIB = (
    LED_HERE
    + """
from urllib.request import Request, urlopen
for ask in asks:
    body = ask["body"].encode() or None
    request = Request(f"https://{ask['host']}{ask['path']}", body, ask["headers"], method=ask["method"])
    print(json.dumps(urlopen(request).read().decode()))
"""
)
REQUESTS = (
    LED_HERE
    + """
import requests
for ask in asks:
    url = f"https://{ask['host']}{ask['path']}"
    print(json.dumps(requests.request(ask["method"], url, data=ask["body"], headers=ask["headers"]).text))
"""
)
NODE = """
const https = require("https")
const asks = JSON.parse(require("fs").readFileSync(0))
const lookup = (host, options, found) =>
  options.all ? found(null, [{ address: "127.0.0.1", family: 4 }]) : found(null, "127.0.0.1", 4)
async function answer(ask) {
  const at = { host: ask.host, path: ask.path, method: ask.method, headers: ask.headers, lookup }
  return await new Promise((done, failed) => {
    const request = https.request({ ...at, port: process.env.AT_PORT }, (response) => {
      let text = ""
      response.setEncoding("utf8").on("data", (part) => (text += part)).on("end", () => done(text))
    })
    request.on("error", failed).end(ask.body)
  })
}
;(async () => {
  for (const ask of asks) console.log(JSON.stringify(await answer(ask)))
})().catch((error) => {
  console.error(error.code)
  process.exit(1)
})
"""
TRUST = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
PYTHON = [sys.executable, "-c"]
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
CLIENTS = [
    pytest.param([*PYTHON, URLLIB], "SSL_CERT_FILE", "CERTIFICATE_VERIFY_FAILED", id="urllib"),
    pytest.param([*PYTHON, REQUESTS], "REQUESTS_CA_BUNDLE", "CERTIFICATE_VERIFY_FAILED", id="requests"),
    pytest.param(
        ["node", "-e", NODE], "NODE_EXTRA_CA_CERTS", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", id="node", marks=needs_node
    ),
]


def ran(command: list[str], url: str, given: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    own = {name: text for name, text in os.environ.items() if name not in TRUST}
    own |= {"AT_PORT": str(urlsplit(url).port), "no_proxy": "*"}
    return subprocess.run(
        command, env=own | environment, input=given, capture_output=True, text=True, check=False, timeout=LONG
    )


def test_the_standard_library_gets_an_answer_at_every_real_host(url: str, made: Certificates, asks: list[Ask]) -> None:
    assert [ask.number in asked(url, made.ca, ask) for ask in asks] == [True] * 5


@pytest.mark.parametrize(("command", "variable", "refusal"), CLIENTS)
def test_a_program_that_knows_the_real_hosts_only_gets_an_answer_at_each(
    url: str, made: Certificates, asks: list[Ask], command: list[str], variable: str, refusal: str
) -> None:
    given = json.dumps([asdict(ask) for ask in asks])
    found = ran(command, url, given, **{variable: str(made.ca)})
    assert found.stderr == ""
    answers = [json.loads(line) for line in found.stdout.splitlines()]
    assert [ask.number in answer for ask, answer in zip(asks, answers, strict=True)] == [True] * 5


@pytest.mark.parametrize(("command", "variable", "refusal"), CLIENTS)
def test_a_program_that_does_not_trust_the_authority_asks_nothing(
    url: str, asks: list[Ask], command: list[str], variable: str, refusal: str
) -> None:
    found = ran(command, url, json.dumps([asdict(asks[3])]))
    assert found.returncode != 0
    assert refusal in found.stderr
    assert found.stdout == ""


@needs_curl
def test_curl_gets_an_answer_at_every_real_host_without_a_hosts_file(
    url: str, made: Certificates, asks: list[Ask]
) -> None:
    for ask in asks:
        headers = [part for pair in ask.headers.items() for part in ("-H", ": ".join(pair))]
        body = ["--data-raw", ask.body] if ask.body else []
        command = ["curl", "-sS", "--connect-to", f"::{urlsplit(url).netloc}", "-X", ask.method, *headers, *body]
        found = ran([*command, f"https://{ask.host}{ask.path}"], url, CURL_CA_BUNDLE=str(made.ca))
        assert (found.returncode, found.stderr) == (0, "")
        assert ask.number in found.stdout


@needs_curl
def test_curl_that_does_not_trust_the_authority_asks_nothing(url: str) -> None:
    command = ["curl", "-s", "--connect-to", f"::{urlsplit(url).netloc}", "https://api-eu.dhl.com/track/shipments"]
    assert ran(command, url).returncode == 60  # the peer's certificate cannot be authenticated, says curl's manual


def test_requests_given_the_file_gets_an_answer(url: str, made: Certificates) -> None:
    headers = {"DHL-API-Key": "demo", "host": "api-eu.dhl.com"}
    page = f"{url}/track/shipments?trackingNumber=9804638712"
    answer = requests.get(page, headers=headers, verify=str(made.ca), timeout=LONG)
    assert answer.json()["shipments"][0]["id"] == "9804638712"


def test_a_host_that_is_no_carriers_is_refused_by_the_client(url: str, made: Certificates) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        asked(url, made.ca, Ask("www.ups.com", "GET", "/", {}, "", ""))


def test_clients_that_refuse_us_leave_no_words(made: Certificates, capfd: pytest.CaptureFixture[str]) -> None:
    with running(demo_sessions(), certificates=made) as url:
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(url, verify=True, timeout=LONG)
        with pytest.raises(requests.ConnectionError):  # no TLS at all
            requests.get(url.replace("https:", "http:"), timeout=LONG)
    assert capfd.readouterr().err == ""


# -- when it is kept


def test_what_still_fits_is_kept(tmp_path: Path) -> None:
    first = ensure_certificates(tmp_path, REAL_HOSTS, now=NOW)
    before = contents(first)
    again = ensure_certificates(tmp_path, reversed(REAL_HOSTS), now=NOW + timedelta(days=395))
    assert first.made
    assert (again.made, contents(again)) == ("", before)


@pytest.mark.parametrize(
    ("hosts", "now", "why"),
    [
        ([*REAL_HOSTS, "10.0.0.7"], NOW, "the last ones did not cover 10.0.0.7"),
        (
            REAL_HOSTS,
            NOW + timedelta(days=396, hours=1),
            "the last ones were valid from 2026-11-24 to 2027-12-26",
        ),
        (REAL_HOSTS, NOW - timedelta(days=1), "the last ones were valid from 2026-11-24 to 2027-12-26"),
    ],
    ids=["another host", "ends within a day", "not valid yet"],
)
def test_what_does_not_fit_is_made_anew(tmp_path: Path, hosts: list[str], now: datetime, why: str) -> None:
    before = contents(ensure_certificates(tmp_path, REAL_HOSTS, now=NOW))
    again = ensure_certificates(tmp_path, hosts, now=now)
    assert again.made == why
    assert not set(before) & set(contents(again))
    assert ensure_certificates(tmp_path, hosts, now=now).made == ""


@pytest.mark.parametrize("name", ["ca.pem", "server.key"])
def test_with_a_file_missing_all_are_made_anew(tmp_path: Path, name: str) -> None:
    before = contents(ensure_certificates(tmp_path, REAL_HOSTS, now=NOW))
    (tmp_path / name).unlink()
    again = ensure_certificates(tmp_path, REAL_HOSTS, now=NOW)
    assert again.made == "some of the files were missing"
    assert not set(before) & set(contents(again))


def test_an_authority_of_ours_that_signed_another_certificate_is_made_anew(tmp_path: Path) -> None:
    ensure_certificates(tmp_path / "other", REAL_HOSTS, now=NOW)
    kept = ensure_certificates(tmp_path, REAL_HOSTS, now=NOW)
    shutil.copy(tmp_path / "other" / "ca.pem", kept.ca)
    assert ensure_certificates(tmp_path, REAL_HOSTS, now=NOW).made == "the certificate was another authority's"


def test_servers_that_start_together_share_what_one_has_made(tmp_path: Path) -> None:
    barrier, found = Barrier(8), []

    def start() -> None:
        barrier.wait(LONG)
        found.append(ensure_certificates(tmp_path, REAL_HOSTS, now=NOW).made)

    threads = [Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert sorted(found) == [""] * 7 + ["there were none"]


# -- what is never overwritten


def foreign(folder: Path) -> dict[str, bytes]:
    """Files of another authority, such as the user's own: the names in them are not ours."""
    kept = ensure_certificates(folder, (), now=NOW)
    ours = kept.ca.read_bytes()
    key = serialization.load_pem_private_key(kept.key.read_bytes(), None)
    name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Example Ltd")])
    other = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())  # type: ignore[arg-type]  # an elliptic one, as the file holds it
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, x509.load_pem_x509_certificate(ours).signature_hash_algorithm)  # type: ignore[arg-type]  # as above
    )
    return {
        "certificate": other.public_bytes(serialization.Encoding.PEM),
        "key": kept.key.read_bytes(),
        "sealed key": key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        ),
        "text": b"my notes\n",
        "nothing": b"",
    }


@pytest.mark.parametrize(
    ("name", "what", "says"),
    [
        ("ca.pem", "text", "no certificate that could be read"),
        ("ca.pem", "nothing", "no certificate that could be read"),
        ("ca.pem", "certificate", "a certificate of another authority than ours"),
        ("server.pem", "certificate", "a certificate of another authority than ours"),
        ("server.pem", "key", "no certificate that could be read"),
        ("server.key", "text", "no private key that could be read"),
        ("server.key", "sealed key", "no private key that could be read"),
        ("server.key", "key", "not the key of a certificate of ours"),
    ],
)
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "among ours"])
def test_a_foreign_file_is_left_as_it_is(tmp_path: Path, name: str, what: str, says: str, *, alone: bool) -> None:
    folder = tmp_path / "tls"
    folder.mkdir()
    if not alone:
        ensure_certificates(folder, REAL_HOSTS, now=NOW)
    (folder / name).write_bytes(foreign(tmp_path / "foreign")[what])
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(MisuseError) as refused:
        ensure_certificates(folder, [*REAL_HOSTS, "10.0.0.7"], now=NOW)
    assert str(refused.value) == f"{folder / name}: {says}; it was left as it is; move it away, or name another folder"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tls").write_text("mine")
    for folder in (tmp_path / "tls", tmp_path / "tls" / "below"):
        with pytest.raises(MisuseError, match=r"certificates in '.*': .*; name a folder that can be written to"):
            ensure_certificates(folder, (), now=NOW)
    assert (tmp_path / "tls").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_can_not_be_written_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(MisuseError, match="permission denied; name a folder that can be written to"):
        ensure_certificates(tmp_path, (), now=NOW)


def test_a_folder_that_can_not_be_written_to_will_do_if_its_files_fit(tmp_path: Path) -> None:
    ensure_certificates(tmp_path, REAL_HOSTS, now=NOW)
    tmp_path.chmod(0o500)
    assert ensure_certificates(tmp_path, REAL_HOSTS, now=NOW).made == ""


def test_files_that_can_not_be_written_whole_are_not_written_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = ensure_certificates(tmp_path, REAL_HOSTS, now=NOW)
    before = contents(kept)
    synced: list[int] = []

    def full(_: int) -> None:
        synced.append(1)
        if len(synced) == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MisuseError, match="no space left on device"):
        ensure_certificates(tmp_path, [*REAL_HOSTS, "10.0.0.7"], now=NOW)
    assert contents(kept) == before
    assert len(list(tmp_path.iterdir())) == 3
