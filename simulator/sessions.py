"""Many simulations behind one door; the credential that a client sends chooses which one answers."""

from simulator import carriers
from simulator.credentials import Credentials
from simulator.errors import MisuseError
from simulator.exchange import Request, Response
from simulator.simulation import Simulation

DEMO = "demo"


class Sessions:
    """Simulations by name. A request whose credential is nobody's meets the carrier's own refusal."""

    def __init__(self) -> None:
        """No sessions yet."""
        self._by_name: dict[str, Simulation] = {}
        self._by_identity: dict[str, Simulation] = {}
        # Its credentials hold a control character, which no HTTP client can send in a header.
        self._nobody = Simulation(credentials=Credentials.of("\0nobody"), journal_limit=0)

    def add(self, name: str, simulation: Simulation) -> None:
        """Host a simulation. Raises MisuseError if the name or one of its credentials is taken."""
        taken = [identity for identity in simulation.credentials.identities if identity in self._by_identity]
        if name in self._by_name or taken:
            raise MisuseError(f"session {name!r}: name or credential is taken; choose another, or delete that session")
        self._by_name[name] = simulation
        self._by_identity.update(dict.fromkeys(simulation.credentials.identities, simulation))

    def remove(self, name: str) -> None:
        """Host a simulation no longer. Raises MisuseError if there is none of that name."""
        simulation = self.get(name)
        del self._by_name[name]
        for identity in simulation.credentials.identities:
            del self._by_identity[identity]

    def get(self, name: str) -> Simulation:
        """The simulation of that name. Raises MisuseError if there is none."""
        simulation = self._by_name.get(name)
        if simulation is None:
            raise MisuseError(f"session {name!r} is unknown; there are: {', '.join(self._by_name) or 'none'}")
        return simulation

    def names(self) -> tuple[str, ...]:
        """The names of all sessions, oldest first."""
        return tuple(self._by_name)

    def of(self, request: Request) -> Simulation | None:
        """The simulation whose credential the request carries; None if it carries nobody's."""
        carrier = carriers.by_host(request.host)
        client = carrier.client_of(request) if carrier is not None else None
        return None if client is None else self._by_identity.get(client)

    def handle(self, request: Request, stamp: float | None = None) -> Response:
        """The answer of the session whose credential the request carries."""
        return (self.of(request) or self._nobody).handle(request, stamp)
