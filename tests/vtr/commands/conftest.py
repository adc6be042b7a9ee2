from pathlib import Path

import pytest
from judged_suite import written_to


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return written_to(tmp_path)
