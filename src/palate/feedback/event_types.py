"""Event names of other systems, and which of ours each is."""

from collections.abc import Mapping

from palate.errors import InvalidInput
from palate.values import EVENT_TYPES

_FOREIGN: dict[str, str] = {
    # Google Analytics 4, recommended ecommerce events
    "view_item": "view", "select_item": "click", "view_item_list": "impression",
    "add_to_wishlist": "favorite",
    # Segment, ecommerce spec version 2
    "product_viewed": "view", "product_clicked": "click", "product_list_viewed": "impression",
    "product_added": "add_to_cart", "product_added_to_wishlist": "favorite", "order_completed": "purchase",
    "product_shared": "share", "product_reviewed": "comment",
    # Google Cloud Retail, user events
    "detail_page_view": "view", "purchase_complete": "purchase", "add_to_list": "favorite",
    "media_play": "view",
    # names in common logs and public data sets
    "pv": "view", "page_view": "view", "pageview": "view", "viewed": "view", "browse": "view",
    "play": "view",
    "clicked": "click", "tap": "click", "exposure": "impression", "expose": "impression",
    "show": "impression",
    "stay": "dwell", "dwell_time": "dwell", "watch_time": "dwell",
    "fav": "favorite", "favourite": "favorite", "save": "favorite", "saved": "favorite",
    "collect": "favorite",
    "bookmark": "favorite", "wishlist": "favorite",
    "cart": "add_to_cart", "addtocart": "add_to_cart", "add_cart": "add_to_cart",
    "buy": "purchase", "bought": "purchase", "order": "purchase", "purchased": "purchase",
    "transaction": "purchase",
    "liked": "like", "thumbs_up": "like", "upvote": "like", "disliked": "dislike", "thumbs_down": "dislike",
    "downvote": "dislike", "not_interested": "dislike",
    "rate": "rating", "rated": "rating", "review": "comment", "commented": "comment",
    "shared": "share", "forward": "share", "repost": "share", "skipped": "skip",
    "曝光": "impression", "浏览": "view", "点击": "click", "停留": "dwell", "收藏": "favorite",
    "加购": "add_to_cart",
    "购买": "purchase", "点赞": "like", "点踩": "dislike", "评分": "rating", "评论": "comment",
    "分享": "share", "跳过": "skip",
}  # fmt: skip

_NUMBERS: Mapping[str, int] = {name: number for number, name in enumerate(EVENT_TYPES)}


def event_type_of(name: str, event_types: Mapping[str, str]) -> str | None:
    """Our name of an event type, None where it is not known.

    ``event_types``: the shop's own mapping, foreign name = ours; it goes before everything else. Case does
    not count, nor whether words are parted by spaces, hyphens or underscores.
    """
    if name in event_types:
        return event_types[name]
    plain = "_".join(name.casefold().replace("-", " ").replace("_", " ").split())
    return plain if plain in _NUMBERS else _FOREIGN.get(plain)


def number_of(event_type: str) -> int:
    """The number of one of our event types in storage."""
    return _NUMBERS[event_type]


def check_event_types(event_types: Mapping[str, str]) -> None:
    """Raise InvalidInput where a mapping leads to a type that does not exist."""
    for name, target in event_types.items():
        if target not in _NUMBERS:
            raise InvalidInput(
                f"event name {name!r} is mapped to {target!r}; map it to one of {', '.join(EVENT_TYPES)}"
            )
