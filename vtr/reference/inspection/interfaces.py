"""The interfaces of the carriers, recognised by the shape of their answers."""

from collections.abc import Callable, Mapping
from typing import Any

from vtr.reference.clients import CLIENTS
from vtr.reference.report.explanation import TITLES


def api_of(carrier: str, document: object) -> str | None:
    """The interface of a carrier whose answers, refusals included, have this shape; None for none of them.

    UPS details; USPS v3 (an object) and v3r2 (a list); FedEx track; DHL unified and mydhl; China Post ems and jdpt.
    """
    if isinstance(document, list):
        own = carrier == "usps" and all(isinstance(each, dict) and _is_usps(each) for each in document)
        return "v3r2" if own and document else None
    if not isinstance(document, dict):
        return None
    return _API_OF[carrier](document)


def _ups_api(answer: Mapping[str, Any]) -> str | None:
    refused = isinstance(answer.get("response"), dict) and "errors" in answer["response"]
    return "details" if "trackResponse" in answer or refused else None


def _usps_api(answer: Mapping[str, Any]) -> str | None:
    return "v3" if _is_usps(answer) else None


def _is_usps(answer: Mapping[str, Any]) -> bool:
    return isinstance(answer.get("error"), dict) or "trackingNumber" in answer or "trackingEvents" in answer


def _fedex_api(answer: Mapping[str, Any]) -> str | None:
    output = answer.get("output")
    results = isinstance(output, dict) and ("completeTrackResults" in output or "alerts" in output)
    return "track" if results or ("errors" in answer and "response" not in answer) else None


def _dhl_api(answer: Mapping[str, Any]) -> str | None:
    shipments = answer.get("shipments")
    if shipments is not None:
        listed = shipments if isinstance(shipments, list) else [shipments]
        express = any(isinstance(each, dict) and "shipmentTrackingNumber" in each for each in listed)
        return "mydhl" if express else "unified"
    if "status" in answer and ("title" in answer or "detail" in answer):
        return "mydhl" if isinstance(answer["status"], str) else "unified"  # 404 or "404" (A)
    return None


def _chinapost_api(answer: Mapping[str, Any]) -> str | None:
    if "responseState" in answer:
        return "jdpt"
    return "ems" if "retCode" in answer else None


_API_OF: Mapping[str, Callable[[Mapping[str, Any]], str | None]] = {
    "ups": _ups_api,
    "usps": _usps_api,
    "fedex": _fedex_api,
    "dhl": _dhl_api,
    "chinapost": _chinapost_api,
}
_EXPECTED = {
    "ups": 'an object with "trackResponse"',
    "usps": 'an object, or a list of objects, with "trackingNumber" and "trackingEvents"',
    "fedex": 'an object with "output" and in it "completeTrackResults"',
    "dhl": 'an object with "shipments"',
    "chinapost": 'an object with "retCode", or with "responseState"',
}


def unrecognised_words(carrier: str, document: object) -> str:
    """Why a document is not an answer of a carrier, and of which carriers it may be one."""
    others = [f"{name} ({api})" for name in CLIENTS if (api := api_of(name, document)) is not None]
    hint = f"; it looks like an answer of {' or '.join(others)}" if others else ""
    return f"is not a tracking answer of {TITLES[carrier]}, which is {_EXPECTED[carrier]}{hint}"
