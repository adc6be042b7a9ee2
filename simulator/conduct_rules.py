"""The rules about a client's conduct, with what would be polite, who asks for it, and the thresholds of each.

A client is given the benefit of the doubt: the thresholds are beyond what a careful client does with bad luck.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MIN_PAUSE_SECONDS = 0.5  # after a 429 without Retry-After: clients' first back-offs are half a second or more
IN_FLIGHT_SECONDS = 0.25  # by the door's stamps: other requests that a parallel client had sent before it read the 429
TOKENS_FOR_NOTHING = 3  # tokens fetched while the one before was valid: a client may be restarted once or twice
TOKEN_SECONDS = 600  # a token is valid for an hour or more at every carrier, so ten minutes are no reason for another
CALLS_WITH_REFUSED_TOKEN = 2  # one more call shows whether token or number was refused; a second shows nothing new
BATCH_UNUSED_CALLS = 5  # single numbers in a row; fewer may be requested as they are needed
BATCH_SECONDS = 60  # within which they could have been one call
POLLS_AFTER_DELIVERY = 3  # further calls within a day about a parcel that was reported delivered
POLLS_SECONDS = 86_400  # a daily report may ask again
SAME_QUESTIONS = 3  # equal calls with complete answers: two may come from two parts of a program
SAME_SECONDS = 60
STORM_TRIES = 5  # of a call that fails: four with doubling pauses, the first of a second, take seven seconds
STORM_SECONDS = 10
REFUSED_TOKEN_CALLS = 3  # with refused credentials: a second one may come after a typing error was corrected
HAMMER_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    name: that of its findings.
    says: what the client did.
    polite: what would have been polite.
    source: who asks for it; empty where the operation's Batch has the source.
    grade: how sure that is (A official, B observed, C third party, D our own idea).
    """

    name: str
    says: str
    polite: str
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Batch:
    """How many numbers an operation takes in one call.

    most: the number.
    source, grade: as in Rule.
    """

    most: int
    source: str
    grade: str


# Restated from the sources of the carriers' modules: what a client may rely on, not what the fake carrier refuses.
BATCHES: Mapping[tuple[str, str], Batch] = {
    ("fedex", "track"): Batch(30, "FedEx Track API: up to 30 numbers a call", "A"),
    ("fedex", "documents"): Batch(30, "FedEx Track API: up to 30 numbers a call", "A"),
    ("usps", "track_several"): Batch(35, "USPS 3.2 takes a list; 35 was the limit of the interface before it", "C"),
    ("dhl", "mydhl_track_several"): Batch(200, "MyDHL API 3.1.1: up to 200 numbers a call", "A"),
}
BATCHES_EXPECTED = frozenset({("fedex", "track"), ("usps", "track_several")})  # where single numbers are a waste

RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "retry_after_ignored",
            "called again before the time that Retry-After asked for was over",
            "wait as many seconds as Retry-After says before the next call to that interface",
            "USPS API specs: 429 and 503 carry Retry-After",
            "A",
        ),
        Rule(
            "no_pause_after_429",
            f"repeated a call within {MIN_PAUSE_SECONDS:g} s of a 429 that said nothing about how long to wait",
            "pause a second or more, and longer each time",
            "UPS-API/api-documentation#8: 429 without Retry-After",
            "B",
        ),
        Rule(
            "token_per_call",
            "fetched a token for every call, though the one before was good",
            "keep a token until it expires or is refused",
            "UPS-API/api-documentation#123 and FedEx's best practices",
            "A",
        ),
        Rule(
            "token_renewed_too_often",
            f"fetched another token within {TOKEN_SECONDS // 60} minutes, though the one before was good",
            "keep a token until it expires or is refused",
            "FedEx's best practices: keep a token until a 401",
            "A",
        ),
        Rule(
            "calls_after_401",
            "went on with an access token that had been refused",
            "fetch a new token after a 401, once",
            "FedEx's best practices: renew after a 401",
            "A",
        ),
        Rule(
            "credentials_hammered",
            "asked for a token again and again with credentials that had been refused",
            "stop, and let somebody look at the credentials",
            "FedEx's page on thresholds: an address is blocked for about ten minutes",
            "A",
        ),
        Rule(
            "batch_unused",
            "asked about single numbers, one after another, where one call takes many",
            "collect numbers and ask about as many as one call takes",
            "",
            "A",
        ),
        Rule(
            "batch_limit_exceeded",
            "asked about more numbers in one call than the carrier takes",
            "split the numbers into calls of at most as many as the carrier takes",
            "",
            "A",
        ),
        Rule(
            "polling_after_delivery",
            "went on asking about parcels that had been told to be delivered",
            "stop asking once a parcel is delivered; its history is over",
            "DHL: fair use is ten calls for a shipment a day",
            "A",
        ),
        Rule(
            "same_question_again",
            f"asked the same question within {SAME_SECONDS} s, though it had been answered",
            "keep an answer for a while; carriers' records change by the hour",
            "our own idea of politeness",
            "D",
        ),
        Rule(
            "retry_storm",
            f"tried a failing question {STORM_TRIES} times or more within {STORM_SECONDS} s",
            "try a few times with pauses that double, then give up for now",
            "UPS-API/api-documentation#8; a client with 60 to 170 refusals an hour (bloodhound#186)",
            "B",
        ),
        Rule(
            "unknown_path",
            "called a path or method that the carrier doesn't have",
            "mend the URL; UPS's token path has no /api before it, its tracking paths do",
            "UPS-API/api-documentation#26",
            "B",
        ),
    )
}
