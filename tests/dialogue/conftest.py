"""A conversation with the demo shop, with a look at what the shop remembers of it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import palate
from palate.dialogue.sessions import Sessions
from palate.dialogue.state import State
from palate.storage import open_store


class Talk:
    """One session of one person; ``say`` goes on with it."""

    def __init__(self, shop: palate.Shop, sessions: Sessions, user_id: str | None) -> None:
        self.shop = shop
        self.user_id = user_id
        self.session_id: str | None = None
        self._sessions = sessions

    def say(self, text: str, k: int | None = None) -> palate.Turn:
        turn = self.shop.chat(text, user_id=self.user_id, session_id=self.session_id, k=k)
        self.session_id = turn.session_id
        return turn

    @property
    def state(self) -> State:
        """As stored, for a person without a name."""
        assert self.session_id is not None
        return self._sessions.load(self.session_id, None)

    @property
    def wishes(self) -> list[tuple[str, str, object]]:
        return [(w.constraint.attribute, w.constraint.op, w.constraint.value) for w in self.state.wishes]


@pytest.fixture(scope="module")
def demo(demo_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[palate.Shop, Sessions]]:
    folder = Path(shutil.copytree(demo_shop, tmp_path_factory.mktemp("talk") / "shop"))
    store = open_store("", folder)
    with palate.open(folder) as opened:
        yield opened, Sessions(store)
    store.close()


@pytest.fixture
def talk(demo: tuple[palate.Shop, Sessions]) -> Callable[..., Talk]:
    """Begin a conversation: ``talk()``, or ``talk("ann")`` for a person with a name."""

    def begin(user_id: str | None = None) -> Talk:
        return Talk(*demo, user_id)

    return begin
