"""The mutants of scan codes: a code that is a physical scan is none any more, any other one is.

Usually only the codes in which the fake carriers tell the kinds of events that a scenario can name: they stand for
everything that a scenario says without naming a code. The tables hold over a thousand codes more, and whether the
validator takes each for what it is, is no matter of the rules; `--codes all` makes mutants of them too.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

from scenarios.mutating.mutants import Mutant
from simulator import carriers
from vtr import scan_codes
from vtr.policy import ChosenClass, Profile
from vtr.scan_codes import ScanClass

Which = Literal["usual", "all", "none"]


def of_codes(profile: Profile, which: Which) -> Iterator[Mutant]:
    """The mutants of scan codes, carrier by carrier in the order of the tables."""
    if which == "none":
        return
    own = {(chosen.carrier, chosen.code): chosen.scan_class for chosen in profile.scan_classes}
    for carrier, table in scan_codes.load_all().items():
        usual = {code.code for code in carriers.by_name(carrier).codes.by_kind.values()}
        lines = _lines(carrier)
        for code, row in table.items():
            if which == "usual" and code not in usual:
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


def _lines(carrier: str) -> dict[str, int]:
    """In which line of a carrier's table each code stands."""
    path = Path(scan_codes.__file__).with_name(f"{carrier}.yaml")
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith('- {code: "'):
            found[line.removeprefix('- {code: "').partition('"')[0]] = number
    return found
