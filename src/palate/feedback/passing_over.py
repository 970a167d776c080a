"""Passing over: who takes to an item of a list has seen those above it and left them ("click > skip above":
Joachims, Granka, Pan, Hembrooke and Gay, SIGIR 2005). Each becomes a skip of its own, stored once, told apart from what
was sent, and not at all where the person did something with the item in that turn (``palate.storage.Store``).
"""

from collections.abc import Sequence

from palate.values import Event

TAKEN = frozenset(("click", "favorite", "add_to_cart", "purchase", "like"))
"""Events that say that the list was read down to the item."""
PASSIVE = frozenset(("impression", "skip"))
"""Events that do nothing with an item."""
DERIVED = "derived_from"
"""The further field of a derived event: the item that was taken to."""
MOST = 3
"""The most skips that one event means, those nearest above: a history must not fill with them."""


def passed_over(event: Event, shown: Sequence[str]) -> list[Event]:
    """The skips that an event on an item of a turn means, of the items ``shown`` just above it."""
    if event.turn_id is None or event.event_type not in TAKEN or event.item_id not in shown:
        return []
    return [
        Event(
            event.user_id,
            item_id,
            "skip",
            event.timestamp,
            session_id=event.session_id,
            turn_id=event.turn_id,
            given={DERIVED: event.item_id},
        )
        for item_id in shown[: shown.index(event.item_id)][-MOST:]
    ]
