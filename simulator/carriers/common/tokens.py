"""Access tokens: three dot-separated parts like the carriers' own, readable by anyone, signed by their simulation.

A token says whose it is, so the door finds the session from the token alone and no list of issued tokens grows with a
client that asks for a new one per call. Only the simulation that signed it can say whether it holds.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any, Literal

_LAST_SECOND = 253_402_300_799  # of the year 9999, beyond which there are no instants
_HOLDERS_REMEMBERED = 256

TokenState = Literal["valid", "expired", "unknown"]


def _part(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


_HEADER = _part(b'{"alg":"HS256","typ":"JWT"}')


def _claims(token: str) -> dict[str, Any] | None:
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 (header, claims, signature)
        return None
    try:
        claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (Base64Error, ValueError, RecursionError):  # also JSON nested beyond what the parser can descend
        return None
    return claims if isinstance(claims, dict) else None


@lru_cache(_HOLDERS_REMEMBERED)  # follows from the text alone, and is asked in every call
def holder(token: str) -> str | None:
    """The client id that a token names; unverified, good only for finding the session. None for other text."""
    claims = _claims(token)
    client_id = claims.get("client_id") if claims else None
    return client_id if isinstance(client_id, str) else None


def scope(token: str) -> str | None:
    """What a token says it is good for; None where it says nothing. Unverified, as `holder`."""
    claims = _claims(token)
    said = claims.get("scope") if claims else None
    return said if isinstance(said, str) else None


class Tokens:
    """Issues tokens for one simulation and tells whether they hold."""

    def __init__(self, secret: str) -> None:
        """secret: what the signatures are keyed with; equal secrets issue equal tokens."""
        self._key = sha256(secret.encode()).digest()
        self._serial = 0
        self._revoked: set[str] = set()
        self._revoked_through: dict[
            str, int
        ] = {}  # by carrier, the last serial number that was revoked with all others
        self._sweeps = 0

    def _signature(self, content: str) -> str:
        return _part(digest(self._key, content.encode(), "sha256"))

    def issue(
        self, carrier: str, client_id: str, now: datetime, lifetime_seconds: int, scope: str | None = None
    ) -> str:
        """A new token of a carrier for a client; now: an aware instant. scope: what it is good for, if it says so."""
        self._serial += 1
        issued = int(now.timestamp())
        claims: dict[str, str | int] = {
            "iss": carrier,
            "client_id": client_id,
            "iat": issued,
            "exp": issued + lifetime_seconds,
            "jti": self._serial,
        }
        if scope is not None:
            claims["scope"] = scope
        content = f"{_HEADER}.{_part(json.dumps(claims, separators=(',', ':')).encode())}"
        return f"{content}.{self._signature(content)}"

    def revoke(self, token: str) -> None:
        """Make a token invalid from now on."""
        self._revoked.add(token)

    def revoke_all(self, carrier: str) -> None:
        """Make every token that was issued for a carrier so far invalid from now on."""
        self._revoked_through[carrier] = self._serial
        self._sweeps += 1

    @property
    def revocations(self) -> int:
        """How often tokens were revoked so far; another number says that what was valid may no longer be."""
        return len(self._revoked) + self._sweeps

    def expires(self, carrier: str, token: str) -> datetime | None:
        """The instant at which a token expires (UTC); None for one that was not issued here for that carrier."""
        claims = self._verified(carrier, token)
        return None if claims is None else datetime.fromtimestamp(min(claims["exp"], _LAST_SECOND), UTC)

    def state(self, carrier: str, token: str, now: datetime) -> TokenState:
        """Whether the token was issued here for that carrier, and still holds at an instant."""
        claims = self._verified(carrier, token)
        if claims is None:
            return "unknown"
        revoked = token in self._revoked or claims["jti"] <= self._revoked_through.get(carrier, 0)
        return "expired" if revoked or claims["exp"] <= now.timestamp() else "valid"

    def _verified(self, carrier: str, token: str) -> dict[str, Any] | None:
        """What a token says; None where it was not issued here for that carrier."""
        content, _, signature = token.rpartition(".")
        if not compare_digest(signature.encode(), self._signature(content).encode()):
            return None
        claims = _claims(token)
        return claims if claims is not None and claims["iss"] == carrier else None
