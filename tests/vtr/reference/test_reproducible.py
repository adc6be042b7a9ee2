"""A report is the same to the byte whatever the machine's zone, locale, encodings and hash seed are."""

import os
import subprocess
import sys
from pathlib import Path

ORDERS = """order_id,placed_at,category,promised_delivery_date,item_price,promised_ship_date
114-1,2026-03-02T07:30:00Z,厨房,2026-03-09,25.00,2026-03-02
114-2,2026-03-02T10:00:00Z,Küche,2026-03-09,25.00,2026-03-04
114-3,2026-03-02T10:00:00Z,Garden,2026-03-08,25.00,
114-4,2026-03-02T10:00:00Z,Garden,2026-03-30,25.00,
114-5,2026-03-02T10:00:00Z,Toys,2026-03-10,25.00,
"""
# Shift_JIS, so that how a file is read is tested with how a report is written.
FEED = (
    "order-id\tship-date\tcarrier-code\tcarrier-name\ttracking-number\tship-method\n"
    "114-1\t2026-03-03\tUPS\t\t1Z999AA10123456784\t宅配便\n"
    "114-2\t2026-03-03\tOther\tヤマト運輸\t123\t\n"
    "114-3\t2026-03-03\tUPS\t\t=1+1\t-\n"
    "114-4\t2026-03-03\tUPS\t\t1\t\n"
)
SCANS = """carrier,tracking_number,at,code
ups,1Z999AA10123456784,2026-03-04T16:00:00Z,I/OR
ups,1Z999AA10123456784,2026-03-10T06:30:00Z,D/FS
"""
# Every form in one process, because starting takes longer than reporting.
PROGRAM = """
import sys
from vtr.cli import app

folder, out = sys.argv[1:]
given = ["check", "--orders", folder + "/orders.csv", "--scans", folder + "/scans.csv", "--as-of",
         "2026-04-01T03:00:00Z", "--confirmations", folder + "/feed.txt@2026-03-03T09:00:00Z"]
for more in (
    ["--out", out + "/r.tsv", "--headers", "zh"], ["--out", out + "/r.csv", "--layout", "uk-2021"],
    ["--out", out + "/r.json"], ["--out", out + "/r.parquet", "--performance", out + "/performance.json",
     "--summary", out + "/rates.tsv"],
    ["--format", "tsv"], ["--format", "csv"], ["--format", "json"], ["--format", "table"],
):
    app(given + more, standalone_mode=False)
"""
MACHINES = {
    "plain": {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"},
    "kiritimati": {"TZ": "Pacific/Kiritimati", "LC_ALL": "ja_JP.SJIS", "PYTHONHASHSEED": "1", "PYTHONUTF8": "0"},
    "los-angeles": {
        "TZ": "America/Los_Angeles",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "4294967295",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii",
    },
}
FORMS = ["performance.json", "r.csv", "r.json", "r.parquet", "r.tsv", "rates.tsv"]


def written(folder: Path) -> dict[str, dict[str, bytes]]:
    """What each machine writes: its files by name, and under `stdout` what it prints."""
    (folder / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (folder / "scans.csv").write_text(SCANS, encoding="utf-8")
    (folder / "feed.txt").write_bytes(FEED.encode("cp932"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    running = {}
    for machine, environment in MACHINES.items():
        (folder / machine).mkdir()
        running[machine] = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder), str(folder / machine)],
            env={**kept, **environment, "PYTHONPATH": str(Path(__file__).parents[3])},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    found = {}
    for machine, process in running.items():
        printed, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
        files = {path.name: path.read_bytes() for path in (folder / machine).iterdir()}
        found[machine] = {"stdout": printed, **files}
    return found


def test_a_report_is_the_same_on_every_machine(tmp_path: Path) -> None:
    """One test, because the machines take long to start: that they agree, and about something that could differ."""
    by_machine = written(tmp_path)
    plain = by_machine["plain"]
    assert sorted(plain) == [*FORMS, "stdout"]
    assert [(machine, form) for machine in MACHINES for form in plain if by_machine[machine][form] != plain[form]] == []
    lines = plain["r.tsv"].decode("utf-8").splitlines()
    assert [line.split("\t")[0] for line in lines] == ["订单编号", "114-3", "114-1", "114-2"]
    # Placed at 07:30 UTC, which is the evening before in Los Angeles; delivered there on the 9th, as promised.
    assert lines[2].split("\t")[1:] == [
        "2026-03-01",
        "厨房",
        "UPS",
        "1Z999AA10123456784",
        "宅配便",
        "2026-03-02",
        "2026-03-03",
        "2026-03-09",
        "2026-03-04T16:00:00Z",
        "2026-03-10T06:30:00Z",
        "X",
        "",
        "",
    ]
    assert "Küche" in plain["stdout"].decode("utf-8")
