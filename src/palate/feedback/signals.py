"""Signals: what an event's own content says, as the number that its worth is counted with.

A dwell becomes the seconds that would say as much on any item where nothing is known of what is usual; a comment
becomes its sentiment. The log keeps events as they were given; this is done whenever a history is read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.feedback.dwell import UsualDwell
from palate.feedback.profile import FULL_DWELL
from palate.values import EVENT_TYPES, Codes, History

_DWELL, _COMMENT = EVENT_TYPES.index("dwell"), EVENT_TYPES.index("comment")


@dataclass(frozen=True, slots=True)
class Signals:
    """``sentiment`` of a comment's text, from -1 to 1, 0 where it tells none; ``usual`` dwells, None where there are
    too few to know.
    """

    sentiment: Callable[[str], float]
    usual: UsualDwell | None = None

    def read(self, history: History) -> History:
        """The history with ``values`` that say what dwells and comments say."""
        return replace(
            history, values=self.values(history.items, history.kinds, history.values, history.extras)
        )

    def values(
        self,
        items: Codes,
        kinds: NDArray[np.uint8],
        values: NDArray[np.float64],
        extras: Sequence[Mapping[str, Any] | None],
    ) -> NDArray[np.float64]:
        """float64 [n] in place of ``values``: of a dwell the seconds that it is counted as, of a comment from -1 to
        1, NaN where it says nothing; of other events as they are.
        """
        found = values.copy()
        dwells = np.flatnonzero(kinds == _DWELL)
        if self.usual is not None and len(dwells):
            share = self.usual.share(items[dwells], values[dwells])
            # the inverse of what event_worths makes of seconds
            found[dwells] = np.expm1(share * np.log1p(FULL_DWELL))
        for row in np.flatnonzero(kinds == _COMMENT).tolist():
            text = (extras[row] or {}).get("text") if len(extras) else None
            found[row] = (self.sentiment(text) if isinstance(text, str) else 0.0) or np.nan
        return found


UNREAD = Signals(lambda text: 0.0)
"""Dwells by their seconds alone, comments of unknown sign."""
