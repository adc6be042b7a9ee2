"""One HTTP call to a carrier: send it once, and read the body whatever its packing.

A failure worth another attempt is a `RawReply` without text; `http.py` decides whether to retry. A call that cannot be
sent at all raises `NoAnswer`. Bodies are limited in size and in time, unpacked and decoded here.
"""

import codecs
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import requests
import urllib3.exceptions

from vtr.reference.clients.endpoints import trusted_authorities

MAX_BODY_BYTES = 10 * 1024 * 1024
UNREADABLE = "sent an answer that cannot be read"
"""How the trouble of an answer that arrived, but cannot be read, begins."""

_GZIP_MAGIC = b"\x1f\x8b"
_PIECE_BYTES = 65536


class NoAnswer(Exception):  # noqa: N818 (an expected outcome that becomes an Answer, not a fault of the program)
    """A carrier gave no usable answer.

    why: the reason in words.
    final: whether asking this carrier again in this collection is useless.
    """

    def __init__(self, why: str, *, final: bool = False) -> None:
        """Keep the reason and whether further calls are useless."""
        super().__init__(why)
        self.why = why
        self.final = final


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP call under a carrier's base URL: query, headers, and either form fields or a JSON body."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    body: object = None


@dataclass(frozen=True, slots=True)
class RawReply:
    """The result of one attempt.

    status: the HTTP status, 0 when none arrived.
    text: the decoded body, None when it could not be read.
    trouble: why there is no text, empty when there is.
    """

    status: int
    headers: Mapping[str, str]
    text: str | None
    trouble: str = ""


class Transport:
    """A kept connection to one carrier. Proxies and .netrc of the environment are ignored."""

    def __init__(
        self,
        title: str,
        base_url: str,
        *,
        timeouts: tuple[float, float],
        body_seconds: float,
        now: Callable[[], float],
    ) -> None:
        """Prepare a session; no connection is opened yet.

        title: the carrier's name in messages. base_url: without a slash at its end. timeouts: of connecting and of
        each read, in seconds. body_seconds: from the first byte of a body to the last. now: monotonic seconds.
        """
        self._title = title
        self._base_url = base_url
        self._timeouts = timeouts
        self._body_seconds = body_seconds
        self._now = now
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = trusted_authorities()
        self._session.headers.update({"User-Agent": "vtr", "Accept": "application/json", "Accept-Encoding": "gzip"})

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def send(self, call: Call) -> RawReply:
        """Send a call once. Raises NoAnswer for one that can never be sent."""
        try:
            response = self._session.request(
                call.method,
                self._base_url + call.path,
                params=dict(call.query) or None,
                headers=dict(call.headers),
                data=None if call.form is None else dict(call.form),
                json=call.body,
                timeout=self._timeouts,
                allow_redirects=False,
                stream=True,
            )
        except requests.Timeout:
            return RawReply(0, {}, None, "did not answer in time")
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as broken:
            return RawReply(0, {}, None, f"cannot be reached: {_reason(broken)}")
        except (requests.RequestException, UnicodeError) as unusable:
            # A URL or header that cannot be sent (UnicodeError: a host name that IDNA refuses) never will be.
            raise NoAnswer(f"{self._title} cannot be asked: {_reason(unusable)}") from unusable
        except OSError as unusable:  # not one of requests' own: the file of authorities does not exist
            raise NoAnswer(f"{self._title} cannot be asked: {unusable}") from unusable
        with response:
            try:
                raw = self._read_body(response)
                text = _decode(_gunzip(raw), response.headers.get("Content-Type", ""))
            except (urllib3.exceptions.ReadTimeoutError, TimeoutError):
                return RawReply(0, {}, None, "did not finish its answer in time")
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as broken:
                return RawReply(0, {}, None, f"broke its answer off: {_reason(broken)}")
            except (zlib.error, _TooLong) as unusable:
                return RawReply(response.status_code, response.headers, None, f"{UNREADABLE}: {unusable}")
            return RawReply(response.status_code, response.headers, text)

    def _read_body(self, response: requests.Response) -> bytes:
        """Read the body as it was sent, within its limits of size and time."""
        started = self._now()
        raw = bytearray()
        # `read1` returns what one receipt brought, so that a body that dribbles cannot outlast the limit unnoticed.
        while piece := response.raw.read1(_PIECE_BYTES, decode_content=False):
            raw += piece
            if len(raw) > MAX_BODY_BYTES:
                raise _TooLong(f"it is longer than {MAX_BODY_BYTES} bytes")
            if self._now() - started > self._body_seconds:
                raise TimeoutError
        return bytes(raw)


class _TooLong(Exception):  # noqa: N818 (internal signal)
    """A body exceeds the limit."""


def _gunzip(raw: bytes) -> bytes:
    """Unpack a gzip body, recognised by its first bytes: FedEx sends gzip unasked, often undeclared (karrio, C)."""
    if not raw.startswith(_GZIP_MAGIC):
        return raw
    unpacker = zlib.decompressobj(wbits=31)
    unpacked = unpacker.decompress(raw, MAX_BODY_BYTES)
    if unpacker.unconsumed_tail:
        raise _TooLong(f"unpacked it is longer than {MAX_BODY_BYTES} bytes")
    if not unpacker.eof:
        raise zlib.error("its gzip is cut off")
    return unpacked


def _decode(raw: bytes, content_type: str) -> str:
    """Decode as UTF-8 (with or without BOM), else as declared; wrong bytes in one text must not hide the codes."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        _, _, declared = content_type.lower().partition("charset=")
        try:
            name = codecs.lookup(declared.partition(";")[0].strip(" \"'") or "utf-8").name
            return raw.decode(name)
        except (LookupError, UnicodeDecodeError):
            return raw.decode("utf-8", errors="replace")


def _reason(error: BaseException) -> str:
    """The innermost cause in a few words: the outer ones repeat addresses of objects, which differ each run."""
    while True:
        inside = (getattr(error, "reason", None), *error.args[-1:], error.__cause__)
        inner = next((cause for cause in inside if isinstance(cause, BaseException)), None)
        if inner is None:
            break
        error = inner
    words = getattr(error, "strerror", None) or type(error).__name__
    return str(words)
