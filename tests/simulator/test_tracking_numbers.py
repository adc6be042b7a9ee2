"""Tracking numbers across carriers: published numbers, overlaps, minting."""

from collections.abc import Callable
from itertools import cycle
from random import Random

import pytest

from simulator import carriers, tracking_numbers
from simulator.errors import UnknownCarrierError, UnknownFormError
from simulator.tracking_numbers import Candidate, identify, mint

# Numbers computed by a re-implementation of the public tracking_number_data rules that reproduces all of its test
# numbers, unless said otherwise.
PUBLISHED = {
    ("ups", "1z"): ["1ZA1B2C30300000012", "1Z88X77Y0112345676", "1Z000AAAYW76543216", "1Z12345E6605272234"],
    ("ups", "waybill"): ["K1002003002", "J9990001110", "V1231231234", "H9000000010"],
    ("ups", "mail-innovations"): ["9374887654399999999998", "9274890000000000000010", "9202700000000000000428"],
    ("ups", "mail-innovations-26"): ["92748900000001000000000019", "92748912345678123456789017"],
    ("usps", "impb-22"): [
        "9400190000000100000013", "9405591234567876543212", "9403699999999912345675",
        "9205590000000100000018", "9261291234567876543219", "9200199999999912345675",
        "9305512345600000000012", "9361200011112345678903", "9374887654399999999998",
        "9505511000000000000103", "9550012345612345678903", "9551000000100000000092",
    ],
    ("usps", "impb-26"): ["92748900000001000000000019", "92748912345678123456789017", "92612999999999999999999996"],
    ("usps", "impb-30"): [
        "420202609205590000000100000018", "420981019205590000000100000018", "420005019205590000000100000018",
    ],
    ("usps", "impb-34"): [
        "4202026092748900000001000000000019", "4202026012349205590000000100000018",
        "4200050105449205590000000100000018",
    ],
    ("usps", "legacy-22"): ["9103000000001000000013", "9101012345678123456789", "9123999999999000000422"],
    ("usps", "legacy-20"): ["03000000001000000013", "70012345678123456789", "23999999999000000422"],
    ("usps", "legacy-20-own"): ["03000000001000000011", "70012345678123456787", "23999999999000000420"],
    ("usps", "s10"): ["EZ000000014US", "LZ123456785US", "CP987654326US"],
    ("fedex", "express-12"): ["900000000016", "123456789012", "777770000017", "900000000050"],
    # The last two are FedEx's own sandbox numbers.
    ("fedex", "ground-15"): ["900000000000018", "123456789012343", "000000000000420",
                            "449044304137821", "122816215025810"],
    ("fedex", "sscc-18"): ["000001234500000003", "000000000000000994", "000987654321098767"],
    ("fedex", "ground-96-22"): ["9612345900000000000018", "9612345123456789012343", "9612345000000000000420"],
    ("fedex", "economy-20"): ["61299999900000001234", "61290111100000004564", "74899000000000007890"],
    ("fedex", "economy-22"): ["9261291234567876543219", "9205590000000100000018", "9200199999999912345675"],
    ("fedex", "express-34"): [
        "1001000000000009810100900000000016", "1001000000000009810100123456789012",
        "1001000000000009810100777770000017",
    ],
    ("fedex", "ground-gsn-34"): [
        "9622001560001234567100900000000016", "9622001560001234567100123456789012",
        "9622001560001234567100777770000017",
    ],
    ("fedex", "astra-32"): [
        "39810100000000009000000000162014", "39810100000000001234567890122014", "39810100000000007777700000172014",
    ],
    ("fedex", "door-tag"): ["DT900000000016"],
    ("dhl", "express-10"): ["1234567891", "9000000015", "5647382915"],
    ("dhl", "express-11"): ["12345678903"],
    ("dhl", "parcel-de-20"): ["00340434999900000015", "00340434555500001229", "00340434777700042004"],
    ("dhl", "identcode-12"): ["563102430313", "900000000010", "123456789016"],
    ("dhl", "s10"): ["LX900000019DE", "RX123456785DE", "CY555000423DE"],
    ("dhl", "ecommerce-impb-22"): ["9330109124000000000017"],
    ("dhl", "ecommerce-impb-26"): ["93612109124000000123456782"],
    ("dhl", "ecommerce-impb-30"): ["420202609205590000000100000018"],
    ("chinapost", "s10-ems"): ["EV900000019CN"],
    ("chinapost", "s10-registered"): ["RA123456785CN"],
    # The second was seen in an answer of China Post's API.
    ("chinapost", "s10-epacket"): ["LZ876543216CN", "LZ290346175CN"],
}  # fmt: skip
UNCHECKED = {
    ("dhl", "piece-id"): ["JJD0123456789", "JVGL0123456789", "JJD9000000001", "JD014600009000000015"],
    ("dhl", "ecommerce"): ["GM2900000000000001", "GM60511234500001", "RX900000000000000017", "GM2951173225174494"],
    ("dhl", "ecommerce-14"): ["60120100000001", "42010000000002", "14010000000003"],
    # Seen in public samples.
    ("chinapost", "domestic-13"): ["1160001630231", "1272448151316", "9883681600967", "9620140653354"],
}


def rows(table: dict[tuple[str, str], list[str]]) -> list[tuple[str, str, str]]:
    return [(number, carrier, form) for (carrier, form), numbers in table.items() for number in numbers]


def carriers_that_agree(number: str) -> set[str]:
    return {candidate.carrier for candidate in identify(number) if candidate.check_digit == "ok"}


@pytest.mark.parametrize(("number", "carrier", "form"), rows(PUBLISHED))
def test_published_number_is_read_with_a_right_check_digit(number: str, carrier: str, form: str) -> None:
    assert Candidate(carrier, form, "ok") in identify(number)


@pytest.mark.parametrize(("number", "carrier", "form"), rows(UNCHECKED))
def test_published_number_without_rule_is_read_without_verdict(number: str, carrier: str, form: str) -> None:
    assert Candidate(carrier, form, "none") in identify(number)


@pytest.mark.parametrize("number", ["1Z12345E0205271688", "1Z12345E1505270452"])
def test_official_ups_samples_that_fail_the_rule_are_read_as_wrong(number: str) -> None:
    assert identify(number) == (Candidate("ups", "1z", "wrong"),)


def test_dhl_sample_that_is_wrong_is_read_as_wrong() -> None:
    assert Candidate("dhl", "express-10", "wrong") in identify("1234567890")


# Overlaps: right number, wrong carrier.


def test_impb_number_of_a_consolidator_fits_usps_ups_and_fedex() -> None:
    assert carriers_that_agree("9261291234567876543219") == {"usps", "ups", "fedex"}


def test_impb_number_of_dhl_ecommerce_fits_usps_too() -> None:
    assert carriers_that_agree("9330109124000000000017") == {"usps", "dhl"}


def test_surepost_number_is_read_as_ups_alone() -> None:
    assert identify("1ZA1B2C3YW00424245") == (Candidate("ups", "1z", "ok"),)


def test_usps_number_with_zip_may_be_a_fedex_barcode() -> None:
    number = "4209810100009205590000000191325113"
    assert Candidate("usps", "impb-34", "ok") in identify(number)
    assert Candidate("fedex", "express-34", "ok") in identify(number)


@pytest.mark.parametrize("number", ["LX123456785CN", "RX123456785CN", "UV123456785CN"])
def test_s10_number_of_china_may_be_dhl_ecommerce(number: str) -> None:
    assert {candidate.carrier: candidate.check_digit for candidate in identify(number)} == {
        "chinapost": "ok",
        "dhl": "none",
    }


def test_s10_number_is_read_by_its_country() -> None:
    assert {candidate.carrier for candidate in identify("EV900000019CN")} == {"chinapost"}
    assert {candidate.carrier for candidate in identify("EZ000000014US")} == {"usps"}
    assert {candidate.carrier for candidate in identify("CY555000423DE")} == {"dhl"}


def test_22_digits_that_start_with_96_are_fedex_alone() -> None:
    assert {candidate.carrier for candidate in identify("9612345900000000000018")} == {"fedex"}


def test_legacy_usps_number_never_meets_both_of_its_rules() -> None:
    for number in ("03000000001000000013", "03000000001000000011", "70012345678123456789", "70012345678123456787"):
        verdicts = {
            candidate.form: candidate.check_digit for candidate in identify(number) if candidate.carrier == "usps"
        }
        assert sorted(verdicts.values()) == ["ok", "wrong"]


def test_20_digits_of_dhl_paket_may_be_usps() -> None:
    assert {candidate.carrier for candidate in identify("00340434999900000015")} == {"dhl", "usps"}


def test_20_digits_of_fedex_ground_economy_may_be_usps() -> None:
    assert {candidate.carrier for candidate in identify("61299999900000001234")} == {"fedex", "usps"}


def test_12_digits_may_be_fedex_dhl_or_ups() -> None:
    assert {candidate.carrier for candidate in identify("900000000016")} == {"fedex", "dhl", "ups"}


def test_10_digits_may_be_dhl_or_fedex_freight() -> None:
    # A real FedEx number that was taken for DHL's, from an issue of a tracking-number library.
    assert {(candidate.carrier, candidate.form) for candidate in identify("5096672442")} == {
        ("dhl", "express-10"),
        ("fedex", "freight"),
    }


def test_waybill_letter_separates_ups_from_dhl() -> None:
    assert {candidate.carrier for candidate in identify("K1002003002")} == {"ups"}
    assert "ups" not in {candidate.carrier for candidate in identify("1002003002")}


def test_13_digits_are_china_post_alone() -> None:
    assert {candidate.carrier for candidate in identify("1160001630231")} == {"chinapost"}


def test_14_digits_always_fit_dhl_ecommerce() -> None:
    assert Candidate("dhl", "ecommerce-14", "none") in identify("98765432109876")


def test_18_digits_may_be_fedex_or_ups_mail_innovations() -> None:
    assert {candidate.carrier for candidate in identify("801184000000000000")} == {"fedex", "ups"}


# Reading text as people write it.


def test_blanks_and_case_do_not_matter() -> None:
    assert identify("  ev 900 000 019 cn\t") == identify("EV900000019CN")


@pytest.mark.parametrize("text", ["", "   ", "EV900000019", "XX", "hello world", "EV-900000019-CN"])
def test_text_that_fits_no_form_has_no_candidates(text: str) -> None:
    assert identify(text) == ()


def test_digits_of_other_scripts_are_no_digits_of_a_label() -> None:
    fullwidth = "".join(chr(ord(digit) + 0xFEE0) for digit in "900000000016")
    assert fullwidth.isdecimal()
    assert identify(fullwidth) == ()


# Minting. The rules are restated here, over the whole number instead of the part before the check digit.


def mod10(number: str, *weights: int) -> bool:
    return (sum(int(d) * w for d, w in zip(number[:-1], cycle(weights), strict=False)) + int(number[-1])) % 10 == 0


def mod11(number: str, *weights: int) -> bool:
    rest = sum(int(d) * w for d, w in zip(number[:-1], cycle(weights), strict=False)) % 11
    return number[-1] == ("0" if rest == 10 else str(rest))


def mod7(number: str) -> bool:
    return divmod(int(number[:-1]), 7)[1] == int(number[-1])


def ups_1z(number: str) -> bool:
    values = {letter: str((place + 2) % 10) for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
    return mod10("".join(values.get(c, c) for c in number[2:]), 1, 2)


def s10(number: str) -> bool:
    rest = sum(int(d) * w for d, w in zip(number[2:10], (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return number[10] == "50987654321"[rest]


def impb(number: str) -> bool:
    return mod10(number, *((3, 1) if len(number) % 2 == 0 else (1, 3)))


Rule = Callable[[str], bool]
RESTATED: dict[tuple[str, str], Rule] = {
    ("ups", "1z"): ups_1z,
    ("ups", "waybill"): lambda n: mod10(n[1:], 1, 2),
    ("ups", "mail-innovations"): impb,
    ("ups", "mail-innovations-26"): impb,
    ("usps", "impb-22"): impb,
    ("usps", "impb-26"): impb,
    ("usps", "impb-30"): lambda n: n.startswith("420") and impb(n[8:]),
    ("usps", "impb-34"): lambda n: n.startswith("420") and (impb(n[8:]) or impb(n[12:])),
    ("usps", "legacy-22"): impb,
    ("usps", "legacy-20"): lambda n: impb("91" + n),
    ("usps", "legacy-20-own"): impb,
    ("usps", "s10"): s10,
    ("fedex", "express-12"): lambda n: mod11(n, 3, 1, 7),
    ("fedex", "ground-15"): lambda n: mod10(n, 1, 3),
    ("fedex", "sscc-18"): lambda n: mod10(n[2:], 3, 1),
    ("fedex", "ground-96-22"): lambda n: mod10(n[7:], 1, 3),
    ("fedex", "economy-20"): lambda n: impb("92" + n) or impb("91" + n),
    ("fedex", "economy-22"): impb,
    ("fedex", "express-34"): lambda n: mod11(n[20:], 1, 7, 3) and mod11(n[22:], 3, 1, 7),
    ("fedex", "ground-gsn-34"): lambda n: mod11(n[20:], 1, 7, 3) and mod11(n[22:], 3, 1, 7),
    ("fedex", "astra-32"): lambda n: mod11(n[16:28], 3, 1, 7),
    ("fedex", "door-tag"): lambda n: mod11(n[2:], 3, 1, 7),
    ("dhl", "express-10"): mod7,
    ("dhl", "express-11"): mod7,
    ("dhl", "parcel-de-20"): lambda n: mod10(n[2:], 3, 1),
    ("dhl", "identcode-12"): lambda n: mod10(n, 4, 9),
    ("dhl", "s10"): s10,
    ("dhl", "ecommerce-impb-22"): impb,
    ("dhl", "ecommerce-impb-26"): impb,
    ("dhl", "ecommerce-impb-30"): lambda n: impb(n[8:]),
    **{("chinapost", form.name): s10 for form in tracking_numbers.forms("chinapost") if form.name != "domestic-13"},
}
RULELESS = {
    ("ups", "mail-innovations-18"),
    ("ups", "mail-innovations-mi"),
    ("ups", "infonotice"),
    ("ups", "freight-pro"),
    ("fedex", "freight"),
    ("dhl", "piece-id"),
    ("dhl", "ecommerce"),
    ("dhl", "ecommerce-14"),
    ("chinapost", "domestic-13"),
}
FORMS = [(carrier.name, form.name) for carrier in carriers.CARRIERS for form in carrier.forms]


def test_every_form_is_restated_here_or_known_to_have_no_rule() -> None:
    assert set(FORMS) == set(RESTATED) | RULELESS


@pytest.mark.parametrize(("carrier", "form"), sorted(RESTATED))
def test_minted_number_is_read_as_its_form_and_passes_the_restated_rule(carrier: str, form: str) -> None:
    for seed in range(60):
        number = mint(carrier, form, random=Random(seed))
        assert Candidate(carrier, form, "ok") in identify(number)
        assert RESTATED[carrier, form](number)


@pytest.mark.parametrize(("carrier", "form"), sorted(RULELESS))
def test_minted_number_without_rule_is_read_as_its_form(carrier: str, form: str) -> None:
    for seed in range(60):
        assert Candidate(carrier, form, "none") in identify(mint(carrier, form, random=Random(seed)))


@pytest.mark.parametrize(("number", "carrier", "form"), rows(PUBLISHED))
def test_restated_rule_agrees_with_published_numbers(number: str, carrier: str, form: str) -> None:
    assert RESTATED[carrier, form](number)


@pytest.mark.parametrize(
    ("carrier", "form"),
    [
        ("ups", "1z"),
        ("usps", "impb-22"),
        ("fedex", "express-12"),
        ("dhl", "express-10"),
        ("chinapost", "s10-ems"),
    ],
)
def test_usual_form_is_minted_when_none_is_named(carrier: str, form: str) -> None:
    assert mint(carrier, random=Random(3)) == mint(carrier, form, random=Random(3))


def test_equal_seeds_mint_equal_numbers_and_others_other_ones() -> None:
    assert mint("ups", random=Random(1)) == mint("ups", random=Random(1))
    assert mint("ups", random=Random(1)) != mint("ups", random=Random(2))


def test_unknown_form_names_the_nearest_one() -> None:
    with pytest.raises(UnknownFormError, match=r"ups has no tracking numbers of the form '1zz'; did you mean '1z'\?"):
        mint("ups", "1zz", random=Random(0))


def test_unknown_form_without_a_near_name_lists_all_forms() -> None:
    with pytest.raises(UnknownFormError, match="there are s10-ems, s10-epacket"):
        mint("chinapost", "q", random=Random(0))


def test_unknown_carrier_names_the_nearest_one() -> None:
    with pytest.raises(UnknownCarrierError, match="did you mean 'fedex'"):
        mint("fedx", random=Random(0))
