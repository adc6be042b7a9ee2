"""China Post's credentials: customer number and authorization code at EMS, sender and digest at JDPT. No tokens.

The EMS open platform also requires the SM4 key, in which the business body is encrypted: `ems` decrypts it.
"""

from collections.abc import Mapping

from simulator.carriers.chinapost import crypto
from simulator.carriers.chinapost.errors import Reason, TraceReason
from simulator.carriers.chinapost.requests import form_field, msg_body
from simulator.carriers.common.credentials import Credentials, Product
from simulator.exchange import Request

TRACE = "040001"
# Services that the platform has and this simulation does not: refused as not subscribed, unlike unknown codes.
OTHER_SERVICES = frozenset(["010004", "020003", "020006", "030005", "040002", "050001", "050005", "060001", "060002"])


def client_of(request: Request) -> str | None:
    """The client that a request comes from: the contract customer number at EMS, the sender at JDPT."""
    return form_field(request, "senderNo") or form_field(request, "sendID")


def check_ems_access(form: Mapping[str, str], credentials: Credentials) -> Reason | None:
    """None for a call to EMS by a customer who may use the requested service; otherwise the reason of the refusal."""
    if form.get("senderNo") != credentials.sender_no:
        return "sender_unknown"
    if form.get("authorization") != credentials.authorization:
        return "authorization_wrong"
    service = form.get("apiCode")
    if service != TRACE:
        return "service_not_subscribed" if service in OTHER_SERVICES else "service_unknown"
    return "service_not_subscribed" if Product.CHINAPOST_EMS in credentials.withheld else None


def check_jdpt_access(form: dict[str, str], credentials: Credentials) -> TraceReason | None:
    """None for a call to JDPT with a known sender and the right digest; otherwise the reason of the refusal."""
    if form.get("sendID", "") != credentials.send_id:
        return "sender_unknown"
    if Product.CHINAPOST_JDPT in credentials.withheld:
        return "not_subscribed"
    valid = crypto.digest_matches(form.get("dataDigest", ""), msg_body(form), credentials.digest_key)
    return None if valid else "digest_wrong"
