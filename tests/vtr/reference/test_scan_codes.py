from pathlib import Path

import pytest
import yaml

from vtr.reference import scan_codes
from vtr.reference.errors import VtrError
from vtr.reference.scan_codes import CARRIERS, load, load_all, read_table, table

# Counted by hand in the carriers' own lists and in the published observations, not in the tables.
UPS_STATUS_CODES_THAT_SAY_NO = 62
UPS_STATUS_CODES_THAT_SAY_YES = 39
UPS_MOVEMENT_CODES = 38
UPS_MAIL_INNOVATIONS_ROWS = 214
FEDEX_CODES = 57
DHL_UNIFIED_KEYS = 7
DHL_EXPRESS_REFERENCE_CODES = 62
USPS_PARTNER_CODES = 13
CHINA_POST_FINE_CODES = 106
CHINA_POST_DELETIONS_OF_EMSEVT = 8


def classes(carrier: str, codes: str) -> dict[str, str]:
    rows = load(carrier)
    return {code: rows[code].scan_class for code in codes.split()}


def all_are(carrier: str, scan_class: str, codes: str) -> None:
    assert classes(carrier, codes) == dict.fromkeys(codes.split(), scan_class)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # One pair of letters under several activity types, from UPS's own page.
        ("M/DP", "none"),
        ("I/DP", "scan"),
        ("X/DP", "grey"),
        ("IC/DP", "none"),
        ("M/MP", "none"),
        ("D/MP", "scan"),
        ("VT/MP", "none"),
        ("M/VP", "cancels"),
        ("MV/VP", "cancels"),
        ("I/VP", "cancels"),
        ("X/VP", "grey"),
        ("M/RD", "none"),
        ("X/RD", "grey"),
        ("A4/RD", "scan"),
        ("I/OT", "scan"),
        ("X/OT", "grey"),
        ("I/OR", "scan"),
        ("X/OR", "grey"),
        ("I/OC", "grey"),
        ("I/PL", "none"),
        ("H6/PL", "scan"),
        ("I/PU", "scan"),
        ("H6/PU", "scan"),
        ("I/XD", "scan"),
        ("X/XD", "scan"),
        ("VT/XD", "scan"),
        ("I/UL", "scan"),
        ("X/UL", "none"),
        ("I/CA", "cancels"),
        ("X/CA", "grey"),
        ("I/CD", "cancels"),
        ("X/CD", "scan"),
        ("I/CL", "cancels"),
        ("X/CL", "grey"),
        ("U/UP", "none"),
        ("X/UP", "grey"),
        ("U/UT", "none"),
        ("X/UT", "none"),
        ("I/UD", "grey"),
        ("X/UD", "none"),
        ("I/SP", "none"),
        ("D/M1", "scan"),
        ("D/MV", "grey"),
        ("D/MX", "scan"),
        ("D/MY", "none"),
        ("VT/MY", "grey"),
        ("D/4X", "grey"),
        ("D/L6", "none"),
        ("X/9J", "grey"),
        ("X/OM", "grey"),
        ("X/K1", "none"),
        ("X/KX", "scan"),
        ("X/G4", "none"),
        ("X/G7", "scan"),
        ("VT/ZS", "scan"),
        ("VT/ZY", "grey"),
        ("IC/2N", "none"),
        ("IC/2O", "scan"),
        ("A4/Q0", "none"),
        ("A4/Q1", "scan"),
        ("H6/PF", "none"),
        ("H6/PA", "scan"),
        ("#003", "none"),
        ("#044", "none"),
        ("#079", "none"),
        ("#038", "scan"),
        ("#160", "scan"),
    ],
)
def test_ups_letters_mean_what_their_activity_type_makes_of_them(code: str, expected: str) -> None:
    assert load("ups")[code].scan_class == expected


def test_ups_local_post_office_rows_count_because_the_post_delivers_for_ups() -> None:
    all_are("ups", "scan", "I/XR I/YH I/XA I/YN I/YM I/YF D/YC")


def test_ups_tables_are_complete() -> None:
    codes = load("ups")
    numeric = [row.scan_class for code, row in codes.items() if code.startswith("#")]
    assert numeric.count("none") == UPS_STATUS_CODES_THAT_SAY_NO
    assert numeric.count("scan") == UPS_STATUS_CODES_THAT_SAY_YES
    assert sum(code.startswith("I/") for code in codes) == UPS_MOVEMENT_CODES
    # VT/MU stands beside IC/MU: the sources file it under different types.
    mail_innovations = [code for code in codes if code.split("/")[0] in {"VT", "IC", "A4", "H6"}]
    assert len(mail_innovations) == UPS_MAIL_INNOVATIONS_ROWS + 1


def test_ups_veto_list_is_the_published_one() -> None:
    asked_or_confirmed = {f"#{number:03d}" for number in range(95, 123)}
    others = (
        "003 007 018 020 027 033 041 043 044 045 054 065 075 077 079 080 082 088 127 128 129 130 131 133 135 140 142 "
        "148 153 154 155 157 163 166"
    )
    expected = asked_or_confirmed | {f"#{number}" for number in others.split()}
    assert {c for c, row in load("ups").items() if c.startswith("#") and row.scan_class == "none"} == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("OC", "none"),
        ("IN", "none"),
        ("AO", "none"),
        ("AE", "none"),
        ("EA", "grey"),
        ("AP", "grey"),
        ("RR", "none"),
        ("RC", "none"),
        ("CA", "cancels"),
        ("PU", "scan"),
        ("PX", "scan"),
        ("AX", "scan"),
        ("Ow", "scan"),
        ("OX", "none"),
        ("AD", "scan"),
        ("DS", "none"),
        ("CC", "grey"),
        ("SE", "grey"),
        ("DE", "scan"),
    ],
)
def test_fedex_code(code: str, expected: str) -> None:
    assert load("fedex")[code].scan_class == expected


def test_fedex_letters_of_two_meanings_are_marked_as_disputed() -> None:
    assert load("fedex")["EA"].disputed


def test_fedex_table_is_complete() -> None:
    assert len(load("fedex")) == FEDEX_CODES


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("pre-transit", "none"),
        ("transit", "scan"),
        ("transit/data-only", "none"),
        ("delivered", "scan"),
        ("delivered/returned", "scan"),
        ("failure", "grey"),
        ("unknown", "grey"),
        ("DUMMY_PU", "none"),
        ("PU", "scan"),
        ("RR", "none"),
        ("RD", "scan"),
        ("CR", "grey"),
        ("NA", "none"),
        ("ND", "scan"),
        ("AD", "none"),
        ("ES", "none"),
        ("DP", "none"),
    ],
)
def test_dhl_code(code: str, expected: str) -> None:
    assert load("dhl")[code].scan_class == expected


def test_dhl_tables_are_complete() -> None:
    codes = load("dhl")
    only_in_older_samples = {"PO", "OR"}
    express = [code for code in codes if code.isupper() and code not in only_in_older_samples]
    assert len(express) == DHL_EXPRESS_REFERENCE_CODES
    assert sum(code.islower() for code in codes) == DHL_UNIFIED_KEYS


@pytest.mark.parametrize(
    ("scan_class", "codes"),
    [
        ("none", "GX MA 89 GC NP PE 70 46 74 44"),
        ("partner", "80 81 82 83 60 61 62 63 64 84 85 86 87"),
        ("inferred", "TM TL NT"),
        ("grey", "A1 U1 T1 L1 EF 57 58 71 72 34 D0 G0 I0"),
        ("scan", "03 OA AD UA 43 PU OS PO 10 07 PC OF DG 59 SF 01 13 17 31"),
        ("scan", "02 51 52 53 54 55 56 30 04 05 09 06 08 15 11 12 14 16 73 21 22 23 24 25 26 27 28 29"),
        ("scan", "32 33 35 36 38 39 40 41 42 45 AR"),
        ("foreign", "A0 B0 C0 J0 K0 E0 F0 H0 H8 AF AG AJ AP AT AS TA TR DT"),
        ("foreign", "B1 B2 B3 B5 CI CO CR IC CD RE DL OK BR AH DN"),
    ],
)
def test_usps_codes(scan_class: str, codes: str) -> None:
    all_are("usps", scan_class, codes)


def test_usps_table_holds_nothing_that_the_test_above_does_not_name() -> None:
    assert len(load("usps")) == 10 + USPS_PARTNER_CODES + 3 + 13 + 19 + 28 + 11 + 18 + 15


def test_usps_truck_arrival_is_disputed_and_grey() -> None:
    assert all(load("usps")[code].disputed for code in ("A1", "U1", "T1", "L1", "EF"))


def test_usps_leading_zero_survives() -> None:
    assert {"01", "02", "03", "07"} <= set(load("usps"))


@pytest.mark.parametrize(
    ("scan_class", "codes"),
    [
        ("scan", "203 336 345 306 356 394 954 V_954 713 702 704 705 708 711 741 747 748 723 423 404 973 O_001"),
        ("scan", "10 20 70 80 EMA EMB EMC EXD"),
        ("cancels", "207 212 304 742 743 744 424 472"),
        ("cancels", "EXAD EXBD EXCD EXDD EDAD EDBD EDCD EMED"),
        ("inferred", "303 305 389 989 V_398 457 458 505 911 912 516 520 521"),
        ("none", "499 552 553 554 555 556 557 558 013 993 651 991 756 802 803 764 801 987 988"),
        ("none", "EXX EDX ITMATT PREDES RESDES M53 M54"),
        ("grey", "208 EMX"),
        ("foreign", "500 538 950 459 464 462 463 542 466 493 565 O_002 O_046 C_001 C_012 C_033"),
        ("foreign", "EXA EXB EXC EDA EDB EDC EME EMJ EMK EMD EMF EDD EDE EMG EDF EDG EDH EMH EMI"),
        ("partner", "O_003 O_009 O_022 O_037 O_051 O_010 O_013 O_014 O_016 O_017"),
    ],
)
def test_china_post_codes(scan_class: str, codes: str) -> None:
    all_are("chinapost", scan_class, codes)


def test_china_post_table_is_complete() -> None:
    codes = load("chinapost")
    assert sum(code.isdigit() and len(code) == 3 for code in codes) == CHINA_POST_FINE_CODES
    assert sum(code.startswith("O_") for code in codes) == 1 + 20 + 5 + 11
    assert sum(code.startswith("C_") for code in codes) == 14


@pytest.mark.parametrize(
    ("carrier", "code", "revoked"),
    [
        ("ups", "I/CA", {"I/AR"}),
        ("ups", "I/CD", {"I/DP"}),
        ("ups", "I/CL", {"I/UL"}),
        ("ups", "I/VP", {"I/PU", "I/PC", "I/PT"}),
        ("ups", "M/VP", {"M/MP", "M/DP", "M/RD", "I/PL"}),
        ("ups", "MV/VP", {"M/MP", "M/DP", "M/RD", "I/PL"}),
        ("chinapost", "207", {"203"}),
        ("chinapost", "304", {"303", "336", "345"}),
        ("chinapost", "742", {"702"}),
        ("chinapost", "743", {"704"}),
        ("chinapost", "744", {"705"}),
        ("chinapost", "424", {"423"}),
        ("chinapost", "472", {"404"}),
        ("chinapost", "EXAD", {"EXA"}),
        ("chinapost", "EXDD", {"EXD"}),
        ("chinapost", "EDCD", {"EDC"}),
    ],
)
def test_a_cancelling_code_names_what_it_undoes(carrier: str, code: str, revoked: set[str]) -> None:
    assert set(load(carrier)[code].revokes) == revoked


def test_emsevt_deletions_are_the_events_with_a_d() -> None:
    deletions = [row for row in load("chinapost").values() if row.scan_class == "cancels" and row.code.startswith("E")]
    assert len(deletions) == CHINA_POST_DELETIONS_OF_EMSEVT
    assert all(row.revokes == (row.code[:-1],) for row in deletions)


def test_fedex_cancellation_leaves_readings_of_the_package_alone() -> None:
    assert set(load("fedex")["CA"].revokes) == {"OC", "IN", "OX", "MD"}


@pytest.mark.parametrize(
    ("carrier", "delivering", "not_delivering"),
    [
        ("ups", "D/FS D/KB D/MP D/1N D/2Q D/YC X/KM IC/YC H6/P1 A4/RQ #011", "D/MY D/B0 D/F7 D/4X D/53 X/ZP X/UA #040"),
        ("usps", "01 13 17 31 I0 DL OK BR AH DN", "02 04 09 14 34 55 63 H0 H8 59"),
        ("fedex", "DL", "DE AD ED HP RS TR AX"),
        ("dhl", "delivered OK DD", "delivered/returned RT PD TP CC RD"),
        ("chinapost", "704 748 463 80 EMI O_010", "705 711 741 747 462 70 EMH EDH O_016"),
    ],
)
def test_only_a_delivery_to_the_addressee_delivers(carrier: str, delivering: str, not_delivering: str) -> None:
    rows = load(carrier)
    assert [code for code in delivering.split() if not rows[code].delivers] == []
    assert [code for code in not_delivering.split() if rows[code].delivers] == []


def test_paper_and_cancelling_codes_never_deliver() -> None:
    wrong = [
        (carrier, code)
        for carrier, rows in load_all().items()
        for code, row in rows.items()
        if row.delivers and row.scan_class in {"none", "cancels", "inferred"}
    ]
    assert wrong == []


@pytest.mark.parametrize("carrier", CARRIERS)
def test_plain_yaml_readers_see_the_same_codes(carrier: str) -> None:
    path = scan_codes.FOLDER / f"{carrier}.yaml"
    assert [row["code"] for row in yaml.safe_load(path.read_text(encoding="utf-8"))] == list(load(carrier))


def test_the_table_for_the_engine_has_every_row_as_plain_values() -> None:
    rows = table()
    assert len(rows) == sum(len(codes) for codes in load_all().values())
    assert ("chinapost", "207", "cancels", False, ["203"], "acceptance deleted", "EMS data dictionary", "B", "") in rows
    assert ("ups", "#011", "scan", True, [], "delivered", "UPS code tables", "A", "") in rows
    assert (
        "usps",
        "07",
        "scan",
        False,
        [],
        "arrived at the post office",
        "captured USPS answers",
        "A",
        "facility",
    ) in rows


def test_a_carrier_without_a_table_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(VtrError, match=r"no scan codes for carrier 'UPS'.*did you mean 'ups'\?"):
        load("UPS")


GOOD = '- {code: "03", means: accepted, class: scan, source: a list, grade: B}\n'


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (GOOD, r"codes\.yaml:2:3: code '03' is in line 1 too"),
        (
            "- {code: 10, means: m, class: scan, source: s, grade: A}",
            r":2:\d+: code '10' is not text to YAML; put it in quotes",
        ),
        ("- {code: NO, means: m, class: scan, source: s, grade: A}", r":2:\d+: code 'NO' is not text to YAML"),
        (
            "- {code: X, means: m, class: scans, source: s, grade: A}",
            r":2:\d+: unknown class 'scans'.*did you mean 'scan'\?",
        ),
        ("- {code: X, means: m, class: scan, source: s, grade: E}", r":2:\d+: unknown grade 'E'"),
        (
            "- {code: X, meens: m, class: scan, source: s, grade: A}",
            r":2:\d+: unknown key 'meens'; did you mean 'means'\?",
        ),
        ("- {code: X, class: scan, source: s, grade: A}", r":2:\d+: missing: means"),
        ("- {code: X, code: Y, means: m, class: scan, source: s, grade: A}", r":2:\d+: the key 'code' is repeated"),
        ("- {code: X, means: m, class: cancels, source: s, grade: A}", r":2:\d+: code 'X': class cancels and"),
        (
            '- {code: X, means: m, class: scan, source: s, grade: A, revokes: ["03"]}',
            r":2:\d+: code 'X': class cancels and",
        ),
        (
            '- {code: X, means: m, class: cancels, source: s, grade: A, revokes: ["30"]}',
            r":2:\d+: 'X' revokes '30', which",
        ),
        (
            "- {code: X, means: m, class: cancels, source: s, grade: A, revokes: [3]}",
            r":2:\d+: revoked code '3' is not text",
        ),
        (
            "- {code: X, means: m, class: scan, source: s, grade: A, delivers: 1}",
            r":2:\d+: 'delivers' is '1', but must be true or false",
        ),
        (
            "- {code: X, means: m, class: scan, source: s, grade: A, milestone: facilty, milestone_grade: A}",
            r":2:\d+: unknown milestone 'facilty'.*did you mean 'facility'\?",
        ),
        (
            "- {code: X, means: m, class: scan, source: s, grade: A, milestone: facility}",
            r":2:\d+: code 'X': milestone and milestone_grade go together",
        ),
        ("- just text", r":2:\d+: expected a mapping with the keys code, means"),
        ("- {code: [", r"codes\.yaml:\d+:\d+: this is not YAML"),
    ],
)
def test_a_broken_table_is_refused_with_file_and_line(tmp_path: Path, second: str, message: str) -> None:
    path = tmp_path / "codes.yaml"
    path.write_text(GOOD + second + "\n", encoding="utf-8")
    with pytest.raises(VtrError, match=message):
        read_table(path, "usps")


def test_all_mistakes_of_a_table_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "codes.yaml"
    path.write_text(
        GOOD
        + "- {code: 10, means: m, clas: scan, source: s, grade: E}\n"
        + "- {code: X, means: m, class: scan, source: s, grade: A, delivers: 1}\n",
        encoding="utf-8",
    )
    with pytest.raises(VtrError) as raised:
        read_table(path, "usps")
    assert [message.removeprefix(f"{path}:") for message in str(raised.value).splitlines()] == [
        "2:10: code '10' is not text to YAML; put it in quotes",
        "2:24: unknown key 'clas'; did you mean 'class'?",
        "2:54: unknown grade 'E'; it is one of A, B, C, D",
        "3:57: 'delivers' is '1', but must be true or false",
    ]


def test_a_table_that_is_not_a_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "codes.yaml"
    path.write_text('"03": accepted\n', encoding="utf-8")
    with pytest.raises(VtrError, match="is a list of rows"):
        read_table(path, "usps")


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VtrError, match="cannot be read"):
        read_table(tmp_path / "none.yaml", "usps")


@pytest.mark.parametrize(
    ("carrier", "milestone", "codes"),
    [
        ("ups", "facility", "I/OR I/AR I/HU I/UL I/DS X/GD VT/ZV IC/YH H6/PB A4/Q2"),
        ("ups", "attempt", "X/48 X/KX X/G7 X/KT IC/DO H6/P6 #022 #023 #024 #145"),
        ("ups", "", "M/MP I/PU I/XD I/DP I/OF I/OT D/FS D/B0 #005 #038 A4/QS"),
        ("usps", "facility", "10 07 OA AD UA PC A1"),
        ("usps", "attempt", "02 51 52 53 54 55 56 30 04 H0"),
        ("usps", "", "GX 03 OF SF T1 01 14 09"),
        ("fedex", "facility", "OF AR SF FD AF AX"),
        ("fedex", "attempt", "DE"),
        ("fedex", "", "OC PU LO IT OD DL HL"),
        ("dhl", "facility", "transit AF AR PL"),
        ("dhl", "attempt", "NH ND RD CA"),
        ("dhl", "", "pre-transit delivered failure PU DF WC OK"),
        ("chinapost", "facility", "306 954 713 360 EMB 20"),
        ("chinapost", "attempt", "705 70 462 EMH"),
        ("chinapost", "", "203 389 702 704 10 80 EMA EMC EMI"),
    ],
)
def test_which_codes_are_an_arrival_or_an_attempt(carrier: str, milestone: str, codes: str) -> None:
    rows = load(carrier)
    assert {code: rows[code].milestone for code in codes.split()} == dict.fromkeys(codes.split(), milestone)


def test_every_milestone_has_its_grade_and_no_coarse_code_passes_for_a_sure_one() -> None:
    milestones = [row for rows in load_all().values() for row in rows.values() if row.milestone]
    assert all(row.milestone_grade for row in milestones)
    assert {(row.carrier, row.code) for row in milestones if row.milestone_grade == "D"} == {
        ("dhl", "transit"),
        ("chinapost", "20"),
    }


def test_no_code_is_an_attempt_and_a_delivery() -> None:
    assert [row.code for rows in load_all().values() for row in rows.values() if row.milestone and row.delivers] == []
