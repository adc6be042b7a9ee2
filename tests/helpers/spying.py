"""A validator that keeps the requests that it gets, and a story of two reports to send it."""

from vtr.play import doors, runner
from vtr.play.doors import Door
from vtr.story.story import Story
from vtr.validators import Request, Wait
from vtr.validators.answer import Answer


class Spy:
    """A validator that keeps what it is asked, and answers nothing."""

    name = "spy"

    def __init__(self, wait_seconds: float = 0.0) -> None:
        self.requests: list[Request] = []
        self._wait_seconds = wait_seconds

    def validate(self, request: Request, *, wait: Wait) -> Answer:
        self.requests.append(request)
        wait(self._wait_seconds)
        return Answer(())


def requests_to(story: Story, door: Door = doors.in_process) -> list[Request]:
    spy = Spy()
    runner.run(story, spy, door)
    return spy.requests


TWO_REPORTS = """\
scenario: S
seed: 1
parcels:
  box: {carrier: ups, number: 1Z1, service: ground}
orders:
  - id: 114-3941689-8772232
    parcel: box
    price: 9.99 USD
    recategorised: {at: day 9, to: Garden}
    cancelled: day 20
    confirm: {tracking: 1Z9, ship_method: Ground}
    edits: [{at: day 2 12:00, tracking: $box}]
  - {id: 114-0000000-0000001, parcel: box, placed: day 5, confirm: {at: day 6}, ship_to: CA}
expect:
  - {at: day 2, rows: []}
  - {at: day 30, rows: []}
"""
