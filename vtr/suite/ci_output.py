"""A run for the tools of CI: JUnit's XML, and annotations that GitHub shows at the line of the YAML file.

JUnit has no standard; these are the elements and attributes that Jenkins, GitLab and pytest agree on. pytest's own file
is not used: it would name workers and orders of a run that `vtr run` keeps out of its output.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from vtr.suite.pytest_run import SuiteResult
from vtr.suite.results import Result

# Characters that XML 1.0 cannot hold, not even escaped.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PROBLEM = re.compile(r"(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): (?P<message>.*)")


def junit(finished: SuiteResult) -> bytes:
    """The run as JUnit's XML: a testcase for each scenario, in the order of the run's results."""
    results = finished.results
    outcomes = [result["outcome"] for result in results]
    suite = ET.Element(
        "testsuite",
        name="vtr",
        tests=str(len(results)),
        failures=str(outcomes.count("failed")),
        errors=str(outcomes.count("error")),
        skipped="0",
        time=f"{finished.seconds:.3f}",
    )
    for result in results:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=_xml_text(result["file"]),
            name=_xml_text(result["scenario"]) or "(the file)",
            file=_xml_text(result["file"]),
            line=str(result["line"]),
            time=f"{result['seconds']:.3f}",
        )
        if result["outcome"] != "passed":
            kind = "failure" if result["outcome"] == "failed" else "error"
            failure = ET.SubElement(case, kind, message=_xml_text(_one_line(result)))
            failure.text = _xml_text(result["message"])
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _xml_text(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def _one_line(result: Result) -> str:
    """A failure in one line."""
    lines = list(_annotation_lines(result))
    more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
    return lines[0][2].partition("\n")[0] + more if lines else ""


def annotations(finished: SuiteResult) -> list[str]:
    """GitHub's workflow commands: an error for each difference, on the line of its expectation."""
    return [
        f"::error file={_escape_property(result['file'])},line={line}"
        + (f",col={column}" if column else "")
        + f",title={_escape_property(result['scenario'] or 'scenario file')}::{_escape_message(text)}"
        for result in finished.results
        for line, column, text in _annotation_lines(result)
    ]


def _annotation_lines(result: Result) -> Iterator[tuple[int, int | None, str]]:
    """Line, column if known, and text of each annotation of a result."""
    for difference in result["differences"]:
        line, column = difference["line"], difference["column"] or "row"
        expected, actual = (
            "nothing" if difference[side] is None else repr(difference[side]) for side in ("expected", "actual")
        )
        yield (
            line if isinstance(line, int) else result["line"],
            None,
            f"{difference['key']}: {column}: expected {expected}, reported {actual}",
        )
    if result["outcome"] == "error":
        problems = [_PROBLEM.fullmatch(line) for line in result["message"].splitlines()]
        if result["scenario"] or not problems or None in problems:
            yield result["line"], None, result["message"]
        for problem in problems if not result["scenario"] and None not in problems else ():
            if problem is not None:
                yield int(problem["line"]), int(problem["column"]), problem["message"]


def _escape_message(text: str) -> str:
    """A text as workflow commands take it (as `@actions/core` escapes it)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_message(text).replace(":", "%3A").replace(",", "%2C")
