from xml.etree import ElementTree as ET

from results_by_hand import RESULT, finished

from vtr.suite import ci_output
from vtr.suite.results import Result


def test_junit_holds_what_xml_cannot_say() -> None:
    odd: Result = {**RESULT, "scenario": "a\x00b <&\x1b", "message": "]]> \ud800"}
    (case,) = ET.fromstring(ci_output.junit(finished(odd)))[0]  # noqa: S314 (our own text)
    assert (case.get("name"), case[0].text) == ("a\ufffdb <&\ufffd", "]]> \ufffd")


def test_annotation_escapes_what_workflow_commands_mean_something_by() -> None:
    odd: Result = {**RESULT, "file": "a,b:c%.yaml", "outcome": "error", "differences": [], "message": "50%\r\nof"}
    assert ci_output.annotations(finished(odd)) == [
        "::error file=a%2Cb%3Ac%25.yaml,line=3,title=一个包裹::50%25%0D%0Aof"
    ]  # fmt: skip
