"""Observing: a reaction to an item of a slate, as a JSON document that travels through the store to every worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Choice:
    """A reaction to the item in ``row`` of a slate of k: ``worth`` above 0 where the person took to it, below where
    not, at most 1 either way; ``names`` of its f features, ``features`` float64 [k, f] in the order shown;
    ``codes`` int32 [k] of the items; ``received``: epoch seconds, by our clock; ``segment``: of whom it was made for.
    """

    turn_id: str
    row: int
    worth: float
    received: float
    segment: str
    names: tuple[str, ...]
    features: NDArray[np.float64]
    codes: NDArray[np.int32]

    def document(self) -> dict[str, Any]:
        """The JSON document that ``of`` reads."""
        return {
            "turn": self.turn_id,
            "row": self.row,
            "worth": self.worth,
            "received": self.received,
            "segment": self.segment,
            "names": list(self.names),
            "values": self.features.tolist(),
            "codes": self.codes.tolist(),
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The choice of a document."""
        return cls(
            document["turn"],
            document["row"],
            document["worth"],
            document["received"],
            document["segment"],
            tuple(document["names"]),
            np.array(document["values"], np.float64),
            np.array(document["codes"], np.int32),
        )

    def aligned(self, names: tuple[str, ...]) -> NDArray[np.float64]:
        """float64 [k, len(names)]: the features by these names; 0 where the slate had none of a name."""
        if names == self.names:
            return self.features
        found = np.zeros((len(self.features), len(names)))
        for column, name in enumerate(names):
            if name in self.names:
                found[:, column] = self.features[:, self.names.index(name)]
        return found


@dataclass(frozen=True, slots=True)
class Shown:
    """What was kept of a turn's slate that a reaction needs: ``owner``: the pseudonym of whom it was made for, None for
    nobody by name; ``item_ids`` in the order shown.
    """

    owner: str | None
    turn_id: str
    item_ids: tuple[str, ...]
    segment: str
    names: tuple[str, ...]
    features: NDArray[np.float64]
    codes: NDArray[np.int32]

    @classmethod
    def of(cls, owner: str | None, turn_id: str, record: Mapping[str, Any]) -> Self:
        """Of a turn's record; without items where the turn showed none."""
        slate: Mapping[str, Any] = record.get("slate") or {}
        items: Sequence[Mapping[str, Any]] = record["turn"]["items"] if "codes" in slate else ()
        return cls(
            owner,
            turn_id,
            tuple(item["item_id"] for item in items),
            str(slate.get("policy", {}).get("segment", "")),
            tuple(slate.get("features", ())),
            np.array(slate.get("values", ()), np.float64),
            np.array(slate.get("codes", ()), np.int32),
        )

    def reaction(self, item_id: str, worth: float, received: float) -> Choice | None:
        """A reaction of such ``worth`` to one of its items; None where it was not among them, or says nothing."""
        if worth == 0 or item_id not in self.item_ids:
            return None
        row = self.item_ids.index(item_id)
        bounded = max(-1.0, min(1.0, worth))
        return Choice(
            self.turn_id, row, bounded, received, self.segment, self.names, self.features, self.codes
        )
