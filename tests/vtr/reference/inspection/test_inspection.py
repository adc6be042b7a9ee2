"""What is shown of a saved answer: events, what they were taken for and why, refusals, and mistakes told plainly."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from vtr.reference.cli import app
from vtr.reference.errors import InputError
from vtr.reference.inspection import inspection, interfaces
from vtr.reference.rules.profile_reader import profile_text

UPS_NUMBER = "1Z999AA10390000109"
EMS_NUMBER = "EV900000019CN"


def ups_activity(type_: str, code: str, time: str, **more: object) -> dict[str, Any]:
    return {
        "location": {"address": {"city": "ONTARIO", "stateProvince": "CA", "countryCode": "US"}},
        "status": {"type": type_, "code": code, "description": f"words of {code}"},
        "gmtDate": "20260311",
        "gmtTime": time,
        **more,
    }


def ups_package(number: str, *activities: object) -> dict[str, Any]:
    return {"trackingNumber": number, "activity": list(activities)}


def ups_answer(*packages: object) -> dict[str, Any]:
    return {"trackResponse": {"shipment": [{"inquiryNumber": UPS_NUMBER, "package": list(packages)}]}}


LABEL = ups_activity("M", "MP", "08:00:00", logicalScan=True)
ORIGIN = ups_activity("I", "OR", "09:00:00")
UPS = ups_answer(ups_package(UPS_NUMBER, ORIGIN, LABEL))


def ems_answer(*events: tuple[str, str]) -> dict[str, Any]:
    items = [{"waybillNo": EMS_NUMBER, "opCode": code, "opTime": f"2026-03-11 {time}"} for code, time in events]
    return {"retCode": "00000", "retMsg": "ok", "retBody": json.dumps({"responseItems": items})}


def usps_answer(*codes: str) -> dict[str, Any]:
    events = [
        {"eventCode": code, "eventType": code, "eventTimestamp": "2026-03-11T09:00:00", "GMTOffset": "-05:00"}
        for code in codes
    ]
    return {"trackingNumber": "9400100000000000000000", "trackingEvents": events}


def whys(carrier: str, document: object) -> list[tuple[str, bool, str]]:
    (shipment,) = inspection.inspect(carrier, document).shipments
    return [(event.scan.code, event.physical, event.why) for event in shipment.events]


def refusals(carrier: str, document: object) -> list[tuple[str, str | None]]:
    shown = inspection.inspect(carrier, document)
    return [(each.tracking_number, None if each.error is None else each.error.code) for each in shown.shipments]


def test_json_shows_each_event_from_the_oldest() -> None:
    assert inspection.inspect("ups", UPS).as_json() == {
        "carrier": "ups",
        "api": "details",
        "profile": "us-2019",
        "shipments": [
            {
                "tracking_number": UPS_NUMBER,
                "outcome": "known",
                "delivered": False,
                "physical_scan": True,
                "events": [
                    {
                        "at": "2026-03-11T08:00:00Z",
                        "code": "M/MP",
                        "subcode": "",
                        "description": "words of MP",
                        "location": "ONTARIO, CA, US",
                        "class": "none",
                        "physical": False,
                        "delivers": False,
                        "why": "UPS says the event is logical (logicalScan true)",
                    },
                    {
                        "at": "2026-03-11T09:00:00Z",
                        "code": "I/OR",
                        "subcode": "",
                        "description": "words of OR",
                        "location": "ONTARIO, CA, US",
                        "class": "scan",
                        "physical": True,
                        "delivers": False,
                        "why": "I/OR: origin scan, usually the first (UPS code tables, A)",
                    },
                ],
                "error": None,
            }
        ],
    }


def test_a_delivery_is_told() -> None:
    document = ups_answer(ups_package(UPS_NUMBER, ups_activity("D", "FS", "10:00:00", logicalScan=False)))
    (shipment,) = inspection.inspect("ups", document).shipments
    assert (shipment.delivered, shipment.physical_scan) == (True, True)
    assert shipment.events[0].why == "UPS says the event is physical (logicalScan false)"


def test_the_second_code_is_named_where_it_decides() -> None:
    veto = ups_activity("I", "OR", "09:00:00")
    veto["status"]["statusCode"] = "003"
    ((_, physical, why),) = whys("ups", ups_answer(ups_package(UPS_NUMBER, veto)))
    assert not physical
    assert why.startswith("#003: ")


def test_a_code_in_no_table_decides_nothing() -> None:
    unknown = ups_activity("X", "", "09:00:00")
    unknown["status"]["statusCode"] = "092"
    assert whys("ups", ups_answer(ups_package(UPS_NUMBER, unknown))) == [
        ("X/", False, "X/ and #092: in no table, decides nothing")
    ]


def test_a_disputed_code_says_why_it_decides_nothing() -> None:
    ((_, physical, why),) = whys("ups", ups_answer(ups_package(UPS_NUMBER, ups_activity("I", "OC", "09:00:00"))))
    assert not physical
    assert "decides nothing alone; disputed: UPS's own row says both" in why


def test_an_event_taken_back_names_what_took_it_back() -> None:
    accepted, deleted = whys("chinapost", ems_answer(("203", "09:00:00"), ("207", "10:00:00")))
    assert accepted == (
        "203",
        False,
        "revoked by 207: acceptance deleted (EMS data dictionary, B); undoes 203",
    )
    assert deleted == ("207", False, "207: acceptance deleted (EMS data dictionary, B); undoes 203")


def test_an_acceptance_after_the_deletion_stands() -> None:
    events = whys("chinapost", ems_answer(("203", "09:00:00"), ("207", "10:00:00"), ("203", "11:00:00")))
    assert [physical for _, physical, _ in events] == [False, False, True]


def test_a_delivery_taken_back_delivers_nothing() -> None:
    (shipment,) = inspection.inspect("chinapost", ems_answer(("704", "09:00:00"), ("743", "10:00:00"))).shipments
    assert not shipment.delivered
    assert shipment.events[0].why.startswith("revoked by 743")


def test_a_partner_s_scan_says_so() -> None:
    ((_, physical, why),) = whys("usps", usps_answer("81"))
    assert not physical
    assert why.endswith("; another firm has the parcel")


def test_classes_count_as_the_profile_says(tmp_path: Path) -> None:
    text, _ = profile_text("us-2019")
    assert "counting_classes: [scan]" in text
    changed = tmp_path / "partners.yaml"
    changed.write_text(text.replace("counting_classes: [scan]", "counting_classes: [scan, partner]"), encoding="utf-8")
    (shipment,) = inspection.inspect("usps", usps_answer("81"), changed).shipments
    assert shipment.physical_scan


def test_a_class_that_the_profile_gives_a_code_is_told_as_such(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "profile: trucks\nextends: us-2019\nscan_classes: {usps/A1: scan, ups/I/OR: inferred, ups/I/CA: grey}\n",
        encoding="utf-8",
    )
    (shipment,) = inspection.inspect("usps", usps_answer("A1"), own).shipments
    assert shipment.physical_scan
    assert shipment.events[0].why == "A1: arrived at a USPS regional facility; class scan by the profile trucks"
    (untouched,) = inspection.inspect("usps", usps_answer("A1")).shipments
    assert not untouched.physical_scan
    document = ups_answer(ups_package(UPS_NUMBER, ups_activity("I", "CA", "10:00:00"), ORIGIN))
    (shipment,) = inspection.inspect("ups", document, own).shipments
    assert [(event.scan_class, event.physical) for event in shipment.events] == [("inferred", False), ("grey", False)]
    assert shipment.events[0].why.endswith("class inferred by the profile trucks")


def test_every_package_of_a_ups_shipment_is_shown() -> None:
    document = ups_answer(ups_package("1Z999AA10390000208", LABEL), ups_package(UPS_NUMBER, ORIGIN, LABEL))
    shown = inspection.inspect("ups", document).shipments
    assert [(each.tracking_number, each.physical_scan) for each in shown] == [
        (UPS_NUMBER, True),
        ("1Z999AA10390000208", False),
    ]


def test_a_number_that_stands_for_packages_of_other_names_shows_their_events() -> None:
    (shipment,) = inspection.inspect("ups", ups_answer(ups_package("9200000000000000000000", ORIGIN))).shipments
    assert (shipment.tracking_number, len(shipment.events)) == (UPS_NUMBER, 1)


def test_two_shipments_under_one_dhl_number_are_two() -> None:
    events = [{"statusCode": "transit", "timestamp": "2026-03-11T09:00:00", "location": {}}]
    one = {"id": "7777777770", "events": events}
    two = {"id": "7777777770", "events": [*events, *events]}
    shown = inspection.inspect("dhl", {"shipments": [one, two]}).shipments
    assert [(each.tracking_number, len(each.events)) for each in shown] == [("7777777770", 1), ("7777777770", 2)]


def test_a_usps_summary_cannot_be_decided() -> None:
    summary = {"trackingNumber": "9400", "statusCategory": "Delivered", "eventSummaries": ["Delivered, March 11"]}
    (shipment,) = inspection.inspect("usps", summary).shipments
    assert shipment.error is not None
    assert (shipment.outcome, shipment.error.code, shipment.physical_scan) == ("unanswered", "SUMMARY", False)
    assert "cannot be decided" in shipment.error.message
    assert "expand=DETAIL" in shipment.error.message


USPS_REFUSAL = {
    "apiVersion": "v3",
    "error": {"code": "400", "message": "no", "errors": [{"code": "150001", "title": "No record", "detail": "none"}]},
}
FEDEX_NOT_FOUND = {
    "trackingNumber": "222222222222",
    "trackResults": [{"error": {"code": "TRACKING.TRACKINGNUMBER.NOTFOUND", "message": "cannot be found"}}],
}
FEDEX_KNOWN = {
    "trackingNumber": "111111111111",
    "trackResults": [
        {
            "latestStatusDetail": {"code": "OC", "description": "Label created"},
            "scanEvents": [{"date": "2026-03-11T09:00:00-06:00", "eventType": "OC"}],
        }
    ],
}
UPS_NOT_FOUND = {
    "trackResponse": {
        "shipment": [
            {"inquiryNumber": UPS_NUMBER, "warnings": [{"code": "TW0001", "message": "Tracking Information Not Found"}]}
        ]
    }
}


@pytest.mark.parametrize(
    ("carrier", "document", "shown"),
    [
        ("ups", UPS_NOT_FOUND, [(UPS_NUMBER, "TW0001")]),
        ("ups", {"response": {"errors": [{"code": "TV1002", "message": "Invalid inquiry number"}]}}, [("", "TV1002")]),
        ("usps", USPS_REFUSAL, [("", "150001")]),
        (
            "usps",
            [{"trackingNumber": "9401", **USPS_REFUSAL}, usps_answer("03")],
            [("9401", "150001"), ("9400100000000000000000", None)],
        ),
        (
            "fedex",
            {"output": {"completeTrackResults": [FEDEX_KNOWN, FEDEX_NOT_FOUND]}},
            [("111111111111", None), ("222222222222", "TRACKING.TRACKINGNUMBER.NOTFOUND")],
        ),
        ("dhl", {"status": 404, "title": "Not found", "detail": "No shipment with given number"}, [("", "404")]),
        ("chinapost", {"retCode": "00000", "retMsg": "未查询到", "retBody": ""}, [("", "UNKNOWN_NUMBER")]),
        ("chinapost", {"retCode": "B00005", "retMsg": "授权失败"}, [("", "B00005")]),
        ("ups", ups_answer({"activity": None}), [(UPS_NUMBER, "UNREADABLE")]),
        ("chinapost", {"retCode": "00000", "retMsg": "ok", "retBody": "{"}, [("", "UNREADABLE")]),
    ],
)
def test_a_refusal_has_the_carriers_own_code(carrier: str, document: object, shown: list[tuple[str, str]]) -> None:
    assert refusals(carrier, document) == shown


@pytest.mark.parametrize(
    ("carrier", "document", "api"),
    [
        ("ups", UPS, "details"),
        ("usps", usps_answer("03"), "v3"),
        ("usps", USPS_REFUSAL, "v3"),
        ("usps", [usps_answer("03")], "v3r2"),
        ("fedex", {"output": {"completeTrackResults": [FEDEX_KNOWN]}}, "track"),
        ("dhl", {"shipments": [{"id": "7777777770", "events": []}]}, "unified"),
        ("dhl", {"shipments": [{"shipmentTrackingNumber": "9000000015", "events": []}]}, "mydhl"),
        ("dhl", {"status": 404, "title": "Not found"}, "unified"),
        ("dhl", {"status": "404", "title": "Not found"}, "mydhl"),
        ("chinapost", ems_answer(("203", "09:00:00")), "ems"),
        ("chinapost", {"responseState": True, "errorDesc": "", "responseItems": []}, "jdpt"),
    ],
)
def test_the_interface_is_found_from_the_shape(carrier: str, document: object, api: str) -> None:
    assert interfaces.api_of(carrier, document) == api
    assert inspection.inspect(carrier, document).api == api


@pytest.mark.parametrize("carrier", ["ups", "usps", "fedex", "dhl", "chinapost"])
@pytest.mark.parametrize("document", [None, 1, "text", [], {}, [1], {"hello": "world"}, {"shipment": {}}])
def test_another_shape_is_refused(carrier: str, document: object) -> None:
    with pytest.raises(InputError, match="is not a tracking answer of"):
        inspection.inspect(carrier, document)


def test_an_answer_of_another_carrier_is_named() -> None:
    with pytest.raises(InputError, match=r"not a tracking answer of FedEx.* looks like an answer of ups \(details\)"):
        inspection.inspect("fedex", UPS)


def run(carrier: str, file: Path | str, *more: str, piped: str | None = None) -> Result:
    return CliRunner().invoke(app, ["inspect", carrier, str(file), *more], input=piped)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(UPS), encoding="utf-8")
    return path


def test_the_table(saved: Path) -> None:
    result = run("ups", saved)
    assert result.exit_code == 0
    header, _, label, origin = result.stdout.splitlines()
    assert header.split() == [
        *("tracking_number", "at", "code", "physical", "delivers", "location", "description", "why")
    ]
    assert label.split()[:5] == [UPS_NUMBER, "2026-03-11T08:00:00Z", "M/MP", "no", "no"]
    assert origin.split()[:5] == [UPS_NUMBER, "2026-03-11T09:00:00Z", "I/OR", "yes", "no"]
    assert result.stderr.splitlines() == [
        "UPS details, physical by us-2019",
        f"{UPS_NUMBER}: 2 events, 1 physical scan, not delivered",
    ]


def test_the_json(saved: Path) -> None:
    result = run("ups", saved, "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == inspection.inspect("ups", UPS).as_json()


def test_the_csv(saved: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("ups", saved, "--format", "csv").stdout)))
    assert [(row["code"], row["physical"]) for row in rows] == [("M/MP", "no"), ("I/OR", "yes")]


def test_an_answer_comes_by_stdin() -> None:
    result = run("ups", "-", "--format", "json", piped=json.dumps(UPS))
    assert json.loads(result.stdout)["shipments"][0]["physical_scan"] is True


def test_what_cannot_be_decided_ends_in_four() -> None:
    summary = {"trackingNumber": "9400", "statusCategory": "Delivered", "eventSummaries": []}
    result = run("usps", "-", piped=json.dumps(summary))
    assert result.exit_code == 4
    assert "9400: cannot be decided: SUMMARY" in result.stderr


def test_an_unknown_number_is_an_answer() -> None:
    result = run("ups", "-", piped=json.dumps(UPS_NOT_FOUND))
    assert result.exit_code == 0
    assert f"{UPS_NUMBER}: unknown number: TW0001 Tracking Information Not Found" in result.stderr


def test_a_carriers_text_moves_no_cursor() -> None:
    event = ORIGIN | {"status": {"type": "I", "code": "OR", "description": "red \x1b[31m"}}
    result = run("ups", "-", piped=json.dumps(ups_answer(ups_package(f"{UPS_NUMBER}\x1b[2J", event))))
    assert "\x1b" not in result.stdout + result.stderr


def test_half_a_character_in_a_text_breaks_nothing() -> None:
    event = ORIGIN | {"status": {"type": "I", "code": "\ud800", "description": "\ud800"}}
    document = json.dumps(ups_answer(ups_package(UPS_NUMBER, event, LABEL)))
    for form in ("table", "json", "csv"):
        result = run("ups", "-", "--format", form, piped=document)
        assert result.exit_code == 0
        assert "M/MP" in result.stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"<html>", "answer.json:1: is not JSON: Expecting value"),
        (b'{"a":\n oops}', "answer.json:2: is not JSON"),
        (b'{"a": "\xff"}', "is not text in UTF-8"),
        (b"[" * 100_000, "cannot be read"),
        (b'{"a": ' + b"9" * 5000 + b"}", "cannot be read"),
        (b"{}", "is not a tracking answer of UPS"),
    ],
)
def test_a_bad_file_is_one_message(tmp_path: Path, text: bytes, message: str) -> None:
    path = tmp_path / "answer.json"
    path.write_bytes(text)
    result = run("ups", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_file_that_is_not_there_is_one_message(tmp_path: Path) -> None:
    result = run("ups", tmp_path / "none.json")
    assert result.exit_code == 2
    assert result.stderr == f"vtr: {tmp_path / 'none.json'}: cannot be read: No such file or directory\n"


def test_an_unknown_carrier_is_one_message(saved: Path) -> None:
    result = run("fedexx", saved)
    assert result.exit_code == 2
    assert result.stderr == (
        "vtr: carrier 'fedexx' is unknown; it is one of ups, usps, fedex, dhl, chinapost; did you mean 'fedex'?\n"
    )


def test_an_unknown_profile_is_one_message(saved: Path) -> None:
    result = run("ups", saved, "--profile", "us-2091")
    assert result.exit_code == 2
    assert "us-2091" in result.stderr
