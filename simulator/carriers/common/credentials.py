"""The credentials that a simulation accepts. Those that a client sends choose its session."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from simulator.errors import MisuseError

SM4_KEY_BYTES = 16


class Product(StrEnum):
    """What a carrier may withhold from an application with valid credentials, each with the carrier's own answer.

    A client gets its token, or passes the gate, and is refused by the tracking call. DHL's sources have no such case.
    """

    UPS_TRACKING = "ups_tracking"  # as for an invalid token (B)
    USPS_TRACKING = "usps_tracking"  # a token without scope, then a 401 without a text (B)
    USPS_APPLICATION = "usps_application"  # the application itself: a 401 that calls its identifier invalid (B)
    FEDEX_TRACKING = "fedex_tracking"  # 403 (A)
    CHINAPOST_EMS = "chinapost_ems"  # service 040001 is not subscribed (C)
    CHINAPOST_JDPT = "chinapost_jdpt"  # the trace service is not subscribed (C)


@dataclass(frozen=True, slots=True)
class Credentials:
    """One value per kind of credential.

    sm4_key: China Post's signature key, 16 bytes in Base64.
    withheld: products that carriers refuse to the holder, although they accept the credentials.
    """

    client_id: str
    client_secret: str
    api_key: str
    username: str
    password: str
    sender_no: str
    authorization: str
    sm4_key: str
    send_id: str
    digest_key: str
    withheld: frozenset[Product] = frozenset()

    @classmethod
    def of(cls, name: str) -> "Credentials":
        """The credentials of a session: its name in every field, repeated to fill the SM4 key.

        Raises MisuseError for an empty name.
        """
        if not name:
            raise MisuseError("credentials: the name is empty; give the session a name")
        key = (name.encode() * SM4_KEY_BYTES)[:SM4_KEY_BYTES]
        return cls(
            client_id=name,
            client_secret=name,
            api_key=name,
            username=name,
            password=name,
            sender_no=name,
            authorization=name,
            sm4_key=b64encode(key).decode(),
            send_id=name,
            digest_key=name,
        )

    @property
    def identities(self) -> frozenset[str]:
        """The values that identify the holder; each of them leads to the session."""
        return frozenset((self.client_id, self.api_key, self.username, self.sender_no, self.send_id))

    def carriers_block(self, base_url: Callable[[str], str]) -> dict[str, dict[str, str]]:
        """The `carriers` block of the validator protocol. base_url: gives the URL of a carrier by its name."""
        oauth = {"client_id": self.client_id, "client_secret": self.client_secret}
        fields = {
            "ups": oauth,
            "usps": oauth,
            "fedex": oauth,
            "dhl": {"api_key": self.api_key, "username": self.username, "password": self.password},
            "chinapost": {
                "sender_no": self.sender_no,
                "authorization": self.authorization,
                "sm4_key": self.sm4_key,
                "send_id": self.send_id,
                "digest_key": self.digest_key,
            },
        }
        return {carrier: {"base_url": base_url(carrier), **values} for carrier, values in fields.items()}
