"""Access tokens: three dot-separated parts like the carriers' own, readable by anyone, signed by their simulation.

A token names its holder, so it leads to the session without a list of issued tokens, which would grow with a client
that requests a new one per call. Only the simulation that signed a token can check it.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any, Literal

_LAST_SECOND = 253_402_300_799  # of the year 9999, the last that datetime has
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


@lru_cache(_HOLDERS_REMEMBERED)  # depends on the text alone, and is needed in every call
def holder(token: str) -> str | None:
    """The client id in a token, None for other text. Unverified: only for finding the session."""
    claims = _claims(token)
    client_id = claims.get("client_id") if claims else None
    return client_id if isinstance(client_id, str) else None


def scope(token: str) -> str | None:
    """The scope in a token; None where it has none. Unverified, as in `holder`."""
    claims = _claims(token)
    value = claims.get("scope") if claims else None
    return value if isinstance(value, str) else None


class Tokens:
    """Issues tokens for one simulation and checks them."""

    def __init__(self, secret: str) -> None:
        """secret: the key of the signatures; equal secrets issue equal tokens."""
        self._key = sha256(secret.encode()).digest()
        self._serial = 0
        self._revoked: set[str] = set()
        self._revoked_through: dict[str, int] = {}  # by carrier: tokens up to this serial number are revoked
        self._sweeps = 0

    def _signature(self, content: str) -> str:
        return _part(digest(self._key, content.encode(), "sha256"))

    def issue(
        self, carrier: str, client_id: str, now: datetime, lifetime_seconds: int, scope: str | None = None
    ) -> str:
        """A new token of a carrier for a client.

        now: an aware instant. scope: what the token is good for, None for a token without scope.
        """
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
        """Make every token that has been issued for a carrier invalid from now on."""
        self._revoked_through[carrier] = self._serial
        self._sweeps += 1

    @property
    def revocations(self) -> int:
        """The number of revocations so far; when it changes, a token that was valid may no longer be."""
        return len(self._revoked) + self._sweeps

    def expires(self, carrier: str, token: str) -> datetime | None:
        """The instant at which a token expires (UTC); None for one that was not issued here for that carrier."""
        claims = self._verified_claims(carrier, token)
        return None if claims is None else datetime.fromtimestamp(min(claims["exp"], _LAST_SECOND), UTC)

    def state(self, carrier: str, token: str, now: datetime) -> TokenState:
        """Whether a token was issued here for a carrier, and whether it is still valid at an instant."""
        claims = self._verified_claims(carrier, token)
        if claims is None:
            return "unknown"
        revoked = token in self._revoked or claims["jti"] <= self._revoked_through.get(carrier, 0)
        return "expired" if revoked or claims["exp"] <= now.timestamp() else "valid"

    def _verified_claims(self, carrier: str, token: str) -> dict[str, Any] | None:
        """The claims of a token; None if it was not issued here for that carrier."""
        content, _, signature = token.rpartition(".")
        if not compare_digest(signature.encode(), self._signature(content).encode()):
            return None
        claims = _claims(token)
        return claims if claims is not None and claims["iss"] == carrier else None
