"""The mutants of scan codes: a code that is a physical scan no longer is one, and any other code becomes one.

By default only the codes in which the fake carriers report the kinds of events that a scenario can name: they cover
everything that a scenario says without naming a code. The tables hold over a thousand more. Whether the validator
classifies each of those correctly has nothing to do with the rules; `--codes all` makes mutants of them too.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal

from simulator import carriers, journeys, places, tracking_numbers
from simulator.clock import Clock
from simulator.core.simulation import Simulation
from simulator.parcel import Parcel, ScanEvent
from vtr.play import doors
from vtr.reference import scan_codes
from vtr.reference.clients.collect import collect
from vtr.reference.clients.endpoints import from_block
from vtr.reference.rules.profile import ChosenClass, Profile
from vtr.reference.scan_codes import ScanClass
from vtr.rule_changes.mutate.mutant import Mutant

_FIRST_EVENT = datetime(2026, 3, 3, tzinfo=UTC)

CodeSelection = Literal["usual", "all", "none"]
"""Which scan codes are mutated: those of the kinds of events in scenarios, all, or none."""


def mutants_of_codes(profile: Profile, codes: CodeSelection) -> Iterator[Mutant]:
    """The mutants of scan codes, carrier by carrier in the order of the tables."""
    if codes == "none":
        return
    overridden = {(chosen.carrier, chosen.code): chosen.scan_class for chosen in profile.scan_classes}
    for carrier, table in scan_codes.load_all().items():
        selected = _codes_in_answers(carrier) if codes == "usual" else set(table)
        lines = _line_numbers(carrier)
        for code, row in table.items():
            if code not in selected:
                continue
            before = overridden.get((carrier, code), row.scan_class)
            after: ScanClass = "none" if before in profile.counting_classes or before == "cancels" else "scan"
            about = f"scan_codes.{carrier}/{code}"
            chosen = ChosenClass(carrier, code, after)
            kept = (each for each in profile.scan_classes if (each.carrier, each.code) != (carrier, code))
            yield Mutant(
                f"{about}:{after}",
                about,
                f"vtr/scan_codes/{carrier}.yaml:{lines.get(code, 1)}",
                before,
                after,
                replace(profile, scan_classes=(*kept, chosen)),
                (carrier, code),
            )


def _codes_in_answers(carrier: str) -> set[str]:
    """The codes that a client reads for a parcel with one event of every kind that scenarios can name."""
    random, home = Random(carrier), places.origin_in(journeys.ships_from(carrier))
    number = tracking_numbers.mint(carrier, random=random)
    kinds = carriers.by_name(carrier).codes.by_kind
    events = tuple(ScanEvent(_FIRST_EVENT + timedelta(hours=hour), kind, home) for hour, kind in enumerate(kinds))
    parcel = Parcel(carrier, number, events, home, places.destination_in(journeys.HOME))
    clock = Clock(_FIRST_EVENT + timedelta(days=30))
    with doors.in_process.open(lambda credentials: Simulation([parcel], credentials=credentials, clock=clock)) as (
        _,
        block,
    ):
        (answer,) = collect([(carrier, number)], from_block(block), wait=clock.advance)
    return {code for scan in answer.scans for code in (scan.code, scan.subcode) if code}


def _line_numbers(carrier: str) -> dict[str, int]:
    """The line of each code in a carrier's table, from 1."""
    path = scan_codes.FOLDER / f"{carrier}.yaml"
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith('- {code: "'):
            found[line.removeprefix('- {code: "').partition('"')[0]] = number
    return found
