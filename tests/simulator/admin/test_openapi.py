"""The OpenAPI document: the routes that the server has, and the models that it reads."""

import json
from typing import Any

import requests
from starlette.routing import Route

from simulator.admin.application import admin_application
from simulator.admin.openapi import openapi_document
from simulator.admin.requests import SessionRequest
from simulator.admin.routes import ROUTES
from simulator.core.sessions import Sessions

Api = Any  # the one of conftest


WAIT = 60.0


def test_the_document_is_served_and_names_every_key_of_a_session(api: Api) -> None:
    served = requests.get(f"{api.server_url}/_admin/openapi.json", timeout=WAIT).json()
    assert served == json.loads(json.dumps(openapi_document(ROUTES)))
    schemas = served["components"]["schemas"]
    assert set(schemas["SessionRequest"]["properties"]) == set(SessionRequest.model_fields)
    assert served["paths"]["/_admin/sessions/{id}/clock"]["post"]["requestBody"]["content"]["application/json"][
        "schema"
    ] == {"$ref": "#/components/schemas/ClockRequest"}


def test_the_document_has_the_routes_of_the_server_and_no_others() -> None:
    """`/conduct` was missing when the document and the router had a table of routes each."""
    served = {
        (method, route.path)
        for route in admin_application(Sessions(), None).routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    documented = {
        (method.upper(), path)
        for path, operations in openapi_document(ROUTES)["paths"].items()
        for method in operations
    }
    assert documented == served
    assert ("GET", "/_admin/sessions/{id}/conduct") in documented


def test_every_documented_get_is_answered(api: Api) -> None:
    for path, operations in openapi_document(ROUTES)["paths"].items():
        if "get" in operations:
            answer = requests.get(api.server_url + path.replace("{id}", "demo"), timeout=WAIT)
            assert answer.status_code == 200, path


def test_query_parameters_are_those_of_their_operation_alone() -> None:
    parcels = openapi_document(ROUTES)["paths"]["/_admin/sessions/{id}/parcels"]
    assert [parameter["name"] for parameter in parcels["get"]["parameters"]] == ["id", "after", "limit"]
    assert [parameter["name"] for parameter in parcels["post"]["parameters"]] == ["id"]


def test_operations_have_names_of_their_own() -> None:
    paths = openapi_document(ROUTES)["paths"].values()
    names = [operation["operationId"] for operations in paths for operation in operations.values()]
    assert len(set(names)) == len(names)
