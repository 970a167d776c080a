"""serve: the service as processes on a port. Standard output gets the address once it answers, no more."""

import errno
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
from functools import partial
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

import palate
from palate.errors import InvalidInput, PalateError, WorkFailed
from palate.service.app import create_app
from palate.service.metrics import MULTIPROCESS_VARIABLE
from palate.settings import Settings

log = logging.getLogger("palate.service")

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_GRACE_SECONDS = 10  # for the requests under way when the server is told to stop
_HANGS_AFTER_SECONDS = 30  # a worker that does not answer its supervisor for that long is replaced


def serve(folder: Path, host: str = "127.0.0.1", port: int = 8765, workers: int = 1) -> None:
    """Serve the shop in ``folder`` until SIGINT or SIGTERM; ``port`` 0 takes a free one.

    Raises UnknownShop and InvalidSettings at once, InvalidInput where the address cannot be taken, WorkFailed
    where the workers do not come up.
    """
    settings = Settings.load(folder)
    with bind(host, port) as listener:
        address = url(host, listener.getsockname()[1])
        if host not in _LOOPBACK and not settings.service.api_key:
            log.warning(
                "anyone who reaches %s can read and change this shop; set a key with PALATE_SERVICE__API_KEY",
                address,
            )
        if workers == 1:
            _Single(_config(app_of(folder)), address).run(sockets=[listener])
        else:
            with tempfile.TemporaryDirectory(prefix="palate-metrics-") as counts:
                os.environ[MULTIPROCESS_VARIABLE] = counts  # read by the workers when they start
                config = _config(partial(worker_app, folder), factory=True, workers=workers)
                _Several(config, listener, address).run()


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to the address, not yet listening; InvalidInput where that cannot be."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        raise InvalidInput(
            f"host {host!r} is not an address of this machine; choose another with --host"
        ) from None
    listener = socket.socket(family, kind, protocol)
    if os.name == "posix":  # on Windows the option would let two servers share a port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(where)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise InvalidInput(f"port {port} is in use; choose another with --port") from None
        if error.errno == errno.EACCES:
            raise InvalidInput(
                f"port {port} is not yours to take; choose one above 1023 with --port"
            ) from None
        raise InvalidInput(
            f"host {host!r} cannot be taken ({error.strerror}); choose another with --host"
        ) from None
    listener.set_inheritable(True)
    return listener


def url(host: str, port: int) -> str:
    """The address as people type it."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def app_of(folder: Path) -> FastAPI:
    """The application over the shop in ``folder``, with what the first request needs loaded already."""
    shop = palate.open(folder)
    _tell(shop.language_model_line)
    shop.warm_up(_tell)
    return create_app(shop, closes_shop=True)


def worker_app(folder: Path) -> FastAPI:
    """What each of several workers runs: its own open shop over the same data and the same mapped models."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        return app_of(folder)
    except PalateError as error:
        sys.stderr.write(f"palate: {error}\n")
        sys.exit(STARTUP_FAILURE)  # tells the supervisor not to try again


def _tell(text: str) -> None:
    sys.stderr.write(f"palate: {text}\n")
    sys.stderr.flush()


def _end_with_parent() -> None:
    """A supervisor that was killed must not leave workers behind that hold the port."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _config(app: Any, **options: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        access_log=False,  # addresses hold user ids
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_worker_healthcheck=_HANGS_AFTER_SECONDS,
        ws="none",
        **options,
    )


def _announce(address: str) -> None:
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()


class _Single(uvicorn.Server):
    """One process: the address is told when the socket listens."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            _announce(self._address)


class _Several(Multiprocess):
    """Several: it is told when all of them answer."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket, address: str) -> None:
        super().__init__(config, sockets=[listener])
        self._address = address

    def init_processes(self) -> None:
        super().init_processes()
        while not self.should_exit.wait(0.05):
            self.handle_signals()
            if self._failed():
                self.should_exit.set()
            elif not all(process.process.is_alive() for process in self.processes):
                self.keep_subprocess_alive()
            elif all(process.is_ready(timeout=0.5) for process in self.processes):
                _announce(self._address)
                return

    def run(self) -> None:
        super().run()
        if self._failed():
            raise WorkFailed("the workers could not start; the lines above say why")

    def _failed(self) -> bool:
        return any(process.exitcode == STARTUP_FAILURE for process in self.processes)
