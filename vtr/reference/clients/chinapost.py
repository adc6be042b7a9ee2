"""China Post's EMS open platform, service 040001: one number a call, an SM4-sealed form, oldest event first.

What is particular about China Post: everything is HTTP 200; `retCode` "00000" is success, and success with an empty
list is "not found"; `retBody` is JSON in a string, an object or a list (all seen in clients, B); times are Beijing time
without zone, also assumed for events abroad, whose zone is documented nowhere (C). The older trace service answers with
the same events under `responseState`, which is read too.

A request is sealed: SM4 in ECB mode encrypts the JSON immediately followed by the key's own Base64 text, which is how
the platform checks that the sender has the key; the result is Base64 after the prefix `|$4|`. Three independent clients
of the platform agree on it (B); the block cipher is GB/T 32907-2016.

The official list of failure codes is not public, so a failure is classified by its words: those for "no such mail"
mean "unknown"; those about authorisation or the seal concern every number; all others leave the number unanswered.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from zoneinfo import ZoneInfo

from vtr.reference.clients.answers import Answer, ScanRow, sort_scans
from vtr.reference.clients.endpoints import ChinaPostEndpoint, sm4_key_bytes
from vtr.reference.clients.http import CarrierHttp, Clocks, Reply, RetryPolicy, ask_in_turn
from vtr.reference.clients.shapes import BadShape, Part, as_part, as_parts, unreadable
from vtr.reference.clients.times import in_zone, read_time
from vtr.reference.clients.transport import Call, NoAnswer

CARRIER = "chinapost"
TITLE = "China Post"
_PATH = "/amp-prod-api/f/amp/api/open"
_SERVICE = "040001"
_BEIJING = "Asia/Shanghai"
_SUCCESS = "00000"
_SEALED = "|$4|"
_BLOCK_BITS = 128
# No query result, nothing found (two ways), no mail: seen beside "00000" and no events in clients (B).
_UNKNOWN_WORDS = ("无查询信息", "未查询到", "查无", "无邮件信息", "无客户信息")
# The same without the two that could also mean a customer: these count even with a failure code.
_UNKNOWN_WORDS_OF_FAILURES = ("无查询信息", "未查询到", "无邮件信息")
# Authorisation, signature, decryption: the words of refused credentials (C).
_REFUSED = ("授权", "验签", "签名", "解密")


def track(numbers: Iterable[str], endpoint: ChinaPostEndpoint, policy: RetryPolicy, clocks: Clocks) -> Iterator[Answer]:
    """Look up each number at China Post, one call per number; answers come in the same order."""
    with closing(CarrierHttp(TITLE, endpoint.base_url, policy, clocks)) as http:
        accepted = False

        def ask(asked: Sequence[str]) -> list[Answer]:
            nonlocal accepted
            reply = http.call(_tracking_call(asked[0], endpoint, clocks.clock()))
            refusal = _refusal(reply)
            if refusal:
                # Credentials refused at the first call will be refused at every call.
                raise NoAnswer(f"{TITLE} refused the credentials ({refusal})", final=not accepted)
            accepted = True
            return read_reply(reply, asked)

        yield from ask_in_turn(http, CARRIER, ((number,) for number in numbers), ask)


def read_reply(reply: Reply, asked: Sequence[str]) -> list[Answer]:
    """Read a reply of China Post; a status other than 200 reveals nothing about the number."""
    if reply.is_ok:
        return read(reply.document, asked)
    return [Answer(CARRIER, number, "unanswered", why=f"{TITLE} answered {reply.summary}") for number in asked]


def read(document: object, asked: Sequence[str] = ()) -> list[Answer]:
    """Read an answer of service 040001 or of the older trace service.

    asked: the number of the call; without it, the numbers of the events. Never raises: an unreadable answer is
    "unanswered".
    """
    try:
        answer = as_part(document)
        events, words = _events_of_trace_service(answer) if answer.has("responseState") else _events_of_platform(answer)
        if events is None:
            return [Answer(CARRIER, number, "unanswered", why=f"{TITLE} answered {words}") for number in asked or ("",)]
        if not events:
            return [Answer(CARRIER, number, "unknown", why=words) for number in asked or ("",)]
        numbers = asked or tuple(dict.fromkeys(_number(event) for event in events))
        return [_answer(number, events) for number in numbers]
    except BadShape as bad:
        why = unreadable(TITLE, bad)
        return [Answer(CARRIER, number, "unanswered", why=why) for number in asked or ("",)]


def seal(message: str, key: str) -> str:
    """Encrypt a JSON text with the Base64 text of the key. Raises ValueError if the key is not 16 bytes in Base64."""
    # Slower to import than the other four carriers' modules together.
    from cryptography.hazmat.primitives import padding  # noqa: PLC0415 (see above)
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 (see above)

    padder = padding.PKCS7(_BLOCK_BITS).padder()
    padded = padder.update((message + key).encode()) + padder.finalize()
    encryptor = Cipher(algorithms.SM4(sm4_key_bytes(key)), modes.ECB()).encryptor()  # noqa: S305 (the platform's choice)
    return _SEALED + base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def _tracking_call(number: str, endpoint: ChinaPostEndpoint, moment: datetime) -> Call:
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
    """The words by which the platform refuses the credentials, "" when it does not."""
    try:
        answer = as_part(reply.document)
        code, words = answer.text("retCode"), answer.text("retMsg")
    except BadShape:
        return ""
    refused = code not in {"", _SUCCESS} and any(word in words for word in _REFUSED)
    return f"{code} {words}" if refused else ""


def _events_of_platform(answer: Part) -> tuple[tuple[Part, ...] | None, str]:
    """The events of a 040001 answer (empty: unknown number; None: failed) and the platform's words."""
    code, words = answer.needed("retCode"), answer.text("retMsg")
    if code != _SUCCESS:
        is_unknown = any(word in words for word in _UNKNOWN_WORDS_OF_FAILURES)
        return () if is_unknown else None, f"{code} {words}".rstrip()
    body = answer.members.get("retBody")
    if isinstance(body, str) and body.strip():
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            raise BadShape("retBody is text that is no JSON") from None
    if not body and not isinstance(body, list) and any(word in words for word in _UNKNOWN_WORDS):
        return (), f"{code} {words}"
    if isinstance(body, list):
        return as_parts(body, "retBody"), f"{code} {words}".rstrip()
    return as_part(body, "retBody").needed_parts("responseItems"), f"{code} {words}".rstrip()


def _events_of_trace_service(answer: Part) -> tuple[tuple[Part, ...] | None, str]:
    """The events of the older trace service (empty: unknown number; None: refused) and its words."""
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
    return Answer(CARRIER, number, "known", sort_scans(_scan_row(event) for event in own))


def _scan_row(event: Part) -> ScanRow:
    time = read_time(event.text("opTime"))
    place_names = (event.text("opOrgProvName"), event.text("opOrgCity"), event.text("opOrgName"))
    at = None
    if time is not None and time.has_clock:
        at = time.instant or in_zone(time.local, _BEIJING)
    return ScanRow(
        position=0,
        at=at,
        code=event.needed("opCode").upper(),
        description=event.text("opName") or event.text("opDesc"),
        location=" ".join(dict.fromkeys(name for name in place_names if name)),
    )
