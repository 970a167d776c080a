"""What a careful writer says close to the facts passes, and its false twins do not, over shops of several kinds."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from careful import TRADES, Writer
from goods import GOODS
from grounding_cases import Case
from judge_lies import case_of, items_of

from palate.dialogue.grounding.said import Focus


def drive(items: Sequence[dict[str, Any]], case: Case, name: str, turns: int, seed: int) -> None:
    """So many turns in each language of a shop; four things of a kind are shown, and a limit on the price is told."""
    rng, trade = random.Random(seed), TRADES[name]
    titles = Counter(
        one["title"] for one in items
    )  # of two that are called alike nobody knows which is meant
    items = [one for one in items if len(one["title"]) < 90 and titles[one["title"]] == 1]
    for language in trade.languages:
        count, missed, leaked = Counter[bool](), list[tuple[str, str]](), list[str]()
        for _ in range(turns):
            pivot = rng.choice(items)
            kin = [one for one in items if _kinds(one, language) & _kinds(pivot, language)]
            shown = rng.sample(kin if len(kin) >= 4 and rng.random() < 0.7 else items, 4)
            wish = min(_kinds(pivot, language)).lower()
            limit = int(sorted(one.get("price") or 0 for one in shown)[1]) + 1
            text = f"想要{wish}" if language == "zh" else f"I'm looking for {wish}"
            if trade.sign:
                text += f"，{limit}{trade.coin[1]}以内" if language == "zh" else f" under {limit}"
            wishes = case.reader.understand(text).constraints
            ids = [one["item_id"] for one in shown]
            checker = case.checker(case.brief(ids, text=text, wishes=wishes, language=language))
            for _, true, false in Writer(rng, trade, shown, language, wish, limit).sentences():
                verdict = checker.check(true, Focus())
                count[verdict.supported] += 1
                if not verdict.supported:
                    missed.append((true, verdict.why))
                if false and checker.check(false, Focus()).supported:
                    leaked.append(false)
        assert not leaked
        assert count[True] >= 0.95 * count.total(), missed


def _kinds(good: dict[str, Any], language: str) -> set[str]:
    localised = good.get("categories_zh") if language == "zh" else None
    return set(localised or good.get("categories") or [good.get("brand") or good["title"]])


def test_plain_sentences_pass_and_their_false_twins_do_not():
    drive(list(GOODS.values()), Case(list(GOODS.values())), "demo", 12, 20261124)


@pytest.mark.parametrize("name", [name for name in TRADES if name != "demo"])
def test_plain_sentences_pass_in_a_real_shop(name: str, shared_data: Callable[[str], Path]):
    folder = shared_data(name)
    drive(items_of(folder), case_of(folder), name, 3, 20261124)
