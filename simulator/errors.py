"""What the simulator raises when it is misused. A carrier's refusal is none of these: it is an answer on the wire."""


class MisuseError(ValueError):
    """The harness was asked for something that cannot be; the message says what, what is expected, and what to do."""


class UnknownCarrierError(MisuseError):
    """No carrier of that name."""


class UnknownJourneyError(MisuseError):
    """No journey of that name."""


class UnknownKindError(MisuseError):
    """The carrier has no event for what happened."""


class UnknownPlaceError(MisuseError):
    """A place whose time zone cannot be told."""


class UnknownFormError(MisuseError):
    """The carrier has no tracking numbers of that form."""
