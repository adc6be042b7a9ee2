"""Which certificate authorities are trusted when somebody is asked by https.

Sessions here look at nothing in the environment (`trust_env`), because that costs half of a call; so the one variable
that people set for a company's authority, or for fake carriers behind TLS, is read here.
"""

import os

VARIABLE = "REQUESTS_CA_BUNDLE"


def trusted() -> str | bool:
    """The file or folder of authorities that the variable names; True, those that `requests` brings, without it."""
    return os.environ.get(VARIABLE) or True
