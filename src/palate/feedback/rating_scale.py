"""The scale that ratings are given on, read from the ratings themselves: what is above its middle speaks for an item.

A shop's ratings may go from 1 to 5, from 1 to 10, from 0 to 100, by half stars, or be thumbs of 0 and 1. The scale is
the smallest usual one that holds all ratings but a few strays, so that people who mostly praise do not make praise
the middle. ``feedback.rating_scale`` overrules it. What was read is kept in the store as one document.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from palate.feedback.profile import RATING_SCALE
from palate.settings import FeedbackSettings
from palate.storage import Store
from palate.values import EVENT_TYPES

DOCUMENT = "rating_scale"
USUAL = RATING_SCALE
HIGHEST = (1.0, 5.0, 10.0, 20.0, 100.0)
"""Where usual scales end."""
LEAST = 20
"""With fewer ratings than this the usual scale stays where it holds them."""
LEAST_WITH_STRAYS, STRAYS = 50, 0.001
"""Of so many ratings or more at least the one at either end may be a slip, and this share of them."""
RATING = EVENT_TYPES.index("rating")


def scale_of(ratings: NDArray[np.float64]) -> tuple[float, float]:
    """(the lowest, the highest) of the scale that ``ratings`` float64 [n] are on; what is not finite is left out."""
    known = np.sort(ratings[np.isfinite(ratings)])
    strays = max(int(STRAYS * len(known)), 1) if len(known) >= LEAST_WITH_STRAYS else 0
    if not len(known):
        return USUAL
    lowest, highest = float(known[strays]), float(known[-1 - strays])
    if len(known) < LEAST and USUAL[0] <= lowest and highest <= USUAL[1]:
        return USUAL
    largest = max(abs(lowest), highest)
    top = next((end for end in HIGHEST if largest <= end), largest)
    if lowest < 0:
        return -top, top
    if top in (1.0, 100.0) or top > HIGHEST[-1]:
        return 0.0, top
    return min(lowest, 1.0), top


def with_scale(settings: FeedbackSettings, kept: Sequence[float] | None) -> FeedbackSettings:
    """The settings with the scale that was ``kept``, where there is one and they set none."""
    if settings.rating_scale is not None or kept is None:
        return settings
    low, high = kept
    return settings.model_copy(update={"rating_scale": (float(low), float(high))})


def keep_scale(store: Store, ratings: NDArray[np.float64]) -> tuple[float, float]:
    """Keep the scale of new ``ratings``, widened to the one kept before, until a training reads the whole log; it."""
    found = scale_of(ratings)
    kept = store.document(DOCUMENT)
    if kept is not None:
        found = min(found[0], kept[0]), max(found[1], kept[1])
    _put(store, found, kept)
    return found


def read_scale(store: Store) -> None:
    """Keep the scale of all ratings in the log; nothing where there are none."""
    ratings = [
        history.values[rows] for _, history in store.histories() if (rows := history.kinds == RATING).any()
    ]
    if ratings:
        _put(store, scale_of(np.concatenate(ratings)), store.document(DOCUMENT))


def _put(store: Store, scale: tuple[float, float], kept: Sequence[float] | None) -> None:
    if kept is None or tuple(kept) != scale:
        store.put_document(DOCUMENT, list(scale))
