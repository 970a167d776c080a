"""POST /v1/chat: a turn, whole or as it comes into being."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse

from palate.errors import PalateError
from palate.service import problems
from palate.service.answers import Answer, OpenShop, StrictRoute
from palate.service.encoding import to_json
from palate.service.middleware import log_failure
from palate.service.schemas import ChatRequest
from palate.values import Turn

router = APIRouter(prefix="/v1", tags=["conversation"], route_class=StrictRoute)

_EVENT = {
    "type": "object",
    "properties": {
        "event": {"enum": ["understanding", "items", "token", "done", "error"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
    "required": ["event", "data"],
}
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The turn; or, where a stream was asked for, the events `understanding`, "
        '`items` ({"items": [RecommendedItem]}), `token` ({"text": "..."}) for each piece of the reply, and '
        "`done` (the whole Turn). `error` (Problem) ends a stream that cannot go on.",
        "content": {"text/event-stream": {"schema": _EVENT}},
    }
}


@router.post("/chat", response_model=Turn, responses=_STREAM)
def chat(request: Request, shop: OpenShop, body: ChatRequest) -> Response:
    """Say something, get an answer."""
    metrics = request.app.state.metrics
    if not _wants_stream(request, body):
        turn = shop.chat(body.text, user_id=body.user_id, session_id=body.session_id, k=body.k)
        metrics.turn(turn)
        return Answer(turn)
    steps = shop.converse(body.text, user_id=body.user_id, session_id=body.session_id, k=body.k)
    # The first step is taken before the answer begins: a wrong request still gets a status of its own.
    first = next(steps)
    # no-cache and no buffering on the way, or the person sees the reply only when it has ended
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(_frames(request, first, steps), media_type="text/event-stream", headers=headers)


def _wants_stream(request: Request, body: ChatRequest) -> bool:
    if body.stream is not None:
        return body.stream
    return "text/event-stream" in request.headers.get("accept", "")


def _frames(
    request: Request, first: tuple[str, object], steps: Iterator[tuple[str, object]]
) -> Iterator[bytes]:
    try:
        yield _frame(request, *first)
        for name, value in steps:
            yield _frame(request, name, value)
    except PalateError as error:
        yield _event("error", problems.content_of(request, error))
    except Exception as error:
        log_failure(request.scope, error)
        detail = "the reply broke off; nothing that was acknowledged is lost, ask again"
        yield _event("error", problems.problem_content(request, 500, detail, kind="internal-error"))


def _frame(request: Request, name: str, value: object) -> bytes:
    if name == "items":
        value = {"items": value}
    elif name == "token":
        value = {"text": value}
    elif isinstance(value, Turn):
        request.app.state.metrics.turn(value)
    return _event(name, value)


def _event(name: str, value: object) -> bytes:
    return format_sse_event(event=name, data_str=to_json(value).decode())
