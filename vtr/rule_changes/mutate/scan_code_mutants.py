"""The mutants of scan codes: a code that is a physical scan is none any more, any other one is.

Usually only the codes in which the fake carriers tell the kinds of events that a scenario can name: they stand for
everything that a scenario says without naming a code. The tables hold over a thousand codes more, and whether the
validator takes each for what it is, is no matter of the rules; `--codes all` makes mutants of them too.
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

_BEGUN = datetime(2026, 3, 3, tzinfo=UTC)

Which = Literal["usual", "all", "none"]


def of_codes(profile: Profile, which: Which) -> Iterator[Mutant]:
    """The mutants of scan codes, carrier by carrier in the order of the tables."""
    if which == "none":
        return
    own = {(chosen.carrier, chosen.code): chosen.scan_class for chosen in profile.scan_classes}
    for carrier, table in scan_codes.load_all().items():
        usual = _told(carrier) if which == "usual" else set(table)
        lines = _lines(carrier)
        for code, row in table.items():
            if code not in usual:
                continue
            before = own.get((carrier, code), row.scan_class)
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


def _told(carrier: str) -> set[str]:
    """The codes that a client reads of a parcel to which everything happened that scenarios have a word for."""
    random, home = Random(carrier), places.origin_in(journeys.ships_from(carrier))
    number = tracking_numbers.mint(carrier, random=random)
    kinds = carriers.by_name(carrier).codes.by_kind
    events = tuple(ScanEvent(_BEGUN + timedelta(hours=hour), kind, home) for hour, kind in enumerate(kinds))
    parcel = Parcel(carrier, number, events, home, places.destination_in(journeys.HOME))
    clock = Clock(_BEGUN + timedelta(days=30))
    with doors.in_process(lambda given: Simulation([parcel], credentials=given, clock=clock)) as (_, block):
        (answer,) = collect([(carrier, number)], from_block(block), wait=clock.advance)
    return {code for scan in answer.scans for code in (scan.code, scan.subcode) if code}


def _lines(carrier: str) -> dict[str, int]:
    """In which line of a carrier's table each code stands."""
    path = scan_codes.FOLDER / f"{carrier}.yaml"
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith('- {code: "'):
            found[line.removeprefix('- {code: "').partition('"')[0]] = number
    return found
