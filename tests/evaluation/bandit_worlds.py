"""Worlds of which the truth is known: contexts, items with chances of reward, and logs drawn from a policy."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from palate.evaluation.off_policy import Decisions
from palate.evaluation.reward_model import Choices


@dataclass(frozen=True)
class World:
    """``chances`` [contexts, items, places]; ``logging`` and ``target`` [contexts, items, places], each summing
    to 1 over the items."""

    chances: np.ndarray
    logging: np.ndarray
    target: np.ndarray

    @property
    def truth(self) -> float:
        """What the target policy earns a round: contexts are equally frequent."""
        return float((self.target * self.chances).sum(axis=(1, 2)).mean())

    def draw(self, rounds: int, seed: int, model=None, propensities=None) -> Decisions:
        """A log. ``model`` [contexts, items, places]: what a reward model says; ``propensities`` in place of the
        true ones."""
        rng = np.random.default_rng(seed)
        contexts, items, places = self.chances.shape
        context = np.repeat(rng.integers(contexts, size=rounds), places)
        place = np.tile(np.arange(places), rounds)
        ups = np.cumsum(self.logging, axis=1)[context, :, place]
        item = (rng.random(len(context))[:, None] > ups).sum(axis=1).clip(max=items - 1)
        cell = (context, item, place)
        rewards = (rng.random(len(context)) < self.chances[cell]).astype(float)
        claimed = self.logging if propensities is None else propensities
        expected = None if model is None else (self.target * model).sum(axis=1)[context, place]
        return Decisions(
            rewards,
            claimed[cell],
            self.target[cell],
            np.repeat(np.arange(rounds), places),
            None if model is None else model[cell],
            expected,
        )


def world(seed: int = 0, contexts: int = 5, items: int = 6, places: int = 2) -> World:
    """Rewards between .05 and .6; the two policies differ by factors of up to about ten."""
    rng = np.random.default_rng(seed)
    shape = (contexts, items, places)
    logging, target = (
        rng.dirichlet(np.full(items, a), (contexts, places)).transpose(0, 2, 1) for a in (4, 1)
    )
    return World(rng.uniform(0.05, 0.6, shape), 0.7 * logging + 0.3 / items, target)


def choices_of(world_: World, decisions_context, decisions_item, place=0) -> Choices:
    """All items at each decision, one-hot by context and item: a model that can be exactly right."""
    contexts, items, _ = world_.chances.shape
    n = len(decisions_context)
    rows = np.arange(n * items)
    columns = np.repeat(decisions_context, items) * items + np.tile(np.arange(items), n)
    return Choices(
        sparse.csr_array((np.ones(n * items), (rows, columns)), shape=(n * items, contexts * items)),
        np.arange(n + 1) * items,
        world_.target[decisions_context, :, place].ravel(),
        np.arange(n) * items + decisions_item,
    )
