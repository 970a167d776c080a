"""Comments read for sentiment and aspects. ``comments.jsonl``: 120 of buyers, viewers and readers, written before the
words of opinions.toml were; ``comments_fresh.jsonl``: 40 written afterwards, to be hard: they judge without a word of
judgement.
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
    "text", ["not " * 5_000, "太" * 20_000, "a" * 100_000, "\u0000\ud800", "好不好" * 9_000, "!?.,;" * 9_000]
)
def test_what_is_long_or_odd_is_read_in_time(text: str):
    began = time.process_time()
    found = read_comment(text)
    assert isinstance(found, Comment)
    assert -1 <= found.sentiment <= 1
    assert time.process_time() - began < 1
    assert LONGEST < 10_000
