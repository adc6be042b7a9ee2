"""`vtr init`: a suite to begin with, in the user's own repository.

The files are in `starter/` as they are written, so the sample validator is linted and run like the rest.
"""

from pathlib import Path

from vtr.bundled import STARTER
from vtr.errors import ScenarioError
from vtr.reference.files import write_bytes

CASES = "vtr-cases"
VALIDATOR = "my_validator.py"

# Where each file goes, and where it is in `starter/`.
_FILES = {
    f"{CASES}/delivered.yaml": "vtr-cases/delivered.yaml",
    f"{CASES}/label-only.yaml": "vtr-cases/label-only.yaml",
    f"{CASES}/blank-number.yaml": "vtr-cases/blank-number.yaml",
    VALIDATOR: VALIDATOR,
    ".github/workflows/vtr.yml": "vtr.yml",
}


def write_suite(folder: Path) -> tuple[Path, ...]:
    """Write the suite into a folder, which is created if it is missing; returns the files.

    Nothing is overwritten: raises ScenarioError, with nothing written, when any of the files is there already or a
    folder that is needed is a file. Raises VtrError for what cannot be written; what was written is removed again.
    """
    targets = {folder / place: source for place, source in _FILES.items()}
    _check_targets(folder, list(targets))
    written: list[Path] = []
    made: list[Path] = []
    try:
        for target, source in targets.items():
            made += _make_folder(target.parent)
            write_bytes(target, (STARTER / source).read_bytes())
            written.append(target)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        for empty in reversed(made):
            empty.rmdir()
        raise
    return tuple(written)


# For users of plain pytest. It is printed, not written: a project may have a configuration already.
PYTEST_INI = f"""\
[tool.pytest.ini_options]
vtr_scenarios = ["{CASES}"]
addopts = "--vtr-validator=python:{Path(VALIDATOR).stem}:judge"
pythonpath = ["."]
"""


def next_steps(folder: Path) -> tuple[str, ...]:
    """What to do with the suite, in lines."""
    go = [] if folder == Path() else [f"cd {folder}"]
    return (
        "next:",
        *(f"  {line}" for line in (*go, f"vtr run {CASES} --validator python:{Path(VALIDATOR).stem}:judge")),
        f"One scenario fails: {VALIDATOR} has a mistake, and says beside it how to mend it.",
        "Then let `judge` call your own validator, and add scenarios (`vtr journeys` lists what parcels go through).",
        "In .github/workflows/vtr.yml, fill in where the job gets the harness from.",
        "To run the scenarios with your other tests by `pytest`, in pyproject.toml:",
        *(f"  {line}" for line in PYTEST_INI.splitlines()),
    )


def _check_targets(folder: Path, targets: list[Path]) -> None:
    there = [str(target) for target in targets if target.exists() or target.is_symlink()]
    if there:
        raise ScenarioError(
            f"{', '.join(there)}: already there, and nothing is overwritten; give another folder, or move it away"
        )
    parents = {parent for target in targets for parent in target.parents} | {folder}
    for parent in sorted(parents):
        if parent.exists() and not parent.is_dir():
            raise ScenarioError(
                f"{parent} is a file, and a folder is needed there; give another folder, or move it away"
            )


def _make_folder(folder: Path) -> list[Path]:
    """Create a folder and its missing parents; returns those that were missing, the highest first."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ScenarioError(f"{folder} cannot be made: {error.strerror or error}; give another folder") from error
    return missing[::-1]
