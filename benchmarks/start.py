"""How long until `palate serve SHOP` answers, and `palate --help`.

start.py SHOP [--runs 5]
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

PALATE = Path(sys.executable).with_name("palate")


def ready(shop: str) -> float:
    start = time.perf_counter()
    with subprocess.Popen(
        [PALATE, "serve", shop, "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        took = time.perf_counter() - start
        assert line.startswith("http://"), line
        process.terminate()
    return took


def help_text() -> float:
    start = time.perf_counter()
    subprocess.run([PALATE, "--help"], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("shop", nargs="?")
    arguments.add_argument("--runs", type=int, default=5)
    options = arguments.parse_args()
    print(f"palate --help: {statistics.median(help_text() for _ in range(options.runs)):.2f} s (bar: 0.3)")
    if options.shop:
        print(
            f"palate serve ready: {statistics.median(ready(options.shop) for _ in range(options.runs)):.2f} s (bar: 3)"
        )


if __name__ == "__main__":
    main()
