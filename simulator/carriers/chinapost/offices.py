"""The offices in China Post's events: invented, but always the same for the same place.

Names include 示例 ("sample"), so that none is mistaken for a real office. Codes are the place's postal code and two
digits for the kind of office, the length of real ones (8 digits, seen in answers, B). Of events abroad, only a short
code is known (an airline's, in an answer); ours is the country's (C).
"""

from dataclasses import dataclass
from zlib import crc32

from simulator.carriers.chinapost.events import Office
from simulator.places import Place

# The provinces of China as China Post writes them; a place may also have them in this form.
_PROVINCES = {
    "anhui": "安徽省", "beijing": "北京市", "chongqing": "重庆市", "fujian": "福建省", "gansu": "甘肃省",
    "guangdong": "广东省", "guangxi": "广西壮族自治区", "guizhou": "贵州省", "hainan": "海南省", "hebei": "河北省",
    "heilongjiang": "黑龙江省", "henan": "河南省", "hubei": "湖北省", "hunan": "湖南省",
    "inner mongolia": "内蒙古自治区",
    "jiangsu": "江苏省", "jiangxi": "江西省", "jilin": "吉林省", "liaoning": "辽宁省", "ningxia": "宁夏回族自治区",
    "qinghai": "青海省", "shaanxi": "陕西省", "shandong": "山东省", "shanghai": "上海市", "shanxi": "山西省",
    "sichuan": "四川省", "tianjin": "天津市", "tibet": "西藏自治区", "xinjiang": "新疆维吾尔自治区", "yunnan": "云南省",
    "zhejiang": "浙江省",
}  # fmt: skip

_COUNTRIES = {
    "US": "美国", "CA": "加拿大", "GB": "英国", "DE": "德国", "JP": "日本", "FR": "法国", "IT": "意大利",
    "ES": "西班牙",
    "NL": "荷兰", "BE": "比利时", "IN": "印度", "HK": "香港", "MX": "墨西哥", "AU": "澳大利亚", "SG": "新加坡",
    "KR": "韩国", "PL": "波兰", "AT": "奥地利", "CH": "瑞士", "BR": "巴西", "IE": "爱尔兰", "SE": "瑞典",
    "AE": "阿联酋", "TW": "台湾",
}  # fmt: skip

_KINDS: dict[Office, tuple[str, str]] = {
    "depot": ("示例揽投部", "01"),
    "centre": ("示例邮件处理中心", "02"),
    "exchange": ("示例国际互换局", "03"),
}
_AUTOMATIC = ("XTZD", "系统自动")  # the system itself, as seen in pushes (A)
_BY_HAND = "示例"


@dataclass(frozen=True, slots=True)
class EventOffice:
    """The office and the operator of an event, as shown on the wire; unknown parts are empty."""

    province: str
    city: str
    code: str
    name: str
    operator_number: str
    operator: str


_NOWHERE = ("", "", "", "")


def event_office(place: Place | None, office: Office, *, automatic: bool) -> EventOffice:
    """The office of an event.

    place: None for an event without a place, such as an airline's.
    office: the kind of office.
    automatic: whether the system wrote the event.
    """
    province, city, code, name = _NOWHERE if place is None else _office(place, office)
    if automatic:
        return EventOffice(province, city, code, name, *_AUTOMATIC)
    if place is None or place.country != "CN":  # reports of other posts name no operator
        return EventOffice(province, city, code, name, "", "")
    return EventOffice(province, city, code, name, f"{code}00001", _BY_HAND)


def _office(place: Place, office: Office) -> tuple[str, str, str, str]:
    city = place.native or place.city
    if place.country != "CN":
        return "", city, place.country, _COUNTRIES.get(place.country, place.country)
    suffix, digits = _KINDS[office]
    postal_code = place.postal_code or f"{crc32(place.city.encode()) % 10**6:06}"
    province = _PROVINCES.get(place.state.casefold(), place.state)
    return province, city, f"{postal_code}{digits}", f"{city}{suffix}"
