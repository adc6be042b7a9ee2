"""The mutants of a profile's settings: time zone, window, target, carriers, counting classes, switches."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from vtr.reference.rules.profile import SWITCHES, Profile, SupportedCarrier
from vtr.reference.rules.profile_reader import CLASSES
from vtr.rule_changes.mutate.mutant import Mutant, ProfileLines

_PERCENT = Decimal("0.01")
_UTC = "UTC"


def mutants_of_settings(profile: Profile, lines: ProfileLines) -> Iterator[Mutant]:
    """The mutants of every setting, in the order of a profile's keys."""
    yield from _zone(profile)
    yield from _days(profile)
    yield from _target(profile)
    yield from _carriers(profile, lines)
    yield from _classes(profile)
    yield from _switches(profile)


def _zone(profile: Profile) -> Iterator[Mutant]:
    if profile.zone.key != _UTC:
        changed = replace(profile, zone=ZoneInfo(_UTC))
        yield Mutant(f"zone:{_UTC}", "zone", profile.written_at["zone"], profile.zone.key, _UTC, changed)


def _days(profile: Profile) -> Iterator[Mutant]:
    for by in (1, -1):
        days = profile.window_days + by
        if days >= 1:
            changed = replace(profile, window_days=days)
            where = profile.written_at["window_days"]
            yield Mutant(f"window_days:{by:+}", "window_days", where, str(profile.window_days), str(days), changed)
        lag = profile.lag_days + by
        if lag >= 0:
            changed = replace(profile, lag_days=lag)
            where = profile.written_at["lag_days"]
            yield Mutant(f"lag_days:{by:+}", "lag_days", where, str(profile.lag_days), str(lag), changed)


def _target(profile: Profile) -> Iterator[Mutant]:
    for by in (_PERCENT, -_PERCENT):
        target = profile.target + by
        if 0 < target <= 1:
            where = profile.written_at["target"]
            changed = replace(profile, target=target)
            yield Mutant(f"target:{by:+}", "target", where, str(profile.target), str(target), changed, of_rates=True)


def _carriers(profile: Profile, lines: ProfileLines) -> Iterator[Mutant]:
    carriers = profile.carriers
    names = {carrier.name for carrier in carriers}
    for index, carrier in enumerate(carriers):
        about, where = f"carriers.{carrier.name}", lines.of_carrier(profile, carrier.name)
        touches = _names_carrier(carrier.name)
        rest = (*carriers[:index], *carriers[index + 1 :])
        yield Mutant(
            f"{about}:removed",
            about,
            where,
            carrier.name,
            "(not supported)",
            replace(profile, carriers=rest),
            touches=touches,
        )
        if carrier.asks is not None:
            without_client = (*carriers[:index], replace(carrier, asks=None), *carriers[index + 1 :])
            changed = replace(profile, carriers=without_client)
            yield Mutant(
                f"{about}:asks-nobody", about, where, f"asks: {carrier.asks}", "asks: null", changed, touches=touches
            )
        other = carrier.name.lower()
        if other not in names:
            changed = replace(profile, carriers=(*carriers, SupportedCarrier(other, carrier.asks)))
            name, after = f"{about}:lower-case-too", f"{carrier.name}, {other}"
            yield Mutant(name, about, where, carrier.name, after, changed, touches=touches)


def _names_carrier(name: str) -> str:
    """The SQL condition that a submission names the carrier, whatever the case."""
    text = "'" + name.lower().replace("'", "''") + "'"
    return f"lower(trim(carrier_code)) = {text} OR lower(trim(carrier_name)) = {text}"


def _classes(profile: Profile) -> Iterator[Mutant]:
    where, before = profile.written_at["counting_classes"], ", ".join(profile.counting_classes)
    for scan_class in CLASSES:
        if scan_class not in profile.counting_classes:
            classes = (*profile.counting_classes, scan_class)
            name = f"counting_classes:with-{scan_class}"
        elif len(profile.counting_classes) > 1:
            classes = tuple(each for each in profile.counting_classes if each != scan_class)
            name = f"counting_classes:without-{scan_class}"
        else:
            continue
        changed = replace(profile, counting_classes=classes)
        yield Mutant(name, "counting_classes", where, before, ", ".join(classes), changed)


def _switches(profile: Profile) -> Iterator[Mutant]:
    chosen = profile.switches.chosen()
    for switch in SWITCHES:
        about, before = f"switches.{switch.name}", chosen[switch.name]
        for choice in switch.choices:
            if choice != before:
                switches = replace(profile.switches, **{switch.name: choice})
                changed = replace(profile, switches=switches)
                of_rates = switch.name == "target_met_at"
                where = profile.written_at[about]
                yield Mutant(f"{about}:{choice}", about, where, before, choice, changed, of_rates=of_rates)
