"""What was typed, made plain: bounded, without invisible characters, one form for each letter.

The readers work on ``Text.plain``; ``Text.said`` gives back what was typed. Nothing here knows a language.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import opencc

MAX_CHARACTERS = 3_000

_QUOTES = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "`": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "「": '"',
        "」": '"',
        "『": '"',
        "』": '"',
        "″": '"',
        "…": ".",
    }
)
_ONCE = (" ", ".")
"""Characters of which a row says no more than one."""
_DROPPED = {"Cc", "Cf", "Co", "Cs", "Cn"}


@dataclass(frozen=True, slots=True)
class Text:
    """``plain``: NFKC, small letters, simplified characters, one space or dot at a time; ``origins``: for each of its
    characters the place in ``original``, None where they agree one to one.
    """

    original: str
    plain: str
    origins: tuple[int, ...] | None

    def said(self, start: int, end: int) -> str:
        """What was typed where ``plain[start:end]`` stands."""
        if start >= end:
            return ""
        if self.origins is None:
            return self.original[start:end]
        return self.original[self.origins[start] : self.origins[end - 1] + 1]


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=20_000)
def _plain(character: str) -> str:
    if character in "\t\n\r\v\f\u2028\u2029":
        return " "
    if unicodedata.category(character) in _DROPPED:
        return ""
    return unicodedata.normalize("NFKC", character).translate(_QUOTES).casefold()


def normalise(text: str) -> Text:
    """The plain form of an utterance; of a longer one the first MAX_CHARACTERS are read. Never raises;
    linear.
    """
    text = unicodedata.normalize("NFC", text[:MAX_CHARACTERS])
    pieces = [_plain(c) for c in text.translate(_QUOTES)]
    pieces = ["" if one == before and one in _ONCE else one for before, one in pairwise(["", *pieces])]
    plain = "".join(pieces)
    origins = None
    if len(plain) != len(text) or any(len(p) != 1 for p in pieces):
        origins = tuple(i for i, piece in enumerate(pieces) for _ in piece)
    if not plain.isascii():
        simple = _converter().convert(plain)
        if len(simple) == len(plain):
            plain = simple
    return Text(text, plain, origins)
