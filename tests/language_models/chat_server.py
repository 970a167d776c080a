"""A small real server that speaks the chat-completions protocol, well and badly: what it does is told by
the model's name in the request.
"""

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TEXT = 'Hello, here are 三 things: {"a": 1}'


class ChatServer(ThreadingHTTPServer):
    """``requests`` holds the body of each request and its key. ``behave`` maps a model's name to what it
    does."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[dict[str, Any], str | None]] = []
        self.text = TEXT
        self.recovering = 0  # how many more requests of model "recovering" fail
        self.halting = 0  # how many more of model "halting" wait for two seconds first
        self.models = ["good"]

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves early is meant, and no news."""


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    server = ChatServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: ChatServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            self.answer(200, {"object": "list", "data": [{"id": name} for name in self.server.models]})
        else:
            self.answer(404, {"error": {"message": "no such path"}})

    def do_POST(self) -> None:
        if self.path != "/v1/chat/completions":
            self.answer(404, {"error": {"message": "no such path"}})
            return
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append((body, self.headers.get("authorization")))
        behaviour: Callable[[dict[str, Any]], None] = getattr(self, f"be_{body['model']}")
        behaviour(body)

    def answer(self, status: int, document: Any, headers: dict[str, str] | None = None) -> None:
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def delta(self, text: str, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
        event = {"object": "chat.completion.chunk", "choices": [choice]}
        self.chunk(b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n")

    def stream(self, text: str, pause: float = 0.0) -> None:
        self.begin()
        self.delta("")  # as real servers do: the first chunk has only the role
        for start in range(0, len(text), 5):
            time.sleep(pause)
            self.delta(text[start : start + 5])
        self.delta("", "stop")
        self.chunk(b'data: {"choices": [], "usage": {"total_tokens": 9}}\n\n')
        self.chunk(b"data: [DONE]\n\n")
        self.chunk(b"")

    def be_good(self, body: dict[str, Any]) -> None:
        self.stream(self.server.text)

    def be_plain(self, body: dict[str, Any]) -> None:
        """Takes no schema, as many small servers."""
        if "response_format" in body:
            self.answer(400, {"error": {"message": "response_format is not supported"}})
        else:
            self.stream(self.server.text)

    def be_picky(self, body: dict[str, Any]) -> None:
        """As the reasoning models of OpenAI."""
        if "max_tokens" in body:
            self.answer(400, {"error": {"message": "use 'max_completion_tokens' instead of 'max_tokens'"}})
        elif "temperature" in body:
            self.answer(400, {"error": {"message": "'temperature' does not support 0"}})
        else:
            self.stream(self.server.text)

    def be_whole(self, body: dict[str, Any]) -> None:
        """Does not stream, whatever is asked."""
        self.answer(200, {"choices": [{"message": {"content": self.server.text}, "finish_reason": "stop"}]})

    def be_never(self, body: dict[str, Any]) -> None:
        self.answer(400, {"error": {"message": f"no, not with {self.headers.get('authorization')}"}})

    def be_limited(self, body: dict[str, Any]) -> None:
        self.answer(429, {"error": {"message": "slow down"}}, {"retry-after": "7"})

    def be_patient(self, body: dict[str, Any]) -> None:
        self.answer(429, {"error": {"message": "slow down"}}, {"retry-after": "1"})

    def be_halting(self, body: dict[str, Any]) -> None:
        if self.server.halting > 0:
            self.server.halting -= 1
            time.sleep(2)
        self.stream(self.server.text)

    def be_counting(self, body: dict[str, Any]) -> None:
        self.begin()
        self.delta(self.server.text, "stop")
        if body.get("stream_options") == {"include_usage": True}:
            self.chunk(b'data: {"choices": [], "usage": {"prompt_tokens": 31, "completion_tokens": 7}}\n\n')
        self.chunk(b"data: [DONE]\n\n")
        self.chunk(b"")

    def be_uncounting(self, body: dict[str, Any]) -> None:
        if "stream_options" in body:
            self.answer(400, {"error": {"message": "unknown field: stream_options"}})
        else:
            self.stream(self.server.text)

    def be_failing(self, body: dict[str, Any]) -> None:
        self.answer(500, {"error": {"message": "out of memory"}})

    def be_recovering(self, body: dict[str, Any]) -> None:
        if self.server.recovering > 0:
            self.server.recovering -= 1
            self.answer(503, {"error": {"message": "loading"}})
        else:
            self.stream(self.server.text)

    def be_silent(self, body: dict[str, Any]) -> None:
        time.sleep(3)

    def be_dripping(self, body: dict[str, Any]) -> None:
        self.stream("x" * 500, pause=0.05)

    def be_endless(self, body: dict[str, Any]) -> None:
        self.begin()
        while True:
            self.delta("on and on ")

    def be_unbroken(self, body: dict[str, Any]) -> None:
        """A line that never ends."""
        self.begin()
        while True:
            self.chunk(b"data: " + b"x" * 60_000)

    def be_killed(self, body: dict[str, Any]) -> None:
        self.begin()
        self.delta("Hello, he")
        self.close_connection = True
        self.connection.close()

    def be_ending(self, body: dict[str, Any]) -> None:
        """Ends the stream in good order, before the answer is at its end."""
        self.begin()
        self.delta("Hello, he")
        self.chunk(b"")

    def be_nonsense(self, body: dict[str, Any]) -> None:
        self.begin()
        self.chunk(b"data: <html>hello</html>\n\n")
        self.chunk(b"")

    def be_webpage(self, body: dict[str, Any]) -> None:
        self.answer(200, b"<html>It works!</html>")

    def be_otherwise(self, body: dict[str, Any]) -> None:
        self.answer(200, {"choices": "none", "text": 3})

    def be_reporting(self, body: dict[str, Any]) -> None:
        self.begin()
        self.delta("Hel")
        self.chunk(b'data: {"error": {"message": "the model crashed"}}\n\n')
        self.chunk(b"")

    def be_stalling(self, body: dict[str, Any]) -> None:
        """Begins well, and says nothing more in the middle of a line."""
        self.begin()
        self.delta("Hello, he")
        self.chunk(b'data: {"choices": [{"delta": {"con')
        time.sleep(3)

    def be_garbled(self, body: dict[str, Any]) -> None:
        """Bytes that are no UTF-8 within the answer."""
        self.begin()
        self.chunk(b'data: {"choices": [{"delta": {"content": "Hello \xff\xfe\x80"}}]}\n\n')
        self.chunk(b"")

    def be_numeric(self, body: dict[str, Any]) -> None:
        """Chunks of the right shape with the wrong types."""
        self.begin()
        self.chunk(b'data: {"choices": [{"delta": {"content": 12}}, null]}\n\n')
        self.chunk(b'data: {"choices": [null]}\n\n')
        self.chunk(b'data: {"choices": [{"delta": [], "finish_reason": 7}]}\n\n')
        self.chunk(b"")

    def be_redirecting(self, body: dict[str, Any]) -> None:
        self.answer(307, {}, {"location": "http://127.0.0.1:1/elsewhere"})

    def be_unauthorised(self, body: dict[str, Any]) -> None:
        self.answer(401, {"error": {"message": "wrong key"}})

    def be_empty(self, body: dict[str, Any]) -> None:
        self.stream("")

    def be_swollen(self, body: dict[str, Any]) -> None:
        """A small answer that unpacks to a large one."""
        self.answer(200, gzip.compress(b" " * 30_000_000), {"content-encoding": "gzip"})


@contextmanager
def raw_server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A port where whoever connects gets ``answer`` on the bare socket; its base URL."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=attend, args=(connection,), daemon=True).start()

    def attend(connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65_536)
                answer(connection)
            except OSError:
                return  # the client has left

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    finally:
        listening.close()
