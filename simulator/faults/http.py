"""Faults of HTTP: the carrier refuses, is down, or a gateway answers in its place.

Refusals are the carrier's own, in the form of the interface that was called (`Carrier.refusals`). Pages are those of
edges and gateways: short HTML of our own, since their text means nothing to a client.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import orjson

from simulator.carriers.common.carrier import Call, Carrier, CarrierView, Refusal, Refusals
from simulator.carriers.common.oauth import json_answer
from simulator.exchange import Response
from simulator.faults import reach
from simulator.faults.entry import Entry, Number, Word


@dataclass(frozen=True, slots=True)
class CarrierRefusal:
    """The carrier refuses in its own form. which: picks one of its refusals."""

    which: Callable[[Refusals], Refusal]

    def on_answer(self, _answer: Response, call: Call, carrier: Carrier, view: CarrierView) -> Response:
        """The refusal, in the form of the interface that was called."""
        return self.which(carrier.refusals)(call.request, view)


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Too many requests.

    retry_after: the seconds of Retry-After; 0: no such header.
    dated: whether the header is a date instead.
    """

    retry_after: int
    dated: bool = False

    def on_answer(self, _answer: Response, call: Call, carrier: Carrier, view: CarrierView) -> Response:
        """The carrier's 429, with Retry-After where it is wanted."""
        limited = carrier.refusals.rate_limited(call.request, view, self.retry_after or None)
        if not (self.retry_after and self.dated):
            return limited
        until = format_datetime(view.now.replace(microsecond=0) + timedelta(seconds=self.retry_after), usegmt=True)
        kept = tuple(pair for pair in limited.headers if pair[0] != "retry-after")
        now = format_datetime(view.now.replace(microsecond=0), usegmt=True)
        return replace(limited, headers=(*kept, ("date", now), ("retry-after", until)))


@dataclass(frozen=True, slots=True)
class Page:
    """A page instead of an answer."""

    status: int
    title: str
    headers: tuple[tuple[str, str], ...] = ()

    def on_answer(self, _answer: Response, _call: Call, _carrier: Carrier, _view: CarrierView) -> Response:
        """The page, whatever the answer was."""
        page = f"<!DOCTYPE html><html><head><title>{self.title}</title></head><body><h1>{self.title}</h1></body></html>"
        return Response(self.status, (("content-type", "text/html; charset=utf-8"), *self.headers), page.encode())


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """An answer that is not in the carrier's form: a status, a content type, a body."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def on_answer(self, _answer: Response, _call: Call, _carrier: Carrier, _view: CarrierView) -> Response:
        """These bytes, whatever the answer was."""
        return Response(self.status, (("content-type", self.content_type), *self.headers), self.body)


@dataclass(frozen=True, slots=True)
class NoContent:
    """Success, and nothing with it."""

    def on_answer(self, _answer: Response, _call: Call, _carrier: Carrier, _view: CarrierView) -> Response:
        """Status 204 without a body."""
        return Response(204)


@dataclass(frozen=True, slots=True)
class TokenThrottled:
    """The token call is refused for its frequency: FedEx blocks the address, the others answer 429."""

    def on_answer(self, _answer: Response, call: Call, carrier: Carrier, view: CarrierView) -> Response:
        """The carrier's refusal for too many calls, to a token call."""
        return carrier.refusals.rate_limited(call.request, view, None)


@dataclass(frozen=True, slots=True)
class UpsError:
    """UPS refuses with another code than usual."""

    status: int
    code: str
    message: str

    def on_answer(self, _answer: Response, _call: Call, _carrier: Carrier, _view: CarrierView) -> Response:
        """An error in UPS's form."""
        return json_answer(self.status, {"response": {"errors": [{"code": self.code, "message": self.message}]}})


@dataclass(frozen=True, slots=True)
class ShortLivedToken:
    """A token expires sooner than its answer says. seconds: after how long."""

    seconds: int

    def on_answer(self, answer: Response, _call: Call, _carrier: Carrier, view: CarrierView) -> Response:
        """The token answer with a token that expires after `seconds`; any other answer as it is."""
        document = _token_document(answer)
        if document is None:
            return answer
        scope = document.get("scope")
        document["access_token"] = view.issue_token(self.seconds, scope if isinstance(scope, str) and scope else None)
        return replace(answer, body=orjson.dumps(document))


@dataclass(frozen=True, slots=True)
class TokenLife:
    """A token's answer has another `expires_in`. kind: `missing`, `zero`, or `other_type` of JSON."""

    kind: str

    def on_answer(self, answer: Response, _call: Call, _carrier: Carrier, _view: CarrierView) -> Response:
        """The token answer with another `expires_in`; any other answer as it is."""
        document = _token_document(answer)
        if document is None or "expires_in" not in document:
            return answer
        life = document["expires_in"]
        if self.kind == "missing":
            del document["expires_in"]
        elif self.kind == "zero":
            document["expires_in"] = "0" if isinstance(life, str) else 0
        else:
            document["expires_in"] = int(life) if isinstance(life, str) else str(life)
        return replace(answer, body=orjson.dumps(document))


@dataclass(frozen=True, slots=True)
class TokenWithoutScope:
    """A token that does not allow tracking, as an app gets that lacks the product."""

    def on_answer(self, answer: Response, _call: Call, _carrier: Carrier, view: CarrierView) -> Response:
        """The token answer with a token of another scope; any other answer as it is."""
        document = _token_document(answer)
        if document is None:
            return answer
        document["scope"] = "addresses"
        life = int(document.get("expires_in", 0))
        document["access_token"] = view.issue_token(life, "addresses")
        return replace(answer, body=orjson.dumps(document))


@dataclass(frozen=True, slots=True)
class TokensRevoked:
    """Every token issued so far is revoked at this call, which is refused; so is each later call that sends one."""

    def on_answer(self, _answer: Response, call: Call, carrier: Carrier, view: CarrierView) -> Response:
        """401, after all tokens issued so far have been revoked."""
        view.revoke_tokens()
        return carrier.refusals.unauthorized(call.request, view)


def _token_document(answer: Response) -> dict[str, Any] | None:
    """The document of an answer that gives a token; None for any other."""
    try:
        document = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) and "access_token" in document else None


_SOAP_SHAPED = orjson.dumps(
    {
        "Fault": {
            "faultcode": "Client",
            "faultstring": "An exception has been raised as a result of client data.",
            "detail": {
                "Errors": {
                    "ErrorDetail": {
                        "Severity": "Authentication",
                        "PrimaryErrorCode": {"Code": "250002", "Description": "Invalid Authentication Information."},
                    }
                }
            },
        }
    }
)
_CHALLENGE = b'{"sec-cp-challenge":"true","provider":"crypto","branding_url_content":"/_sec/cp_challenge/logo.html"}'
_SECONDS = Number("retry_after", "seconds", 0, 0, 86_400, "what Retry-After asks for; 0: no such header", whole=True)
_NO_RETRY_AFTER = "carriers mostly send no Retry-After: UPS-API/api-documentation#8"
_HTML = "HTML where JSON was expected (egg-/delivery-tracker#25)"

ENTRIES = (
    Entry(
        "unauthorized",
        "http",
        "401, as for a token that has expired",
        "FedEx's best practices: a token may end in the middle of a run",
        "A",
        lambda: CarrierRefusal(lambda refusals: refusals.unauthorized),
    ),
    Entry(
        "tokens_revoked",
        "http",
        "every token issued so far is refused from this call on, until a new one is fetched; give `calls`, e.g. [2]",
        "FedEx's best practices: a token may end in the middle of a run; USPS's revoke call",
        "A",
        TokensRevoked,
        reach={name: reach.TRACKING[name] for name in reach.TOKENS},
    ),
    Entry(
        "forbidden",
        "http",
        "403, as for an account without this right",
        "UPS, FedEx and USPS API specs; USPS/api-examples#113",
        "A",
        lambda: CarrierRefusal(lambda refusals: refusals.forbidden),
    ),
    Entry(
        "rate_limited",
        "http",
        "429, too many requests",
        _NO_RETRY_AFTER,
        "B",
        RateLimited,
        (_SECONDS,),
    ),
    Entry(
        "rate_limited_until",
        "http",
        "429, with Retry-After as a date",
        "our own: HTTP allows a date (RFC 9110), no carrier was seen sending one",
        "D",
        lambda retry_after: RateLimited(retry_after, dated=True),
        (Number("retry_after", "seconds", 30, 1, 86_400, "how far ahead the date lies", whole=True),),
    ),
    Entry(
        "server_error",
        "http",
        "500 in the carrier's own form",
        "the carriers' API specs",
        "A",
        lambda: CarrierRefusal(lambda refusals: refusals.server_error),
    ),
    Entry(
        "unavailable",
        "http",
        "503 in the carrier's own form",
        "the carriers' API specs",
        "A",
        lambda: CarrierRefusal(lambda refusals: refusals.unavailable),
    ),
    Entry(
        "no_such_path",
        "http",
        "404, as for a path that the carrier doesn't have",
        "UPS-API/api-documentation#26: a slip in the published path",
        "B",
        lambda: CarrierRefusal(lambda refusals: refusals.no_such_path),
    ),
    Entry("bad_gateway", "http", "502 with an HTML page", _HTML, "D", lambda: Page(502, "502 Bad Gateway")),
    Entry("gateway_timeout", "http", "504 with an HTML page", _HTML, "D", lambda: Page(504, "504 Gateway Time-out")),
    Entry(
        "html_unavailable",
        "http",
        "503 with an HTML page",
        "egg-/delivery-tracker#25; UPS-API/api-documentation#121",
        "B",
        lambda: Page(503, "Service Unavailable"),
    ),
    Entry(
        "maintenance_page",
        "http",
        "200 with an HTML page that says maintenance",
        _HTML,
        "B",
        lambda: Page(200, "We are down for maintenance"),
    ),
    Entry(
        "html_unauthorized",
        "http",
        "401 with an HTML page",
        "netresearch/dhl-module-shipping-m2#72; a client's test of USPS tokens (karrio)",
        "B",
        lambda: Page(401, "401 Authorization Required", (("www-authenticate", 'Basic realm="carrier"'),)),
    ),
    Entry(
        "bot_challenge",
        "http",
        "a bot challenge in JSON where data was expected",
        "itsvic-dev/deliveries#81, norkator/paketin-seuranta#207 (of websites; the status isn't recorded)",
        "B",
        lambda status: RawAnswer(status, "application/json", _CHALLENGE),
        (Number("status", "HTTP status", 200, 200, 599, "with which it comes", whole=True),),
    ),
    Entry(
        "plain_text_error",
        "http",
        "503 with the plain text `No backend server available`",
        "uh-opensource/node-shipping-fedex#1 (of FedEx's older service; the status isn't recorded)",
        "B",
        lambda: RawAnswer(503, "text/plain", b"No backend server available"),
    ),
    Entry(
        "redirected",
        "http",
        "302 to a page for people",
        "our own: gateways send expired sessions to a login page",
        "D",
        lambda: RawAnswer(302, "text/html", b"", (("location", "https://login.example/"),)),
    ),
    Entry("no_content", "http", "204 where an answer was due", "our own", "D", NoContent),
    Entry(
        "soap_shaped_fault",
        "http",
        "401 in the form of UPS's older services",
        "TA2k/ioBroker.parcel#45",
        "B",
        lambda: RawAnswer(401, "application/json", _SOAP_SHAPED),
        reach=reach.tracking_at("ups"),
    ),
    Entry(
        "old_licence",
        "http",
        "401 with the code for a licence number that UPS no longer gives out",
        "a client's fixture (karrio)",
        "C",
        lambda: UpsError(401, "250003", "Invalid Access License number"),
        reach=reach.tracking_at("ups"),
    ),
    Entry(
        "token_throttled",
        "http",
        "the token call is refused for its frequency: 403 at FedEx, 429 elsewhere",
        "UPS-API/api-documentation#123; FedEx's page on thresholds",
        "A",
        TokenThrottled,
        reach=reach.TOKENS,
    ),
    Entry(
        "token_dies_early",
        "http",
        "the token holds for a shorter time than its answer says",
        "FedEx's best practices; raycast/extensions#16998",
        "A",
        ShortLivedToken,
        (Number("seconds", "seconds", 60, 0, 86_400, "how long it holds", whole=True),),
        reach.TOKENS,
    ),
    Entry(
        "token_life",
        "http",
        "expires_in is missing, zero, or of the other JSON type (text for number, number for text)",
        "USPS/api-examples#28, #56: README and answers differ; appsmith#30515",
        "B",
        TokenLife,
        (Word("kind", "other_type", "what is wrong with it", ("missing", "zero", "other_type")),),
        reach.TOKENS,
    ),
    Entry(
        "token_without_scope",
        "http",
        "the token is given, and not good for tracking",
        "USPS/api-examples#28, #56, #88",
        "B",
        TokenWithoutScope,
        reach={"usps": frozenset({"token"})},
    ),
)
