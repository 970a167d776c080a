"""Asking back: which one question would narrow an open wish most."""

from dataclasses import dataclass

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.dialogue.state import State
from palate.ranking.wording import attribute_label, is_chinese, quantity
from palate.values import Codes, Constraint, Mask, Question

OPEN = 30
"""With fewer items than this under the wishes, showing beats asking."""

ENOUGH = 3
"""With as many hard wishes the person has said what he wants."""

MOST_QUESTIONS = 2
"""More in one errand feels like a form."""

ANSWERED = 0.3
"""A question is worth asking where its options are an answer for this share of the items, or more."""

COVERAGE = 0.6
"""An attribute that fewer of the items have divides nothing."""

OPTIONS = 6
NOT_ASKED = {"currency", "language", "available", "created_at", "title", "description", "url", "image_url"}


@dataclass(frozen=True, slots=True)
class _Split:
    attribute: str
    options: tuple[str, ...]
    narrowing: float


def question(state: State, catalogue: Catalogue, pool: Codes) -> Question | None:
    """The question whose answer would narrow ``pool`` (int32, the candidates for an open wish) most, or None.

    The narrowing of an attribute is the share of the pool that an answer is expected to leave out, times
    the share of the pool whose answer is among the options: a brand narrows much, but a list of six brands
    answers few people.
    """
    if len(pool) < OPEN or len(state.asked) >= MOST_QUESTIONS or not _is_open(state):
        return None
    settled = {wish.constraint.attribute for wish in state.wishes} | set(state.asked) | NOT_ASKED
    splits = [
        split
        for name, attribute in catalogue.attributes.items()
        if name not in settled and attribute.count >= COVERAGE * catalogue.count
        for split in [
            _price_split(catalogue, pool, state.language)
            if name == "price"
            else _value_split(catalogue, name, pool)
        ]
        if split is not None
    ]
    if not splits:
        return None
    best = max(splits, key=lambda split: split.narrowing)
    return Question(
        best.attribute,
        _text(catalogue, best.attribute, state.language),
        _labels(catalogue, best, state.language),
    )


def _is_open(state: State) -> bool:
    """Whether little has been said yet: no words to search for, nothing liked to go by, few wishes."""
    return (
        not state.query
        and not any(taste > 0 for taste in state.tastes.values())
        and len(state.musts) < ENOUGH
    )


def _value_split(catalogue: Catalogue, name: str, pool: Codes) -> _Split | None:
    if catalogue.attributes[name].type not in ("category", "list"):
        return None
    counts = catalogue.value_counts(name, Mask(pool))
    # the root of a category path that all share, and values that nearly all have, divide nothing
    chosen = [(value, count) for value, count in counts[: OPTIONS + 2] if count < 0.8 * len(pool)][:OPTIONS]
    if len(chosen) < 2:
        return None
    options = [value for value, _ in chosen]
    answered = float(catalogue.satisfaction([Constraint(name, "in", options)], pool).mean())
    if answered < ANSWERED:
        return None
    weight = np.array([count for _, count in chosen], float)
    left = float((weight / weight.sum()) @ weight) / len(pool)
    return _Split(name, tuple(map(str, options)), (1 - left) * answered)


def _price_split(catalogue: Catalogue, pool: Codes, language: str) -> _Split | None:
    prices = catalogue.numbers("price", pool)
    prices = prices[~np.isnan(prices)]
    if len(prices) < COVERAGE * len(pool):
        return None
    cuts = sorted({_round(float(cut)) for cut in np.quantile(prices, [0.25, 0.5, 0.75])})
    if len(cuts) < 2 or cuts[0] <= 0:
        return None
    low, high = (quantity(catalogue, "price", cut, language) for cut in (cuts[0], cuts[-1]))
    if is_chinese(language):
        options = (f"{low}以内", f"{low}到{high}", f"{high}以上")
    else:
        options = (f"under {low}", f"{low} to {high}", f"over {high}")
    shares = np.histogram(prices, [-np.inf, cuts[0], cuts[-1], np.inf])[0] / len(prices)
    return _Split("price", options, float(1 - shares @ shares) * len(prices) / len(pool))


def _round(value: float) -> float:
    """To one or two leading digits, as people say prices: 5, 20, 150, 300, 2,500."""
    if value <= 0:
        return 0.0
    magnitude = 10 ** np.floor(np.log10(value))
    return float(np.round(value / magnitude * 2) / 2 * magnitude)


def _labels(catalogue: Catalogue, split: _Split, language: str) -> tuple[str, ...]:
    if split.attribute == "price":
        return split.options
    return tuple(catalogue.value_label(split.attribute, option, language) for option in split.options)


def _text(catalogue: Catalogue, name: str, language: str) -> str:
    label = attribute_label(catalogue, name, language)
    known = {
        "recipients": ("Who is it for?", "是送给谁的呢？"),
        "occasions": ("Is there an occasion?", "是什么场合用呢？"),
        "price": ("What would you like to spend?", "大概的预算是多少？"),
        "categories": ("What kind of thing do you have in mind?", "您想看哪一类呢？"),
        "brand": ("Is there a brand that you like?", "有喜欢的品牌吗？"),
    }
    if name in known:
        return known[name][is_chinese(language)]
    return f"对{label}有什么要求吗？" if is_chinese(language) else f"Any preference for the {label}?"
