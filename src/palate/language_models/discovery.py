"""Looking for a server of language models: in the environment, and on this machine."""

import os
import socket
from contextlib import closing, suppress
from dataclasses import dataclass

import orjson

from palate.language_models.openai_compatible import model_names

BASE_URL_VARIABLES = ("PALATE_LANGUAGE_MODEL_BASE_URL", "OPENAI_BASE_URL")
MODEL_VARIABLE = "OPENAI_MODEL"
LOOPBACK_PORTS = (("Ollama", 11434), ("llama-server", 8080))
_CONNECT_SECONDS = 0.05
_ANSWER_SECONDS = 0.25
_MOST_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server that speaks OpenAI's protocol. ``model``: None for the only one that it has; ``where`` it was
    found, in a few words.
    """

    base_url: str
    model: str | None
    where: str


def server_of_environment(has_key: bool) -> FoundServer | None:
    """The server that the environment names by a base URL, where it has a key too: a key alone may be there
    for something else, and what people say is not sent anywhere on a guess.
    """
    name = next((name for name in BASE_URL_VARIABLES if os.environ.get(name, "").strip()), None)
    if name is None or not has_key:
        return None
    model = os.environ.get(MODEL_VARIABLE, "").strip() or None
    return FoundServer(os.environ[name].strip(), model, f"by the key and {name} of the environment")


def answering_on_loopback() -> FoundServer | None:
    """An Ollama or a llama-server that lists a model for chat within a moment; the first model it lists."""
    for name, port in LOOPBACK_PORTS:
        names = _models_at(port)
        if names:
            return FoundServer(f"http://127.0.0.1:{port}/v1", names[0], f"{name} answers on 127.0.0.1:{port}")
    return None


def _models_at(port: int) -> list[str]:
    """What ``/v1/models`` lists on a port of loopback; nothing where nobody answers, or something else.

    By a bare socket, since every start comes here: the HTTP client would take longer to import than the
    refused connection takes.
    """
    with suppress(OSError, ValueError), closing(socket.socket()) as connection:
        connection.settimeout(_CONNECT_SECONDS)
        connection.connect(("127.0.0.1", port))
        connection.settimeout(_ANSWER_SECONDS)
        # HTTP/1.0: the answer comes in one piece and the connection ends with it
        connection.sendall(b"GET /v1/models HTTP/1.0\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n")
        answer = b""
        while len(answer) < _MOST_BYTES and (part := connection.recv(65_536)):
            answer += part
        head, _, body = answer.partition(b"\r\n\r\n")
        if b" 200 " in head.split(b"\r\n")[0] + b" ":
            return model_names(orjson.loads(body))
    return []
