"""The profile: what a person's events say of their taste, as one weight an item; and the same in words.

What each kind of event is worth, and why: docs/feedback.md. It knows no database and no catalogue.
"""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from palate.errors import InvalidSettings
from palate.settings import FeedbackSettings
from palate.values import EVENT_TYPES, Codes, History

DEFAULT_WEIGHTS: dict[str, float] = {
    "impression": 0.0,
    "view": 0.2,
    "click": 0.3,
    "dwell": 0.4,
    "favorite": 0.7,
    "add_to_cart": 0.7,
    "purchase": 1.0,
    "like": 1.0,
    "dislike": -1.0,
    "rating": 1.0,
    "comment": 0.8,
    "share": 0.6,
    "skip": -0.1,
    "return_visit": 0.3,
}
"""Worth of an event by type; of a dwell, a rating and a comment the most that one can be worth. A return visit is no
event of its own: it is what a visit on a later occasion is worth more.
"""

RATING_SCALE = (1.0, 5.0)
"""Where the settings have none (palate.feedback.rating_scale reads it from the log)."""
BOUND = 1.5
"""No item weighs more than this, for or against, however many events it has."""
CONCERN = 0.25
"""Of a comment's most, what one is worth that is neither praise nor complaint."""
RETURNS_AFTER = 1_800.0
"""Seconds without a visit of an item after which the next is a return: the half hour that ends a session."""
FULL_DWELL = 300.0
"""Seconds on an item after which staying longer says nothing more."""
ORDINAL_BELOW = 1e8
"""Timestamps below it (March 1973) are positions in the user's order, not times."""
DAY = 86_400.0

_KIND = {name: kind for kind, name in enumerate(EVENT_TYPES)}
_VISITS = np.array([name in ("view", "click", "dwell") for name in EVENT_TYPES])
_VERBS: dict[str, dict[str, str]] = {
    "en": {
        "view": "viewed", "click": "clicked", "dwell": "read", "favorite": "saved",
        "add_to_cart": "put in the cart", "purchase": "bought", "like": "liked", "dislike": "disliked",
        "rating": "rated", "comment": "commented on", "share": "shared",
    },
    "zh": {
        "view": "看过", "click": "点过", "dwell": "细看过", "favorite": "收藏了",
        "add_to_cart": "加购了", "purchase": "买过", "like": "喜欢", "dislike": "不喜欢",
        "rating": "评过分", "comment": "评论过", "share": "分享了",
    },
}  # fmt: skip


def event_worths(
    kinds: NDArray[np.uint8],
    values: NDArray[np.float64],
    settings: FeedbackSettings,
    returns: NDArray[np.bool_] | None = None,
) -> NDArray[np.float32]:
    """What each of n events is worth, undecayed: float32 [n], from kinds uint8 [n], values float64 [n]
    (NaN: none; as palate.feedback.signals reads them) and ``returns`` bool [n] (see ``return_visits``).

    A dwell grows with the logarithm of its seconds (without seconds: half of the most); a rating is centred
    on the middle of its scale (without a value: 0); a comment is worth its sentiment, from -1 to 1 (without one:
    CONCERN). Raises InvalidSettings for an unknown event type or an empty scale.
    """
    _check_types("weights", settings.weights, DEFAULT_WEIGHTS)
    low, high = settings.rating_scale or RATING_SCALE
    if not low < high:
        raise InvalidSettings(f"feedback.rating_scale is {[low, high]!r}; the lowest rating must come first")
    table = np.array([settings.weights.get(name, DEFAULT_WEIGHTS[name]) for name in EVENT_TYPES])
    worths = table[kinds]
    dwells = np.flatnonzero(kinds == _KIND["dwell"])
    seconds = np.clip(values[dwells], 0, FULL_DWELL)
    worths[dwells] *= np.where(np.isnan(seconds), 0.5, np.log1p(seconds) / np.log1p(FULL_DWELL))
    ratings = np.flatnonzero(kinds == _KIND["rating"])
    centred = np.clip((values[ratings] - (low + high) / 2) / ((high - low) / 2), -1, 1)
    worths[ratings] *= np.nan_to_num(centred, nan=0.0)
    comments = np.flatnonzero(kinds == _KIND["comment"])
    said = np.clip(np.nan_to_num(values[comments]), -1, 1)
    worths[comments] *= np.where(said == 0, CONCERN, said)
    if returns is not None:
        worths[returns] += settings.weights.get("return_visit", DEFAULT_WEIGHTS["return_visit"])
    return worths.astype(np.float32)


def _check_types(name: str, given: Iterable[str], known: Iterable[str]) -> None:
    if unknown := sorted(set(given) - set(known)):
        raise InvalidSettings(
            f"feedback.{name} names the event type {unknown[0]!r}; it must be one of {', '.join(known)}"
        )


def return_visits(
    keys: NDArray[np.int64], kinds: NDArray[np.uint8], timestamps: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Bool [n]: the visits (view, click, dwell) of an item, by its key, that come RETURNS_AFTER seconds or more after
    the visit before. Mere positions tell no times, and so no returns.
    """
    found = np.zeros(len(keys), np.bool_)
    visits = np.flatnonzero(_VISITS[kinds] & (timestamps >= ORDINAL_BELOW))
    visits = visits[np.lexsort((timestamps[visits], keys[visits]))]
    again = (np.diff(keys[visits]) == 0) & (np.diff(timestamps[visits]) >= RETURNS_AFTER)
    found[visits[1:][again]] = True
    return found


def sum_by_item(
    keys: NDArray[np.int64], kinds: NDArray[np.uint8], worths: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """One weight for each distinct key (of a user's item) of n events that stand oldest first.

    Returns (rows [m], weights float32 [m]): the row of each key's last event, ascending, and the key's
    weight: the sum of its events' worths within +-BOUND. A like or dislike overrules: of several the latest
    counts, and with it only what agrees with it.
    """
    groups = np.unique(keys, return_inverse=True)[1]
    rows = np.arange(len(keys))
    last = np.zeros(int(groups.max(initial=-1)) + 1, np.intp)
    np.maximum.at(last, groups, rows)
    stated = (kinds == _KIND["like"]) | (kinds == _KIND["dislike"])
    if stated.any():
        statement = np.full(len(last), -1, np.intp)
        np.maximum.at(statement, groups[stated], rows[stated])
        stand = np.where(statement >= 0, np.sign(worths[statement]), 0.0)[groups]
        counts = (statement[groups] < 0) | (statement[groups] == rows) | (~stated & (worths * stand > 0))
        worths = np.where(counts, worths, np.float32(0))
    sums = np.clip(np.bincount(groups, worths, minlength=len(last)), -BOUND, BOUND)
    order = np.argsort(last)
    return last[order], sums[order].astype(np.float32)


def decay(
    timestamps: NDArray[np.float64],
    later: NDArray[np.int64],
    now: float,
    settings: FeedbackSettings,
    kinds: NDArray[np.uint8] | None = None,
) -> NDArray[np.float32]:
    """What is left of each of n events: 1 / (1 + age / half life), float32 [n].

    Memory and interest fade with a long tail, by a power of time rather than exponentially (Wixted, Ebbesen 1991): of
    two events a year apart, both long ago, the earlier still says something.
    The age is in days before ``now`` (epoch seconds), of an event whose timestamp is a mere position in
    ``later`` events: how many came after it. The half life is that of the event's type, by ``kinds`` uint8 [n], where
    the settings give it one (a position's in the same proportion), else that of all. Raises InvalidSettings where
    they give one to an unknown type.
    """
    days = np.maximum(now - timestamps, 0) / DAY
    ages = np.where(
        timestamps < ORDINAL_BELOW, later / settings.half_life_events, days / settings.half_life_days
    )
    if settings.half_lives and kinds is not None:
        _check_types("half_lives", settings.half_lives, EVENT_TYPES)
        own = [settings.half_lives.get(name, settings.half_life_days) for name in EVENT_TYPES]
        ages *= settings.half_life_days / np.array(own)[kinds]
    return (1 / (1 + ages)).astype(np.float32)


def weigh(
    history: History, settings: FeedbackSettings, now: float
) -> tuple[Codes, NDArray[np.float32], NDArray[np.float64]]:
    """The profile of a history: (items int32 [m], weights float32 [m], timestamps of each item's last event
    float64 [m]).

    Items stand in the order of their last events, each once, weights as ``sum_by_item`` gives them with each
    event decayed by its age at ``now`` (epoch seconds). Raises InvalidSettings as ``event_worths`` does.
    """
    later = np.arange(len(history))[::-1]
    keys = history.items.astype(np.int64)
    returns = return_visits(keys, history.kinds, history.timestamps)
    worths = event_worths(history.kinds, history.values, settings, returns)
    worths *= decay(history.timestamps, later, now, settings, history.kinds)
    rows, weights = sum_by_item(keys, history.kinds, worths)
    return history.items[rows], weights, history.timestamps[rows]


def masked_items(history: History) -> Codes:
    """Codes that are not to come again, int32, ascending: those bought, and those last said to be
    disliked.
    """
    bought = history.items[history.kinds == _KIND["purchase"]]
    stated = np.flatnonzero((history.kinds == _KIND["like"]) | (history.kinds == _KIND["dislike"]))[::-1]
    _, first = np.unique(history.items[stated], return_index=True)
    latest = stated[first]
    disliked = history.items[latest[history.kinds[latest] == _KIND["dislike"]]]
    return np.union1d(bought, disliked).astype(np.int32)


def verbalise(history: History, title: Callable[[int], str], language: str, limit: int = 20) -> str:
    """The history in words, for a prompt or a page: "bought A, viewed B" or 买过A，看过B.

    Of each item its weightiest event is told, oldest first, of at most ``limit`` items, the latest.
    Impressions and skips are not told; "" means that there is nothing to say. ``title`` gives an item's
    title by code; ``language``: zh, or anything else for English.
    """
    verbs = _VERBS.get(language, _VERBS["en"])
    told: dict[int, str] = {}
    for item, kind in zip(history.items.tolist(), history.kinds.tolist(), strict=True):
        name = EVENT_TYPES[kind]
        if name not in verbs:
            continue
        # a repeat moves the item to the end
        before = told.pop(item, name)
        told[item] = name if abs(DEFAULT_WEIGHTS[name]) >= abs(DEFAULT_WEIGHTS[before]) else before
    phrases: list[str] = []
    for item, name in list(told.items())[-limit:]:
        words = title(item)
        space = " " if language != "zh" or words[:1].isascii() else ""
        phrases.append(f"{verbs[name]}{space}{words}")
    return ("，" if language == "zh" else ", ").join(phrases)
