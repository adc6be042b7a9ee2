"""How a carrier is asked over HTTP: patience with failures, tokens kept and renewed, bodies read whatever they are.

One `CarrierHttp` per carrier keeps one connection. It repeats a call after a connection error, a timeout, 429 and 5xx,
within a bounded count and a bounded total wait, and honours Retry-After; carriers mostly send none (found nowhere for
UPS, FedEx and DHL; USPS documents seconds), so pauses otherwise double from the first one, without chance. All calls
here are questions, so repeating one is harmless. What cannot be answered raises `NoAnswer`; a carrier that cannot be
reached is thereby never turned into "unknown number" or "no scan".

Time is given: `wait` pauses, `now` is a monotonic clock in seconds for the life of tokens, `clock` tells the UTC time
where a carrier's protocol wants a time stamp. In a simulation all three belong to the simulated clock.
"""

import codecs
import json
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests
import urllib3.exceptions

from vtr.reference.clients import authorities
from vtr.reference.clients.answers import Answer
from vtr.reference.clients.shapes import BadShape, as_part, refusal_words

MOST_BODY_BYTES = 10 * 1024 * 1024
_UNAUTHORIZED = 401
_TOO_MANY = 429
_GZIP_MAGIC = b"\x1f\x8b"
_PIECE_BYTES = 65536
_EXCERPT = 80


class NoAnswer(Exception):  # noqa: N818 (an expected outcome that becomes an Answer, not a fault of the program)
    """A carrier gave no usable answer; `why` says so in words. final: asking it again in this collection is useless."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        """Keep the words and whether further calls are useless."""
        super().__init__(why)
        self.why = why
        self.final = final


def utc_now() -> datetime:
    """Give the present instant: for real carriers, which want to be told the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The given clocks: `wait` pauses for seconds, `now` is monotonic seconds, `clock` the instant in UTC."""

    wait: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    clock: Callable[[], datetime] = utc_now


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a carrier is given.

    attempts: calls for one question at most. unreadable_attempts: the same when the answer came but cannot be read
    (HTML, cut off, empty). first_pause_seconds doubles from attempt to attempt. total_wait_seconds: pauses for one
    question together. body_seconds: from the first byte to the last. give_up_after: questions in a row without a usable
    answer, after which the carrier is not asked any more.
    """

    attempts: int = 4
    unreadable_attempts: int = 2
    first_pause_seconds: float = 1.0
    total_wait_seconds: float = 90.0
    connect_timeout_seconds: float = 5.0
    read_timeout_seconds: float = 15.0
    body_seconds: float = 30.0
    give_up_after: int = 5


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
class Reply:
    """A carrier's reply that is no failure of transport: status, the JSON (None if it is none), and words about it."""

    status: int
    document: object
    words: str

    @property
    def is_ok(self) -> bool:
        """Tell whether the status is 2xx; then `document` is JSON."""
        return 200 <= self.status < 300  # noqa: PLR2004 (HTTP's own bounds)

    @property
    def summary(self) -> str:
        """Give status and words, as a message quotes them: `401 250002 Invalid Authentication Information`."""
        return f"{self.status} {self.words}".strip()


@dataclass(frozen=True, slots=True)
class _Body:
    """What one attempt gave: either a status with its text, or (text is None) why the body could not be had."""

    status: int
    headers: Mapping[str, str]
    text: str | None
    trouble: str = ""


class CarrierHttp:
    """One carrier's connection. `title` is the carrier's name in messages; base_url has no slash at its end."""

    def __init__(self, title: str, base_url: str, patience: Patience, waiting: Waiting) -> None:
        """Open no connection yet; the environment's proxies and .netrc are not looked at."""
        self.title = title
        self.patience = patience
        self.waiting = waiting
        self._base_url = base_url
        self._owed_seconds = 0.0  # asked for by the last answer to a question that was given up
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = authorities.trusted()
        self._session.headers.update({"User-Agent": "vtr", "Accept": "application/json", "Accept-Encoding": "gzip"})

    def close(self) -> None:
        """Let the connection go."""
        self._session.close()

    def call(self, call: Call) -> Reply:
        """Ask, again if need be, and give the reply: 2xx with JSON, or 4xx with whatever came. Raises NoAnswer.

        A wait that the carrier asked for holds for every question: the next one waits it out where this one gave up,
        and none is asked any more where it is longer than is ever waited.
        """
        if self._owed_seconds:
            self.waiting.wait(self._owed_seconds)
            self._owed_seconds = 0.0
        waited = 0.0
        unreadable = 0
        for attempt in range(1, self.patience.attempts + 1):
            body = self._attempt(call)
            reply, trouble = self._judge(body)
            if reply is not None:
                return reply
            asked = self._retry_after(body.headers) or 0.0
            if asked > self.patience.total_wait_seconds:
                raise NoAnswer(
                    f"{self.title} {trouble}; it asks to wait {asked:g} s, longer than is waited for one question",
                    final=True,
                )
            unreadable += trouble.startswith(_UNREADABLE)
            if attempt == self.patience.attempts or unreadable >= self.patience.unreadable_attempts:
                self._owed_seconds = asked
                break
            pause = self._pause(body, attempt)
            if waited + pause > self.patience.total_wait_seconds:
                trouble += f"; it asks to wait {pause:g} s, longer than is waited for one question"
                self._owed_seconds = asked
                break
            self.waiting.wait(pause)
            waited += pause
        raise NoAnswer(f"{self.title} {trouble}")

    def _judge(self, body: _Body) -> tuple[Reply | None, str]:
        """Tell a reply from trouble worth another attempt. Raises NoAnswer for what no repetition changes."""
        status = body.status
        if body.text is None:
            return None, body.trouble
        document, is_json = _parse(body.text)
        words = refusal_words(document) if is_json else _excerpt(body.text)
        if status == _TOO_MANY or status >= 500:  # noqa: PLR2004 (HTTP's own bound)
            return None, f"answered {status} {words}".rstrip()
        if 300 <= status < 400:  # noqa: PLR2004 (HTTP's own bounds)
            target = body.headers.get("Location", "nowhere")
            raise NoAnswer(f"{self.title} redirects ({status}) to {target}; redirects are not followed: check the URL")
        reply = Reply(status, document, words)
        if reply.is_ok and not is_json:
            return None, f"{_UNREADABLE} ({status}): {words or 'it is empty'}"
        return reply, ""

    def _attempt(self, call: Call) -> _Body:
        patience = self.patience
        try:
            response = self._session.request(
                call.method,
                self._base_url + call.path,
                params=dict(call.query) or None,
                headers=dict(call.headers),
                data=None if call.form is None else dict(call.form),
                json=call.body,
                timeout=(patience.connect_timeout_seconds, patience.read_timeout_seconds),
                allow_redirects=False,
                stream=True,
            )
        except requests.Timeout:
            return _Body(0, {}, None, "did not answer in time")
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as broken:
            return _Body(0, {}, None, f"cannot be reached: {_reason(broken)}")
        except (requests.RequestException, UnicodeError) as unusable:
            # A URL or header that cannot be sent (UnicodeError: a host name that IDNA refuses) stays so.
            raise NoAnswer(f"{self.title} cannot be asked: {_reason(unusable)}") from unusable
        except OSError as unusable:  # none of requests' own: the file of authorities is not there
            raise NoAnswer(f"{self.title} cannot be asked: {unusable}") from unusable
        with response:
            try:
                raw = self._read(response)
                text = _decode(_gunzip(raw), response.headers.get("Content-Type", ""))
            except (urllib3.exceptions.ReadTimeoutError, TimeoutError):
                return _Body(0, {}, None, "did not finish its answer in time")
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as broken:
                return _Body(0, {}, None, f"broke its answer off: {_reason(broken)}")
            except (zlib.error, _TooLong) as unusable:
                return _Body(response.status_code, response.headers, None, f"{_UNREADABLE}: {unusable}")
            return _Body(response.status_code, response.headers, text)

    def _read(self, response: requests.Response) -> bytes:
        """Read the body as it was sent, within its limits of size and time."""
        started = self.waiting.now()
        raw = bytearray()
        # `read1` returns what one receipt brought, so that a body that dribbles cannot outlast the limit unnoticed.
        while piece := response.raw.read1(_PIECE_BYTES, decode_content=False):
            raw += piece
            if len(raw) > MOST_BODY_BYTES:
                raise _TooLong(f"it is longer than {MOST_BODY_BYTES} bytes")
            if self.waiting.now() - started > self.patience.body_seconds:
                raise TimeoutError
        return bytes(raw)

    def _pause(self, body: _Body, attempt: int) -> float:
        asked = self._retry_after(body.headers)
        return self.patience.first_pause_seconds * 2 ** (attempt - 1) if asked is None else asked

    def _retry_after(self, headers: Mapping[str, str]) -> float | None:
        """Give the seconds that Retry-After asks for, of a date measured from the reply's own Date, else our clock."""
        text = headers.get("Retry-After", "").strip()
        if text.isascii() and text.isdigit():
            return float(text)
        until = _http_date(text)
        if until is None:
            return None
        since = _http_date(headers.get("Date", "")) or self.waiting.clock()
        return max(0.0, (until - since).total_seconds())


_UNREADABLE = "sent an answer that cannot be read"


class _TooLong(Exception):  # noqa: N818 (internal signal)
    """A body exceeds the limit."""


class Bearer:
    """Calls with an OAuth token, which is asked for once, kept until it expires or a 401, and then renewed once.

    A refusal by the token endpoint is kept: the endpoint is not asked again for every number (UPS and FedEx block
    clients that fetch tokens too often, api-documentation#123, B). A token with no stated life, or one of no seconds,
    is used until a 401, as FedEx advises (A).
    """

    def __init__(self, http: CarrierHttp, token_call: Call) -> None:
        """Take the carrier's connection and the call that gives a token; nothing is asked yet."""
        self._http = http
        self._token_call = token_call
        self._token = ""
        self._expires_at: float | None = None
        self._refused: NoAnswer | None = None
        self._renewed_in_vain = False

    def call(self, call: Call) -> Reply:
        """Ask with the token. Raises NoAnswer, also when a fresh token is refused."""
        reply = self._http.call(self._signed(call))
        if reply.status == _UNAUTHORIZED and not self._renewed_in_vain:
            self._token = ""
            reply = self._http.call(self._signed(call))
            if reply.status == _UNAUTHORIZED:
                self._renewed_in_vain = True
                raise NoAnswer(f"{self._http.title} refused the credentials ({reply.summary})")
        if reply.status == _UNAUTHORIZED:
            # Refused for a second question: it is the token, not the number, and no further call is welcome.
            raise NoAnswer(f"{self._http.title} refused the credentials ({reply.summary})", final=True)
        self._renewed_in_vain = False
        return reply

    def _signed(self, call: Call) -> Call:
        if self._refused is not None:
            raise self._refused
        if not self._token or (self._expires_at is not None and self._http.waiting.now() >= self._expires_at):
            self._renew()
        return replace(call, headers={**call.headers, "Authorization": f"Bearer {self._token}"})

    def _renew(self) -> None:
        try:
            self._token, life = self._fetch()
        except NoAnswer as refused:
            self._refused = NoAnswer(refused.why, final=True)
            raise self._refused from refused
        # Renewed a little early, so that a call does not set out with a token that dies on the way.
        self._expires_at = None if life is None else self._http.waiting.now() + life - min(30.0, life / 10)

    def _fetch(self) -> tuple[str, float | None]:
        title = self._http.title
        reply = self._http.call(self._token_call)
        if not reply.is_ok:
            raise NoAnswer(f"{title} refused the credentials ({reply.summary})")
        try:
            answer = as_part(reply.document)
            return answer.needed("access_token"), _life(answer.text("expires_in"))
        except BadShape as bad:
            raise NoAnswer(f"{title} gave no token: {bad}") from bad


def _life(text: str) -> float | None:
    """Read `expires_in`: seconds as number or text (UPS sends text, USPS either, FedEx a number; A and B)."""
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if 0 < seconds < float("inf") else None


def ask_in_turn(
    http: CarrierHttp,
    carrier: str,
    questions: Iterable[Sequence[str]],
    ask: Callable[[Sequence[str]], Iterable[Answer]],
) -> Iterator[Answer]:
    """Ask question after question (each the numbers of one call) and give an answer for every number.

    NoAnswer becomes "unanswered" for the numbers of the question. After a final one, or `give_up_after` questions in a
    row, the rest is unanswered without being asked: each would wait as long and get as much.
    """
    failures = 0
    why = ""
    for numbers in questions:
        if failures >= http.patience.give_up_after:
            words = f"{why}; not asked any more"
            yield from (Answer(carrier, number, "unanswered", why=words) for number in numbers)
            continue
        try:
            answers = tuple(ask(numbers))
        except NoAnswer as no_answer:
            why = no_answer.why
            failures = http.patience.give_up_after if no_answer.final else failures + 1
            answers = tuple(Answer(carrier, number, "unanswered", why=why) for number in numbers)
        else:
            failures = 0
        yield from answers


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _gunzip(raw: bytes) -> bytes:
    """Unpack a gzip body, told by its first bytes: FedEx sends gzip unasked and may not declare it (karrio, C)."""
    if not raw.startswith(_GZIP_MAGIC):
        return raw
    unpacker = zlib.decompressobj(wbits=31)
    unpacked = unpacker.decompress(raw, MOST_BODY_BYTES)
    if unpacker.unconsumed_tail:
        raise _TooLong(f"unpacked it is longer than {MOST_BODY_BYTES} bytes")
    if not unpacker.eof:
        raise zlib.error("its gzip is cut off")
    return unpacked


def _decode(raw: bytes, content_type: str) -> str:
    """Decode as UTF-8 (with BOM or not), else as declared; wrong bytes in a text cannot hide the codes beside it."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        _, _, declared = content_type.lower().partition("charset=")
        try:
            name = codecs.lookup(declared.partition(";")[0].strip(" \"'") or "utf-8").name
            return raw.decode(name)
        except (LookupError, UnicodeDecodeError):
            return raw.decode("utf-8", errors="replace")


def _parse(text: str) -> tuple[object, bool]:
    try:
        return json.loads(text), True
    except (ValueError, RecursionError):
        return None, False


def _excerpt(text: str) -> str:
    return " ".join(text.split())[:_EXCERPT]


def _reason(error: BaseException) -> str:
    """Give the innermost cause in a few words: the outer ones repeat addresses of objects, which differ each run."""
    while True:
        inside = (getattr(error, "reason", None), *error.args[-1:], error.__cause__)
        inner = next((cause for cause in inside if isinstance(cause, BaseException)), None)
        if inner is None:
            break
        error = inner
    words = getattr(error, "strerror", None) or type(error).__name__
    return str(words)
