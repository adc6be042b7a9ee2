"""The reach of faults: carriers and operations that several entries of the catalogue share."""

from simulator import carriers
from simulator.faults.envelope import Reach

_ABOUT_TOKENS = frozenset({"token", "revoke"})

TRACKING: Reach = {
    carrier.name: frozenset(each.name for each in carrier.operations if each.name not in _ABOUT_TOKENS)
    for carrier in carriers.CARRIERS
}
TOKENS: Reach = {
    carrier.name: frozenset({"token"})
    for carrier in carriers.CARRIERS
    if any(each.name == "token" for each in carrier.operations)
}


def tracking_at(*names: str) -> Reach:
    """The tracking calls of some carriers."""
    return {name: TRACKING[name] for name in names}
