"""Where the YAML that comes with the package is: the bundled scenarios, the other readings, the starter suite.

In a wheel the folder `scenarios` is inside this package; in a checkout, also an editable one, it is next to it.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parent
SCENARIOS = next(
    (folder for folder in (_PACKAGE / "scenarios", _PACKAGE.parent / "scenarios") if (folder / "cases").is_dir()),
    _PACKAGE / "scenarios",
)
CASES = SCENARIOS / "cases"
READINGS = SCENARIOS / "readings"
STARTER = SCENARIOS / "starter"
