"""The rules of a profile as text: JSON, CSV, or paragraphs with the settings and the columns of conditions."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from vtr.reference.messages import printable
from vtr.reference.report.text_table import text_table
from vtr.reference.rules.columns import COLUMNS, STAGES
from vtr.reference.rules.profile import SWITCHES, Profile, Rule


def rules_pieces(profile: Profile, form: str) -> Iterator[str]:
    """A profile's rules in a form (table, json, csv), piece by piece."""
    rows = [_rule_cells(rule) for rule in profile.rules]
    if form == "json":
        yield json.dumps(_profile_json(profile, rows), ensure_ascii=False, indent=1) + "\n"
    elif form == "csv":
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, list(_RULE_COLUMNS), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        yield buffer.getvalue()
    else:
        yield from _rules_text(profile)


_RULE_COLUMNS = ("rule", "stage", "exempt", "source", "grade", "says", "right", "wrong", "condition", "written_at")


def _rule_cells(rule: Rule) -> dict[str, Any]:
    values = (rule.name, rule.stage, rule.exempt, rule.source, rule.grade, rule.says, rule.right, rule.wrong)
    return dict(zip(_RULE_COLUMNS, (*values, rule.condition.text, rule.written_at), strict=True))


def _profile_json(profile: Profile, rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "profile": profile.name,
        "title": profile.title,
        "marketplace": profile.marketplace,
        "zone": profile.zone.key,
        "window_days": profile.window_days,
        "lag_days": profile.lag_days,
        "target": float(profile.target),
        "layout": profile.layout,
        "extends": list(profile.extends),
        "switches": profile.switches.chosen(),
        "counting_classes": list(profile.counting_classes),
        "scan_classes": {chosen.key: chosen.scan_class for chosen in profile.scan_classes},
        "written_at": dict(profile.written_at),
        "carriers": [{"name": carrier.name, "asks": carrier.asks} for carrier in profile.carriers],
        "rules": rules,
        "columns": [
            {"column": column.name, "type": column.kind, "stages": list(column.stages), "says": column.says}
            for column in COLUMNS
        ],
    }


def _rules_text(profile: Profile) -> Iterator[str]:
    """Rules as paragraphs: their texts are sentences, which a table would break."""
    for stage in STAGES:
        yield f"{stage}\n\n"
        for rule in profile.rules_of(stage):
            exempt = ", exempt" if rule.exempt else ""
            key = "counts when" if stage == "submission" else "when"
            yield f"  {rule.name}  ({printable(rule.source)}, grade {rule.grade}{exempt})\n"
            for name, text in (
                ("says", rule.says),
                ("right", rule.right),
                ("wrong", rule.wrong),
                (key, rule.condition.text),
                ("written", rule.written_at),
            ):
                yield f"    {name + ':':<12} {printable(text)}\n"
            yield "\n"
    yield from _settings_text(profile)
    yield "columns that conditions may use\n\n"
    listed = [[column.name, column.kind, " ".join(column.stages), column.says] for column in COLUMNS]
    for line in text_table(("column", "type", "stages", "says"), listed):
        yield "  " + line


def _settings_text(profile: Profile) -> Iterator[str]:
    """The settings of a profile besides its rules, and where each is written."""
    where = profile.written_at
    settings = {
        "title": profile.title,
        "marketplace": profile.marketplace,
        "zone": profile.zone.key,
        "window_days": str(profile.window_days),
        "lag_days": str(profile.lag_days),
        "target": str(profile.target),
        "layout": profile.layout,
        "carriers": ", ".join(f"{entry.name} ({entry.asks or 'nobody to ask'})" for entry in profile.carriers),
        "counting_classes": ", ".join(profile.counting_classes),
    }
    yield "settings\n\n"
    for name, value in settings.items():
        yield f"  {name + ':':<18} {printable(value)}  ({where[name]})\n"
    yield "\nswitches: choices that the sources leave open\n\n"
    for switch in SWITCHES:
        chosen = getattr(profile.switches, switch.name)
        yield f"  {switch.name}: {chosen}  (one of {', '.join(switch.choices)}; {where[f'switches.{switch.name}']})\n"
        yield f"    {switch.says}\n"
    yield "\nclasses of scan codes that the profile gives\n\n"
    for code in profile.scan_classes:
        yield f"  {printable(code.key)}: {code.scan_class}  ({where[f'scan_classes.{code.key}']})\n"
    if not profile.scan_classes:
        yield "  none, those of the carriers' tables stand (vtr/scan_codes)\n"
    yield "\n"


def summary_line(profile: Profile) -> str:
    """The profile's name, title, number of rules and switches, on one line."""
    switches = ", ".join(f"{name}: {chosen}" for name, chosen in profile.switches.chosen().items())
    return f"{profile.name}: {printable(profile.title)}; {len(profile.rules)} rules; switches: {switches}"
