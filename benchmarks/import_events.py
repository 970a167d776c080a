"""Importing events, beside DuckDB reading the same file to Arrow, in one run.

import_events.py FILE [--runs 3] [--rows-10m]
"""

import argparse
import resource
import statistics
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np

import palate


def peer(file: Path) -> float:
    start = time.perf_counter()
    duckdb.sql(f"select * from read_csv('{file}')").to_arrow_table()
    return time.perf_counter() - start


def ours(file: Path, folder: Path) -> float:
    with palate.create(folder) as shop:
        start = time.perf_counter()
        result = shop.import_events(file)
        took = time.perf_counter() - start
    assert result.read == result.added + result.updated + result.unchanged + result.rejected
    return took


def ten_million(path: Path) -> Path:
    rng = np.random.default_rng(0)
    with path.open("w") as out:
        out.write("user_id,item_id,event_type,timestamp\n")
        for _ in range(100):
            users, items = rng.integers(0, 100_000, 100_000), rng.integers(0, 50_000, 100_000)
            times = rng.integers(1_700_000_000, 1_760_000_000, 100_000)
            out.write("".join(f"{u},{i},view,{t}\n" for u, i, t in zip(users, items, times, strict=True)))
    return path


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("file", type=Path, nargs="?")
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--rows-10m", action="store_true")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if options.file:
            pairs = [
                (ours(options.file, Path(scratch) / f"s{run}"), peer(options.file))
                for run in range(options.runs)
            ]
            mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
            print(
                f"{options.file.name}: palate {mine:.3f} s, DuckDB {theirs:.3f} s, ratio {mine / theirs:.2f} (bar: 4)"
            )
        if options.rows_10m:
            file = ten_million(Path(scratch) / "ten-million.csv")
            took = ours(file, Path(scratch) / "big")
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            print(
                f"10 million rows: {took:.1f} s, peak memory {peak:.2f} GB (bar: 1.5), DuckDB {peer(file):.1f} s"
            )


if __name__ == "__main__":
    main()
