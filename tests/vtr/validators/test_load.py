import sys
from pathlib import Path

import pytest

from vtr import validators
from vtr.errors import ScenarioError, ValidatorError


@pytest.mark.parametrize(
    "name",
    ["", "ups", "python:", "python:module", "python::f", "ruby:a:b", "python:.m:f", "python:m:f:g", "python:a/b.py:f"],
)
def test_name_of_no_known_form_is_misuse(name: str) -> None:
    with pytest.raises(ScenarioError, match="has no form that is known; give 'vtr' or") as caught:
        validators.load(name)
    assert not isinstance(caught.value, ValidatorError)


def test_module_that_is_missing_is_named() -> None:
    with pytest.raises(ValidatorError, match="no module 'no_such_module_here'"):
        validators.load("python:no_such_module_here:judge")


def test_callable_that_is_missing_is_named() -> None:
    with pytest.raises(ValidatorError, match="module 'json' has no 'judge'"):
        validators.load("python:json:judge")


def test_value_that_cannot_be_called_is_refused() -> None:
    with pytest.raises(ValidatorError, match="'__name__' is 'json', and cannot be called"):
        validators.load("python:json:__name__")


def test_module_is_found_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "found_in_folder.py").write_text("def judge(request):\n    return [{'order_id': request['x']}]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", ["/nonexistent"])
    answer = validators.load("python:found_in_folder:judge").validate({"x": "A"}, wait=lambda _: None)
    assert answer.rows == ({"order_id": "A"},)


def test_module_that_fails_to_import_is_a_validator_that_cannot_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fails_to_import.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ValidatorError, match=r"raised ZeroDivisionError: division by zero at .*fails_to_import\.py:1"):
        validators.load("python:fails_to_import:judge")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def f(:\n", r"raised SyntaxError: .*\(leaves\.py, line 1\)$"),
        ("raise SystemExit(5)", "raised SystemExit: 5 at"),
    ],
)
def test_module_that_cannot_be_imported_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    (tmp_path / "leaves.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "leaves", raising=False)
    with pytest.raises(ValidatorError, match=message):
        validators.load("python:leaves:judge")


def test_callable_that_raises_is_reported_with_its_line() -> None:
    def judge(_: object) -> object:
        raise KeyError("packages")

    validator = validators.PythonCallable("python:x:judge", judge)
    with pytest.raises(ValidatorError, match=r"^validator python:x:judge raised KeyError: 'packages' at .*\.py:\d+$"):
        validator.validate({}, wait=lambda _: None)
