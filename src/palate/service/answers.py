"""How a request's JSON is read and an answer's JSON is written: both by orjson, strictly."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import orjson
from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.convertors import Convertor, register_url_convertor

from palate.service.encoding import to_json
from palate.shop import Shop


class Answer(Response):
    """A JSON answer. It bypasses pydantic: response models document, they do not copy."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        return to_json(content)


class _StrictRequest(Request):
    """orjson refuses what ``json`` lets through: NaN, infinities, lone surrogates, broken UTF-8."""

    async def json(self) -> Any:
        return orjson.loads(await self.body())


class StrictRoute(APIRoute):
    """A route that reads bodies by _StrictRequest."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(_StrictRequest(request.scope, request.receive))

        return strict


async def _shop(request: Request) -> Shop:
    # asynchronous on purpose: a plain function would cost a hop to a thread on every call
    return request.app.state.shop


class _IdConvertor(Convertor[str]):
    """An id within a path. It may hold slashes (in some shops ids are addresses), yet not end as a path of
    ours does, or ``DELETE /v1/users/ann/profile`` would speak of a user ``ann/profile``.
    """

    regex = "(?:.*)(?<!/similar)(?<!/why)(?<!/profile)(?<!/export)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("id", _IdConvertor())

OpenShop = Annotated[Shop, Depends(_shop)]
"""A handler's parameter: the shop that the app serves."""
