"""Passing over: who takes to an item of a list has seen those above it and left them ("click > skip above":
Joachims, Granka, Pan, Hembrooke and Gay, SIGIR 2005). Each becomes a skip of its own, stored once, told apart from what
was sent.
"""

from collections.abc import Callable, Collection, Sequence

from palate.values import Event

TAKEN = frozenset(("click", "favorite", "add_to_cart", "purchase", "like"))
"""Events that say that the list was read down to the item."""
DERIVED = "derived_from"
"""The further field of a derived event: the item that was taken to."""


MOST = 3
"""The most skips that one event means, those nearest above: a history must not fill with them."""


def passed_over(event: Event, shown: Sequence[str], touched: Callable[[], Collection[str]]) -> list[Event]:
    """The skips that an event on an item of a turn means: of the items ``shown`` just above it those that were not
    ``touched`` in that turn (asked only where there are any).
    """
    if event.turn_id is None or event.event_type not in TAKEN or event.item_id not in shown:
        return []
    above = shown[: shown.index(event.item_id)][-MOST:]
    taken = touched() if above else ()
    return [
        Event(
            event.user_id,
            item_id,
            "skip",
            event.timestamp,
            session_id=event.session_id,
            turn_id=event.turn_id,
            event_id=f"skip/{event.turn_id}/{item_id}"[:256],
            given={DERIVED: event.item_id},
        )
        for item_id in above
        if item_id not in taken
    ]
