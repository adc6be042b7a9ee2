"""China Post's tracking numbers: S10 numbers that end in CN, by service, and the 13 digits of domestic mail.

S10 from the UPU standard of that name (A); the meaning of the first letter, from the standard and from China Post's
products (B). No check-digit rule is known for the 13 digits: public samples contradict the one that some of them
follow, so such a number never counts as wrong.
"""

import re
from random import Random
from string import ascii_uppercase

from simulator.carriers.common import s10
from simulator.carriers.common.number_form import CheckDigit, NumberForm, random_digits

# Express and standard mail start differently (C).
_DOMESTIC_STARTS = ("10", "11", "12", "13", "95", "96", "97", "98", "99")


def _s10(name: str, title: str, first: str, others: str = "") -> NumberForm:
    def mint(random: Random) -> str:
        return s10.mint(random, first + random.choice(ascii_uppercase), "CN")

    return NumberForm(name, title, s10.shape("CN", others or first), mint, s10.check)


def _mint_domestic(random: Random) -> str:
    return random.choice(_DOMESTIC_STARTS) + random_digits(random, 11)


def _no_rule(_: str) -> CheckDigit:
    return "none"


# EMS comes first, so it is the default: the interface is EMS's own, and EMS is the only service from China that is
# tracked to the door in every country.
FORMS = (
    _s10("s10-ems", "EMS, S10 starting with E", "E"),
    _s10("s10-epacket", "ePacket and other tracked packets, S10 starting with L", "L"),
    _s10("s10-registered", "registered mail, S10 starting with R", "R"),
    _s10("s10-parcel", "parcel, S10 starting with C", "C"),
    _s10("s10-insured", "insured mail, S10 starting with V", "V"),
    _s10("s10-untracked", "small packet without tracking, S10 starting with U", "U"),
    _s10("s10-other", "any other service, S10 (minted as M, a bag of printed matter)", "M", "ABDF-KM-QSTW-Z"),
    NumberForm("domestic-13", "domestic mail, 13 digits", re.compile(r"[0-9]{13}"), _mint_domestic, _no_rule),
)

_PRODUCTS = {
    "E": "国际特快",
    "L": "e邮宝",
    "R": "国际挂号小包",
    "C": "国际包裹",
    "V": "国际保价函件",
    "U": "国际平常小包",
}
_DOMESTIC_PRODUCT = "快递包裹"


def product(number: str) -> str:
    """The product that a number's first letter stands for, as `productName` names it.

    "e邮宝" and "快递包裹" as seen in answers (B); the other names are ours (C).
    """
    return _PRODUCTS.get(number[:1], _DOMESTIC_PRODUCT if number[:1].isdigit() else "")
