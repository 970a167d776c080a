"""Every error as RFC 9457 problem details. No traceback and nothing of the internals goes out."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from palate.errors import (
    InvalidInput,
    InvalidSettings,
    ModelError,
    PalateError,
    StorageError,
    UnknownItem,
    UnknownShop,
    UnknownTurn,
    UsageError,
)
from palate.service.answers import Answer

MEDIA_TYPE = "application/problem+json"
_SHOWN = 80  # characters of a wrong value that an answer repeats

# The first that fits wins: subclasses before their parents.
_KINDS: tuple[tuple[type[PalateError], int, str], ...] = (
    (UnknownItem, 404, "unknown-item"),
    (UnknownTurn, 404, "unknown-turn"),
    (UnknownShop, 404, "unknown-shop"),
    (InvalidInput, 422, "invalid-input"),
    (InvalidSettings, 500, "invalid-settings"),
    (UsageError, 400, "wrong-use"),
    (StorageError, 503, "storage-unavailable"),
    (ModelError, 503, "model-unavailable"),
    (PalateError, 500, "work-failed"),
)

HINTS = {
    404: "nothing is at this address; /openapi.json lists what is",
    405: "this address does not take that method; /openapi.json says which it takes",
    413: "this shop accepts no body that large (setting service.max_body); send it in parts",
}


def problem(
    request: Request,
    status: int,
    detail: str,
    *,
    kind: str | None = None,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """The answer that tells of an error; ``kind`` names its type where the status does not say it all."""
    content = problem_content(request, status, detail, kind=kind, errors=errors)
    return Answer(content, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def problem_content(
    request: Request,
    status: int,
    detail: str,
    *,
    kind: str | None = None,
    errors: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """The members of a problem, for an answer of its own or for an ``error`` event within a stream."""
    content: dict[str, Any] = {
        "type": f"urn:palate:problem:{kind}" if kind else "about:blank",
        "title": kind.replace("-", " ").capitalize() if kind else HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "request_id": request.scope["palate.request_id"],
    }
    if errors:
        content["errors"] = errors
    return content


def content_of(request: Request, error: PalateError) -> dict[str, Any]:
    """The problem that an error of ours is."""
    status, kind = next((status, kind) for cls, status, kind in _KINDS if isinstance(error, cls))
    return problem_content(request, status, str(error), kind=kind)


def install(app: FastAPI) -> None:
    """Make every error of ``app`` a problem; what nobody expected is caught further out (middleware.py)."""
    app.add_exception_handler(PalateError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _ours(request: Request, error: Exception) -> Answer:
    assert isinstance(error, PalateError)  # noqa: S101 - narrows Starlette's signature
    content = content_of(request, error)
    return Answer(content, content["status"], media_type=MEDIA_TYPE)


async def _http(request: Request, error: Exception) -> Answer:
    assert isinstance(error, HTTPException)  # noqa: S101
    said = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
    detail = HINTS.get(error.status_code, said) or said
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = _allowed(request) or headers["Allow"]
    return problem(request, error.status_code, detail, headers=headers)


def _allowed(request: Request) -> str:
    """The methods that an address takes: the router tells only those of the first route that it tried."""
    template = getattr(request.scope.get("route"), "path_format", "")
    return ", ".join(sorted(method.upper() for method in request.app.openapi()["paths"].get(template, ())))


async def _invalid(request: Request, error: Exception) -> Answer:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    found = error.errors()
    if found[0]["type"] == "json_invalid":
        where, what = found[0]["loc"][-1], found[0]["ctx"]["error"]
        return problem(request, 400, f"the body is not valid JSON: {what} (at character {where})")
    if found[0]["loc"] == ("body",) and isinstance(found[0].get("input"), bytes):
        return problem(request, 415, "the body must be JSON, sent with 'Content-Type: application/json'")
    errors = [_field_problem(entry) for entry in found[:20]]
    first = errors[0]
    where = first.get("pointer") or first.get("parameter") or "the body"
    return problem(request, 422, f"{where}: {first['detail']}", kind="invalid-input", errors=errors)


def _field_problem(entry: Mapping[str, Any]) -> dict[str, str]:
    source, *path = entry["loc"]
    # the tags of "one event or many" are ours, no part of what was sent
    path = [part for i, part in enumerate(path) if not (i == 0 and part in ("one", "many"))]
    detail = str(entry["msg"])
    if entry["type"] != "missing":
        shown = repr(entry.get("input"))
        detail += f" (got {shown if len(shown) <= _SHOWN else shown[:_SHOWN] + '...'})"
    if source == "body":
        return {"pointer": "".join(f"/{_escape(part)}" for part in path), "detail": detail}
    return {"parameter": str(path[0]) if path else str(source), "detail": detail}


def _escape(part: object) -> str:
    """A member's name within a JSON pointer (RFC 6901)."""
    return str(part).replace("~", "~0").replace("/", "~1")
