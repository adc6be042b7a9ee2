"""China Post's EMS open platform, service 040001: one number a call, an SM4-sealed form, oldest event first.

What is particular about China Post: everything is HTTP 200; `retCode` "00000" is success, and success with an empty
list is "not found"; `retBody` is JSON in a string, an object or a list (all met in clients, B); times are Beijing time
without zone, also taken for events abroad, whose zone is documented nowhere (C). The older trace service answers with
the same events under `responseState`, which is read too.

The official list of failure codes is not public, so a failure is told by its words: those that say no such mail
mean "unknown"; those about the authorisation or the seal concern every number; all others leave the number unanswered.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from zoneinfo import ZoneInfo

from vtr.reference.clients.answers import Answer, ScanRow
from vtr.reference.clients.endpoints import ChinaPostEndpoint
from vtr.reference.clients.http import Call, CarrierHttp, NoAnswer, Patience, Reply, Waiting, ask_in_turn
from vtr.reference.clients.scan_order import in_order
from vtr.reference.clients.shapes import BadShape, Part, as_part, as_parts, unreadable
from vtr.reference.clients.sm4 import seal
from vtr.reference.clients.times import in_zone, read_time

CARRIER = "chinapost"
TITLE = "China Post"
_PATH = "/amp-prod-api/f/amp/api/open"
_SERVICE = "040001"
_BEIJING = "Asia/Shanghai"
_SUCCESS = "00000"
# No query result, nothing found (two ways), no mail: seen beside "00000" and no events in clients (B).
_NO_SUCH_MAIL = ("无查询信息", "未查询到", "查无", "无邮件信息", "无客户信息")
# The same without the two that could also be said of a customer: believed even beside a failure code.
_NO_SUCH_MAIL_FOR_SURE = ("无查询信息", "未查询到", "无邮件信息")
# Authorisation, signature, decryption: the words of refused credentials (C).
_REFUSED = ("授权", "验签", "签名", "解密")


def track(
    numbers: Iterable[str], endpoint: ChinaPostEndpoint, patience: Patience, waiting: Waiting
) -> Iterator[Answer]:
    """Ask China Post about each number, one call a number, and give its answers in the same order."""
    with closing(CarrierHttp(TITLE, endpoint.base_url, patience, waiting)) as http:
        accepted = False

        def ask(asked: Sequence[str]) -> list[Answer]:
            nonlocal accepted
            reply = http.call(_call(asked[0], endpoint, waiting.clock()))
            refusal = _refusal(reply)
            if refusal:
                # Refused at the first call, the credentials will be refused at all.
                raise NoAnswer(f"{TITLE} refused the credentials ({refusal})", final=not accepted)
            accepted = True
            return read_reply(reply, asked)

        yield from ask_in_turn(http, CARRIER, ((number,) for number in numbers), ask)


def read_reply(reply: Reply, asked: Sequence[str]) -> list[Answer]:
    """Read a reply of China Post; another status than 200 says nothing about the number."""
    if reply.is_ok:
        return read(reply.document, asked)
    return [Answer(CARRIER, number, "unanswered", why=f"{TITLE} answered {reply.summary}") for number in asked]


def read(document: object, asked: Sequence[str] = ()) -> list[Answer]:
    """Read an answer of service 040001 or of the older trace service. asked: the number, else those of the events.

    Never raises: what cannot be read is "unanswered".
    """
    try:
        answer = as_part(document)
        events, words = _trace_events(answer) if answer.has("responseState") else _platform_events(answer)
        if events is None:
            return [Answer(CARRIER, number, "unanswered", why=f"{TITLE} answered {words}") for number in asked or ("",)]
        if not events:
            return [Answer(CARRIER, number, "unknown", why=words) for number in asked or ("",)]
        numbers = asked or tuple(dict.fromkeys(_number(event) for event in events))
        return [_answer(number, events) for number in numbers]
    except BadShape as bad:
        why = unreadable(TITLE, bad)
        return [Answer(CARRIER, number, "unanswered", why=why) for number in asked or ("",)]


def _call(number: str, endpoint: ChinaPostEndpoint, moment: datetime) -> Call:
    question = json.dumps({"waybillNo": number, "direction": "0"}, ensure_ascii=False, separators=(",", ":"))
    form = {
        "apiCode": _SERVICE,
        "senderNo": endpoint.sender_no,
        "authorization": endpoint.authorization,
        "timeStamp": moment.astimezone(ZoneInfo(_BEIJING)).strftime("%Y-%m-%d %H:%M:%S"),
        "logitcsInterface": seal(question, endpoint.sm4_key),  # the platform's own spelling
        "msgType": "0",
        "version": "V1.0.0",
    }
    return Call("POST", _PATH, form=form)


def _refusal(reply: Reply) -> str:
    """Give the words by which the platform refuses the credentials, "" when it does not."""
    try:
        answer = as_part(reply.document)
        code, words = answer.text("retCode"), answer.text("retMsg")
    except BadShape:
        return ""
    refused = code not in {"", _SUCCESS} and any(word in words for word in _REFUSED)
    return f"{code} {words}" if refused else ""


def _platform_events(answer: Part) -> tuple[tuple[Part, ...] | None, str]:
    """Give the events of a 040001 answer (empty: no such mail; None: failed) and the platform's words."""
    code, words = answer.needed("retCode"), answer.text("retMsg")
    if code != _SUCCESS:
        known_words = any(word in words for word in _NO_SUCH_MAIL_FOR_SURE)
        return () if known_words else None, f"{code} {words}".rstrip()
    body = answer.members.get("retBody")
    if isinstance(body, str) and body.strip():
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            raise BadShape("retBody is text that is no JSON") from None
    if not body and not isinstance(body, list) and any(word in words for word in _NO_SUCH_MAIL):
        return (), f"{code} {words}"
    if isinstance(body, list):
        return as_parts(body, "retBody"), f"{code} {words}".rstrip()
    return as_part(body, "retBody").needed_parts("responseItems"), f"{code} {words}".rstrip()


def _trace_events(answer: Part) -> tuple[tuple[Part, ...] | None, str]:
    """Give the events of the older trace service: responseState false is a refusal, true with no events no record."""
    words = answer.text("errorDesc")
    if not answer.flag("responseState"):
        return None, words or "a refusal without words"
    return answer.needed_parts("responseItems"), words


def _number(event: Part) -> str:
    return event.text("waybillNo") or event.text("traceNo")


def _answer(number: str, events: tuple[Part, ...]) -> Answer:
    own = [event for event in events if _number(event).upper() in {"", number.upper()}]
    if not own:
        raise BadShape(f"it is about {_number(events[0])}")
    return Answer(CARRIER, number, "known", in_order(_scan(event) for event in own))


def _scan(event: Part) -> ScanRow:
    written = read_time(event.text("opTime"))
    place_names = (event.text("opOrgProvName"), event.text("opOrgCity"), event.text("opOrgName"))
    at = None
    if written is not None and written.has_clock:
        at = written.instant or in_zone(written.local, _BEIJING)
    return ScanRow(
        position=0,
        at=at,
        code=event.needed("opCode").upper(),
        description=event.text("opName") or event.text("opDesc"),
        location=" ".join(dict.fromkeys(name for name in place_names if name)),
    )
