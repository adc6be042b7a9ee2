"""Scenarios per second against the bundled validator, in process and over the server, beside empty YAML items.

    python tests/benchmarks/scenarios.py [--scenarios 1000] [--rounds 3]

Makes a thousand scenario files, one scenario each, from twenty short stories over five carriers (delivered, label only,
blank, mistyped, wrong carrier, late, edited, two packages, cancelled, a carrier that is down, two reports, ...), each
with an order, times and numbers of its own; and as many YAML files of which a conftest makes items that do nothing. All
are run by `pytest` with the same plugins, each folder in a process of its own, in turn. A scenario is read, told,
played by the simulator, asked about over HTTP (`responses`, or a server on the loopback), judged by the rules in
DuckDB, compared and reported.

What is compared is the processor time of the session, collecting and running and all threads: seconds of a busy machine
mean little, so they are printed, but the ratio is that of the medians of processor time. The start of Python and of
pytest, the same for all, is in neither; modules compiled once are, as in any user's second run. Every scenario must
pass. Linux only for memory: what the kernel counts as resident after each tenth of the items.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

TARGET = 30
EMPTY = ("bare", "unrun")
KINDS = (*EMPTY, "in-process", "server")
_CARRIERS = ("ups", "usps", "fedex", "dhl", "chinapost")

# What a session takes, and items that do nothing.
_CONFTEST = """
import json, os, time
import pytest

STARTED = {}
MEMORY = []
DONE = []


class Empty(pytest.Item):
    def runtest(self):
        pass


class EmptyFile(pytest.File):
    def collect(self):
        yield Empty.from_parent(self, name=self.path.stem)


def pytest_collect_file(file_path, parent):
    if file_path.suffix == ".yaml" and file_path.parent.name == "empty":
        return EmptyFile.from_parent(parent, path=file_path)


def pytest_sessionstart(session):
    if "VTR_BENCHMARK_UNRUN" in os.environ:
        from vtr.pytest_plugin import ScenarioItem

        ScenarioItem.runtest = lambda self: None
    STARTED.update(seconds=time.perf_counter(), cpu=time.process_time())


def pytest_runtest_logfinish(nodeid, location):
    DONE.append(None)
    if len(DONE) % int(os.environ["VTR_BENCHMARK_EVERY"]) == 0:
        with open("/proc/self/statm") as file:
            MEMORY.append(int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6)


def pytest_sessionfinish(session, exitstatus):
    taken = {"seconds": time.perf_counter() - STARTED["seconds"], "cpu": time.process_time() - STARTED["cpu"]}
    taken |= {"passed": session.testscollected - session.testsfailed, "status": int(exitstatus), "memory": MEMORY}
    with open(os.environ["VTR_BENCHMARK_OUT"], "w") as file:
        json.dump(taken, file)
"""

_FIRST = """
scenario: First
parcels: {box: {carrier: ups}}
orders: [{parcel: box}]
expect:
  rows: [{parcel: box}]
"""

# Each: the parcels, the orders, the rest of the story, and what is expected.
_STORIES = (
    """
parcels: {box: {carrier: $carrier}}
orders: [{parcel: box, category: $category}]
expect:
  rows: [{parcel: box, tracking_id: $box, category: $category, no_valid_tracking: "", reason: VALID}]
""",
    """
parcels: {box: {carrier: $carrier, journey: label_only}}
orders: [{parcel: box, category: $category}]
expect:
  rows: [{parcel: box, tracking_id: $box, no_valid_tracking: X, reason: NO_SCAN}]
  rates: [{category: $category, counted: 1, valid: 0, rate: 0.0, status: BAD}]
""",
    """
parcels: {box: {carrier: $carrier, journey: in_transit}}
orders: [{parcel: box, placed: day 0 $hour, confirm: {at: day 1 $hour}}]
expect:
  rows: [{parcel: box, no_valid_tracking: "", reason: VALID}]
""",
    """
parcels: {box: {carrier: $carrier}}
orders: [{parcel: box, confirm: {tracking: ""}}]
expect:
  rows: [{parcel: box, no_valid_tracking: X, reason: INVALID_ID_BLANK}]
""",
    """
parcels: {box: {carrier: $carrier}}
orders: [{parcel: box, confirm: {tracking: N/A $count}}]
expect:
  rows: [{parcel: box, no_valid_tracking: X, reason: INVALID_ID_CHARS}]
""",
    """
parcels: {box: {carrier: $carrier}}
orders: [{parcel: box, confirm: {tracking: WRONG$count}}]
expect:
  rows: [{parcel: box, tracking_id: WRONG$count, no_valid_tracking: X, reason: NUMBER_UNKNOWN}]
""",
    """
parcels: {box: {carrier: $carrier}}
orders: [{parcel: box, confirm: {carrier: Ontrac}}]
expect:
  rows: [{parcel: box, no_valid_tracking: X, reason: CARRIER_UNSUPPORTED}]
""",
    """
parcels: {box: {carrier: ups}}
orders: [{parcel: box, category: $category, confirm: {carrier: USPS}}]
expect:
  rows: [{parcel: box, no_valid_tracking: X, reason: CARRIER_MISMATCH}]
""",
    """
parcels: {box: {carrier: $carrier}}
orders: [{parcel: box, confirm: {at: "day 4 14:00:01"}}]
expect:
  rows: [{parcel: box, tracking_id: $box, no_valid_tracking: X, reason: UPLOADED_AFTER_DELIVERY}]
""",
    """
parcels: {box: {carrier: $carrier}}
orders: [{parcel: box, confirm: {tracking: WRONG$count}, edits: [{at: day 2 $hour, tracking: $box}]}]
expect:
  rows: [{parcel: box, tracking_id: $box, no_valid_tracking: "", reason: VALID}]
""",
    """
parcels: {box: {carrier: $carrier}}
orders: [{parcel: box, edits: [{at: day 2 $hour, tracking: WRONG$count}]}]
expect:
  rows: [{parcel: box, tracking_id: WRONG$count, no_valid_tracking: X, reason: NUMBER_UNKNOWN}]
""",
    """
parcels: {first: {carrier: $carrier}, second: {carrier: usps}}
orders: [{packages: [{parcel: first}, {parcel: second}]}]
expect:
  rows:
    - {parcel: first, no_valid_tracking: "", reason: VALID}
    - {parcel: second, no_valid_tracking: "", reason: VALID}
  rates: [{category: null, confirmed: 2, counted: 2, valid: 2, rate: 1.0}]
""",
    """
parcels: {pan: {carrier: $carrier}, pot: {carrier: fedex}, rake: {carrier: usps, journey: label_only}}
orders:
  - {parcel: pan, category: Kitchen}
  - {parcel: pot, category: Kitchen}
  - {parcel: rake, category: Garden}
expect:
  rows:
    - {parcel: pan, no_valid_tracking: ""}
    - {parcel: pot, no_valid_tracking: ""}
    - {parcel: rake, no_valid_tracking: X}
  rates:
    - {category: Kitchen, confirmed: 2, counted: 2, valid: 2, rate: 1.0, status: GOOD}
    - {category: Garden, confirmed: 1, counted: 1, valid: 0, rate: 0.0, status: BAD}
""",
    """
parcels: {box: {carrier: $carrier}}
orders: [{parcel: box, cancelled: "day 1 08:59:59"}]
expect:
  rows: [{parcel: box, absent: true}]
  excluded: [{parcel: box, why: CANCELLED_BEFORE_CONFIRMATION}]
""",
    """
parcels: {box: {carrier: $carrier}}
orders: [{parcel: box, fulfilled_by: amazon}]
expect:
  rows: [{parcel: box, absent: true}]
""",
    """
report_at: [day 25, day 30]
parcels: {box: {carrier: $carrier}}
orders: [{parcel: box, promised: day 5}]
expect:
  - {at: day 25, rows: [{parcel: box, no_valid_tracking: "", reason: VALID}]}
  - {at: day 30, rows: [{parcel: box, no_valid_tracking: "", reason: VALID}]}
""",
    """
parcels: {box: {carrier: $carrier}}
orders: [{parcel: box}]
faults: [{fault: server_error, carrier: $carrier}]
expect:
  rows: [{parcel: box, absent: true}]
  unanswered: [{parcel: box}]
""",
    """
parcels: {box: {carrier: $carrier}}
orders: [{parcel: box}]
faults: [{fault: rate_limited, carrier: $carrier, operation: track, calls: [1]}]
expect:
  rows: [{parcel: box, no_valid_tracking: "", reason: VALID}]
""",
    """
parcels: {box: {carrier: $carrier}}
orders: [{parcel: box}]
faults: [{fault: label_only, carrier: $carrier}]
expect:
  rows: [{parcel: box, no_valid_tracking: X, reason: NO_SCAN}]
""",
    """
timezone: America/Chicago
parcels:
  box:
    carrier: $carrier
    scans:
      - {at: day 0 18:00, kind: label_created}
      - {at: day 1 $hour, kind: accepted}
      - {at: day 4 14:10, kind: delivered}
orders: [{parcel: box, category: $category, confirm: {at: day 1 09:00}}]
expect:
  rows: [{parcel: box, no_valid_tracking: "", reason: VALID}]
""",
)


@dataclass(frozen=True, slots=True)
class Round:
    """What one session has taken: seconds, processor seconds, and megabytes after each tenth of its items."""

    seconds: float
    cpu: float
    memory: tuple[float, ...]


def make(folder: Path, scenarios: int) -> None:
    """Write the scenario files and the empty ones."""
    (folder / "conftest.py").write_text(_CONFTEST, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nvtr_scenarios = scenarios first\n", encoding="utf-8")
    for name in ("scenarios", "empty", "first"):
        (folder / name).mkdir()
    first = (
        "scenario: First\nparcels: {box: {carrier: ups}}\norders: [{parcel: box}]\nexpect:\n  rows: [{parcel: box}]\n"
    )
    (folder / "first" / "story.yaml").write_text(first, encoding="utf-8")
    for count in range(scenarios):
        values = {
            "$carrier": _CARRIERS[count // len(_STORIES) % len(_CARRIERS)],
            "$category": ("Kitchen", "Garden", "Toys")[count % 3],
            "$hour": f"{10 + count % 7}:{count % 60:02}",
            "$count": str(count),
        }
        text = f"scenario: Story {count}{_STORIES[count % len(_STORIES)]}"
        for name, value in values.items():
            text = text.replace(name, value)
        (folder / "scenarios" / f"story-{count:05}.yaml").write_text(text, encoding="utf-8")
        (folder / "empty" / f"empty-{count:05}.yaml").write_text(f"empty: {count}\n", encoding="utf-8")


def run(folder: Path, kind: str, scenarios: int, named: str = "scenarios") -> Round:
    """Run one folder by pytest. Raises SystemExit if anything fails."""
    out = folder / "taken.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    if kind == "bare":
        command += [str(folder / "empty")]
    else:
        command += ["--vtr-door", "in-process" if kind == "unrun" else kind, str(folder / named)]
    environment = {"VTR_BENCHMARK_OUT": str(out), "VTR_BENCHMARK_EVERY": str(max(1, scenarios // 10))}
    if kind == "unrun":
        environment["VTR_BENCHMARK_UNRUN"] = "1"
    done = subprocess.run(
        command, cwd=folder, env=_environment(folder) | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-5000:]}")
    taken = json.loads(out.read_text(encoding="utf-8"))
    if taken["passed"] != scenarios:
        raise SystemExit(f"{kind}: {taken['passed']} passed, not {scenarios}")
    return Round(taken["seconds"], taken["cpu"], tuple(taken["memory"]))


def _environment(folder: Path) -> dict[str, str]:
    """As a user's: modules are compiled once, and not in every process."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def measure(scenarios: int, rounds: int) -> None:
    """Measure all kinds in turn and print what was found."""
    taken: dict[str, list[Round]] = {kind: [] for kind in KINDS}
    with TemporaryDirectory(prefix="vtr-benchmark-") as name:
        folder = Path(name)
        make(folder, scenarios)
        say(f"{scenarios:,} scenario files and as many empty YAML files")
        for kind in KINDS[2:]:
            run(folder, kind, 1, "first")  # compiles the modules
        for turn in range(1, rounds + 1):
            for kind in KINDS:
                taken[kind].append(run(folder, kind, scenarios))
            say(f"round {turn}   " + "   ".join(f"{kind} {_round_text(taken[kind][-1], scenarios)}" for kind in KINDS))
    of_empty = {kind: median(each.cpu for each in taken[kind]) for kind in EMPTY}
    for kind in KINDS:
        cpu, seconds = (median(getattr(each, what) for each in taken[kind]) for what in ("cpu", "seconds"))
        memory = taken[kind][-1].memory
        ratios = (f"{cpu / empty:.1f} of {name}" for name, empty in of_empty.items())
        ratio = "" if kind in EMPTY else f"   ratio {', '.join(ratios)} (target at most {TARGET})"
        say(f"{kind:10} {cpu / scenarios * 1000:6.2f} ms a scenario of processor time, {seconds:6.2f} s in all{ratio}")
        say(f"{'':10} memory after each tenth, MB: {' '.join(f'{each:.0f}' for each in memory)}")


def say(line: str) -> None:
    """A line of the result, at once."""
    print(line, flush=True)  # noqa: T201 (a script's result)


def _round_text(one: Round, scenarios: int) -> str:
    return f"{one.seconds:6.2f} s ({one.cpu / scenarios * 1000:5.2f} ms of processor each)"


def main() -> None:
    """Measure."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--scenarios", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    measure(chosen.scenarios, chosen.rounds)


if __name__ == "__main__":
    main()
