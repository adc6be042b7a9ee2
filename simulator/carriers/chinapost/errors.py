"""China Post's refusals: inside an HTTP 200 for bad requests, HTML pages for failures of its servers.

**Every return code here but 00000 is invented (C).** The official list is behind a login; clients confirm only that
00000 means success, and that anything else is a failure with a Chinese text. Ours start with S9 so that they cannot be
mistaken for real ones; to correct one, change RETURN_CODES and nothing else.
"""

# China Post writes Chinese, with Chinese punctuation.
# ruff: noqa: RUF001

from dataclasses import dataclass
from typing import Literal

from simulator.carriers.chinapost.render import JDPT_PREFIX, JSON_HEADERS, beijing_time, json_response, trace_response
from simulator.carriers.chinapost.requests import form_fields
from simulator.carriers.common.carrier import CarrierView, Refusals
from simulator.exchange import Request, Response

SUCCESS = "00000"

Reason = Literal[
    "sender_unknown",
    "authorization_wrong",
    "timestamp_malformed",
    "service_unknown",
    "service_not_subscribed",
    "undecipherable",
    "tail_wrong",
    "body_malformed",
    "throttled",
]


@dataclass(frozen=True, slots=True)
class ReturnCode:
    """The retCode and the retMsg of a refusal, both ours."""

    ret_code: str
    ret_msg: str


RETURN_CODES: dict[Reason, ReturnCode] = {
    "sender_unknown": ReturnCode("S9401", "授权失败：协议客户号不存在"),
    "authorization_wrong": ReturnCode("S9402", "授权失败：授权码错误"),
    "service_not_subscribed": ReturnCode("S9403", "授权失败：未开通该接口服务"),
    "service_unknown": ReturnCode("S9404", "接口服务代码不存在"),
    "timestamp_malformed": ReturnCode("S9405", "请求时间格式错误，应为yyyy-MM-dd HH:mm:ss"),
    "undecipherable": ReturnCode("S9411", "报文解密失败"),
    "tail_wrong": ReturnCode("S9412", "报文验签失败"),
    "body_malformed": ReturnCode("S9413", "报文格式错误：缺少邮件号"),
    "throttled": ReturnCode("S9429", "请求过于频繁，请稍后再试"),
}

# JDPT's refusals: responseState false and a text, in a field whose name is also unconfirmed (C).
TraceReason = Literal["sender_unknown", "not_subscribed", "digest_wrong", "body_malformed", "throttled"]

JDPT_TEXTS: dict[TraceReason, str] = {
    "sender_unknown": "sendID未授权",
    "not_subscribed": "sendID未开通该服务",
    "digest_wrong": "数据签名验证失败",
    "body_malformed": "msgBody格式错误：缺少traceNo",
    "throttled": "请求过于频繁，请稍后再试",
}


def envelope(view: CarrierView, ret_code: str, ret_msg: str, ret_body: str) -> dict[str, object]:
    """The envelope of the EMS open platform, its keys as in an answer of the API (2025)."""
    return {
        "serialNo": view.identifier(),
        "retCode": ret_code,
        "retMsg": ret_msg,
        "retBody": ret_body,
        "retDate": beijing_time(view.now),
        "success": ret_code == SUCCESS,
    }


def refuse(view: CarrierView, reason: Reason, status: int = 200) -> Response:
    """A refusal of the EMS open platform."""
    code = RETURN_CODES[reason]
    return json_response(envelope(view, code.ret_code, code.ret_msg, ""), status)


def _page(status: int, title: str) -> Response:
    """A page of the proxy server in front of the interface; its text is not documented (C)."""
    head = f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n"
    body = f"<center><h1>{status} {title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    return Response(status, (("content-type", "text/html"),), (head + body).encode())


def refuse_trace(sender: str, reason: TraceReason, status: int = 200) -> Response:
    """A refusal of JDPT's trace service. sender: the request's sendID."""
    return trace_response(sender, state=False, events=[], error=JDPT_TEXTS[reason], status=status)


def _refuse_by_interface(
    request: Request, view: CarrierView, reason: Reason, trace_reason: TraceReason, status: int = 200
) -> Response:
    """A refusal in the form of the interface that the request is for."""
    if request.path.startswith(JDPT_PREFIX):
        return refuse_trace(form_fields(request).get("sendID", ""), trace_reason, status)
    return refuse(view, reason, status)


def _rate_limited(request: Request, view: CarrierView, retry_after_seconds: int | None) -> Response:
    """Rate limits are undocumented: an HTTP 429 whose body refuses as well, so a client may read either (C)."""
    refusal = _refuse_by_interface(request, view, "throttled", "throttled", 429)
    if retry_after_seconds is None:
        return refusal
    return Response(429, (*JSON_HEADERS, ("retry-after", str(retry_after_seconds))), refusal.body)


REFUSALS = Refusals(
    unauthorized=lambda request, view: _refuse_by_interface(request, view, "authorization_wrong", "sender_unknown"),
    forbidden=lambda request, view: _refuse_by_interface(request, view, "service_not_subscribed", "not_subscribed"),
    rate_limited=_rate_limited,
    server_error=lambda _request, _view: _page(502, "Bad Gateway"),
    unavailable=lambda _request, _view: _page(504, "Gateway Time-out"),
    no_such_path=lambda _request, _view: _page(404, "Not Found"),
    no_such_method=lambda _request, _view: _page(405, "Not Allowed"),
)
