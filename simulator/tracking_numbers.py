"""Tracking numbers across carriers: mint one, make one defective, find the carriers that a text may belong to.

A check digit finds typing errors and does not confirm a carrier: one number in ten of the same length passes another
carrier's by accident. So `read` lists every carrier and form that a text fits, and never picks one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from random import Random
from typing import Literal, get_args

from simulator import carriers
from simulator.carriers.common.number_form import CheckDigit, NumberForm, normalise
from simulator.errors import MisuseError, UnknownFormError

# wrong_check_digit: one digit off. transposed: two neighbours swapped. too_short: one character missing.
# other_carrier: a valid number of another carrier.
Defect = Literal["wrong_check_digit", "transposed", "too_short", "other_carrier"]
_TRIES = 1000  # a minted number may fit the first carrier by accident, but not a thousand times
DEFECTS: tuple[Defect, ...] = get_args(Defect)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A carrier and form that a text may belong to; whether its check digit is right ("none": the form has no rule)."""

    carrier: str
    form: str
    check_digit: CheckDigit


def forms(carrier: str) -> tuple[NumberForm, ...]:
    """A carrier's forms, the usual one first. Raises UnknownCarrierError."""
    return carriers.by_name(carrier).forms


def form_of(carrier: str, form: str = "") -> NumberForm:
    """A carrier's form by name, by default its usual one. Raises UnknownCarrierError, UnknownFormError."""
    known = {entry.name: entry for entry in forms(carrier)}
    if not form and known:
        return next(iter(known.values()))
    if form not in known:
        near = get_close_matches(form.lower(), known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known) or 'none'}"
        raise UnknownFormError(f"{carrier} has no tracking numbers of the form {form!r}; {hint}")
    return known[form]


def mint(carrier: str, form: str = "", *, random: Random) -> str:
    """A valid tracking number of a carrier, by default of its usual form.

    Equal seeds give equal numbers. Raises UnknownCarrierError, UnknownFormError.
    """
    return form_of(carrier, form).mint(random)


def read(text: str) -> tuple[Candidate, ...]:
    """Every carrier and form that a text may belong to, ignoring blanks and case; empty if it fits none."""
    return tuple(candidate for candidate, _ in _candidates(text))


def defective(number: str, defect: Defect, *, random: Random) -> str:
    """A tracking number with a defect.

    Every form whose check digit was right before detects the defect, if its check digit can.
    Raises MisuseError where the number cannot have that defect: no check digit, or no two neighbours that differ.
    """
    text = normalise(number)
    if not text:
        raise MisuseError("tracking number '': nothing to spoil; give a number")
    if defect == "too_short":
        gap = random.randrange(len(text))
        return text[:gap] + text[gap + 1 :]
    if defect == "other_carrier":
        return _of_another_carrier(text, random)
    if defect == "transposed":
        return _transposed(text, random)
    if defect == "wrong_check_digit":
        return _with_wrong_check_digit(text, random)
    near = get_close_matches(defect, DEFECTS, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(DEFECTS)}"
    raise MisuseError(f"defect {defect!r} is unknown; {hint}")


def _candidates(text: str) -> Iterator[tuple[Candidate, NumberForm]]:
    number = normalise(text)
    if not number.isascii():  # `\d` and `int` also accept the digits of other scripts, which no label has
        return
    for carrier in carriers.CARRIERS:
        for form in carrier.forms:
            if form.shape.fullmatch(number):
                yield Candidate(carrier.name, form.name, form.check(number)), form


def _valid_forms(text: str) -> list[NumberForm]:
    return [form for candidate, form in _candidates(text) if candidate.check_digit == "ok"]


def _all_detect(text: str, valid_forms: list[NumberForm]) -> bool:
    """Whether none of the forms takes the text for a valid number."""
    return all(form.shape.fullmatch(text) is None or form.check(text) == "wrong" for form in valid_forms)


def _with_wrong_check_digit(text: str, random: Random) -> str:
    valid_forms = _valid_forms(text)
    if not valid_forms:
        raise MisuseError(
            f"tracking number {text!r}: it has no check digit that is right in a form it fits; give one that has"
        )
    # The check digit is the last digit, or is before digits and letters that it does not cover (S10, FedEx ASTRA).
    for place in range(len(text) - 1, -1, -1):
        others = [digit for digit in "0123456789" if text[place].isdigit() and digit != text[place]]
        changed = [text[:place] + digit + text[place + 1 :] for digit in others]
        right_shape = [
            number
            for number in changed
            if _all_detect(number, valid_forms) and all(form.shape.fullmatch(number) for form in valid_forms)
        ]
        if right_shape:
            return random.choice(right_shape)
    raise MisuseError(f"tracking number {text!r}: no single digit spoils the check digit of all forms that it fits")


def _transposed(text: str, random: Random) -> str:
    swaps = [
        text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        for at in range(len(text) - 1)
        if text[at] != text[at + 1] and text[at].isdigit() and text[at + 1].isdigit()
    ]
    if not swaps:
        raise MisuseError(f"tracking number {text!r}: no two neighbouring digits differ; give another number")
    valid_forms = _valid_forms(text)
    return random.choice([swap for swap in swaps if _all_detect(swap, valid_forms)] or swaps)


def _of_another_carrier(text: str, random: Random) -> str:
    own = {candidate.carrier for candidate in read(text)}
    others = [carrier.name for carrier in carriers.CARRIERS if carrier.forms and carrier.name not in own]
    if not others:
        raise MisuseError(
            f"tracking number {text!r}: every carrier here could have it; give a number that only some fit"
        )
    for _ in range(_TRIES):
        number = mint(random.choice(others), random=random)
        if own.isdisjoint(candidate.carrier for candidate in read(number) if candidate.check_digit != "wrong"):
            return number
    raise MisuseError(
        f"tracking number {text!r}: what other carriers mint, its own could have too; give another number"
    )
