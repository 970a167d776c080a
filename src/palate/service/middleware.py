"""What stands around every call: ids, security headers, the count, the key, the body's limit, the last catch.

Plain ASGI, no copies of bodies. Nothing that a person said or did is logged: a failure is logged by its
route's template, the error's type and the places in the code, without the error's text (which may quote the
person).
"""

import base64
import hmac
import itertools
import logging
import re
import secrets
import time
import traceback

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from palate.service.metrics import Metrics
from palate.service.problems import HINTS, problem

log = logging.getLogger("palate.service")

REQUEST_ID = "X-Request-Id"
_REQUEST_ID_FORM = re.compile(r"[A-Za-z0-9._-]{1,128}")
# names a request, guards nothing: random bytes for each would cost a call of the system
_PROCESS, _NUMBER = secrets.token_hex(8), itertools.count(1)
_FRAMES_LOGGED = 8  # the innermost; those further out are the framework's
_SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' https: data:; style-src 'self'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def route_template(scope: Scope) -> str:
    """The route that took the request, as in the OpenAPI document; "unmatched" where none did."""
    route = scope.get("route")
    return str(getattr(route, "path_format", None) or getattr(route, "path", None) or "unmatched")


def _own_id() -> str:
    """The id of a request that brings none: 32 hex digits, of this process and its number there."""
    return f"{_PROCESS}{next(_NUMBER):016x}"


def log_failure(scope: Scope, error: BaseException) -> None:
    """Log an error that nobody expected, so that it can be found by the request's id."""
    places = "".join(traceback.format_tb(error.__traceback__, limit=-_FRAMES_LOGGED))
    log.error(
        "request %s: %s %s failed with %s\n%s",
        scope["palate.request_id"], scope["method"], route_template(scope), type(error).__name__, places,
    )  # fmt: skip


class Surroundings:
    """The outermost layer: gives each request its id, each answer its headers, counts it, and turns what
    nobody expected into a problem of status 500.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = scope["palate.request_id"] = given if _REQUEST_ID_FORM.fullmatch(given) else _own_id()
        began, status = time.perf_counter(), 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = request_id
                for name, value in _SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, send_on)
        except Exception as error:
            log_failure(scope, error)
            if status == 0:
                detail = f"something went wrong that should not; the log has it under request {request_id!r}"
                await problem(Request(scope), 500, detail, kind="internal-error")(scope, receive, send_on)
        finally:
            seconds = time.perf_counter() - began
            self.metrics.request(scope["method"], route_template(scope), status, seconds)


class ShopKey:
    """Lets calls of the API and the operators' pages through only with the shop's key. The chat page and health checks
    need none. A browser, which has no bearer token to send, may bring the key as a password under any name.
    """

    def __init__(self, app: ASGIApp, key: str) -> None:
        self.app = app
        self.expected = key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not needs_key(scope["path"]) or self._brings_key(scope):
            await self.app(scope, receive, send)
            return
        detail = "this call needs the shop's key: send it as 'Authorization: Bearer KEY'"
        way = 'Basic realm="palate", charset="UTF-8"' if is_page(scope["path"]) else "Bearer"
        answer = problem(Request(scope), 401, detail, headers={"WWW-Authenticate": way})
        await answer(scope, receive, send)

    def _brings_key(self, scope: Scope) -> bool:
        scheme, _, given = Headers(scope=scope).get("Authorization", "").partition(" ")
        key = given.encode("latin-1")
        if scheme.lower() == "basic" and is_page(scope["path"]):
            try:
                key = base64.b64decode(key, validate=True).partition(b":")[2]
            except ValueError:
                return False
        elif scheme != "Bearer":
            return False
        return hmac.compare_digest(key, self.expected)


def is_page(path: str) -> bool:
    """Whether a path is one of the operators' pages."""
    return path == "/admin" or path.startswith("/admin/")


def needs_key(path: str) -> bool:
    """Whether a path is part of what the key protects: data, metrics and the operators' pages."""
    return path.startswith("/v1/") or path == "/metrics" or is_page(path)


class BodyLimit:
    """Refuses a body above ``limit`` bytes: by its announced length before a byte is read, else as soon as it
    has gone over.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("Content-Length", "")
        if announced.isdigit() and int(announced) > self.limit:
            detail = f"the body has {announced} bytes; {HINTS[413]}"
            await problem(Request(scope), 413, detail, headers={"Connection": "close"})(scope, receive, send)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.limit:
                raise HTTPException(413)  # on its way through the handler it becomes a problem
            return message

        await self.app(scope, receive_counted, send)
