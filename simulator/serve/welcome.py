"""What `vtr serve` prints once it listens: the parcels, how to ask about them, and where to go on."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from simulator.console import format_table
from simulator.core.simulation import Simulation
from simulator.serve.curl_examples import CURL, curl_lines
from simulator.serve.demo_session import describe_state

if TYPE_CHECKING:
    from simulator.http_server.certificates import Certificates

_DATASET_PARCELS_SHOWN = 10


def welcome_text(
    simulation: Simulation,
    url: str,
    admin_token: str | None,
    certificates: "Certificates | None" = None,
    dataset: Path | None = None,
) -> str:
    """The text.

    simulation: of the demo session.
    url: where the server answers, without a slash at the end.
    admin_token: what the admin API asks for, if it does.
    certificates: those of a server with TLS.
    dataset: the folder of the dataset that is served, if one is.
    """
    now = simulation.clock.now
    stored = simulation.stored
    rows = [
        {
            "carrier": f"{parcel.carrier} {parcel.api}".strip(),
            "tracking number": parcel.tracking_number,
            "journey": parcel.journey,
            "the carrier says": describe_state(parcel, now),
        }
        for parcel in (simulation.parcels() if stored is None else stored.page(0, _DATASET_PARCELS_SHOWN))
    ]
    which, files = "", "--orders orders.csv --confirmations confirmations.csv"
    if dataset is not None:
        count = 0 if stored is None else len(stored)
        which = f"It has the {count:,} parcels of {dataset}, of which these are some.\n\n"
        files = f"--dataset {quote(str(dataset))}"
    curl = CURL if certificates is None else f"{CURL} --cacert {quote(str(certificates.ca))}"
    examples = "\n".join(f"# {title}\n{line}" for title, line in curl_lines(simulation, url, curl))
    header = "" if admin_token is None else f" -H 'Authorization: Bearer {admin_token}'"
    client_setup = trusting = ""
    if certificates is not None:
        from simulator.serve.client_setup import tls_advice  # noqa: PLC0415 (loads cryptography, which only TLS needs)

        client_setup = tls_advice(simulation, url, certificates)
        trusting = f"REQUESTS_CA_BUNDLE={quote(str(certificates.ca))} "
    return (
        f"The demo session stands at {now:%Y-%m-%d %H:%M} UTC; its credentials are `demo` in every field.\n\n"
        f"{which}{format_table(rows)}\n\n"
        f"Ask a carrier:\n\n{examples}\n\n"
        f"# the session, with the credentials of every carrier\n{curl}{header} {url}/_admin/sessions/demo\n\n"
        f"{client_setup}"
        "Check orders against these carriers:\n\n"
        f"{trusting}vtr check {files} --carriers {url}\n\n"
        "Ctrl-C ends the server.\n"
    )
