"""The OpenAPI document of the admin API, built from the route table and the models of the requests."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from simulator.admin.routes import AdminRoute


def openapi_document(routes: Sequence[AdminRoute]) -> dict[str, Any]:
    """The document (OpenAPI 3.1) that describes the routes."""
    _, schemas = models_json_schema(
        [(route.body, "validation") for route in routes if route.body is not None],
        ref_template="#/components/schemas/{model}",
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "vtr serve: sessions", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _operation(route: AdminRoute) -> dict[str, Any]:
    name = route.path.replace("/", "_").replace("{id}", "id").replace(".", "_")
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": f"{route.method.lower()}{name}",
        "parameters": list(_parameters(route)),
        "responses": {
            str(route.status): {"description": "as asked"},
            "default": {"description": 'what was wrong: {"error": message}'},
        },
    }
    if route.body is not None:
        schema = {"$ref": f"#/components/schemas/{route.body.__name__}"}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _parameters(route: AdminRoute) -> Iterator[dict[str, Any]]:
    if "{id}" in route.path:
        yield {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    for parameter in route.query:
        schema: dict[str, Any] = {"type": "integer", "minimum": parameter.minimum}
        if parameter.default is not None:
            schema["default"] = parameter.default
        yield {"name": parameter.name, "in": "query", "description": parameter.description, "schema": schema}
