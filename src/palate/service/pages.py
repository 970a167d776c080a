"""The built web pages (web/, built into service/static): the page is never cached, its assets for ever."""

from collections.abc import Callable, Coroutine
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from palate.service.problems import problem

STATIC = Path(__file__).parent / "static"
_NOT_BUILT = (
    "the chat page was not built with this installation; install palate from its wheel, or in a checkout run "
    "'pip install -e .' (it needs the npm registry once). The API works without it: see /openapi.json"
)


class _Assets(StaticFiles):
    """Files whose names change with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def install(app: FastAPI, static: Path = STATIC) -> None:
    """Serve the pages that are in ``static`` now; where there are none, ``/`` says how to get them."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def index(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        page = static / "index.html"
        if not page.is_file():
            return problem(request, 404, _NOT_BUILT, kind="page-not-built")
        return FileResponse(page, headers={"Cache-Control": "no-cache"})

    app.include_router(router)
    if not static.is_dir():
        return
    for file in sorted(static.iterdir()):  # favicon.svg and the like
        if file.is_file() and file.name != "index.html":
            app.add_api_route(f"/{file.name}", _sender(file), include_in_schema=False)
    if (static / "assets").is_dir():
        app.mount("/assets", _Assets(directory=static / "assets"))


def _sender(file: Path) -> Callable[[], Coroutine[None, None, FileResponse]]:
    async def send_file() -> FileResponse:
        return FileResponse(file, headers={"Cache-Control": "public, max-age=3600"})

    return send_file
