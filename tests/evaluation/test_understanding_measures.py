"""The measures of understanding: by construction, and against the scorer that comes with the examples."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from palate.errors import InvalidInput
from palate.evaluation.frames import judge
from palate.evaluation.intents import ACTS_OF, evaluate_intents, read_dialogues, table
from palate.evaluation.understanding import document, evaluate_understanding, read_gold
from palate.values import Understanding

BESIDE = Path(__file__).resolve().parents[2].parent / "shared" / "data"
SHARED = Path(os.environ.get("PALATE_TEST_DATA", BESIDE)).parent
EXAMPLES = SHARED / "examples" / "understanding"

EMPTY: dict[str, Any] = {
    "language": "en", "act": "recommend", "keywords": [], "mentions": [], "constraints": [], "references": [],
}  # fmt: skip


def wish(attribute: str, op: str, value: Any = None, strength: str = "must") -> dict[str, Any]:
    return {"attribute": attribute, "op": op, "value": value, "strength": strength}


def judged(gold: Mapping[str, Any], predicted: Mapping[str, Any], **more: Any):
    return judge({"id": "1", "text": "words", "gold": {**EMPTY, **gold}, **more}, {**EMPTY, **predicted})


@pytest.mark.parametrize(
    ("gold", "predicted"),
    [
        ([wish("price", "between", [100, 200])], [wish("PRICE", ">=", 100.5), wish("price", "<=", 200)]),
        ([wish("brand", "in", ["HP"])], [wish("brand", "=", "hp")]),
        (
            [wish("colour", "not in", ["a", "b"])],
            [wish("colour", "not in", ["b"]), wish("colour", "not in", ["A"])],
        ),
        ([wish("year", "<=", 1979)], [wish("year", "<=", 1980)]),
        ([wish("price", "=", 5)], [wish("price", "between", [5, 5])]),
        ([wish("price", "<=", 5)], [wish("price", "<=", 5, "prefer")]),
        ([wish("price", "lower")], [wish("price", "lower", 3)]),
        ([wish("wireless", "=", True)], [wish("wireless", "in", [True])]),
    ],
)
def test_equal_in_meaning_is_equal(gold: Any, predicted: Any) -> None:
    row = judged({"constraints": gold}, {"constraints": predicted})
    assert row.exact
    assert row.constraints.f1 == 1


@pytest.mark.parametrize(
    ("gold", "predicted", "counts"),
    [
        ([wish("price", "<=", 500)], [wish("price", "<=", 510)], (0, 1, 1)),
        ([wish("price", "<=", 500)], [wish("price", ">=", 500)], (0, 1, 1)),
        ([wish("price", "<=", 500)], [], (0, 0, 1)),
        ([], [wish("price", "<=", 500)], (0, 1, 0)),
        (
            [wish("genre", "in", ["a", "b"])],
            [wish("genre", "in", ["a"]), wish("genre", "in", ["b"])],
            (2, 0, 0),
        ),
        ([wish("genre", "in", ["a", "b"])], [wish("genre", "in", ["a", "c"])], (1, 1, 1)),
    ],
)
def test_what_differs_is_counted(gold: Any, predicted: Any, counts: tuple[int, int, int]) -> None:
    row = judged({"constraints": gold}, {"constraints": predicted})
    assert not row.exact
    assert (row.constraints.tp, row.constraints.fp, row.constraints.fn) == counts


def test_strength_is_judged_apart() -> None:
    gold = [wish("price", "<=", 5), wish("brand", "in", ["HP"], "prefer")]
    row = judged({"constraints": gold}, {"constraints": [wish("price", "<=", 5, "prefer"), gold[1]]})
    assert row.exact
    assert (row.constraints.strengths_right, row.constraints.strengths) == (1, 2)


def test_what_is_accepted_optional_or_covered_is_no_mistake() -> None:
    row = judged({"act": "refine"}, {"act": "reject"}, accept={"act": ["reject"]})
    assert row.act
    row = judged(
        {"keywords": ["laptop"]},
        {"constraints": [wish("type", "in", ["Notebook"])]},
        optional={"constraints": [{"attribute": "type", "covers": ["laptop"]}]},
    )
    assert row.exact
    assert row.keywords_needed == 0
    liked = [{"item_id": "7", "sentiment": "like"}]
    assert not judged({}, {"mentions": liked}).exact
    assert judged({}, {"mentions": liked}, optional={"mentions": [{"item_id": "7"}]}).exact


def test_keywords_are_found_in_plurals_and_in_pieces() -> None:
    row = judged({"keywords": ["不粘锅", "labels"]}, {"keywords": ["不粘", "锅", "label"]})
    assert (row.keywords_found, row.keywords_needed) == (2, 2)
    assert judged({}, {"keywords": ["联盟"]}, avoid={"keywords": ["联盟"]}).avoided is False
    assert judged({}, {"keywords": ["不要联盟"]}, avoid={"keywords": ["联盟"]}).avoided is True


def _spoilt(gold: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """A gold Understanding with a few faults."""
    said = {**EMPTY, **deepcopy(gold)}
    for _ in range(rng.randrange(4)):
        constraints, mentions = said["constraints"], said["mentions"]
        match rng.randrange(9):
            case 0:
                said["act"] = rng.choice(["recommend", "refine", "inquire", "other"])
            case 1 if constraints:
                constraints.pop(rng.randrange(len(constraints)))
            case 2 if constraints:
                rng.choice(constraints)["strength"] = rng.choice(["must", "prefer"])
            case 3 if constraints:
                one = rng.choice(constraints)
                if isinstance(one.get("value"), int | float):
                    one["value"] = one["value"] * rng.choice([1.005, 1.02, 2])
                elif isinstance(one.get("value"), list) and len(one["value"]) > 1 and one["op"] != "between":
                    constraints.append({**one, "value": [one["value"].pop()]})
            case 4:
                extra = [
                    wish("price", "<=", 77),
                    wish("categories", "in", ["Comedy"]),
                    wish("year", "higher"),
                ]
                constraints.append(rng.choice(extra))
            case 5 if mentions:
                rng.choice(mentions)["sentiment"] = rng.choice(["like", "neutral"])
            case 6:
                mentions.append({"text": "x", "item_id": str(rng.randrange(60)), "sentiment": "like"})
            case 7:
                said["references"] = rng.sample([1, 2, 3], rng.randrange(3))
            case _:
                said["keywords"] = [word for word in said["keywords"] if rng.random() < 0.5] + [
                    "礼物",
                    "cables",
                ]
    return said


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"no examples of understanding in {EXAMPLES}")
def test_the_figures_are_those_of_the_scorer_that_comes_with_the_examples(tmp_path: Path) -> None:
    gold_file = EXAMPLES / "examples.jsonl"
    gold = [json.loads(line) for line in gold_file.read_text(encoding="utf-8").splitlines()]
    for seed in range(4):
        rng = random.Random(seed)
        said = {
            line["id"]: _spoilt(line["gold"], rng) if seed else {**EMPTY, **line["gold"]} for line in gold
        }
        predictions = tmp_path / f"{seed}.jsonl"
        predictions.write_text(
            "".join(json.dumps({"id": i, "understanding": u}) + "\n" for i, u in said.items()),
            encoding="utf-8",
        )
        command = [sys.executable, str(EXAMPLES / "score.py"), str(gold_file), str(predictions)]
        theirs = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        ours = document([judge(line, said[line["id"]]) for line in gold])
        for part in ("total", "by_language", "by_catalogue"):
            assert ours[part] == theirs[part], (seed, part)


def test_a_gold_file_is_read_and_judged_by_catalogue(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    lines = [
        {"id": "a", "catalogue": "films", "text": "hi", "context": None, "gold": {**EMPTY, "act": "greet"}},
        {
            "id": "b",
            "catalogue": "goods",
            "text": "the second",
            "context": {"last_items": ["x", "y"]},
            "gold": EMPTY,
        },
    ]
    file.write_text("\n".join(map(json.dumps, lines)) + "\n\n", encoding="utf-8")
    seen: list[tuple[str, tuple[str, ...]]] = []

    def understand(text: str, last_items: Any) -> Understanding:
        seen.append((text, tuple(last_items)))
        return Understanding("en", "greet")

    result = document(evaluate_understanding(read_gold(file), understand))
    assert seen == [("hi", ()), ("the second", ("x", "y"))]
    assert (result["total"]["act_accuracy"], result["not_exact"]) == (0.5, ["b"])
    assert [line["id"] for line in read_gold(file, "goods")] == ["b"]
    with pytest.raises(InvalidInput, match=r"'books'.*films, goods"):
        read_gold(file, "books")


@pytest.mark.parametrize("text", ["", "[1]\n", '{"id": 1}\n', "nonsense\n"])
@pytest.mark.parametrize("read", [read_gold, read_dialogues])
def test_what_is_no_gold_file_is_refused(tmp_path: Path, read: Callable[[Path], object], text: str) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"gold\.jsonl"):
        read(file)


def test_intents_are_compared_with_acts(tmp_path: Path) -> None:
    def turn(role: str, text: str, items: list[str], *intents: str) -> dict[str, Any]:
        return {"role": role, "text": text, "item_ids": items, "sub_intents": intents}

    turns = [
        turn("user", "hello", [], "OTH"),
        turn("assistant", "try these", ["1", "2"], "REC-S"),
        turn("user", "seen it, any others?", [], "SEE", "CON"),
        turn("user", "is it funny?", [], "INQ"),
    ]
    file = tmp_path / "dialogues.jsonl"
    file.write_text(json.dumps({"dialogue_id": "1", "turns": turns}), encoding="utf-8")
    asked: list[tuple[tuple[str, ...], bool]] = []

    def read(text: str, last_items: Any, in_dialogue: bool) -> Any:
        asked.append((tuple(last_items), in_dialogue))
        return {"hello": "greet", "seen it, any others?": "refine"}.get(text, "recommend")

    result = evaluate_intents(read_dialogues(file), read)
    assert asked == [((), False), (("1", "2"), True), (("1", "2"), True)]
    assert (result["n"], result["accuracy"], result["n_single"], result["accuracy_single"]) == (
        3,
        0.6667,
        2,
        0.5,
    )
    assert result["confusion"]["CON"]["refine"] == result["confusion"]["SEE"]["refine"] == 1
    assert (result["by_intent"]["CON"]["right"], result["by_intent"]["SEE"]["right"]) == (1, 0)
    assert [line.split()[0] for line in table(result)] == ["intent", "CON", "INQ", "SEE", "OTH"]


@pytest.mark.skipif(not (SHARED / "data" / "iard").is_dir(), reason=f"no IARD in {SHARED / 'data'}")
def test_every_intent_of_iard_is_mapped() -> None:
    turns = read_dialogues(SHARED / "data" / "iard" / "dialogues.jsonl")
    assert {intent for turn in turns for intent in turn.intents} == set(ACTS_OF)
