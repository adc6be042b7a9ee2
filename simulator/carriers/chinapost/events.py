"""China Post's event codes, and the code that renders an event by its kind and its place.

One code space has domestic numbers, `V_` (vehicles), `O_` and `C_` (commercial lines and their customs), and the UPU's
EMSEVT letters. China Post's customers also meet four coarse codes, from JDPT only.

Events abroad have codes of their own: 704 is China Post's delivery, 463 that of another post, which reported it to
China Post. So the place of an event decides its code. A parcel from Shenzhen to Denver reads 764 (order effective),
203 (accepted), 389, 954, 389 (centres in China), EDB, EDC (customs abroad), 461 (delivery office abroad), EDG (out for
delivery) and 463 (delivered); only 203 and 954 are China Post's own readings.

Sources: the platform's event dictionary as published by third parties (B), pushes and one answer of the API seen in
clients' repositories (A for the names there), the UPU's list of EMSEVT V3 events (B). Where a group of codes has one
meaning in the sources, its codes have one name here, which is ours.
"""

# China Post writes Chinese, with Chinese punctuation.
# ruff: noqa: RUF001

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from simulator.carriers.common.scan_codes import Grade, Physical, ScanCode, ScanCodes
from simulator.parcel import Kind, ScanEvent

Coarse = Literal["", "10", "20", "70", "80"]
Office = Literal["depot", "centre", "exchange"]


@dataclass(frozen=True, slots=True)
class ChinaPostCode(ScanCode):
    """A China Post scan code; its `text` is `opName`.

    coarse: JDPT's code for it, empty where JDPT uses the same code.
    automatic: whether a machine writes it, rather than a person.
    office: the kind of office in which it happens.
    sentence: `opDesc`, with {office} for the office.
    """

    coarse: Coarse = ""
    automatic: bool = False
    office: Office = "centre"
    sentence: str = ""


_DICTIONARY = "event dictionary of the EMS open platform, as third parties carry it"
_ANSWER = "seen in an answer of the API (ePacket, August 2025)"
_PUSHES = "seen in pushes of the API"
_UPU = "UPU EMSEVT V3 event names"
_COARSE = "seen in an answer of JDPT's service (2021)"

# A coarse code means that China Post has the parcel, so only its own readings have one. A return has none, because 80
# would mean delivered (C).
COARSE_NAMES: dict[Coarse, str] = {"10": "收寄", "20": "运输", "70": "试投", "80": "妥投"}


def _row(  # noqa: PLR0913 (a row of the table)
    codes: str,
    text: str,
    physical: Physical,
    grade: Grade = "B",
    source: str = _DICTIONARY,
    *,
    kind: Kind | None = None,
    coarse: Coarse = "",
    automatic: bool = False,
    office: Office = "centre",
    sentence: str = "",
) -> Iterator[ChinaPostCode]:
    for code in codes.split():
        yield ChinaPostCode(code, kind, text, physical, source, grade, coarse, automatic, office, sentence or text)


_OWN = (
    *_row("764", "余额支付成功", "no", kind=Kind.LABEL_CREATED, automatic=True, office="depot"),
    # Attributes of the article, sent ahead to the post abroad: the counterpart of other carriers' manifest.
    *_row("552", "发送ITMATT", "no", kind=Kind.MANIFESTED, automatic=True, office="exchange"),
    *_row("203", "收寄计费信息", "yes", "A", _ANSWER, kind=Kind.ACCEPTED, coarse="10", office="depot",
          sentence="中国邮政 已收取邮件"),
    *_row("207", "揽收环节删除邮件", "cancels", office="depot"),
    *_row("208", "客户交接", "grey", "C", office="depot"),
    *_row("212", "客户交接取消", "cancels", "C", office="depot"),
    *_row("345", "揽收扫描配发", "yes", kind=Kind.PICKED_UP, coarse="20", office="depot",
          sentence="邮件已在【{office}】完成分拣，准备发出"),
    *_row("336", "揽收直连配发", "yes", coarse="20", office="depot", sentence="邮件已在【{office}】完成分拣，准备发出"),
    *_row("303", "揽投配发", "inferred", "B", _ANSWER, office="depot",
          sentence="邮件已在【{office}】完成分拣，准备发出"),
    *_row("304", "揽投配发取消", "cancels", office="depot"),
    *_row("305", "揽投发运/封车", "inferred", "B", _ANSWER, office="depot",
          sentence="邮件离开【{office}】，正在发往下一站"),
    *_row("306", "揽投解车", "yes", "A", _PUSHES, coarse="20", office="depot", sentence="邮件到达【{office}】"),
    *_row("356 358 360 364 365 368 370 371 374 375 376 379 394", "处理中心分拣作业", "yes", kind=Kind.IN_TRANSIT,
          coarse="20", automatic=True, sentence="邮件正在【{office}】处理"),
    *_row("954", "邮件到达处理中心", "yes", "A", _ANSWER, kind=Kind.ARRIVED, coarse="20", automatic=True,
          sentence="邮件到达【{office}】"),
    *_row("V_954", "邮件到达处理中心", "yes", coarse="20", automatic=True, sentence="邮件到达【{office}】"),
    # The vehicle is sealed; no one reads its parcels.
    *_row("389", "处理中心封车", "inferred", "A", _PUSHES, kind=Kind.DEPARTED,
          sentence="邮件离开【{office}】，正在发往下一站"),
    *_row("V_398", "处理中心封车", "inferred", sentence="邮件离开【{office}】，正在发往下一站"),
    # In the answer it follows an arrival by one second: written by the system, not read from the parcel.
    *_row("989", "离开处理中心", "inferred", "C", _ANSWER, automatic=True,
          sentence="邮件离开【{office}】，正在发往下一站"),
    *_row("713", "到达投递机构", "yes", kind=Kind.AT_DELIVERY_OFFICE, coarse="20", office="depot",
          sentence="邮件到达【{office}】"),
    *_row("702", "投递邮件接收-下段", "yes", "A", _PUSHES, kind=Kind.OUT_FOR_DELIVERY, coarse="70", office="depot",
          sentence="邮件正在派送中，请保持电话畅通，准备签收"),
    *_row("705", "投递结果反馈-未妥投", "yes", "A", _PUSHES, kind=Kind.ATTEMPTED, coarse="70", office="depot",
          sentence="因无法联系收件人，将再次投递"),
    *_row("704", "投递结果反馈-妥投", "yes", "A", _PUSHES, kind=Kind.DELIVERED, coarse="80", office="depot",
          sentence="您的邮件已签收"),
    *_row("742", "撤销投递下段", "cancels", office="depot"),
    *_row("743", "撤销妥投", "cancels", office="depot"),
    *_row("744", "撤销未妥投", "cancels", office="depot"),
    *_row("708", "退回登记", "yes", kind=Kind.RETURNING, office="depot", sentence="邮件已在【{office}】登记退回"),
    *_row("711", "退回妥投", "yes", kind=Kind.RETURNED, office="depot", sentence="邮件已退回寄件人"),
    *_row("741", "妥投后退回", "yes", office="depot"),
    *_row("312", "退回转窗投", "yes", office="depot"),
    *_row("326 447", "退回分拣", "yes"),
    *_row("723", "转窗投", "yes", kind=Kind.AVAILABLE_FOR_PICKUP, coarse="70", office="depot",
          sentence="邮件已存放至【{office}】，请到窗口领取"),
    *_row("747", "智能柜接收", "yes", coarse="70", office="depot"),
    *_row("748", "收件人自智能柜取件", "yes", office="depot"),
    *_row("749", "投递员自智能柜取件", "yes", office="depot"),
    *_row("750", "投递员撤回智能柜邮件", "yes", office="depot"),
    *_row("973", "进口二次安检", "yes", coarse="20", office="exchange"),
    *_row("013", "订单拦截成功", "no", automatic=True),
    *_row("993", "下达拦截指令", "no", automatic=True),
    *_row("991", "运输时间较长提示", "no", kind=Kind.DELAYED, automatic=True, sentence="邮件运输时间较长，请耐心等待"),
    *_row("651", "异常提示", "no", automatic=True),
    *_row("756", "渠道修改地址", "no", automatic=True),
    *_row("802", "客户修改地址", "no", automatic=True),
    *_row("803", "总部修改地址", "no", automatic=True),
    *_row("801", "撤单", "no", kind=Kind.VOIDED, automatic=True, office="depot", sentence="订单已撤销"),
    *_row("987", "邮件丢失", "no"),
    *_row("988", "邮件已赔付", "no"),
)  # fmt: skip

_EXPORT = (
    *_row("423", "出口邮件直封封发", "yes", "A", _ANSWER, coarse="20", office="exchange",
          sentence="【{office}】已出口直封"),
    *_row("424", "出口邮件封发删除", "cancels", office="exchange"),
    *_row("404", "交航扫描", "yes", "A", _ANSWER, coarse="20", office="exchange", sentence="已交承运商运输"),
    *_row("472", "交航扫描删除", "cancels", office="exchange"),
    *_row("499", "计划交航", "no", automatic=True, office="exchange"),
    *_row("500", "航空公司接收", "foreign", "B", _ANSWER, automatic=True, office="exchange"),
    *_row("538 950", "交承运商运输", "foreign", automatic=True, office="exchange"),
    # Of the flight, not of the parcel.
    *_row("457", "航空公司启运", "inferred", "A", _ANSWER, kind=Kind.INFERRED_TRANSIT, automatic=True,
          office="exchange"),
    *_row("458", "航空公司到达", "inferred", automatic=True, office="exchange"),
    *_row("505", "飞机到达进港", "inferred", "A", _ANSWER, automatic=True, office="exchange"),
    *_row("911", "航班起飞", "inferred", automatic=True, office="exchange"),
    *_row("912", "航班降落", "inferred", "A", _PUSHES, automatic=True, office="exchange"),
    *_row("516", "总包到达", "inferred", automatic=True, office="exchange"),
    *_row("520", "到达港口", "inferred", automatic=True, office="exchange"),
    *_row("521", "离开港口", "inferred", automatic=True, office="exchange"),
    *_row("553", "接收M53（RFI/ERR）", "no", automatic=True, office="exchange"),
    *_row("554", "接收M53（RFS）", "no", automatic=True, office="exchange"),
    *_row("555", "接收M53（DNL）", "no", automatic=True, office="exchange"),
    *_row("556", "接收M53（ASC）", "no", automatic=True, office="exchange"),
    *_row("557", "发送M54（补充信息）", "no", automatic=True, office="exchange"),
    *_row("558", "发送M54（安检确认）", "no", automatic=True, office="exchange"),
)  # fmt: skip

# 459 to 464 are in the order of the UPU's EMD, EMF, EMG, EMH, EMI and EMA. Which is which follows from that order and
# from their neighbours (C); that they are another post's is observed (B).
_ABROAD = (
    *_row("459", "到达境外互换局", "foreign", "C"),
    *_row("460", "离开境外互换局", "foreign", "C"),
    *_row("461", "到达境外投递局", "foreign", "C"),
    *_row("488 489 494 495 496 498", "境外到达或离开", "foreign"),
    *_row("462", "境外试投", "foreign"),
    *_row("463", "境外妥投", "foreign"),
    *_row("464", "境外收寄", "foreign"),
    *_row("542", "境外投递失败", "foreign"),
    *_row("490", "境外留存", "foreign"),
    *_row("491", "到达境外自提点", "foreign"),
    *_row("456 466 467 468 470 486 487 493 562 563 564 565", "境外海关", "foreign"),
)

_COMMERCIAL = (
    *_row("O_003", "商业渠道运输", "partner", "C", kind=Kind.PARTNER_RECEIVED, automatic=True),
    *_row("O_001", "入库收寄", "yes", coarse="10", office="depot"),
    *_row(
        "O_004 O_005 O_006 O_007 O_008 O_009 O_022 O_029 O_032 O_033 O_034 O_035 O_036 O_037 "
        "O_047 O_048 O_049 O_050 O_051",
        "商业渠道运输", "partner", "C", automatic=True,
    ),
    *_row("O_010", "商业渠道妥投", "partner", automatic=True),
    *_row("O_013 O_014 O_016 O_017", "商业渠道末端投递", "partner", automatic=True),
    *_row("O_002 O_031 O_038 O_039 O_040 O_041 O_042 O_043 O_044 O_045 O_046", "商业渠道清关", "foreign",
          automatic=True),
    *_row(
        "C_001 C_002 C_003 C_004 C_005 C_006 C_007 C_008 C_009 C_010 C_011 C_012 C_032 C_033",
        "商业渠道清关", "foreign", automatic=True,
    ),
)  # fmt: skip

_EMSEVT = (
    *_row("EXA", "送交出口海关", "foreign", "B", _ANSWER, kind=Kind.CUSTOMS_ENTERED, office="exchange"),
    *_row("EXB", "出口海关/留存", "foreign", "B", _UPU, kind=Kind.CUSTOMS_HELD, office="exchange"),
    *_row("EXC", "出口海关/放行", "foreign", "B", _ANSWER, kind=Kind.CUSTOMS_RELEASED, office="exchange"),
    *_row("EXD", "出口互换局留存", "yes", "B", _UPU, office="exchange"),
    *_row("EXX", "出口取消", "no", "B", _UPU, office="exchange"),
    *_row("EXAD EXBD EXCD EXDD", "出口事件删除", "cancels", office="exchange"),
    *_row("EDA", "进口互换局留存", "foreign", "B", _UPU, office="exchange"),
    *_row("EDB", "送交进口海关", "foreign", "B", _UPU, office="exchange"),
    *_row("EDC", "进口海关/放行", "foreign", "B", _UPU, office="exchange"),
    *_row("EME", "进口海关/留存", "foreign", "B", _UPU, office="exchange"),
    *_row("EDAD EDBD EDCD EMED", "进口事件删除", "cancels", office="exchange"),
    # With caution: some posts send it from order data alone.
    *_row("EMA", "收寄", "yes", "B", _UPU, coarse="10", office="depot"),
    *_row("EMB", "到达出口互换局", "yes", "B", _UPU, coarse="20", office="exchange"),
    *_row("EMC", "离开出口互换局", "yes", "B", _UPU, coarse="20", office="exchange"),
    *_row("EMJ", "到达转运局", "foreign", "B", _UPU),
    *_row("EMK", "离开转运局", "foreign", "B", _UPU),
    *_row("EMD", "到达进口互换局", "foreign", "B", _UPU),
    *_row("EMF", "离开进口互换局", "foreign", "B", _UPU),
    *_row("EDD", "到达境外处理中心", "foreign", "B", _UPU),
    *_row("EDE", "离开境外处理中心", "foreign", "B", _UPU),
    *_row("EMG", "到达投递局", "foreign", "B", _UPU),
    *_row("EDF", "投递局留存", "foreign", "B", _UPU),
    *_row("EDG", "境外正在投递", "foreign", "B", _UPU),
    *_row("EDH", "到达自提点", "foreign", "B", _UPU),
    *_row("EMH", "未妥投", "foreign", "B", _UPU),
    *_row("EMI", "妥投", "foreign", "B", _UPU),
    *_row("EDX", "进口终止", "no", "B", _UPU),
    *_row("EMX", "离开处理中心", "grey", "C", _UPU),
)

_COARSE_ONLY = tuple(
    ChinaPostCode(code, None, name, "yes", _COARSE, "B", code, office="depot", sentence=name)
    for code, name in COARSE_NAMES.items()
)

CODES = ScanCodes("chinapost", (*_OWN, *_EXPORT, *_ABROAD, *_COMMERCIAL, *_EMSEVT, *_COARSE_ONLY))

# The code of a kind when another post reports it; the other kinds keep their code.
_CODE_ABROAD = {
    Kind.PICKED_UP: "464",
    Kind.ACCEPTED: "464",
    Kind.ARRIVED: "459",
    Kind.DEPARTED: "460",
    Kind.IN_TRANSIT: "EDD",
    Kind.INFERRED_TRANSIT: "505",
    Kind.CUSTOMS_ENTERED: "EDB",
    Kind.CUSTOMS_HELD: "EME",
    Kind.CUSTOMS_RELEASED: "EDC",
    Kind.AT_DELIVERY_OFFICE: "461",
    Kind.OUT_FOR_DELIVERY: "EDG",
    Kind.ATTEMPTED: "462",
    Kind.AVAILABLE_FOR_PICKUP: "491",
    Kind.DELIVERED: "463",
    Kind.RETURNING: "542",
}


def code_of(event: ScanEvent) -> ChinaPostCode:
    """The code that renders an event: the one it names, else the one of its kind at its place.

    A code in no table is taken as it is written, without texts. Raises UnknownKindError for a kind that China Post has
    no code for; the core checks this when it accepts a parcel.
    """
    if event.code:
        return CODES.by_code.get(event.code) or ChinaPostCode(
            event.code, None, "", "grey", "named in the scenario", "D"
        )
    assert event.kind is not None  # noqa: S101 (an event without both cannot be created)
    abroad = event.place is not None and event.place.country != "CN"
    if abroad and event.kind in _CODE_ABROAD:
        return CODES.by_code[_CODE_ABROAD[event.kind]]
    return CODES.of_kind(event.kind)
