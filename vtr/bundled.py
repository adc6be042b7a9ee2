"""Where the YAML that comes with the package lies: the bundled scenarios, the other readings, the starter suite.

A wheel carries the folder `scenarios` inside this package; in a checkout, also an editable one, it stands beside it.
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
