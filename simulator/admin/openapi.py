"""The OpenAPI document of the admin side, made from the models that read what is asked."""

from typing import Any

from pydantic.json_schema import models_json_schema

from simulator.admin.requests import AdminRequest, ClockRequest, FaultsRequest, ParcelsRequest, SessionRequest

_SESSION = "/_admin/sessions/{id}"

# Path, method, what it does, what it is asked, the status when all is well.
_PAGES: tuple[tuple[str, str, str, type[AdminRequest] | None, int], ...] = (
    ("/healthz", "get", "Whether the server is up, and how many sessions it has.", None, 200),
    ("/metrics", "get", "Counts in the text format of Prometheus.", None, 200),
    ("/_admin/openapi.json", "get", "This document.", None, 200),
    ("/_admin/sessions", "get", "All sessions.", None, 200),
    ("/_admin/sessions", "post", "Create a session from parcels and faults, or from a story.", SessionRequest, 201),
    (_SESSION, "get", "A session: its time, its carriers block, its parcels, faults and requests.", None, 200),
    (_SESSION, "delete", "End a session.", None, 204),
    (f"{_SESSION}/parcels", "get", "The parcels: those added, then those of a dataset, in pages.", None, 200),
    (f"{_SESSION}/parcels", "post", "Add parcels.", ParcelsRequest, 201),
    (f"{_SESSION}/faults", "get", "The faults in force.", None, 200),
    (f"{_SESSION}/faults", "post", "Put more faults in force.", FaultsRequest, 201),
    (f"{_SESSION}/faults", "delete", "Put every fault out of force.", None, 200),
    (f"{_SESSION}/clock", "post", "Turn the clock.", ClockRequest, 200),
    (f"{_SESSION}/journal", "get", "The calls, numbered from 1: those after a number, at most so many.", None, 200),
    (f"{_SESSION}/reset", "post", "Make the session again as it was made.", None, 200),
)
_QUERY: dict[str, tuple[tuple[str, str, int | None, int], ...]] = {
    f"{_SESSION}/parcels": (
        ("after", "Without the first so many.", 0, 0),
        ("limit", "So many at most; by default all that were added, and the first 100 of a dataset.", None, 1),
    ),
    f"{_SESSION}/journal": (
        ("after", "Entries with greater numbers only.", 0, 0),
        ("limit", "So many entries at most.", 1_000, 1),
    ),
}


def document() -> dict[str, Any]:
    """The document (OpenAPI 3.1)."""
    models = [asked for *_, asked, _ in _PAGES if asked is not None]
    schemas = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for path, method, says, asked, status in _PAGES:
        operation: dict[str, Any] = {
            "summary": says,
            "operationId": f"{method}{path.replace('/', '_').replace('{id}', 'id').replace('.', '_')}",
            "parameters": _parameters(path),
            "responses": {
                str(status): {"description": "as asked"},
                "default": {"description": 'what was wrong: {"error": message}'},
            },
        }
        if asked is not None:
            schema = {"$ref": f"#/components/schemas/{asked.__name__}"}
            operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
        paths.setdefault(path, {})[method] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "vtr serve: sessions", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": schemas[1]["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _parameters(path: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    if "{id}" in path:
        told.append({"name": "id", "in": "path", "required": True, "schema": {"type": "string"}})
    for name, says, default, least in _QUERY.get(path, ()):
        schema = {"type": "integer", "minimum": least} | ({} if default is None else {"default": default})
        told.append({"name": name, "in": "query", "description": says, "schema": schema})
    return told
