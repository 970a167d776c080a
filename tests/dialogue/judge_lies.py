"""Sentences of somebody who has not seen the checker, held against it: how many lies and honest ones come out.

judge_lies.py FILE.jsonl [--data FOLDER] [--show]

Each line of the file is a scene: {"id", "catalogue": name of a folder with items.jsonl or items.jsonl.gz, "language",
"items": [ids that were shown], "wish": what the person had said, "lies": [...], "honest": [...]}. Every sentence is a
model's whole reply to a turn that shows these items of the whole catalogue. A lie of two sentences came out where all
of it did; an honest one passed where all of it did.
"""

import argparse
import gzip
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from grounding_cases import Case

from palate.dialogue.grounding.sentences import Sentences
from palate.dialogue.writing import Composition, Pen
from palate.language_models.scripted import Answer, ScriptedModel

DATA = Path(os.environ.get("PALATE_TEST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


@cache
def case_of(folder: Path) -> Case:
    """The whole catalogue of a folder, with its vocabulary."""
    return Case(items_of(folder))


def items_of(folder: Path) -> list[dict[str, Any]]:
    """The items of a folder as they stand in its file."""
    path = next(p for p in (folder / "items.jsonl", folder / "items.jsonl.gz") if p.exists())
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [orjson.loads(line) for line in data.splitlines()]


def judged(scene: dict[str, Any], case: Case) -> Iterator[tuple[str, str, bool]]:
    """("lies" or "honest", the sentence, whether it came out whole) of each sentence of a scene."""
    language, wish = scene["language"], str(scene.get("wish") or "")
    said = case.reader.understand(wish)
    brief = case.brief(scene["items"], text=wish, wishes=said.constraints, language=language)
    for side in ("lies", "honest"):
        for sentence in scene[side]:
            pen = Pen(ScriptedModel([Answer(sentence)]), case.vocabulary, "warm", 30.0, 10_000)
            parts = Composition(brief, case.catalogue, pen).parts()
            out = {_bare(part.text) for part in parts if part.source == "model"}
            splitter = Sentences()
            pieces = [*splitter.feed(sentence), splitter.rest()]
            yield side, sentence, all(_bare(piece) in out for piece in pieces if piece)


def _bare(text: str) -> str:
    return text.strip().rstrip(".。")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the catalogues")
    parser.add_argument(
        "--show", action="store_true", help="print lies that came out and honest ones that did not"
    )
    given = parser.parse_args()
    counts: dict[str, Counter[str]] = defaultdict(Counter[str])
    for scene in map(orjson.loads, given.file.read_bytes().splitlines()):
        case = case_of(given.data / scene["catalogue"])
        for side, sentence, out in judged(scene, case):
            for group in (scene["language"], scene["catalogue"], "all"):
                counts[group][side] += 1
                counts[group][f"{side} out"] += out
            if given.show and out == (side == "lies"):
                print(f"{scene['id']} {side}: {sentence}", file=sys.stderr)
    for group, count in counts.items():
        share = count["honest out"] / max(1, count["honest"])
        print(
            f"{group}: {count['lies out']} of {count['lies']} lies came out; "
            f"{count['honest out']} of {count['honest']} honest sentences passed ({share:.1%})"
        )
    return int(counts["all"]["lies out"] > 0)


if __name__ == "__main__":
    sys.exit(main())
