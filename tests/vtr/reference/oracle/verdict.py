"""The verdict on each package of a story, in the order of decision of the catalogue, and the rates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from oracle import numbers
from oracle.carriers import SUPPORTED
from oracle.days import window
from oracle.scans import Seen, sightings
from oracle.story import Answer, Order, Package, Story, Submission
from oracle.submissions import Pair, candidates, reflected_submissions

ENVELOPES = frozenset({"Standard Mail envelope", "First Class Mail envelope"})
TARGET = Fraction(95, 100)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a package (number None: an order without one).

    state: out (not in the report), exempt, unanswered, invalid, valid. reasons: the words that are right; where several
    things keep a package out, each of them is. The rest is as the report shows it; empty where there is no row.
    """

    order_id: str
    package: int | None
    category: str
    state: str
    reasons: frozenset[str]
    carrier: str = ""
    tracking_id: str = ""
    first_scan: datetime | None = None
    delivered: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """The rate of a category, or of all (category None)."""

    category: str | None
    confirmed: int
    exempt: int
    unanswered: int
    counted: int
    valid: int
    status: str


def verdicts(story: Story) -> list[Verdict]:
    """One for each package, and for each order without one."""
    known = {(answer.carrier, answer.number): answer for answer in story.answers}
    return [_verdict(story, order, package, known) for order in story.orders for package in (order.packages or (None,))]


def _verdict(story: Story, order: Order, package: Package | None, known: dict[tuple[str, str], Answer]) -> Verdict:
    out = frozenset(_not_in_population(story, order, package))
    number = None if package is None else package.number
    if out or package is None:
        return Verdict(order.order_id, number, order.category, "out", out)
    submissions = reflected_submissions(package.submissions, story.as_of)
    if not submissions:  # the report does not know of the confirmation yet
        return Verdict(order.order_id, number, order.category, "out", frozenset({"NOT_YET_REFLECTED"}))
    if _cheap_from_abroad(order):
        exempt = frozenset({"EXEMPT_ABROAD_LOW_VALUE"})
        return Verdict(order.order_id, number, order.category, "exempt", exempt)
    places = _judged(story, order, submissions, known)
    if len(places) > 1:
        return Verdict(order.order_id, number, order.category, "unanswered", frozenset())
    return _of_submission(story, order, package.number, submissions[places.pop()], known)


def _not_in_population(story: Story, order: Order, package: Package | None) -> Iterator[str]:
    """R1 and R13."""
    first, last = window(story.as_of)
    confirmed_at = package.confirmed_at if package is not None else None
    if order.fulfilled_by != "seller":
        yield "NOT_SELLER_FULFILLED"
    if confirmed_at is None or confirmed_at > story.as_of:
        yield "NOT_CONFIRMED"
    cancelled_at = order.cancelled_at
    if (
        cancelled_at is not None
        and cancelled_at <= story.as_of
        and (confirmed_at is None or cancelled_at < confirmed_at)
    ):
        yield "CANCELLED_BEFORE_CONFIRMATION"
    if order.promised < first:
        yield "BEFORE_WINDOW"
    if order.promised > last:
        yield "AFTER_WINDOW"


def _price_in_dollars(order: Order) -> Decimal | None:
    """With shipping; None in another currency, for which no limit is given."""
    return order.item_price + order.shipping_price if order.currency == "USD" else None


def _cheap_from_abroad(order: Order) -> bool:
    """From abroad the requirement is for orders above 5 dollars."""
    price = _price_in_dollars(order)
    return order.ship_from != "US" and price is not None and price <= Decimal(5)


def _exempt(order: Order, submission: Submission) -> frozenset[str]:
    """What the submission exempts by: freight, or a small article in an envelope (R18)."""
    found = set()
    if submission.ship_method == "Freight" and submission.carrier_code not in SUPPORTED:
        found.add("EXEMPT_FREIGHT")
    price = _price_in_dollars(order)
    in_envelope = submission.carrier_code == "USPS" and submission.ship_method in ENVELOPES
    if in_envelope and price is not None and price < Decimal(10):
        found.add("EXEMPT_SMALL_ENVELOPE")
    return frozenset(found)


def _pair(story: Story, submission: Submission) -> Pair | None:
    """Which carrier is asked about what; None where the text or the name settles it."""
    text = numbers.processed_text(submission.tracking, story.switches.inner_space)
    if numbers.invalid_reason(text, submission.carrier_code) or submission.carrier_code not in SUPPORTED:
        return None
    return SUPPORTED[submission.carrier_code] or submission.carrier_code, numbers.lookup_key(text)


def _outcome(story: Story, pair: Pair, known: dict[tuple[str, str], Answer]) -> str:
    if pair[0] not in SUPPORTED.values():
        return "unanswered"  # a carrier that nobody here can ask
    answer = known.get(pair)
    if answer is None:
        return "unknown" if story.complete else "unanswered"
    return answer.outcome


def _seen(story: Story, order: Order, pair: Pair, known: dict[tuple[str, str], Answer]) -> Seen:
    answer = known.get(pair)
    events = answer.events if answer is not None else ()
    return sightings(
        pair[0], events, as_of=story.as_of, placed_at=order.placed_at, prior_scans=story.switches.prior_scans
    )


def _judged(
    story: Story, order: Order, submissions: list[Submission], known: dict[tuple[str, str], Answer]
) -> set[int]:
    pairs = [_pair(story, submission) for submission in submissions]
    asked = {pair for pair in pairs if pair is not None}
    silent = frozenset(pair for pair in asked if _outcome(story, pair, known) == "unanswered")
    delivered = {}
    for pair in asked - silent:
        instant = _seen(story, order, pair, known).delivered
        if instant is not None:
            delivered[pair] = instant
    return candidates(submissions, pairs, delivered, silent)


def _of_submission(  # noqa: PLR0911 (one way out for each rule: the order of decision is what it shows)
    story: Story, order: Order, number: int, submission: Submission, known: dict[tuple[str, str], Answer]
) -> Verdict:
    """From the exemptions that a submission gives to the last rule."""

    def row(reason: str, sight: Seen | None = None) -> Verdict:
        invalid_id = reason.startswith("INVALID_ID")
        return Verdict(
            order.order_id,
            number,
            order.category,
            "valid" if reason == "VALID" else "invalid",
            frozenset({reason}),
            submission.carrier_name if submission.carrier_code in {"", "Other"} else submission.carrier_code,
            f"{order.order_id}-InvalidId" if invalid_id else numbers.trim(submission.tracking),
            sight.first if sight is not None else None,
            sight.delivered if sight is not None else None,
        )

    exempt = _exempt(order, submission)
    if exempt:
        return Verdict(order.order_id, number, order.category, "exempt", exempt)
    text = numbers.processed_text(submission.tracking, story.switches.inner_space)
    unreadable = numbers.invalid_reason(text, submission.carrier_code)
    if unreadable is not None:
        return row(unreadable)
    pair = _pair(story, submission)
    if pair is None:
        return row("CARRIER_UNSUPPORTED")
    outcome = _outcome(story, pair, known)
    if outcome == "unanswered":
        return Verdict(order.order_id, number, order.category, "unanswered", frozenset())
    if outcome == "unknown":
        elsewhere = any(
            answer.outcome == "known" and answer.number == pair[1] and answer.carrier != pair[0]
            for answer in known.values()
        )
        return row("CARRIER_MISMATCH" if elsewhere else "NUMBER_UNKNOWN")
    sight = _seen(story, order, pair, known)
    if sight.scans == 0:
        return row("NO_SCAN", sight)
    if sight.delivered is not None and submission.at > sight.delivered:
        return row("UPLOADED_AFTER_DELIVERY", sight)
    return row("VALID", sight)


def rates(found: Iterable[Verdict], target_met_at: str) -> list[Counts]:
    """The rate over everything, then of each category in which something was confirmed (R15, R17)."""
    confirmed = [verdict for verdict in found if verdict.state != "out"]
    categories = sorted({verdict.category for verdict in confirmed})
    return [
        _counts(None, confirmed, target_met_at),
        *(_counts(name, [one for one in confirmed if one.category == name], target_met_at) for name in categories),
    ]


def _counts(category: str | None, confirmed: list[Verdict], target_met_at: str) -> Counts:
    states = [verdict.state for verdict in confirmed]
    valid, invalid = states.count("valid"), states.count("invalid")
    if valid + invalid == 0:
        status = "NONE"
    else:
        rate = Fraction(valid, valid + invalid)
        met = rate > TARGET or (rate == TARGET and target_met_at == "equal")
        status = "GOOD" if met else "BAD"
    return Counts(
        category, len(states), states.count("exempt"), states.count("unanswered"), valid + invalid, valid, status
    )
