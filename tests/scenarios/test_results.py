"""What a failed scenario says to people."""

from collections.abc import Callable

from scenarios import doors, results, runner
from scenarios.story import Story
from scenarios.validators import BUNDLED, load

Tell = Callable[..., tuple[Story, ...]]

TOO_EARLY = """\
scenario: S
report_at: [day 2 13:00]
parcels:
  box: {carrier: ups}
orders:
  - {id: 114-3941689-8772232, parcel: box}
expect:
  rows:
    - {parcel: box, reason: VALID}
"""


def test_missing_row_is_told_with_why_it_was_left_out(tell: Tell) -> None:
    (story,) = tell(TOO_EARLY)
    message = results.of(story, runner.run(story, load(BUNDLED), doors.in_process))["message"]
    assert message.endswith("  the validator left 114-3941689-8772232 out: AFTER_WINDOW")
