"""Tracking numbers across carriers: mint one, find the carriers that a text may belong to.

A check digit finds typing errors and does not confirm a carrier: one number in ten of the same length passes another
carrier's by accident. So a number's candidates are all carriers and forms that it fits; none is picked.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from random import Random

from simulator import carriers
from simulator.carriers.common.number_form import CheckDigit, NumberForm, normalise
from simulator.errors import UnknownFormError


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


def identify(text: str) -> tuple[Candidate, ...]:
    """Every carrier and form that a text may belong to, ignoring blanks and case; empty if it fits none."""
    number = normalise(text)
    if not number.isascii():  # `\d` and `int` also accept the digits of other scripts, which no label has
        return ()
    return tuple(
        Candidate(carrier.name, form.name, form.check(number))
        for carrier in carriers.CARRIERS
        for form in carrier.forms
        if form.shape.fullmatch(number)
    )
