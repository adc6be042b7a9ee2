"""A dataset's parcels served from its files: the answers of a session that holds them in memory, byte for byte."""

import csv
import json
import os
import sqlite3
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import requests

from simulator import Clock, Credentials, Request, Response, Simulation, running
from simulator.carriers.chinapost import crypto
from simulator.datasets import generate
from simulator.datasets.content.conditions import NAMES
from simulator.datasets.content.stored_parcels import parcel_of
from simulator.datasets.content.streams import SCHEMA_VERSION
from simulator.datasets.files import manifest as opening
from simulator.datasets.files.write import Compression, FileFormat
from simulator.datasets.generate import Plan
from simulator.datasets.served import build_index, parcel_index, session
from simulator.errors import MisuseError
from simulator.faults import catalogue
from simulator.parcel import Parcel
from simulator.serve.demo_session import demo_sessions

Planned = Callable[[int], Plan]
FORM = {"content-type": "application/x-www-form-urlencoded"}
OWN = Credentials.of("demo")
BASIC = {"authorization": "Basic " + b64encode(b"demo:demo").decode()}
GRANT = b"grant_type=client_credentials&client_id=demo&client_secret=demo"
INSTANTS = {"2026-02-20T00:00:00+00:00": 3, "2026-03-12T09:30:00+00:00": 2, "2026-04-01T12:00:00+00:00": 1}
"""When carriers are asked, and about every how manieth number."""


def silent(_words: str) -> None:
    pass


def told(folder: Path, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(folder / f"{table}.parquet").to_pylist()
    return rows


def in_memory(folder: Path) -> Simulation:
    """A session with the parcels of the tables, which Arrow has read as a whole."""
    scans = defaultdict(list)
    for scan in told(folder, "scans"):
        scans[scan["carrier"], scan["tracking_number"]].append(scan)
    parcels = [parcel_of(row, scans[row["carrier"], row["tracking_number"]]) for row in told(folder, "parcels")]
    return Simulation(parcels, credentials=OWN)


def orders_of_each_condition(folder: Path) -> set[str]:
    """Two orders of each condition."""
    orders: dict[str, list[str]] = {name: [] for name in NAMES}
    for expected in told(folder, "expected"):
        orders[expected["condition"]].append(expected["order_id"])
    assert all(orders.values())
    return {order for some in orders.values() for order in some[:2]}


class Asking:
    """Asks a simulation about numbers, on every interface of their carrier."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._tokens: dict[str, str] = {}

    def token(self, carrier: str, host: str, path: str) -> dict[str, str]:
        if carrier not in self._tokens:
            headers = {**FORM, **BASIC} if carrier == "ups" else FORM
            answer = self._simulation.handle(Request("POST", host, path, (), headers, GRANT))
            self._tokens[carrier] = json.loads(answer.body)["access_token"]
        return {"authorization": f"Bearer {self._tokens[carrier]}"}

    def about(self, carrier: str, number: str) -> list[Response]:
        return [self._simulation.handle(request) for request in getattr(self, carrier)(number)]

    def ups(self, number: str) -> Iterator[Request]:
        host = "onlinetools.ups.com"
        bearer = self.token("ups", host, "/security/v1/oauth/token")
        headers = {**bearer, "transid": "1", "transactionsrc": "test"}
        yield Request("GET", host, f"/api/track/v1/details/{quote(number, safe='')}", (), headers)

    def usps(self, number: str) -> Iterator[Request]:
        bearer = self.token("usps", "apis.usps.com", "/oauth2/v3/token")
        path = f"/tracking/v3/tracking/{quote(number, safe='')}"
        yield Request("GET", "apis.usps.com", path, (("expand", "DETAIL"),), bearer)
        body = json.dumps([{"trackingNumber": number}]).encode()
        headers = {**bearer, "content-type": "application/json"}
        yield Request("POST", "apis.usps.com", "/tracking/v3r2/tracking", (), headers, body)

    def fedex(self, number: str) -> Iterator[Request]:
        bearer = self.token("fedex", "apis.fedex.com", "/oauth/token")
        asked = {"includeDetailedScans": True, "trackingInfo": [{"trackingNumberInfo": {"trackingNumber": number}}]}
        headers = {**bearer, "content-type": "application/json"}
        yield Request("POST", "apis.fedex.com", "/track/v1/trackingnumbers", (), headers, json.dumps(asked).encode())

    def dhl(self, number: str) -> Iterator[Request]:
        key = {"dhl-api-key": "demo"}
        yield Request("GET", "api-eu.dhl.com", "/track/shipments", (("trackingNumber", number),), key)
        path = f"/mydhlapi/shipments/{quote(number, safe='')}/tracking"
        yield Request("GET", "express.api.dhl.com", path, (), BASIC)

    def chinapost(self, number: str) -> Iterator[Request]:
        fields = {
            "apiCode": "040001", "senderNo": "demo", "authorization": "demo", "timeStamp": "2026-04-01 20:00:00",
            "msgType": "0", "version": "V1.0.0",
            "logitcsInterface": crypto.encrypt_body(f'{{"waybillNo":"{number}","direction":"0"}}', OWN.sm4_key),
        }  # fmt: skip
        path = "/amp-prod-api/f/amp/api/open"
        yield Request("POST", "api.ems.com.cn", path, (), FORM, urlencode(fields).encode())
        body = f'{{"traceNo":"{number}"}}'
        fields = {
            "sendID": "demo", "proviceNo": "99", "msgKind": "demo_JDPT_TRACE", "serialNo": "1",
            "sendDate": "20260401200000", "receiveID": "JDPT", "dataType": "1", "msgBody": body,
            "dataDigest": crypto.digests(body, "demo")[0],
        }  # fmt: skip
        path = "/querypush-twswn/mailTrack/queryMailTrackWn/plus"
        yield Request("POST", "211.156.195.29", path, (), FORM, urlencode(fields).encode())


def test_every_number_gets_the_answer_of_a_session_in_memory(tmp_path: Path, every_condition: Planned) -> None:
    generate.generate(tmp_path, replace(every_condition(1500), part=400))
    few = orders_of_each_condition(tmp_path)
    named = {"UPS": "ups", "USPS": "usps", "FedEx": "fedex", "DHL": "dhl", "China Post": "chinapost"}
    asked = [(row["carrier"], row["tracking_number"]) for row in told(tmp_path, "parcels") if row["order_id"] in few]
    asked += [
        (named[row["carrier_code"]], row["tracking_number"])  # texts that nobody knows among them
        for row in told(tmp_path, "confirmations")
        if row["order_id"] in few and row["carrier_code"] in named and row["tracking_number"]
    ]
    both = in_memory(tmp_path)
    with session.open_dataset(tmp_path, silent) as (dataset, index):
        served = session.make_simulation(dataset, index)
        assert served.clock.now == datetime(2026, 4, 1, 12, tzinfo=UTC)
        answers: set[bytes] = set()
        for instant, step in INSTANTS.items():
            for simulation in (both, served):
                simulation.clock.set(datetime.fromisoformat(instant))
            expecting, asking = Asking(both), Asking(served)
            for carrier, number in asked[::step]:
                answer = asking.about(carrier, number)
                assert answer == expecting.about(carrier, number), (carrier, number, instant)
                answers.add(answer[0].body)
    assert len(answers) > len(set(asked))  # they do tell different stories


@pytest.mark.parametrize(("form", "compression"), [(FileFormat.CSV, "gzip"), (FileFormat.JSONL, "zstd")])
def test_other_formats_hold_the_same_parcels(
    tmp_path: Path, every_condition: Planned, form: FileFormat, compression: str
) -> None:
    plan = replace(every_condition(150), part=40)
    generate.generate(tmp_path / "parquet", plan)
    generate.generate(tmp_path / "text", replace(plan, format=form, compression=Compression(compression)))
    with session.open_dataset(tmp_path / "text", silent) as (_, index):
        found = index.page(0, len(index))
    assert sorted(found, key=its_number) == sorted(in_memory(tmp_path / "parquet").parcels(), key=its_number)


def its_number(parcel: Parcel) -> tuple[str, str]:
    return parcel.carrier, parcel.tracking_number


# -- datasets by hand


def row(number: str, journey: str = "delivered", carrier: str = "ups") -> dict[str, str]:
    return {
        "carrier": carrier, "tracking_number": number, "journey": journey, "origin": "Tulsa, OK, US",
        "destination": "Denver, CO, US", "labelled_at": "2026-03-01T00:00:00Z",
    }  # fmt: skip


def scan(number: str, position: int, day: int, code: str = "I/OR", carrier: str = "ups") -> dict[str, str]:
    at = f"2026-03-{day:02}T10:00:00Z"
    return {
        "carrier": carrier, "tracking_number": number, "position": str(position), "at": at, "published_at": at,
        "code": code, "location": "Tulsa, OK, US",
    }  # fmt: skip


def written(folder: Path, parcels: list[dict[str, str]], scans: list[dict[str, str]], **changes: object) -> Path:
    folder.mkdir(exist_ok=True)
    tables = {}
    for name, rows, columns in (("parcels", parcels, row("")), ("scans", scans, scan("", 0, 1))):
        path = folder / f"{name}.csv"
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, list(columns))
            writer.writeheader()
            writer.writerows(rows)
        tables[name] = {"file": path.name, "rows": len(rows), "sha256": sha256(path.read_bytes()).hexdigest()}
    manifest = {
        "schema_version": 1, "as_of": "2026-04-01T12:00:00Z", "shipments": len(parcels), "format": "csv",
        "compression": "none", "tables": tables, **changes,
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def days(folder: Path, number: str, carrier: str = "ups") -> list[list[int]]:
    """By parcel under a number, the days of its scans."""
    with session.open_dataset(folder, silent) as (_, index):
        return [[event.happened.day for event in parcel.events] for parcel in index.under(carrier, number)]


def test_a_recycled_number_has_both_parcels_each_with_its_own_scans(tmp_path: Path) -> None:
    parcels = [row("1ZA"), row("1ZB"), row("1ZA", "label_only")]
    scans = [scan("1ZA", 0, 2), scan("1ZA", 1, 3), scan("1ZB", 0, 9), scan("1ZA", 0, 20), scan("1ZA", 1, 21)]
    assert days(written(tmp_path, parcels, scans), "1ZA") == [[2, 3], [20, 21]]


def test_a_second_parcel_may_follow_at_once_with_its_positions_from_zero_again(tmp_path: Path) -> None:
    scans = [scan("1ZA", 0, 2), scan("1ZA", 1, 3), scan("1ZA", 0, 20)]
    assert days(written(tmp_path, [row("1ZA"), row("1ZA")], scans), "1ZA") == [[2, 3], [20]]


def test_a_number_of_two_carriers_is_two_parcels(tmp_path: Path) -> None:
    parcels = [row("7777"), row("7777", carrier="usps")]
    scans = [scan("7777", 0, 2), scan("7777", 0, 5, "03", "usps")]
    assert days(written(tmp_path, parcels, scans), "7777", "usps") == [[5]]


def test_scans_are_told_oldest_first_and_those_of_one_instant_in_their_order(tmp_path: Path) -> None:
    scans = [scan("1ZA", 0, 5), scan("1ZA", 1, 2, "I/AR"), scan("1ZA", 2, 2, "I/DP")]
    with session.open_dataset(written(tmp_path, [row("1ZA")], scans), silent) as (_, index):
        (parcel,) = index.under("ups", "1ZA")
    assert [event.code for event in parcel.events] == ["I/AR", "I/DP", "I/OR"]


def test_blanks_and_case_of_a_stored_number_do_not_matter(tmp_path: Path) -> None:
    folder = written(tmp_path, [row("1z 12")], [scan("1z 12", 0, 2)])
    with session.open_dataset(folder, silent) as (dataset, index):
        (parcel,) = session.make_simulation(dataset, index).recorded("ups", " 1Z1 2")
    assert (parcel.tracking_number, len(parcel.events)) == ("1z 12", 1)


def test_all_numbers_are_found_and_shown_in_pages_in_the_datasets_order(tmp_path: Path) -> None:
    numbers = [f"1Z{index:03}" for index in range(300)][::-1]
    folder = written(tmp_path, [row(number) for number in numbers], [scan(number, 0, 2) for number in numbers[::2]])
    with session.open_dataset(folder, silent) as (_, index):
        assert [len(index.under("ups", number)) for number in numbers] == [1] * 300
        assert [len(index.under("ups", number)[0].events) for number in numbers] == [1, 0] * 150
        pages = [*index.page(0, 120), *index.page(120, 500)]
        assert [parcel.tracking_number for parcel in pages] == numbers
        assert index.page(300, 5) == index.page(0, 0) == index.page(0, -1) == ()


def test_several_threads_may_ask_at_a_time(tmp_path: Path) -> None:
    numbers = [f"1Z{index:03}" for index in range(600)]
    folder = written(tmp_path, [row(number) for number in numbers], [scan(number, 0, 2) for number in numbers])
    with session.open_dataset(folder, silent) as (_, index), ThreadPoolExecutor(8) as threads:
        found = threads.map(lambda number: index.under("ups", number), numbers * 2)
        assert [(parcel.tracking_number, len(parcel.events)) for (parcel,) in found] == [(n, 1) for n in numbers * 2]


def test_an_unknown_or_endless_number_is_nobodys(tmp_path: Path) -> None:
    folder = written(tmp_path, [row("1ZA")], [])
    assert days(folder, "1ZB") == days(folder, "9" * 500) == days(folder, "1ZA", "dhl") == []
    assert days(folder, "1ZA\0") == days(folder, "\ud800") == []


def test_a_scan_without_a_code_is_no_event(tmp_path: Path) -> None:
    known = {**scan("1ZA", 0, 2), "position": "", "at": "", "published_at": "", "code": ""}
    assert days(written(tmp_path, [row("1ZA"), row("1ZB")], [known, scan("1ZB", 0, 4)]), "1ZA") == [[]]
    assert days(tmp_path, "1ZB") == [[4]]


def test_the_schema_version_that_is_written_is_read() -> None:
    assert SCHEMA_VERSION in opening.SCHEMA_VERSIONS


# -- the index file


def test_the_index_is_made_once_and_again_when_the_dataset_has_changed(tmp_path: Path) -> None:
    said: list[str] = []
    for parcels in ([row("1ZA")], [row("1ZA"), row("1ZB")]):
        written(tmp_path, parcels, [])
        for _ in range(2):
            with session.open_dataset(tmp_path, said.append) as (_dataset, index):
                assert len(index) == len(parcels)
    assert [words.partition(" of ")[0] for words in said] == ["Reading the 1 parcels", "Reading the 2 parcels"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".parcels.index", "manifest.json", "parcels.csv", "scans.csv",
    ]  # fmt: skip


@pytest.mark.parametrize("damage", [lambda text: text[:-30], lambda _: b"", lambda text: b"?" + text[1:]])
def test_a_damaged_index_is_made_again(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    written(tmp_path, [row("1ZA")], [scan("1ZA", 0, 2)])
    assert days(tmp_path, "1ZA") == [[2]]
    index = tmp_path / ".parcels.index"
    index.write_bytes(damage(index.read_bytes()))
    assert days(tmp_path, "1ZA") == [[2]]


@pytest.mark.parametrize("change", ["PRAGMA user_version = 1", "PRAGMA application_id = 7", "DELETE FROM about",
                                    "UPDATE about SET source = '{'", "DROP TABLE texts"])  # fmt: skip
def test_an_index_of_another_version_is_made_again(tmp_path: Path, change: str) -> None:
    written(tmp_path, [row("1ZA")], [scan("1ZA", 0, 2)])
    assert days(tmp_path, "1ZA") == [[2]]
    with closing(sqlite3.connect(tmp_path / ".parcels.index")) as connection:
        connection.execute(change)
        connection.commit()
    said: list[str] = []
    with session.open_dataset(tmp_path, said.append) as (_, index):
        assert len(index.under("ups", "1ZA")) == 1
    assert len(said) == 1


def test_a_damaged_page_is_an_error_that_names_the_file_and_never_another_answer(tmp_path: Path) -> None:
    numbers = [f"1Z{index:03}" for index in range(300)]
    written(tmp_path, [row(number) for number in numbers], [scan(number, 0, 2) for number in numbers])
    assert days(tmp_path, "1Z123") == [[2]]
    path = tmp_path / ".parcels.index"
    whole = path.read_bytes()
    said = []
    for page in range(0, len(whole), 4096):
        path.write_bytes(whole[:page] + b"\xff" * 4096 + whole[page + 4096 :])
        try:
            assert days(tmp_path, "1Z123") == [[2]]  # made again, or of other pages
        except MisuseError as error:
            said.append(str(error))
    assert len(said) >= 3  # where the number, the parcel and its scans are
    assert set(said) == {f"{path}: is damaged (database disk image is malformed); delete it and start again"}


def test_nothing_writes_into_an_index_that_is_there(tmp_path: Path) -> None:
    written(tmp_path, [row("1ZA")], [scan("1ZA", 0, 2)])
    days(tmp_path, "1ZA")
    with closing(parcel_index.read(tmp_path / ".parcels.index")) as index, pytest.raises(sqlite3.OperationalError):
        index._connection.execute("DELETE FROM parcels")


def test_a_folder_that_cannot_be_written_is_served_all_the_same(tmp_path: Path) -> None:
    written(tmp_path, [row("1ZA")], [scan("1ZA", 0, 2)])
    (tmp_path / f".parcels.index.{os.getpid()}").mkdir()  # where the file would be made
    assert days(tmp_path, "1ZA") == [[2]]
    assert not (tmp_path / ".parcels.index").exists()


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_index, "_PRAGMAS", (*build_index._PRAGMAS, "max_page_count = 3"))
    said = refused(written(tmp_path, [row("1ZA")], []))
    index = tmp_path / ".parcels.index"
    assert said == f"{index}: cannot be made: database or disk is full; make room, then try again"


# -- what is refused


def refused(folder: Path) -> str:
    with pytest.raises(MisuseError) as error, session.open_dataset(folder, silent):
        pass
    assert not list(folder.glob(".parcels.index*"))
    return str(error.value)


def test_a_folder_without_a_dataset_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "none").endswith("a dataset is a folder with manifest.json, as `vtr generate` makes it")
    (tmp_path / ".unfinished").mkdir()
    assert "run the same `vtr generate` again" in refused(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema_version": 1}', "\udcff"])
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_bytes(text.encode(errors="surrogateescape"))
    assert "is no dataset's manifest; make the dataset again" in refused(tmp_path)


def test_another_schema_version_is_refused(tmp_path: Path) -> None:
    said = refused(written(tmp_path, [], [], schema_version=9))
    assert "the dataset has schema version 9, and this vtr reads 1 and 2" in said


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    (written(tmp_path, [], []) / "scans.csv").unlink()
    assert refused(tmp_path) == f"{tmp_path / 'scans.csv'}: is missing; make the dataset again"


def test_a_table_that_was_changed_is_refused(tmp_path: Path) -> None:
    with (written(tmp_path, [row("1ZA")], []) / "parcels.csv").open("a") as stream:
        stream.write("x")
    assert refused(tmp_path) == f"{tmp_path / 'parcels.csv'}: is not as the manifest says; make the dataset again"


@pytest.mark.parametrize(
    ("parcels", "scans", "says"),
    [
        ([row("1ZA")], [scan("1ZB", 0, 2)], "scans.csv: has scans of ups 1ZB, which no row of parcels has"),
        ([row("1ZA")], [scan("1ZA", 0, 2), scan("1ZA", 0, 3)], "are in more places than parcels have it"),
        ([row("1ZA", carrier="upss")], [], "parcels.csv: carrier 'upss' is unknown; did you mean 'ups'?"),
        ([row("9" * 41)], [], "has more than 40 bytes"),
        ([row("")], [], "tracking_number is empty in a row"),
        ([{**row("1ZA"), "origin": "Atlantis"}], [], "place 'Atlantis': cannot tell its time zone"),
        ([{**row("1ZA"), "origin": ""}], [], "parcels.csv: origin is empty in a row"),
        ([row("1ZA")], [{**scan("1ZA", 0, 2), "at": ""}], "scans.csv: at is empty in a row"),
        ([row("1ZA")], [{**scan("1ZA", 0, 2), "at": "soon"}], "scans.csv: cannot be read"),
        ([row("1ZA")], [{**scan("1ZA", 0, 2), "at": "9999-12-31T00:00:00Z"}], "at: 9999-12-31T00:00:00 is out of"),
    ],
)
def test_rows_that_carriers_cannot_answer_about_are_refused(
    tmp_path: Path, parcels: list[dict[str, str]], scans: list[dict[str, str]], says: str
) -> None:
    assert says in refused(written(tmp_path, parcels, scans))


def test_a_table_without_a_column_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(build_index._SCAN_COLUMNS, "weight", pa.string())
    said = refused(written(tmp_path, [row("1ZA")], [scan("1ZA", 0, 2)]))
    assert "scans.csv: a column is missing: " in said
    assert "weight" in said


# -- the session


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    numbers = [f"1Z{index:03}" for index in range(250)]
    written(tmp_path, [row(number) for number in numbers], [scan(number, 0, 2) for number in numbers])
    with session.open_dataset(tmp_path, silent) as (dataset, index):
        sessions = demo_sessions(lambda: session.make_simulation(dataset, index))
        with running(sessions) as at:
            yield f"{at}/_admin/sessions/demo"


def got(url: str, **query: int) -> dict[str, Any]:
    answer: dict[str, Any] = requests.get(url, params=query, timeout=30).json()
    return answer


def test_a_session_shows_the_first_hundred_of_its_dataset_and_counts_all(url: str) -> None:
    told = got(url)
    assert (len(told["parcels"]), told["parcel_count"], told["now"]) == (100, 250, "2026-04-01T12:00:00Z")
    assert got(url.removesuffix("/demo"))["sessions"][0]["parcels"] == 250


def test_all_parcels_are_shown_in_pages_after_those_that_were_added(url: str) -> None:
    added = requests.post(f"{url}/parcels", json={"parcels": [{"carrier": "dhl"}]}, timeout=30).json()
    assert (len(added["parcels"]), added["count"]) == (1, 251)
    first = got(f"{url}/parcels")
    assert (len(first["parcels"]), first["count"], first["last"]) == (101, 251, 101)
    assert first["parcels"][0] == added["parcels"][0]
    pages = [got(f"{url}/parcels", after=after, limit=100) for after in (0, 100, 200)]
    assert [page["last"] for page in pages] == [100, 200, 251]
    shown = [parcel["tracking_number"] for page in pages for parcel in page["parcels"]]
    assert len(set(shown)) == len(shown) == 251
    assert "1000 parcels at most" in got(f"{url}/parcels", limit=1001)["error"]


def test_a_reset_session_has_its_dataset_and_its_instant_again(url: str) -> None:
    requests.post(f"{url}/parcels", json={"parcels": [{"carrier": "dhl"}]}, timeout=30)
    requests.post(f"{url}/clock", json={"advance": 60}, timeout=30)
    told = requests.post(f"{url}/reset", timeout=30).json()
    assert (told["parcel_count"], told["now"]) == (250, "2026-04-01T12:00:00Z")


def test_an_added_parcel_may_recycle_a_number_of_the_dataset(tmp_path: Path) -> None:
    with session.open_dataset(written(tmp_path, [row("1ZA")], [scan("1ZA", 0, 2)]), silent) as (dataset, index):
        simulation = session.make_simulation(dataset, index)
        (stored,) = simulation.recorded("ups", "1ZA")
        simulation.add(replace(stored, journey="again"))
        assert [parcel.journey for parcel in simulation.recorded("ups", "1ZA")] == ["delivered", "again"]
        assert simulation.holds("ups", "1za")
        assert not simulation.holds("usps", "1ZA")


def test_faults_act_on_a_datasets_parcels(tmp_path: Path) -> None:
    with session.open_dataset(written(tmp_path, [row("1ZA")], [scan("1ZA", 0, 2)]), silent) as (dataset, index):
        simulation = session.make_simulation(dataset, index)
        simulation.put(catalogue.envelope("label_only"))
        (parcel,) = simulation.recorded("ups", "1ZA")
    assert parcel.events == ()  # the one that it had was a scan


def test_answers_that_were_given_take_no_more_than_their_limit(tmp_path: Path) -> None:
    numbers = [f"1Z{index:03}" for index in range(60)]
    folder = written(tmp_path, [row(number) for number in numbers], [scan(number, 0, 2) for number in numbers])
    with session.open_dataset(folder, silent) as (_, index):
        simulation = Simulation(
            credentials=OWN, clock=Clock(datetime(2026, 4, 1, tzinfo=UTC)), stored=index, cache_bytes=40_000
        )
        asking = Asking(simulation)
        for number in numbers:
            asking.about("ups", number)
        assert 0 < simulation.cached_bytes <= 40_000
