"""DHL's credentials: an API key for the unified interface, HTTP Basic for MyDHL. DHL issues no tokens."""

from simulator.carriers.common import oauth
from simulator.carriers.common.carrier import CarrierView
from simulator.carriers.dhl import errors
from simulator.exchange import Request, Response


def client_of(request: Request) -> str | None:
    """The client that a request comes from: the API key of a unified call, the user of a MyDHL call."""
    key = request.headers.get("dhl-api-key")
    if key:
        return key
    login = oauth.basic_credentials(request)
    return login[0] if login else None


def check_unified_access(request: Request, view: CarrierView) -> Response | None:
    """None for a call to the unified interface with the right API key; otherwise the refusal."""
    valid = request.headers.get("dhl-api-key") == view.credentials.api_key
    return None if valid else errors.unauthorized(request, view)


def check_mydhl_access(request: Request, view: CarrierView) -> Response | None:
    """None for a call to MyDHL with the right user and password; otherwise the refusal."""
    valid = oauth.basic_credentials(request) == (view.credentials.username, view.credentials.password)
    return None if valid else errors.mydhl_unauthorized(request)
