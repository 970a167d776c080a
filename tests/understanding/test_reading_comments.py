"""Comments read for sentiment and aspects. ``comments.jsonl``: 120 of buyers, viewers and readers, written before the
words of opinions.toml were; ``comments_fresh.jsonl``: 40 written afterwards, to be hard: they judge without a word of
judgement; ``comments_kinds.jsonl``: 120 by kind (negated, comparative, time-worn, wishes, implied), from which the
families of implied.toml were made; ``comments_third.jsonl`` and ``comments_fourth.jsonl``: 50 each, written after
those, the last one with one idiom mended for it; ``comments_fifth.jsonl`` and ``comments_sixth.jsonl``: 120 each in
plain words under goods and films, the words of opinions.toml widened by aspect between the two.
"""

import json
import time
from pathlib import Path

import pytest

from palate.understanding.comments import LONGEST, Comment, read_comment, sentiment

HERE = Path(__file__).parent


def score(file: str, language: str) -> tuple[float, float]:
    """(accuracy of the sentiment among good, bad and neither; F1 of the aspects with their sign)."""
    rows = [json.loads(line) for line in (HERE / file).read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["language"] == language]
    right = hits = said = meant = 0
    for row in rows:
        found = sentiment(row["text"])
        right += (found > 0) - (found < 0) == row["sentiment"]
        got = {(aspect, total > 0) for aspect, total in read_comment(row["text"]).aspects.items()}
        want = {(aspect, sign > 0) for aspect, sign in row["aspects"].items()}
        hits, said, meant = hits + len(got & want), said + len(got), meant + len(want)
    return right / len(rows), 2 * hits / (said + meant)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_plain_comments_are_read_right(language: str):
    accuracy, f1 = score("comments.jsonl", language)
    assert accuracy >= 0.95
    assert f1 >= 0.92


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("file", "least"),
    [("kinds", 0.95), ("third", 0.75), ("fourth", 0.55), ("fresh", 0.5), ("fifth", 0.95), ("sixth", 0.6)],
)
def test_what_is_implied_is_read_too(file: str, least: float, language: str):
    assert score(f"comments_{file}.jsonl", language)[0] >= least


@pytest.mark.parametrize("file", ["", "_fresh", "_kinds", "_third", "_fourth", "_fifth", "_sixth"])
def test_a_comment_is_hardly_ever_taken_for_its_opposite(file: str):
    rows = [
        json.loads(line) for line in (HERE / f"comments{file}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    opposite = [row["text"] for row in rows if row["sentiment"] * sentiment(row["text"]) < 0]
    assert len(opposite) <= 0.02 * len(rows), opposite


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("特别好", 1), ("特别舒服", 1), ("不仅便宜而且好用", 1), ("not only cheap but also good", 1), ("无敌好用", 1),
        ("没有比这更好的了", 1), ("从来没睡得这么好过", 1), ("I wish I had bought it sooner", 1), ("真后悔没早点买", 1),
        ("my old one was better", -1), ("上一代比这个耐用", -1), ("better than my old one", 1), ("比上一代耐用", 1),
        ("died after a week", -1), ("用了三天就坏了", -1), ("ten years old and still works", 1),
        ("用了十年还好好的", 1),
        ("wish it were louder", -1), ("声音再大一点就好了", -1), ("I hope it lasts", 0), ("希望能用久一点", 0),
        ("不知道好不好用", 0), ("还没用，希望好用", 0), ("The film is about a man whose life falls apart", 0),
        ("It should be here tomorrow", 0), ("My old phone was a Nokia.", 0), ("Does it work well?", 0),
    ],
)  # fmt: skip
def test_grammar_that_turns_a_judgement_round(text: str, sign: int):
    found = sentiment(text)
    assert (found > 0) - (found < 0) == sign


@pytest.mark.parametrize(
    ("text", "wish"),
    [("I wish it were lighter", ("weight", "lower")), ("屏幕再大一点就完美了", ("screen", "higher")),
     ("smaller than I expected", ("size", "higher")), ("要是便宜点就好了", ("price", "lower"))],
)  # fmt: skip
def test_a_wish_says_which_way(text: str, wish: tuple[str, str]):
    (one,) = read_comment(text).opinions
    assert (one.aspect, one.wish) == wish


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("battery dies fast", {"battery": -1}),
        ("做工很好但是太贵", {"quality": 1, "price": -1}),
        ("not expensive at all", {"price": 1}),
        ("一点也不贵", {"price": 1}),
        ("too heavy", {"weight": -1}),
        ("太重了", {"weight": -1}),
        ("The delivery was slow but the screen is sharp", {"delivery": -1, "screen": 1}),
        ("屏幕很清晰，物流太慢", {"screen": 1, "delivery": -1}),
        ("never broke", {"quality": 1}),
        ("It is a lamp.", {}),
        ("这是一盏灯。", {}),
        ("", {}),
    ],
)
def test_an_opinion_goes_to_its_aspect(text: str, aspects: dict[str, int]):
    found = {aspect: (total > 0) - (total < 0) for aspect, total in read_comment(text).aspects.items()}
    assert found == aspects


def test_negation_and_degree():
    plain, much, little = (
        read_comment(f"The sound is {degree}good").sentiment for degree in ("", "very ", "a bit ")
    )
    assert 0 < little < plain < much <= 1
    assert read_comment("The sound is not good").sentiment < 0
    assert read_comment("音质好").sentiment < read_comment("音质非常好").sentiment
    assert read_comment("音质不好").sentiment < 0
    assert read_comment("没有让我失望").sentiment > 0


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("太贵了", "lower"),
        ("far too expensive", "lower"),
        ("battery dies fast", "higher"),
        ("太大了", "lower"),
        ("too small", "higher"),
    ],
)
def test_a_complaint_tells_which_way_it_wishes(text: str, wish: str):
    (one,) = [opinion for opinion in read_comment(text).opinions if opinion.aspect]
    assert one.wish == wish


@pytest.mark.parametrize(
    "text", ["not " * 5_000, "太" * 20_000, "a" * 100_000, "\u0000\ud800", "好不好" * 9_000, "!?.,;" * 9_000,
     "i wish " * 5_000, "better than " * 3_000, "比这个" * 9_000, "要是" * 9_000 + "就", "had " * 9_000, "没" * 20_000]
)  # fmt: skip
def test_what_is_long_or_odd_is_read_in_time(text: str):
    began = time.process_time()
    found = read_comment(text)
    assert isinstance(found, Comment)
    assert -1 <= found.sentiment <= 1
    assert time.process_time() - began < 1
    assert LONGEST < 10_000
