"""The errors that the simulator raises when it is misused. A carrier's refusal is not among them: it is an answer."""


class MisuseError(ValueError):
    """The user asked for something impossible; the message says what, what is expected, and what to do."""


class UnknownCarrierError(MisuseError):
    """No carrier of that name."""


class UnknownJourneyError(MisuseError):
    """No journey of that name."""


class UnknownKindError(MisuseError):
    """The carrier has no scan code for a kind of event."""


class UnknownPlaceError(MisuseError):
    """A place whose time zone is unknown."""


class UnknownFormError(MisuseError):
    """The carrier has no tracking numbers of that form."""
