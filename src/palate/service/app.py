"""create_app: the service over one open shop."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

import palate.service.catalogue as catalogue
import palate.service.chat as chat
import palate.service.events as events
import palate.service.experiments as experiments
import palate.service.operations as operations
import palate.service.pages as pages
import palate.service.people as people
import palate.service.problems as problems
import palate.service.versions as versions
import palate.service.weights as weights
from palate.service.metrics import Metrics
from palate.service.middleware import BodyLimit, ShopKey, Surroundings, needs_key
from palate.service.schemas import Problem
from palate.shop import Shop


class _Service(FastAPI):
    """FastAPI whose document tells of errors as they are: problem details, everywhere."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = _document(self)
        return self.openapi_schema


def create_app(shop: Shop, *, closes_shop: bool = False) -> FastAPI:
    """The ASGI application over ``shop``; with ``closes_shop`` it closes the shop when the server stops."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        yield
        if closes_shop:
            shop.close()

    settings = shop.settings.service
    app = _Service(
        title="palate",
        summary="A recommender that people talk to.",
        version="1",
        docs_url=None,  # the documentation pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.shop = shop
    app.state.metrics = Metrics()
    app.state.has_key = bool(settings.api_key)
    problems.install(app)
    for room in (chat, events, catalogue, people, versions, weights, experiments, operations):
        app.include_router(room.router)
    pages.install(app)
    app.add_middleware(BodyLimit, limit=settings.max_body)
    if settings.api_key:
        app.add_middleware(ShopKey, key=settings.api_key)
    app.add_middleware(Surroundings, metrics=app.state.metrics)
    return app


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        routes=app.routes,
        separate_input_output_schemas=False,
    )
    schemas = document["components"]["schemas"]
    problem_schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem_schema.pop("$defs"), Problem=problem_schema)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    told = {"content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    if app.state.has_key:
        document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path, operations_of in document["paths"].items():
        for operation in operations_of.values():
            operation["responses"].pop("422", None)
            operation["responses"]["4XX"] = {"description": "The request cannot be answered.", **told}
            operation["responses"]["5XX"] = {"description": "The shop cannot answer now.", **told}
            if app.state.has_key and needs_key(path):
                operation["security"] = [{"key": []}]
    return document
