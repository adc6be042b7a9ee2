"""Ask a carrier over HTTP: retries within bounds, OAuth tokens, and giving up on a carrier that does not answer.

`CarrierHttp` repeats a call after a connection error, a timeout, 429 and 5xx, within a bounded count and a bounded
total wait, and honours Retry-After; carriers mostly send none (found nowhere for UPS, FedEx and DHL; USPS documents
seconds), so pauses otherwise double from the first one, without jitter. All calls only query, so repeating one is
harmless. A call without a usable answer raises `NoAnswer`, so that an unreachable carrier never becomes "unknown
number" or "no scan".

Retries are our own and not urllib3.Retry or tenacity, which would need as much subclassing: an unreadable answer counts
separately, a wait that the carrier demanded is owed by the next call, and pauses run on a simulated clock.

Time is passed in (`Clocks`), so that in a simulation all of it comes from the simulated clock.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from vtr.reference.clients.answers import Answer
from vtr.reference.clients.shapes import BadShape, as_part, refusal_words
from vtr.reference.clients.transport import UNREADABLE, Call, NoAnswer, RawReply, Transport

_UNAUTHORIZED = 401
_TOO_MANY = 429
_EXCERPT = 80


def utc_now() -> datetime:
    """The present instant in UTC, which real carriers want in time stamps."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of a collection.

    wait: pauses for a number of seconds.
    now: monotonic seconds, for the life of tokens and the limits of bodies.
    clock: the instant in UTC, where a carrier's protocol wants a time stamp.
    """

    wait: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    clock: Callable[[], datetime] = utc_now


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long a carrier is asked.

    attempts: the most calls for one question.
    unreadable_attempts: the same, when answers arrive but cannot be read (HTML, cut off, empty).
    first_pause_seconds: doubles from attempt to attempt.
    total_wait_seconds: the most that the pauses for one question may add up to.
    connect_timeout_seconds: until the connection is open.
    read_timeout_seconds: until the next bytes arrive.
    body_seconds: from the first byte of a body to the last.
    give_up_after: questions in a row without a usable answer, after which the carrier is not asked again.
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
class Reply:
    """A carrier's reply that arrived whole.

    status: the HTTP status.
    document: the JSON of the body, None if it is not JSON.
    words: codes and sentences of an error body, or its beginning.
    """

    status: int
    document: object
    words: str

    @property
    def is_ok(self) -> bool:
        """Whether the status is 2xx; then `document` is JSON."""
        return 200 <= self.status < 300  # noqa: PLR2004 (HTTP's own bounds)

    @property
    def summary(self) -> str:
        """Status and words for a message: `401 250002 Invalid Authentication Information`."""
        return f"{self.status} {self.words}".strip()


class CarrierHttp:
    """One carrier, asked with retries over one connection."""

    def __init__(self, title: str, base_url: str, policy: RetryPolicy, clocks: Clocks) -> None:
        """Open no connection yet. title: the carrier's name in messages; base_url: without a slash at its end."""
        self.title = title
        self.policy = policy
        self.clocks = clocks
        self._owed_seconds = 0.0  # demanded by the last answer to a question that was given up
        self._transport = Transport(
            title,
            base_url,
            timeouts=(policy.connect_timeout_seconds, policy.read_timeout_seconds),
            body_seconds=policy.body_seconds,
            now=clocks.now,
        )

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def call(self, call: Call) -> Reply:
        """Send a call, with retries, and return the reply: 2xx with JSON, or 4xx with any body. Raises NoAnswer.

        A wait that the carrier demands holds for every question: when one is given up, the next waits first. A demand
        longer than the policy's total wait ends the asking.
        """
        if self._owed_seconds:
            self.clocks.wait(self._owed_seconds)
            self._owed_seconds = 0.0
        waited = 0.0
        unreadable = 0
        for attempt in range(1, self.policy.attempts + 1):
            raw = self._transport.send(call)
            reply, trouble = self._reply_or_trouble(raw)
            if reply is not None:
                return reply
            demanded = self._retry_after(raw.headers) or 0.0
            if demanded > self.policy.total_wait_seconds:
                raise NoAnswer(
                    f"{self.title} {trouble}; it asks to wait {demanded:g} s, longer than is waited for one question",
                    final=True,
                )
            unreadable += trouble.startswith(UNREADABLE)
            if attempt == self.policy.attempts or unreadable >= self.policy.unreadable_attempts:
                self._owed_seconds = demanded
                break
            pause = self._pause(raw, attempt)
            if waited + pause > self.policy.total_wait_seconds:
                trouble += f"; it asks to wait {pause:g} s, longer than is waited for one question"
                self._owed_seconds = demanded
                break
            self.clocks.wait(pause)
            waited += pause
        raise NoAnswer(f"{self.title} {trouble}")

    def _reply_or_trouble(self, raw: RawReply) -> tuple[Reply | None, str]:
        """The reply, or why another attempt is worthwhile. Raises NoAnswer where no retry can help."""
        status = raw.status
        if raw.text is None:
            return None, raw.trouble
        document, is_json = _parse_json(raw.text)
        words = refusal_words(document) if is_json else _excerpt(raw.text)
        if status == _TOO_MANY or status >= 500:  # noqa: PLR2004 (HTTP's own bound)
            return None, f"answered {status} {words}".rstrip()
        if 300 <= status < 400:  # noqa: PLR2004 (HTTP's own bounds)
            target = raw.headers.get("Location", "nowhere")
            raise NoAnswer(f"{self.title} redirects ({status}) to {target}; redirects are not followed: check the URL")
        reply = Reply(status, document, words)
        if reply.is_ok and not is_json:
            return None, f"{UNREADABLE} ({status}): {words or 'it is empty'}"
        return reply, ""

    def _pause(self, raw: RawReply, attempt: int) -> float:
        demanded = self._retry_after(raw.headers)
        return self.policy.first_pause_seconds * 2 ** (attempt - 1) if demanded is None else demanded

    def _retry_after(self, headers: Mapping[str, str]) -> float | None:
        """The seconds that Retry-After demands; a date is measured from the reply's own Date, else our clock."""
        text = headers.get("Retry-After", "").strip()
        if text.isascii() and text.isdigit():
            return float(text)
        until = _http_date(text)
        if until is None:
            return None
        since = _http_date(headers.get("Date", "")) or self.clocks.clock()
        return max(0.0, (until - since).total_seconds())


class Bearer:
    """Calls with an OAuth token, which is fetched once, kept until it expires or a 401, and then renewed once.

    A refusal by the token endpoint is final: the endpoint is not called again for every number (UPS and FedEx block
    clients that fetch tokens too often, api-documentation#123, B). A token with no stated life, or a life of zero, is
    used until a 401, as FedEx advises (A).
    """

    def __init__(self, http: CarrierHttp, token_call: Call) -> None:
        """Take the carrier's connection and the call that fetches a token; nothing is sent yet."""
        self._http = http
        self._token_call = token_call
        self._token = ""
        self._expires_at: float | None = None
        self._refusal: NoAnswer | None = None
        self._refused_once = False

    def call(self, call: Call) -> Reply:
        """Send a call with the token. Raises NoAnswer, also when a fresh token is refused."""
        reply = self._http.call(self._authorized(call))
        if reply.status == _UNAUTHORIZED and not self._refused_once:
            self._token = ""
            reply = self._http.call(self._authorized(call))
            if reply.status == _UNAUTHORIZED:
                self._refused_once = True
                raise NoAnswer(f"{self._http.title} refused the credentials ({reply.summary})")
        if reply.status == _UNAUTHORIZED:
            # Refused for a second question: it is the token, not the number, so every further call would fail too.
            raise NoAnswer(f"{self._http.title} refused the credentials ({reply.summary})", final=True)
        self._refused_once = False
        return reply

    def _authorized(self, call: Call) -> Call:
        if self._refusal is not None:
            raise self._refusal
        if not self._token or (self._expires_at is not None and self._http.clocks.now() >= self._expires_at):
            self._renew_token()
        return replace(call, headers={**call.headers, "Authorization": f"Bearer {self._token}"})

    def _renew_token(self) -> None:
        try:
            self._token, life = self._fetch_token()
        except NoAnswer as refused:
            self._refusal = NoAnswer(refused.why, final=True)
            raise self._refusal from refused
        # Renew a little early, so that a token does not expire under way.
        self._expires_at = None if life is None else self._http.clocks.now() + life - min(30.0, life / 10)

    def _fetch_token(self) -> tuple[str, float | None]:
        title = self._http.title
        reply = self._http.call(self._token_call)
        if not reply.is_ok:
            raise NoAnswer(f"{title} refused the credentials ({reply.summary})")
        try:
            answer = as_part(reply.document)
            return answer.needed("access_token"), _token_life(answer.text("expires_in"))
        except BadShape as bad:
            raise NoAnswer(f"{title} gave no token: {bad}") from bad


def _token_life(text: str) -> float | None:
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
    """Ask one question after another (each the numbers of one call) and yield an answer for every number.

    NoAnswer becomes "unanswered" for the numbers of the question. After a final one, or after `give_up_after` failed
    questions in a row, the rest is "unanswered" without a call: each would wait as long for nothing.
    """
    failures = 0
    why = ""
    for numbers in questions:
        if failures >= http.policy.give_up_after:
            words = f"{why}; not asked any more"
            yield from (Answer(carrier, number, "unanswered", why=words) for number in numbers)
            continue
        try:
            answers = tuple(ask(numbers))
        except NoAnswer as no_answer:
            why = no_answer.why
            failures = http.policy.give_up_after if no_answer.final else failures + 1
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


def _parse_json(text: str) -> tuple[object, bool]:
    try:
        return json.loads(text), True
    except (ValueError, RecursionError):
        return None, False


def _excerpt(text: str) -> str:
    return " ".join(text.split())[:_EXCERPT]
