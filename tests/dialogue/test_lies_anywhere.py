"""The lying writer over shops of all kinds, made up and real: no lie passes, and nearly all that is true does."""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from grounding_cases import Case
from kinds import MADE, REAL
from lying_anywhere import Shop, Writer

from palate.dialogue.grounding.said import Focus


def drive(shop: Shop, turns: int, seed: int) -> None:
    """Check what a writer says in so many turns, each sentence by itself."""
    rng, case = random.Random(seed), Case(list(shop.items))
    count, escaped, missed = Counter[bool](), list[tuple[str, str]](), list[tuple[str, str]]()
    for turn in range(turns):
        language = shop.languages[turn % len(shop.languages)]
        shown = rng.sample(list(shop.items), 4)
        ids = [one["item_id"] for one in shown]
        others = [one for one in shop.items if one["item_id"] not in ids]
        writer = Writer(rng, shop, shown, others, language)
        text = "something nice" if language == "en" else "推荐一下"
        checker = case.checker(case.brief(ids, text=text, language=language))
        for family, sentence in writer.lies():
            if checker.check(sentence[0].upper() + sentence[1:], Focus()).supported:
                escaped.append((family, sentence))
        for _, sentence in writer.honest():
            verdict = checker.check(sentence[0].upper() + sentence[1:], Focus())
            count[verdict.supported] += 1
            if not verdict.supported:
                missed.append((sentence, verdict.why))
    assert not escaped
    assert count[True] >= 0.95 * count.total(), missed[:20]


@pytest.mark.parametrize("kind", MADE)
def test_no_lie_passes_in_a_shop_that_was_made_up(kind: str):
    drive(MADE[kind](20261124), 10, 20261124)


@pytest.mark.parametrize("kind", REAL)
def test_no_lie_passes_in_a_real_shop(kind: str, shared_data: Callable[[str], Path]):
    drive(REAL[kind](shared_data(kind), 3), 6, 3)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", [*MADE, *REAL])
def test_no_lie_passes_in_any_of_them_for_long(kind: str, seed: int, shared_data: Callable[[str], Path]):
    shop = MADE[kind](seed) if kind in MADE else REAL[kind](shared_data(kind), seed)
    drive(shop, 60, seed)
