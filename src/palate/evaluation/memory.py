"""The most memory that a piece of work held."""

import ctypes
import gc
import sys
from contextlib import suppress
from pathlib import Path

STATUS = Path("/proc/self/status")
CLEAR = Path("/proc/self/clear_refs")
RESET_PEAK = "5"


class PeakMemory:
    """``with PeakMemory() as memory: ...``; then ``memory.megabytes`` is by how much the process's resident
    memory rose above where it began, at its highest (MB = 10^6 bytes). None where the system cannot say: the
    kernel keeps the peak, and only Linux lets a process start it anew.
    """

    megabytes: float | None = None

    def __enter__(self) -> "PeakMemory":
        self._before: int | None = None
        if sys.platform == "linux":
            # freed memory that was not given back would hide what the work takes anew (glibc alone has this)
            gc.collect()
            with suppress(OSError, AttributeError):
                ctypes.CDLL(None).malloc_trim(0)
            with suppress(OSError):
                CLEAR.write_text(RESET_PEAK, encoding="ascii")
                self._before = _kilobytes("VmRSS")
        return self

    def __exit__(self, *exception: object) -> None:
        if self._before is not None:
            self.megabytes = max(0, _kilobytes("VmHWM") - self._before) * 1024 / 1e6


def _kilobytes(name: str) -> int:
    for line in STATUS.read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise OSError(f"{STATUS} has no {name}")
