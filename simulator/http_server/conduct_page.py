"""A session's conduct as JSON: what was counted at each carrier, and every finding about the caller."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator import conduct
from simulator.errors import MisuseError
from simulator.sessions import Sessions
from simulator.simulation import Simulation


def conduct_page(sessions: Sessions) -> Callable[[Request], Awaitable[Response]]:
    """The page at `/_admin/sessions/{name}/conduct`."""

    async def page(request: Request) -> Response:
        name = request.path_params["name"]
        try:
            simulation = sessions.get(name)
        except MisuseError as error:
            return JSONResponse({"error": str(error)}, 404)
        return JSONResponse(describe(name, simulation))

    return page


def describe(name: str, simulation: Simulation) -> dict[str, Any]:
    """The conduct towards a session. calls: how many it got; journal: how many of them, the last ones, were judged."""
    conducts = conduct.of(simulation)
    return {
        "session": name,
        "calls": simulation.entered,
        "journal": len(simulation.journal),
        "carriers": [
            {
                "carrier": each.carrier,
                "calls": each.calls,
                "tokens": each.tokens,
                "batch_size": each.batch_size,
                "refused_for_frequency": each.refused_for_frequency,
            }
            for each in conducts
        ],
        "findings": [_row(finding) for finding in conduct.findings(conducts)],
    }


def _row(finding: conduct.Finding) -> dict[str, Any]:
    row = asdict(finding)
    return {"finding": row.pop("name"), **row}
