"""A suite of a good and a bad scenario with a validator in Python, and runs of the command over it."""

import os
from pathlib import Path

import commands

from vtr import bundled

# Reports every package as valid, with the text last submitted, and counts nothing.
JUDGE = """
def judge(request):
    return [
        {"order_id": package["order_id"], "package": package["package"],
         "tracking_id": package["submissions"][-1]["tracking_number"], "no_valid_tracking": ""}
        for package in request["packages"]
    ]

def crash(request):
    raise RuntimeError("out of paper")
"""

GOOD = """\
scenario: A good number is valid
tags: [good]
parcels: {box: {carrier: ups, number: 1Z1}}
orders: [{id: 114-3941689-8772232}]
expect: {rows: [{parcel: box, tracking_id: $box, no_valid_tracking: "", reason: VALID}]}
"""

BAD = """\
scenario: A blank number is invalid
parcels: {box: {carrier: ups}}
orders: [{id: 114-3941689-8772233, confirm: {tracking: ""}}]
expect:
  rows:
    - {parcel: box, no_valid_tracking: X}
"""

ROOT = bundled.SCENARIOS.parent


def environment(**added: str) -> dict[str, str]:
    path = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
    return {**os.environ, "PYTHONPATH": path, **added}


class Ran:
    """What a run of the command gave."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        ran = commands.run(*arguments, folder=folder, environment={**os.environ, **environment})
        self.status, self.stdout, self.stderr = ran.returncode, ran.stdout, ran.stderr


JUDGED = ("run", "--validator", "python:judge:judge", "--door", "in-process")


def written_to(folder: Path) -> Path:
    """The folder with the suite in it."""
    (folder / "judge.py").write_text(JUDGE)
    (folder / "cases").mkdir()
    (folder / "cases" / "good.yaml").write_text(GOOD)
    (folder / "cases" / "bad.yaml").write_text(BAD)
    return folder
