"""The errors of the reference validator, for misuse only: a verdict is a report row, a carrier's refusal an answer."""


class VtrError(ValueError):
    """Something the user gave cannot be used; the message says what, what is expected, and what to do."""


class ProfileError(VtrError):
    """A profile that cannot be used."""


class InputError(VtrError):
    """An input file that cannot be used."""


class EndpointError(VtrError):
    """The address or the credentials for asking a carrier are missing or wrong."""
