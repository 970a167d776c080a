"""A process that writes events until it is killed.

One event at a time on each of some threads; its number goes to standard output once it is acknowledged.
"""

import os
import sys
import threading
from pathlib import Path

from event_batches import ANN, Told, batch

from palate.storage import open_store

THREADS = 4


def event(number: int) -> Told:
    """The event of a number."""
    return Told(
        ANN, f"item {number % 10}", at=number, extras={"event_id": str(number)} if number % 2 else None
    )


def main(database: str, folder: str, first: int, last: int) -> None:
    """Write the events of the numbers from ``first`` to before ``last``."""
    store = open_store(database, Path(folder))

    def write(thread: int) -> None:
        for number in range(first + thread, last, THREADS):
            store.append_events(batch(event(number)))
            os.write(1, f"{number}\n".encode())

    threads = [threading.Thread(target=write, args=(thread,)) for thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
