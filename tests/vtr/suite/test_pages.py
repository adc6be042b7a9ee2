"""The pages in a real browser: what they show, filters, thousands of rows, hostile texts, narrow screens, no network.

Needs Chromium. Where there is none the tests are skipped with a word, but never in CI.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from typer.testing import CliRunner

from vtr.cli import app
from vtr.suite import pages

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
if CHROMIUM is None and os.environ.get("CI"):
    raise RuntimeError("CI has no Chromium to test the pages in; install it (Debian: apt-get install chromium)")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; install it to test the pages")

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
HOSTILE = "</script><img src=x onerror=document.title='taken'>\u2028 & \"quoted\""

Row = dict[str, Any]
Opened = Callable[..., Page]


def side(state: str, reason: str) -> Row:
    return {"state": state, "reason": reason, "tracking_id": "1Z1", "actual_delivery": "2026-03-06T14:00:00Z"}


def flip(key: str, *, told: bool = False, **cells: Any) -> Row:  # noqa: ANN401 (any cell)
    """A row that is valid in the base, late in the head."""
    scan = {"what": "scan", "carrier": "ups", "tracking_number": "1Z1", "published_at": None, "location": "DENVER, CO"}
    counts = {"counts": True, "delivers": False, "class": "scan", "why_not": ""}
    mute = {"counts": False, "delivers": False, "class": "none", "why_not": "nobody read the parcel"}
    timeline = [
        {"at": "2026-03-02T10:00:00Z", "what": "placed"},
        {**scan, "at": "2026-03-02T18:00:00Z", "code": "M", "means": "label made", "base": mute, "head": mute},
        {**scan, "at": "2026-03-03T16:00:00Z", "code": "OR", "means": "origin scan", "base": counts, "head": mute},
        {
            "at": "2026-03-06T14:00:00Z",
            "what": "submitted",
            "seq": 1,
            "carrier": "UPS",
            "tracking_number": "1Z1",
            "ship_method": "",
            "judged_by": ["base", "head"],
        },
        {"at": "2026-03-09", "what": "promised"},
        {"at": "2026-04-01T00:00:00Z", "what": "report"},
    ]
    return {
        "key": key,
        "carrier": "UPS",
        "category": "Kitchen",
        "origin": "US",
        "rules": ["UPLOADED_AFTER_DELIVERY"],
        "base": side("valid", "VALID"),
        "head": side("invalid", "UPLOADED_AFTER_DELIVERY"),
        "clauses": [0],
        **({"timeline": timeline, "explanations": {"head": {"text": ["late by 0 s"]}}} if told else {}),
        **cells,
    }


def result(rows: int) -> Row:
    counts = {"counted": 100, "valid": 96, "status": "GOOD"}
    rate = {"base": 0.96, "head": 0.94, "change_points": -2.0, "base_counts": counts}
    return {
        "base": "us-2019",
        "head": "mine.yaml",
        "over": {"dataset": "data"},
        "compared": 1_000_000,
        "unanswered": 0,
        "flips": {"rows": rows, "of_verdict": rows, "of_reason": 0, "shown_otherwise": 0},
        "changes": [
            {
                "kind": "changed",
                "what": "rule",
                "name": "UPLOADED_AFTER_DELIVERY",
                "at": "mine.yaml:7",
                "base": {"text": "when: a > b"},
                "head": {"text": "when: a >= b"},
                "flips": rows,
            }
        ],
        "groups": {"reason": [{"base": "VALID", "head": "UPLOADED_AFTER_DELIVERY", "rows": rows}]},
        "targets": {"base": 0.95, "head": 0.95},
        "budget": {"exceeded": ["3 rows flipped, allowed are 2"]},
        "rates": [
            {"category": name, **rate, "head_counts": {"counted": 100, "valid": 94, "status": "BAD"}}
            for name in (None, "Kitchen")
        ],
    }


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield running
        running.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Opens a page from disk; at the end nothing may have been asked of a network, and no error may have been met."""
    asked: list[str] = []
    errors: list[str] = []
    views: list[Page] = []

    def open_(text: str, *, width: int = 1280, scheme: str = "light") -> Page:
        path = tmp_path / "page.html"
        path.write_text(text, encoding="utf-8")
        view = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        view.on("request", lambda request: asked.append(request.url))
        view.on("pageerror", lambda error: errors.append(str(error)))
        view.on("console", lambda message: errors.append(message.text))
        view.goto(path.as_uri())
        views.append(view)
        return view

    yield open_
    for view in views:
        view.close()
    assert [url for url in asked if not url.startswith("file:")] == []
    assert errors == []


def compared(rows: list[Row]) -> str:
    return "".join(pages.stream_page("compare", "mine", result(len(rows)), rows))


def test_story_of_a_flipped_row_is_told_on_the_page(opened: Opened) -> None:
    view = opened(compared([flip("114-1/1", told=True), flip("114-2/1", carrier="USPS")]))
    assert view.locator("h1").inner_text() == "us-2019 → mine.yaml"
    assert view.locator(".notice").inner_text() == "3 rows flipped, allowed are 2"
    assert "96.00 % → 94.00 %" in view.locator(".tiles").inner_text()
    assert "\N{MINUS SIGN} when: a > b" in view.locator(".change").inner_text()
    detail = view.locator(".detail")
    assert "VALID" in detail.inner_text()
    told = detail.locator(".story li").all_inner_texts()
    assert [line.splitlines()[-1] for line in told if "scan" in line] == ["head does not count: nobody read the parcel"]
    assert "does not count: nobody read the parcel" in told[1]
    assert "Seller confirms UPS 1Z1" in told[3]
    assert "+ 2 d 22 h" in told[3]
    assert detail.locator("svg circle").count() == 4  # placed, two events, the confirmation
    assert "late by 0 s" in detail.inner_text()
    view.locator(".row").nth(1).click()
    assert "No timeline: this row is none of the samples" in detail.inner_text()


def test_rows_are_found_by_text_by_filter_and_by_flow(opened: Opened) -> None:
    other: Row = {"base": side("invalid", "NO_SCAN"), "head": side("valid", "VALID"), "clauses": [], "carrier": "DHL"}
    rows = [flip("114-1/1"), flip("114-2/1", carrier="USPS"), flip("999-3/1", **other)]
    page_result = result(3)
    page_result["groups"]["reason"].append({"base": "NO_SCAN", "head": "VALID", "rows": 1})
    view = opened("".join(pages.stream_page("compare", "mine", page_result, rows)))

    def shown() -> list[str]:
        return [text.split()[0] for text in view.locator(".row").all_inner_texts()]

    assert shown() == ["114-1/1", "114-2/1", "999-3/1"]
    view.get_by_label("Search").fill("usps")
    assert shown() == ["114-2/1"]
    view.get_by_label("Search").fill("")
    view.get_by_label("Carrier", exact=True).select_option('"DHL"')
    assert shown() == ["999-3/1"]
    view.get_by_role("button", name="flips 3 rows").click()  # those of the change, whatever was chosen before
    assert shown() == ["114-1/1", "114-2/1"]
    view.locator("svg path").nth(1).dispatch_event("click")
    assert shown() == ["999-3/1"]
    view.get_by_label("Search").fill("nothing is called so")
    assert view.locator(".list").inner_text() == "No row is like this."


def test_ten_thousand_rows_are_few_elements_and_arrow_keys_go_through_them(opened: Opened) -> None:
    view = opened(compared([flip(f"{number:07}/1") for number in range(10_000)]))
    assert view.locator(".row").count() < 40
    assert "10,000 rows" in view.locator(".filters").inner_text()
    view.locator(".row").first.click()
    for _ in range(30):
        view.keyboard.press("ArrowDown")
    assert view.locator('.row[aria-selected="true"]').inner_text().startswith("0000030/1")
    assert view.locator(".detail h3").first.inner_text() == "0000030/1"
    view.locator(".list").evaluate("list => { list.scrollTop = list.scrollHeight }")
    view.locator(".row", has_text="0009999/1").wait_for()
    assert view.locator(".row").count() < 40


def test_what_users_wrote_is_shown_as_text(opened: Opened) -> None:
    hostile = flip("114-1/1", told=True, category=HOSTILE)
    hostile["timeline"][3]["tracking_number"] = HOSTILE
    page_result = {**result(1), "base": HOSTILE}
    view = opened("".join(pages.stream_page("compare", HOSTILE, page_result, [hostile])))
    assert view.title() == HOSTILE
    assert view.locator("img").count() == 0
    assert "</script><img src=x" in view.locator("h1").inner_text()
    assert "</script><img src=x" in view.locator(".story").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 820, 1280])
def test_nothing_sticks_out_or_lies_over_another(opened: Opened, width: int, scheme: str) -> None:
    long = flip("W" * 90 + "/1", told=True, carrier="A carrier with a very long name of many words")
    view = opened(compared([long, flip("114-2/1")]), width=width, scheme=scheme)
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    over = view.evaluate(
        """() => {
            const boxes = [...document.querySelectorAll(".tile, .change, .filters > *, .list, .detail, .story li")]
                .map((node) => [node, node.getBoundingClientRect()]);
            const inside = (one, other) => one.contains(other) || other.contains(one);
            return boxes.flatMap(([one, a], place) => boxes.slice(place + 1)
                .filter(([other, b]) => !inside(one, other) && a.left < b.right - 1 && b.left < a.right - 1
                    && a.top < b.bottom - 1 && b.top < a.bottom - 1)
                .map(([other]) => `${one.className} over ${other.className}`));
        }"""
    )
    assert over == []
    light = view.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(20, 23, 27)")


LONG_NUMBER = "9" * 120
REPORTED = {
    "order_id": "672-5326364-7150858",
    "package": "1",
    "category": "Kitchen",
    "carrier": "China Post",
    "tracking_id": LONG_NUMBER,
    "no_valid_tracking": "X",
    "reason": "UPLOADED_AFTER_DELIVERY",
}


def run_page() -> str:
    """A run with one scenario that failed, in whose report every column is used."""
    totals = {"validator": "python:judge:judge", "profile": "us-2019", "seconds": 1.5}
    counts = {"scenarios": 1, "passed": 0, "failed": 1, "errors": 0}
    difference = {
        "key": "672-5326364-7150858/1",
        "column": "no_valid_tracking",
        "expected": "",
        "actual": "X",
        "line": 11,
        "explanation": "672-5326364-7150858/1: valid.",
    }
    row = {
        "file": "cases/" + "a-very-long-name-of-a-folder/" * 6 + "case.yaml",
        "line": 1,
        "scenario": "A number uploaded at the very instant of delivery is valid",
        "outcome": "failed",
        "message": "",
        "differences": [difference, {**difference, "column": None, "actual": None, "expected": LONG_NUMBER}],
        "reports": [{"at": "2026-04-01T00:00:00Z", "rows": [REPORTED]}],
        "judged": [
            {"reason": "UPLOADED_AFTER_DELIVERY", "carrier": carrier, "as_expected": False}
            for carrier in ("chinapost", "dhl", "fedex", "no parcel", "ups", "usps")
        ],
        "again": "vtr run case.yaml",
    }
    return "".join(pages.stream_page("run", "Scenarios", {**totals, **counts}, [row]))


# Each word of a heading, and each of a cell that is not long, of which the browser draws parts on several lines.
BROKEN_WORDS = """
() => [...document.querySelectorAll("th, td")].flatMap((cell) => {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const broken = [];
    for (let text; (text = walker.nextNode());) {
        for (const word of text.data.matchAll(/[\\w/]+/g)) {
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
            if (lines.size > 1 && (cell.tagName === "TH" || word[0].length < 30)) broken.push(word[0]);
        }
    }
    return broken;
})
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("kind", ["run", "compare"])
def test_no_heading_is_broken_inside_a_word_and_the_page_never_scrolls_sideways(
    opened: Opened, kind: str, width: int, scheme: str
) -> None:
    text = run_page() if kind == "run" else compared([flip("114-1/1", told=True)])
    view = opened(text, width=width, scheme=scheme)
    assert view.locator("th").count() > 4
    assert view.evaluate(BROKEN_WORDS) == []
    assert view.evaluate("document.documentElement.scrollWidth") <= width


def test_long_tracking_number_is_broken_so_that_its_table_stays_readable(opened: Opened) -> None:
    view = opened(run_page())
    number = view.locator("td", has_text=LONG_NUMBER).last
    box = number.bounding_box()
    assert box is not None
    assert box["width"] < 400
    assert box["height"] > 30  # several lines


CASE = """\
scenario: A number uploaded at the very instant of delivery is valid
parcels: {box: {carrier: ups}}
orders: [{parcel: box, confirm: {at: day 4 14:00}}]
expect: {rows: [{parcel: box, no_valid_tracking: "", reason: VALID}]}
"""
MINE = """\
profile: mine
extends: us-2019
rules:
  - change: UPLOADED_AFTER_DELIVERY
    when: submitted_at >= delivered_at
"""


def test_comparison_is_written_as_a_page(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(MINE, encoding="utf-8")
    asked = ["us-2019", str(tmp_path / "mine.yaml"), "--scenarios", str(tmp_path / "case.yaml"), "--format", "html"]
    ran = CliRunner().invoke(app, ["compare", *asked], obj=None)
    assert ran.exit_code == 0, ran.stderr
    view = opened(ran.stdout)
    assert "1\nrow flipped" in view.locator(".tiles").inner_text()
    assert "+ when: submitted_at >= delivered_at" in view.locator(".change").inner_text()
    assert view.locator(".row").all_inner_texts()[0].endswith("VALID → UPLOADED_AFTER_DELIVERY")
    assert "delivered" in view.locator(".story").inner_text()


def test_run_is_written_as_a_page_failures_first(opened: Opened, tmp_path: Path) -> None:
    wrong = CASE.replace("VALID", "NO_SCAN").replace("is valid", "is not")
    (tmp_path / "case.yaml").write_text(f"{CASE}---\n{wrong}", encoding="utf-8")
    target = tmp_path / "run.html"
    ran = CliRunner().invoke(app, ["run", str(tmp_path / "case.yaml"), "--html", str(target)], obj=None)
    assert ran.exit_code == 1, ran.stderr
    view = opened(target.read_text(encoding="utf-8"))
    first, second = view.locator(".row").all_inner_texts()
    assert first.splitlines()[0] == "A number uploaded at the very instant of delivery is not"
    assert "failed" in first
    assert "passed" in second
    assert view.locator(".differences td").all_inner_texts()[1:5] == ["reason", "NO_SCAN", "VALID", "9"]
    view.get_by_label("Outcome").select_option('"passed"')
    assert view.locator(".row").count() == 1
