"""palate chat: one utterance, or a conversation at the terminal."""

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

import palate
from palate.cli.options import AsJson, ShopFolder
from palate.cli.output import print_json, readable, tell
from palate.errors import InvalidInput, PalateError

if TYPE_CHECKING:
    from rich.console import Console

    from palate.shop import Shop
    from palate.values import RecommendedItem, Turn

_REACTIONS = {
    "/like": "like", "/dislike": "dislike", "/save": "favorite", "/buy": "purchase",
}  # fmt: skip
_HELP = (
    "Say what you are looking for, in English or Chinese. /like N, /dislike N, /save N and /buy N react\n"
    "to the item numbered N, /why N explains it, /quit ends."
)


def chat(
    shop: ShopFolder,
    user: Annotated[
        str | None,
        typer.Option(metavar="U", help="The person's id; somebody new without it.", show_default=False),
    ] = None,
    once: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Say one thing, print the turn.", show_default=False)
    ] = None,
    session: Annotated[
        str | None,
        typer.Option(metavar="S", help="The session_id of a turn to go on from.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Talk with a shop in the terminal."""
    user, session = user and readable(user), session and readable(session)
    if as_json:
        if once is None:
            raise InvalidInput("--json prints one turn; say with --once TEXT what is asked")
        with palate.open(shop) as opened:
            print_json(opened.chat(readable(once), user_id=user, session_id=session))
        return

    from palate.cli.cards import console, play

    with palate.open(shop) as opened:
        if once is not None:
            play(opened.converse(readable(once), user_id=user, session_id=session), console())
            return
        tell(opened.language_model_line)
        _Conversation(opened, user or f"visitor-{uuid4().hex[:12]}", session, console()).run()


class _Conversation:
    def __init__(self, shop: "Shop", user: str, session: str | None, out: "Console") -> None:
        self._shop = shop
        self._user = user
        self._session = session
        self._out = out
        self._turn: Turn | None = None
        self._prompt = "\n> " if sys.stdin.isatty() else ""

    def run(self) -> None:
        tell(_HELP)
        if self._prompt:
            with suppress(ImportError):  # not everywhere; where it is, lines can be edited and recalled
                import readline  # noqa: F401  # pyright: ignore[reportUnusedImport]
        while True:
            try:
                line = input(self._prompt).strip()
            except EOFError:
                return
            if line == "/quit":
                return
            if not line:
                continue
            try:
                self._take(line)
            except PalateError as error:  # one turn that fails does not end the conversation
                tell(str(error))

    def _take(self, line: str) -> None:
        from palate.cli.cards import play, show_reasons

        word, _, number = line.partition(" ")
        if word == "/why":
            show_reasons(self._out, self._item(number))
        elif word in _REACTIONS:
            self._react(_REACTIONS[word], number)
        elif line.startswith("/"):
            tell(_HELP)
        else:
            steps = self._shop.converse(line, user_id=self._user, session_id=self._session)
            self._turn = play(steps, self._out)
            self._session = self._turn.session_id

    def _react(self, event_type: str, number: str) -> None:
        item = self._item(number)
        turn = self._turn
        self._shop.feedback(
            user_id=self._user,
            item_id=item.item_id,
            event_type=event_type,
            turn_id=turn and turn.turn_id,
            session_id=self._session,
        )
        tell(f"{event_type}: {item.title}; the next answer knows it.")

    def _item(self, number: str) -> "RecommendedItem":
        items = self._turn.items if self._turn else ()
        if not number.strip().isdecimal() or not 1 <= int(number) <= len(items):
            raise InvalidInput(f"{number!r} is no number of an item above; there are {len(items)}")
        return items[int(number) - 1]
