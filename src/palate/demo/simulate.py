"""The demo shop's event log: simulated people with tastes of their own. No real person is behind any of it.

Each person has a latent taste over the goods' tags (categories, recipients, colour, material ...), a price
level and a way of shopping. A visit is an errand (a leaf category, or a gift for someone): a slate is
shown, looked over from the top, and what suits is clicked, read, saved, bought, sometimes commented on.
Everything follows from one seed. User and session ids begin with ``simulated-``, so that the log says what
it is wherever it is seen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

FROM, UNTIL = (datetime(2026, month, 1, tzinfo=UTC).timestamp() for month in (5, 11))
SLATE = 8
TAGS = ("categories", "recipients", "occasions", "brand", "colour", "material", "genre", "author")
TAG_WEIGHT = {"categories": 1.0, "recipients": 0.7, "genre": 0.9, "author": 0.8, "brand": 0.5}
SELLERS = {
    "Smart bands": 1.2, "Headphones": 1.2, "Speakers": 0.9, "Cameras": 0.9, "Tea sets": 0.9, "Novels": 0.8,
    "Perfumes": 0.7, "Scarves": 0.6, "Chocolate": 0.6, "Watches": 0.6, "Building blocks": 0.5, "Lamps": 0.4,
}  # fmt: skip
"""What such a shop sells most of, above the rest: the appeal of a leaf's goods, in the unit of utility."""

COMMENTS = {
    True: ("does what it should, well made", "my mother loves it", "质量很好，值得买", "送人很合适"),
    False: ("smaller than I thought", "not worth the price", "做工一般", "和想象的不太一样"),
}


@dataclass(frozen=True, slots=True)
class Simulation:
    """How much is simulated: ``people`` with a mean of ``visits`` each, all from ``seed``."""

    people: int = 800
    visits: float = 7.0
    seed: int = 20261101


def simulate(
    goods: Sequence[Mapping[str, Any]], options: Simulation = Simulation()
) -> Iterator[dict[str, Any]]:
    """Events in the contract's columns, person by person, each person's in order of time."""
    world = _Goods(goods)
    root = np.random.default_rng(options.seed)
    # what everybody sees in an item: its own charm, what its kind is worth, and how well it makes a gift
    appeal = root.normal(0, 0.4, len(goods)) + [
        SELLERS.get(good["categories"][-1], 0.0) + 0.1 * len(good.get("occasions", ())) for good in goods
    ]
    for number, rng in enumerate(root.spawn(options.people)):
        yield from _Person(f"simulated-{number:04d}", world, appeal, rng).life(
            rng.poisson(options.visits) + 1
        )


class _Goods:
    """The goods as tag vectors (float32 [n, t], rows of unit length), log prices and leaf categories."""

    def __init__(self, goods: Sequence[Mapping[str, Any]]) -> None:
        self.ids = [str(good["item_id"]) for good in goods]
        self.log_price = np.log([float(good["price"]) for good in goods])
        self.leaf = np.array([good["categories"][-1] for good in goods])
        self.leaves = sorted(set(self.leaf))
        self.recipients = [set(good["recipients"]) for good in goods]
        held = [self._tags(good) for good in goods]
        self.vocabulary = {
            tag: column for column, tag in enumerate(sorted({tag for tags in held for tag in tags}))
        }
        self.tags = np.zeros((len(goods), len(self.vocabulary)))
        for row, tags in enumerate(held):
            for name, value in tags:
                self.tags[row, self.vocabulary[name, value]] = TAG_WEIGHT.get(name, 0.4)
        self.tags /= np.linalg.norm(self.tags, axis=1, keepdims=True)

    @staticmethod
    def _tags(good: Mapping[str, Any]) -> list[tuple[str, str]]:
        values = ((name, good[name]) for name in TAGS if name in good)
        return [
            (name, one) for name, value in values for one in (value if isinstance(value, list) else [value])
        ]


class _Person:
    def __init__(
        self, name: str, goods: _Goods, appeal: NDArray[np.float64], rng: np.random.Generator
    ) -> None:
        self.name, self.goods, self.rng = name, goods, rng
        # few strong tastes, many faint ones: a person is recognisable from a handful of events
        taste = rng.gamma(0.15, 1.0, len(goods.vocabulary)) * rng.choice(
            [1.0, -0.6], len(goods.vocabulary), p=[0.8, 0.2]
        )
        fit = goods.tags @ taste
        price = -0.5 * ((goods.log_price - rng.normal(5.2, 0.8)) / 1.0) ** 2
        self.utility = 1.5 * (fit - fit.mean()) / (fit.std() + 1e-9) + 0.5 * price + appeal
        self.friends = rng.choice(sorted({r for who in goods.recipients for r in who}), 3, replace=False)
        self.bought: set[int] = set()

    def life(self, visits: int) -> Iterator[dict[str, Any]]:
        starts = np.sort(self.rng.uniform(FROM, UNTIL, visits))
        for number, start in enumerate(starts):
            yield from self.visit(float(start), f"{self.name}-{number}")

    def visit(self, clock: float, session: str) -> Iterator[dict[str, Any]]:
        rng = self.rng

        def event(row: int, kind: str, **more: Any) -> dict[str, Any]:
            return {
                "user_id": self.name, "item_id": self.goods.ids[row], "event_type": kind,
                "timestamp": round(clock), "session_id": session, **more,
            }  # fmt: skip

        for position, row in enumerate(self.slate()):
            # people look from the top and stop somewhere (a cascade)
            if rng.random() > 0.93**position:
                break
            interest = 1 / (1 + np.exp(-(self.utility[row] - 0.8)))
            if rng.random() > 0.15 + 0.7 * interest:
                continue
            yield event(row, "click")
            seconds = float(rng.lognormal(2.2 + 1.5 * interest, 0.6))
            clock += seconds
            yield event(row, "dwell", value=round(seconds, 1))
            if rng.random() < 0.35 * interest:
                yield event(row, "favorite")
            if rng.random() < 0.3 * interest:
                yield event(row, "add_to_cart")
                if rng.random() < 0.55:
                    clock += 60
                    yield event(row, "purchase")
                    self.bought.add(row)
            if rng.random() < 0.12:
                pleased = bool(rng.random() < interest)
                yield event(row, "like" if pleased else "dislike")
                if rng.random() < 0.3:
                    yield event(row, "comment", text=f"(simulated) {rng.choice(COMMENTS[pleased])}")
            clock += float(rng.exponential(20))

    def slate(self) -> list[int]:
        """What the shop shows on an errand: a leaf's goods or a gift's, half by what suits, half by
        chance.
        """
        rng, goods = self.rng, self.goods
        if rng.random() < 0.3:
            who = rng.choice(self.friends)
            pool = [row for row, recipients in enumerate(goods.recipients) if who in recipients]
        else:
            means = np.array([self.utility[goods.leaf == leaf].mean() for leaf in goods.leaves])
            odds = np.exp(1.5 * means - (1.5 * means).max())
            leaf = rng.choice(goods.leaves, p=odds / odds.sum())
            pool = list(np.flatnonzero(goods.leaf == leaf))
        pool = [row for row in pool if row not in self.bought]
        keys = 0.7 * self.utility[pool] + rng.gumbel(0, 1, len(pool))
        return [int(pool[i]) for i in np.argsort(-keys)[:SLATE]]
