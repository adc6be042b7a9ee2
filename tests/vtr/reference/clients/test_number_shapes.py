"""Carriers by the shape of a text: published and invented numbers of every form, and other texts."""

import pytest

from vtr.reference.clients.number_shapes import carriers_by_shape


@pytest.mark.parametrize(
    ("text", "clients"),
    [
        ("1Z999AA10390000109", ("ups",)),
        ("1Z12345E0205271688", ("ups",)),  # UPS's own test number, whose check digit is wrong
        ("1z 999 aa1 03 9000 0109", ("ups",)),
        ("K1500000045", ("ups",)),
        ("92748900000001000000000019", ("ups", "usps", "dhl")),
        ("9205590000000100000018", ("ups", "usps", "fedex", "dhl")),
        ("9305512345600000000012", ("usps", "dhl")),
        ("9400190000000100000013", ("usps",)),
        ("9505511000000000000103", ("usps",)),
        ("420202609205590000000100000018", ("usps",)),
        ("4202026092748900000001000000000019", ("usps", "fedex")),  # any 34 digits from 420 also look like FedEx's
        ("EZ000000014US", ("usps",)),
        ("EV900000019CN", ("usps", "chinapost")),
        ("LX123456785CN", ("usps", "dhl", "chinapost")),
        ("CY555000423DE", ("usps", "dhl")),
        ("900000000016", ("fedex", "dhl")),  # 12 digits: also a DHL identcode
        ("449044304137821", ("fedex",)),
        ("000001234500000003", ("fedex",)),
        ("9611020987654300000019", ("fedex",)),
        ("39810100000000009000000000162014", ("fedex",)),
        ("1001000000000009810100900000000016", ("fedex",)),
        ("DT900000000016", ("fedex",)),
        ("61299999900000001234", ("usps", "fedex")),
        ("9000000015", ("fedex", "dhl")),
        ("JD014600009000000015", ("dhl",)),
        ("JJD0123456789", ("dhl",)),
        ("00340434999900000015", ("usps", "fedex", "dhl")),
        ("GM2951173225174494", ("dhl",)),
        ("60120172242323", ("dhl",)),
        ("1160001630231", ("chinapost",)),
        ("", ()),
        ("SHIPPED", ()),
        ("1Z999", ()),
        ("GMABCDEFGHIJ", ()),  # eCommerce numbers hold a digit
        ("12345678", ()),
        ("９０００００００１５", ()),  # full-width digits, as pasted from a Chinese page  # noqa: RUF001 (the point)
    ],
)
def test_carriers_by_shape(text: str, clients: tuple[str, ...]) -> None:
    assert carriers_by_shape(text) == clients
