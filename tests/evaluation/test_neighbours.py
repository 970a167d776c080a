"""Content neighbours: agreement and chance where both are known by construction, and the command."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from palate.errors import InvalidInput
from palate.evaluation.neighbours import FINEST, judge_neighbours

SOURCE = Path(__file__).parents[2] / "src"
GROUPS, EACH = 5, 12


class GroupVectors:
    """Items of one group (its letter stands in the title) have one vector, other groups are at right angles."""

    name = "groups"
    dimensions = GROUPS

    def embed(self, texts):
        return np.eye(GROUPS, dtype=np.float32)[[ord(text[0]) - ord("a") for text in texts]]


def catalogue(folder: Path, packed: bool = False) -> Path:
    """Sixty items in five groups of twelve. ``colour`` is the group; ``coin`` alternates within each group; half of the
    items have a ``size``, which is the group's.
    """
    folder.mkdir(exist_ok=True)
    items: list[dict[str, Any]] = []
    for group in range(GROUPS):
        for number in range(EACH):
            item = {
                "item_id": f"{group}-{number}",
                "title": f"{chr(ord('a') + group)} thing",
                "categories": ["All", f"Group {group}"],
                "colour": f"colour {group}",
                "coin": ("heads", "tails")[number % 2],
                "number": number * 7.5,
            }
            items.append(item | ({"size": f"size {group}"} if number < EACH // 2 else {}))
    text = "".join(json.dumps(item) + "\n" for item in items)
    if packed:
        (folder / "items.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    else:
        (folder / "items.jsonl").write_text(text)
    return folder


@pytest.mark.parametrize("packed", [False, True])
def test_agreement_and_chance_are_what_they_must_be(tmp_path: Path, packed: bool):
    found = judge_neighbours(catalogue(tmp_path / "goods", packed), GroupVectors(), at=11)
    assert (found.name, found.items, found.judged, found.embedder) == ("goods", 60, 60, "groups")
    by_name = {one.attribute: one for one in found.agreements}
    # everything shares "All", which tells nothing: that is not judged; nor are numbers
    assert set(by_name) == {FINEST, "colour", "coin", "size"}
    for name in (FINEST, "colour"):
        assert by_name[name].agreement == 1
        assert by_name[name].chance == pytest.approx(11 / 59)
    # of the other eleven of a group five have the same side, of all 59 others 29
    assert by_name["coin"].agreement == pytest.approx(5 / 11)
    assert by_name["coin"].chance == pytest.approx(29 / 59)
    low, high = by_name["coin"].interval
    assert low - 1e-9 <= by_name["coin"].agreement <= high + 1e-9
    # only neighbours and others that have a value count
    assert by_name["size"].items == 30
    assert by_name["size"].agreement == 1
    assert by_name["size"].chance == pytest.approx(5 / 29)


def test_items_are_drawn_by_the_seed(tmp_path: Path):
    folder = catalogue(tmp_path / "goods")
    one, again, other = (judge_neighbours(folder, GroupVectors(), judged=25, seed=seed) for seed in (1, 1, 2))
    assert one == again
    assert one.judged == 25
    assert one.agreements != other.agreements


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "is empty"),
        (['{"item_id": "a", "title": "a"}'], "has 1 item"),
        (['{"item_id": "a", "title": "a"}', '{"item_id": "b", "title": "b"}'], "nothing to compare"),
        (['{"item_id": "a"', "{}"], "line 1 cannot be read: not valid JSON"),
    ],
)
def test_catalogues_that_cannot_be_judged(tmp_path: Path, lines: list[str], message: str):
    (tmp_path / "items.jsonl").write_text("\n".join(lines))
    with pytest.raises(InvalidInput, match=message):
        judge_neighbours(tmp_path, GroupVectors())


def test_the_command(tmp_path: Path):
    def command(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from palate.cli import main; main()", "evaluate", "neighbours",
             *map(str, arguments)],
            capture_output=True, encoding="utf-8", timeout=120, check=False,
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
        )  # fmt: skip

    folder = catalogue(tmp_path / "goods")
    done = command(folder, "--embedder", "tfidf", "--at", "3", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["attributes"]["colour"]["agreement"] == 1
    assert found["at"] == 3
    for wrong, message in (
        ([tmp_path / "nowhere"], "no folder"),
        ([folder, "--embedder", "word2vec"], "'word2vec'"),
        ([folder, "--at", "0"], "--at"),
    ):
        refused = command(*wrong)
        assert refused.returncode == 2
        assert message in refused.stderr
        assert "Traceback" not in refused.stderr
        assert refused.stdout == ""
