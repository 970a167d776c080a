"""Properties of the reader that hold for any text and any catalogue, and the measured bars on the example
sentences."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palate.catalogue.lookup import Lookup
from palate.understanding.normalise import MAX_CHARACTERS, normalise
from palate.understanding.numbers import chinese_number, find_numbers
from palate.understanding.reader import Reader
from palate.values import Item, StoredItem

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PALATE_TEST_DATA", HERE.resolve().parents[1].parent / "shared" / "data"))
EXAMPLES = DATA.parent / "examples" / "understanding"
ACTS = {
    "recommend",
    "refine",
    "inquire",
    "compare",
    "explain",
    "accept",
    "reject",
    "feedback",
    "start_over",
    "greet",
    "thank",
    "other",
}
CATALOGUE_WORDS = (
    "Comedy Horror Lumo 黑色 妈妈 the not 不要 under 300 500元以内 第二个 cheaper "
    "便宜点 like or 或者 last one , ， ? 《 》 $ - 90s 八十年代 kg Ember"
)

READER = Reader(
    Lookup.build(
        [
            StoredItem(
                0,
                "a",
                1,
                Item(
                    "a",
                    "Ember",
                    {
                        "categories": ["Comedy"],
                        "price": 10,
                        "year": 1990,
                        "brand": "Lumo",
                        "colour": "black",
                        "colour_zh": "黑色",
                    },
                ),
            ),
            StoredItem(
                1,
                "b",
                2,
                Item(
                    "b",
                    "The Glass Road",
                    {
                        "categories": ["Horror"],
                        "price": 30,
                        "year": 1985,
                        "recipients": ["mother"],
                        "recipients_zh": ["妈妈"],
                    },
                ),
            ),
        ],
        {},
    )
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=200), st.lists(st.sampled_from(CATALOGUE_WORDS.split()), max_size=30).map(" ".join)
    ),
    st.booleans(),
)
def test_any_text_is_read(text: str, shown: bool) -> None:
    understanding = READER.understand(text, last_items=["a", "b"] if shown else [])
    assert understanding.act in ACTS
    assert {m.item_id for m in understanding.mentions} <= {"a", "b"}
    assert all(1 <= p <= 2 for p in understanding.references)
    assert {c.attribute for c in understanding.constraints} <= {
        "categories",
        "price",
        "year",
        "brand",
        "colour",
        "recipients",
    }
    json.dumps(asdict(understanding))


ADVERSARIAL = {
    "letters": "a" * 100_000,
    "words": "show me good movies under 300 with big screen and blue " * 2000,
    "chinese": "我想给妈妈买个生日礼物预算五百左右不要红色的" * 5000,
    "negations": "no not " * 20_000,
    "numbers": "1 2 3 to 5 under " * 6000,
    "quotes": '"' * 100_000,
    "markup": "<script>" * 12_000,
    "zero width": "\u200b\u200d\ufeff" * 30_000 + "hi",
    "emoji": "😀👩‍👩‍👧" * 20_000,
    "clauses": "the best movie like heat or " * 4000,
}


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_long_and_odd_texts_cost_bounded_time(name: str) -> None:
    READER.understand(ADVERSARIAL[name][:200])
    start = time.process_time()
    READER.understand(ADVERSARIAL[name])
    assert (
        time.process_time() - start < 0.5
    )  # tens of milliseconds on a free core; the bar holds on busy ones


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_time_grows_with_the_length_and_no_faster(name: str) -> None:
    def took(length: int) -> float:
        times: list[float] = []
        for _ in range(4):
            start = time.process_time()
            READER.understand(ADVERSARIAL[name][:length])
            times.append(time.process_time() - start)
        return min(times)

    took(MAX_CHARACTERS)
    steps = [took(MAX_CHARACTERS // n) for n in (4, 2, 1)]
    allowed = 2.6  # twice the length, twice the time; the rest is the clock's
    assert steps[1] < allowed * steps[0] + 0.002, steps
    assert steps[2] < allowed * steps[1] + 0.002, steps


def test_invisible_and_control_characters_do_not_hide_words() -> None:
    hidden = READER.understand("com\u200bedy\u0000 un\u00adder 300")
    assert hidden.constraints == READER.understand("comedy under 300").constraints
    assert len(hidden.constraints) == 2


def test_what_was_typed_is_given_back() -> None:
    text = normalise("Ｆｉｎｄ ﬁlms 《燈塔》\u200b!")
    assert text.plain == "find films 《灯塔》!"
    assert text.said(text.plain.index("灯"), text.plain.index("》")) == "燈塔"
    assert text.said(5, 10) == "ﬁlms"
    assert len(normalise("x" * 50_000).plain) == MAX_CHARACTERS


# --- a sentence assembled from a catalogue's own values parses back to them
# -----------------------------------

NAMES = st.sampled_from(["Velora", "Kestrin", "Ombric", "Tazwell", "Quillon", "Marwick"])
KINDS = st.sampled_from(["Lanterns", "Teapots", "Rucksacks", "Mandolins", "Easels"])
HUES = st.sampled_from(["crimson", "teal", "ochre", "magenta"])
ROWS = st.lists(st.tuples(NAMES, KINDS, HUES, st.integers(10, 900)), min_size=3, max_size=8)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.data())
def test_values_of_the_catalogue_parse_back(
    rows: list[tuple[str, str, str, int]], data: st.DataObject
) -> None:
    items = [
        StoredItem(
            i,
            f"i{i}",
            i + 1,
            Item(
                f"i{i}",
                f"{brand} model {i}x",
                {"brand": brand, "categories": [kind], "colour": hue, "price": price},
            ),
        )
        for i, (brand, kind, hue, price) in enumerate(rows)
    ]
    reader = Reader(Lookup.build(items, {}))
    brand, kind, hue, price = data.draw(st.sampled_from(rows))
    wanted = {
        ("categories", "in", kind),
        ("colour", "in", hue),
        ("brand", "in", brand),
        ("price", "<=", price),
    }
    sentence = data.draw(
        st.sampled_from(
            [
                f"I'm looking for {hue} {kind.lower()} by {brand} under {price}",
                f"{brand} {kind} in {hue}, no more than {price} yuan",
                f"想要{brand}的{hue}色{kind}，{price}元以内",
            ]
        )
    )
    read = reader.understand(sentence)
    assert {
        (c.attribute, c.op, c.value[0] if isinstance(c.value, list) else c.value) for c in read.constraints
    } == wanted
    denied = reader.understand(f"no {kind.lower()}, and nothing from {brand}")
    assert {(c.attribute, c.op) for c in denied.constraints} == {
        ("categories", "not in"),
        ("brand", "not in"),
    }


@given(st.integers(1, 99_999))
def test_chinese_numbers_read_back(n: int) -> None:
    assert chinese_number(spelled(n)) == (n, n)


def spelled(n: int) -> str:
    """A number in Chinese characters, as the school teaches it."""
    digits, out, zero = "零一二三四五六七八九", "", False
    for unit, name in ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十"), (1, "")):
        d, n = divmod(n, unit)
        if d:
            out += ("零" if zero and out else "") + digits[d] + name
            zero = False
        else:
            zero = bool(out)
    return out


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1k", 1000, 1000),
        ("2,000", 2000, 2000),
        ("1.5k", 1500, 1500),
        ("two hundred and fifty", 250, 250),
        ("fifteen hundred", 1500, 1500),
        ("a hundred", 100, 100),
        ("two and a half", 2.5, 2.5),
        ("一千五", 1500, 1500),
        ("两三百", 200, 300),
        ("一万二", 12_000, 12_000),
        ("十几", 11, 19),
        ("3万", 30_000, 30_000),
        ("两千零五", 2005, 2005),
        ("二十五六", 25, 26),
    ],
)
def test_numbers(text: str, low: float, high: float) -> None:
    assert [(n.low, n.high) for n in find_numbers(text)] == [(low, high)]


# --- measured
# ------------------------------------------------------------------------------------------------


def measured(gold: Path, make: Callable[[str], Reader], tmp_path: Path) -> dict[str, dict[str, float]]:
    """The figures of score.py, by language; lines of catalogues that are not at hand are left out."""
    if not (EXAMPLES / "score.py").exists():
        pytest.skip(f"no scorer in {EXAMPLES}")
    lines = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if line["catalogue"] in ("movielens-1m", "litemall-zh", "icecat")]
    kept, predictions = tmp_path / "gold.jsonl", tmp_path / "predictions.jsonl"
    with kept.open("w", encoding="utf-8") as gold_file, predictions.open("w", encoding="utf-8") as file:
        for line in lines:
            shown = (line["context"] or {}).get("last_items", ())
            understanding = asdict(make(line["catalogue"]).understand(line["text"], last_items=shown))
            gold_file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.write(
                json.dumps({"id": line["id"], "understanding": understanding}, ensure_ascii=False) + "\n"
            )
    run = subprocess.run(
        [sys.executable, str(EXAMPLES / "score.py"), str(kept), str(predictions)],
        capture_output=True,
        text=True,
        check=True,
    )
    print(run.stdout)
    return {
        language: {
            "act": figures["act_accuracy"],
            "constraints": figures["constraints"]["f1"],
            "mentions": figures["mentions"]["f1"],
            "exact": figures["exact_frame_accuracy"],
        }
        for language, figures in json.loads(run.stdout)["by_language"].items()
    }


BARS = {"act": 0.97, "constraints": 0.96, "mentions": 0.96, "exact": 0.95}


@pytest.mark.parametrize(
    "gold",
    [EXAMPLES / "examples.jsonl", HERE / "heldout.jsonl", *sorted(HERE.glob("heldout[2-9].jsonl"))],
    ids=lambda p: p.stem,
)
def test_example_sentences_are_understood(
    gold: Path, data_reader: Callable[[str], Reader], tmp_path: Path
) -> None:
    """Each held-out file was written before the reader had seen its sentences; what it then missed was mended
    since, so these bars guard against loss and say nothing of unseen sentences.
    """
    if not gold.exists():
        pytest.skip(f"no {gold}")
    for language, figures in measured(gold, data_reader, tmp_path).items():
        assert all(figures[name] >= bar for name, bar in BARS.items()), (language, figures)


def test_a_sentence_takes_milliseconds_at_twenty_thousand_items(data_reader: Callable[[str], Reader]) -> None:
    reader = data_reader("icecat")
    sentences = [
        json.loads(line)["text"] for line in (HERE / "heldout.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    for sentence in sentences:
        reader.understand(sentence)
    times: list[float] = []
    for sentence in sentences:
        start = time.process_time()
        reader.understand(sentence)
        times.append(time.process_time() - start)
    assert sorted(times)[int(0.95 * len(times))] < 0.010  # 2 to 3 ms on a free core
