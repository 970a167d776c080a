"""llama.cpp's own OpenAI-compatible server in a process of its own, so that it can be killed, frozen and restarted.

As a script it serves until it is killed: ``python real_server.py MODEL PORT``. Port 0: a free one, printed.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


class RealServer:
    """A running server; ``start`` it before use, ``kill`` it after."""

    def __init__(self, model: Path) -> None:
        self._model = model
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        """Serve on the port of before, where there was one."""
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(self._model), str(self.port)], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def kill(self) -> None:
        """As a machine that fails: no goodbye."""
        self._send(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def freeze(self) -> None:
        """It keeps its connections and says nothing more."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._send(signal.SIGCONT)

    def _send(self, which: signal.Signals) -> None:
        if self._process is not None:
            os.kill(self._process.pid, which)


def serve(model: str, port: int) -> None:
    """Serve, print the port, and wait to be killed."""
    import xllamacpp

    llama: Any = xllamacpp
    parameters = llama.CommonParams()
    parameters.model.path = model
    parameters.n_ctx = 8_192
    parameters.n_parallel = 4
    parameters.kv_unified = True
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.port = port
    parameters.verbosity = -1
    server = llama.Server(parameters)
    print(server.listening_address.rpartition(":")[2], flush=True)
    while True:
        time.sleep(3_600)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
