"""A lying writer over the demo shop: no lie comes out, nearly every honest sentence does, and the reply is whole.

The writer makes its sentences from the goods' own file and knows which are true; it shares nothing with the checker.
"""

import random
from collections import Counter

import pytest
from goods import GOODS
from grounding_cases import Case
from lying import Writer

from palate.dialogue.writing import Composition, Pen
from palate.language_models.scripted import Answer, ScriptedModel

LANGUAGES = ("en", "zh")


def drive(turns: int, seed: int) -> Counter[str]:
    """Turns with a model that mixes lies into honest sentences; how many of each were said, and came out."""
    rng, missed, escaped = random.Random(seed), list[str](), list[tuple[str, list[str]]]()
    case, ids, count = Case(list(GOODS.values())), list(GOODS), Counter[str]()
    for number in range(turns):
        language = LANGUAGES[number % 2]
        first = rng.choice(ids)
        kin = [i for i in ids if GOODS[i]["categories"] == GOODS[first]["categories"]]
        shown = rng.sample(kin if number % 3 == 0 and len(kin) > 3 else ids, 4)
        others = [GOODS[i] for i in rng.sample(ids, 60) if i not in shown]
        writer = Writer(rng, [GOODS[i] for i in shown], others, language)
        said = [(one, True) for one in _some(rng, [*writer.honest()])]
        said += [(one, False) for one in _some(rng, [*writer.lies()])]
        said = [(one[0].upper() + one[1:], true) for one, true in said]
        rng.shuffle(said)
        text = ("" if language == "zh" else " ").join(one for one, _ in said)
        model = ScriptedModel([Answer(text, size=rng.randint(1, 40))])
        brief = case.brief(shown, text="a gift" if language == "en" else "礼物", language=language)
        parts = [
            *Composition(brief, case.catalogue, Pen(model, case.vocabulary, "warm", 30.0, 10_000)).parts()
        ]
        by_model = {part.text.strip() for part in parts if part.source == "model"}
        reply = "".join(part.text for part in parts)
        assert reply
        assert reply == reply.strip()
        for one, true in dict(said).items():
            came_out = one in by_model
            count["honest" if true else "lies"] += 1
            count["honest out" if true else "lies out"] += came_out
            if came_out and not true:
                escaped.append((one, shown))
            if true and not came_out:
                missed.append(one)
    assert not escaped
    assert count["honest out"] >= 0.95 * count["honest"], missed[:40]
    return count


def _some(rng: random.Random, sentences: list[str]) -> list[str]:
    return rng.sample(sentences, min(4, len(sentences)))


def check(count: Counter[str]) -> None:
    assert count["lies"] > 0
    assert count["lies out"] == 0


def test_no_lie_comes_out_of_some_turns():
    check(drive(120, 20261124))


@pytest.mark.slow
def test_no_lie_comes_out_of_ten_thousand_turns():
    check(drive(10_000, 7))
