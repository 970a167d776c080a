"""Observing: a reaction to an item of a slate, as a JSON document that travels through the store to every worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import orjson
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

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The choice of a document that ``Shown.reaction`` made."""
        slate = document.get("slate", document)  # those of earlier versions were flat
        return cls(
            document["turn"],
            document["row"],
            document["worth"],
            document["received"],
            slate["segment"],
            tuple(slate["names"]),
            np.array(slate["values"], np.float64),
            np.array(slate["codes"], np.int32),
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


@dataclass(frozen=True)
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

    def reaction(self, row: int, worth: float, received: float) -> dict[str, Any]:
        """The JSON document of a reaction of such ``worth`` to the item in ``row``, which ``Choice.of`` reads."""
        return {
            "turn": self.turn_id,
            "row": row,
            "worth": max(-1.0, min(1.0, worth)),
            "received": received,
            "slate": orjson.Fragment(self._slate),
        }

    @cached_property
    def _slate(self) -> bytes:
        # the larger part of the document, and the same for every reaction to the slate
        return orjson.dumps(
            {
                "segment": self.segment,
                "names": self.names,
                "values": self.features.tolist(),
                "codes": self.codes.tolist(),
            }
        )
