"""A process that refuses brands, one person after the other, until it is killed; tells the number of each when it is
acknowledged.
"""

import os
import sys
from typing import Any

import palate


def refusal(number: int) -> dict[str, Any]:
    """The dislike of the person of that number."""
    return {
        "user_id": f"r{number}",
        "item_id": "tent-1",
        "event_type": "dislike",
        "scope": "brand",
        "event_id": f"refusal {number}",
    }


if __name__ == "__main__":
    with palate.open(sys.argv[1]) as shop:
        for number in range(int(sys.argv[2]), 100_000):
            shop.add_events([refusal(number)])
            os.write(1, f"{number}\n".encode())
