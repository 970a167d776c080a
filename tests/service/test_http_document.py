"""The OpenAPI document, and the service held to it by schemathesis."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from starlette.testclient import TestClient

import palate
from palate.service.app import create_app
from palate.settings import Settings

load_all_checks()


app = create_app(SimpleNamespace(settings=Settings()))  # type: ignore[arg-type] - the document needs no more
schema = schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.fixture(scope="module", autouse=True)
def shop(shop_folder: Path) -> Iterator[None]:
    with palate.open(shop_folder) as app.state.shop:
        yield


@schema.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_service_keeps_to_its_document(case: schemathesis.Case):
    # positive_data_acceptance is left out: the document cannot know which items and attributes a shop has
    excluded = ["positive_data_acceptance"]
    if case.operation.path == "/v1/recommendations":
        # a number in place of a list of ids is one more id: in a query all is text
        excluded.append("negative_data_rejection")
    case.call_and_validate(excluded_checks=[schemathesis.checks.CHECKS.get_one(name) for name in excluded])


def test_the_document_has_the_calls_of_the_contract(client: TestClient):
    document = client.get("/openapi.json").json()
    calls = {(method, path) for path, methods in document["paths"].items() for method in methods}
    assert {
        ("post", "/v1/chat"),
        ("post", "/v1/events"),
        ("get", "/v1/recommendations"),
        ("get", "/v1/experiments"),
        ("get", "/v1/weights"),
        ("patch", "/v1/weights"),
        ("post", "/v1/weights/preview"),
        ("post", "/v1/weights/undo"),
        ("get", "/v1/versions"),
        ("post", "/v1/versions/rollback"),
        ("get", "/v1/items/{item_id}"),
        ("get", "/v1/items/{item_id}/similar"),
        ("get", "/v1/items/{item_id}/why"),
        ("put", "/v1/items"),
        ("patch", "/v1/items/{item_id}"),
        ("delete", "/v1/items/{item_id}"),
        ("get", "/v1/users/{user_id}/profile"),
        ("patch", "/v1/users/{user_id}/profile"),
        ("get", "/v1/users/{user_id}/export"),
        ("delete", "/v1/users/{user_id}"),
        ("get", "/healthz"),
        ("get", "/readyz"),
        ("get", "/metrics"),
    } == calls
    for methods in document["paths"].values():
        for operation in methods.values():
            told = operation["responses"]["4XX"]["content"]
            assert told == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
