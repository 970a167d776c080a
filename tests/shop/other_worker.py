"""A worker in a process of its own: answers one JSON line for each on its standard input."""

import hashlib
import json
import sys
import time
from typing import Any

import palate


def answer(shop: palate.Shop, asked: dict[str, Any]) -> Any:
    """What was asked: a list, a reaction to an item of a turn of its own, or what was learnt by now."""
    match asked["do"]:
        case "recommend":
            return [item.item_id for item in shop.recommend(asked["user"], k=20)]
        case "react":
            turn = shop.chat(asked["text"], user_id=asked["user"])
            item = turn.items[asked["place"]]
            shop.feedback(
                user_id=asked["user"], item_id=item.item_id, event_type="like", turn_id=turn.turn_id
            )
            return item.item_id
        case _:
            return learnt(shop)


def learnt(shop: palate.Shop) -> tuple[int, str]:
    """(the last observation taken in, a digest of all that was learnt from them)."""
    learner = shop._world().learner
    assert learner is not None
    document = learner.document()
    state = document.pop("state")
    return state, hashlib.blake2b(json.dumps(document).encode(), digest_size=16).hexdigest()


def main(folder: str) -> None:
    """Serve the shop in ``folder`` until standard input ends."""
    with palate.open(folder) as shop:
        shop.recommend("nobody", k=1)
        print(json.dumps("ready"), flush=True)
        for line in sys.stdin:
            print(json.dumps([answer(shop, json.loads(line)), time.monotonic()]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
