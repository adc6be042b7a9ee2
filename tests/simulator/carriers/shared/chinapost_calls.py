"""The form of a request to JDPT's trace service."""

BODY = '{"traceNo":"EV900000019CN"}'


HEX_DIGEST = "M2U2ZGY1NjhmMzY3MmQ1YmNjZTAxMjBmZDY2NjBhNWI="  # published, for KEY and BODY


def form(**changes: str) -> dict[str, str]:
    return {
        "sendID": "demo",
        "proviceNo": "99",
        "msgKind": "demo_JDPT_TRACE",
        "serialNo": "1",
        "sendDate": "20260401080000",
        "receiveID": "JDPT",
        "batchNo": "999",
        "dataType": "1",
        "dataDigest": HEX_DIGEST,
        "msgBody": BODY,
        **changes,
    }
