"""The catalogue as `vtr faults` prints it: rows of plain values, one fault in words, a table in Markdown."""

from typing import Any, get_args

from simulator.errors import MisuseError
from simulator.faults import catalogue
from simulator.faults.base import ScanFault, SubmissionFault
from simulator.faults.entry import Entry, Family, Number, Parameter, nearest

FAMILIES: tuple[str, ...] = get_args(Family)
_EVERYWHERE = "all"


def fault_rows(name: str = "", family: str = "") -> list[dict[str, Any]]:
    """The faults as rows, in the order of the catalogue: all, one by its name, or those of a family.

    Raises MisuseError for an unknown name or family.
    """
    if family and family not in FAMILIES:
        raise MisuseError(f"family {family!r} is unknown; {nearest(family, FAMILIES)}")
    entries = (catalogue.find(name),) if name else catalogue.CATALOGUE
    return [_row(entry) for entry in entries if family in {"", entry.family}]


def explain(row: dict[str, Any]) -> str:
    """A row as text, with an example for a scenario file."""
    lines = [
        f"{row['fault']} ({row['family']}): {row['effect']}",
        f"acts on      {row['acts_on']}",
        f"carriers     {', '.join(row['carriers'])}",
        *([f"operations   {', '.join(row['operations'])}"] if row["operations"] else []),
        f"source       {row['source']} (grade {row['grade']})",
    ]
    lines += [f"parameter    {describe_parameter(parameter)}" for parameter in row["parameters"]]
    example = ", ".join(f"{each['name']}: {each['default']}" for each in row["parameters"])
    written = f"{{fault: {row['fault']}" + (f", parameters: {{{example}}}" if example else "") + "}"
    return "\n".join([*lines, "", "In a scenario:", "", "faults:", f"  - {written}"])


def describe_parameter(parameter: dict[str, Any]) -> str:
    """A parameter of a row, as a line of text."""
    bounds = ""
    if "least" in parameter:
        bounds = f", {parameter['least']:g} to {parameter['most']:g}"
    elif parameter["choices"]:
        bounds = f", one of {', '.join(parameter['choices'])}"
    return f"{parameter['name']} ({parameter['unit']}{bounds}; {parameter['default']}): {parameter['says']}"


def as_markdown() -> str:
    """A table in Markdown: a row for every family with its faults' names, those of grade D marked with a star."""
    rows = ["| family | acts on | faults |", "| --- | --- | --- |"]
    for family in FAMILIES:
        entries = fault_rows(family=family)
        names = ", ".join(f"`{each['fault']}`" + ("*" if each["grade"] == "D" else "") for each in entries)
        rows.append(f"| {family} | {entries[0]['acts_on']} | {len(entries)}: {names} |")
    return "\n".join(rows)


def _row(entry: Entry) -> dict[str, Any]:
    reach = entry.reach or {}
    operations = sorted({operation for meant in reach.values() for operation in meant})
    fault = entry.fault({})
    acts_on_calls = not isinstance(fault, ScanFault | SubmissionFault)
    return {
        "fault": entry.name,
        "family": entry.family,
        "effect": entry.effect,
        "acts_on": "answers" if acts_on_calls else "scans" if isinstance(fault, ScanFault) else "submissions",
        "carriers": list(reach) or [_EVERYWHERE],
        "operations": (operations or [_EVERYWHERE]) if acts_on_calls else [],
        "parameters": [_parameter(parameter) for parameter in entry.parameters],
        "source": entry.source,
        "grade": entry.grade,
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": parameter.name,
        "unit": parameter.unit,
        "default": parameter.default,
        "says": parameter.says,
    }
    if isinstance(parameter, Number):
        return {**row, "least": parameter.least, "most": parameter.most}
    return {**row, "choices": list(parameter.choices)}
