"""What the reference validator raises when it is misused. A verdict is a report row, a carrier's refusal an answer."""


class VtrError(ValueError):
    """Something the user gave cannot be used; the message says what, what is expected, and what to do."""


class ProfileError(VtrError):
    """A profile that cannot be used."""


class InputError(VtrError):
    """An input file that cannot be used."""


class EndpointError(VtrError):
    """Where or with what credentials a carrier is asked is missing or wrong."""
