"""Seconds of `vtr compare` on Parquet files, compared with one `vtr check` of them, each in a process of its own.

    python tests/benchmarks/compare.py [--packages 1000000] [--rounds 3]

The files are those of `check.py`: eight events per package, two of a hundred packages edited seven hours after the
first submission. The head extends us-2019 and counts a number as uploaded late from 58 hours before the delivery, which
flips exactly the edited packages: two of a hundred. A second head makes one more change, which flips nothing; then both
changes have to be tried on the flipped packages. `vtr check` writes the whole report as TSV,
`vtr compare` every flipped row as JSON, ten of them in full.

Rates of a busy machine mean little, so the result is the ratio of the medians, taken in turn in the same run. Memory is
the peak of the process as reported by the kernel, on Linux only.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import check

TARGET = 3.0
_AS_OF = "2026-04-01T00:00:00Z"
_COMMAND = [sys.executable, "-c", "from vtr.cli import main; main()"]
_ONE_CHANGE = """\
profile: head
extends: us-2019
rules:
  - change: UPLOADED_AFTER_DELIVERY
    when: submitted_at + INTERVAL 58 HOUR > delivered_at
"""
_HEADS = {"one change": _ONE_CHANGE, "two changes": _ONE_CHANGE + "switches: {prior_scans: count}\n"}


def measure(packages: int, rounds: int) -> None:
    """Measure all and print what was found."""
    with TemporaryDirectory(prefix="vtr-benchmark-") as name:
        folder = Path(name)
        # Not in this process: the kernel counts what the parent holds as the peak of a child.
        making = [sys.executable, check.__file__, "make", name, str(packages)]
        subprocess.run(making, stdout=subprocess.DEVNULL, check=True)
        files = [f"--{table}={folder / table}.parquet" for table in ("orders", "confirmations", "scans")]
        report, found = folder / "report.tsv", folder / "found.json"
        commands = {"vtr check": ([*_COMMAND, "check", *files, "--as-of", _AS_OF, "--out", str(report)], report)}
        for title, text in _HEADS.items():
            head = folder / f"{title.partition(' ')[0]}.yaml"
            head.write_text(text, encoding="utf-8")
            words = [
                "compare",
                "us-2019",
                str(head),
                *files,
                "--as-of",
                _AS_OF,
                "--format",
                "json",
                "--out",
                str(found),
            ]
            commands[title] = ([*_COMMAND, *words], found)
        check.say(f"{packages:,} packages, {check.EVENTS * packages:,} events")
        taken: dict[str, list[check.Round]] = {title: [] for title in commands}
        for turn in range(1, rounds + 1):
            for title, (command, out) in commands.items():
                taken[title].append(check.run(command, out))
                one = taken[title][-1]
                check.say(f"round {turn}   {title:<12} {one.seconds:6.2f} s {one.megabytes:6,.0f} MB")
        seconds = {title: median(one.seconds for one in each) for title, each in taken.items()}
        peaks = {title: max(one.megabytes for one in each) for title, each in taken.items()}
        for title in _HEADS:
            ratio = seconds[title] / seconds["vtr check"]
            check.say(f"{title:<12} {ratio:5.2f} times vtr check (target {TARGET:g}), {peaks[title]:,.0f} MB")
        check.say(f"vtr check    {seconds['vtr check']:.2f} s, {peaks['vtr check']:,.0f} MB")
        flips = json.loads(found.read_text(encoding="utf-8"))["flips"]
        check.say(f"flipped      {flips['rows']:,} of {packages:,}")


def main() -> None:
    """Measure."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--packages", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    measure(chosen.packages, chosen.rounds)


if __name__ == "__main__":
    main()
