"""Text that comes in pieces, cut into sentences: English and Chinese, whatever the pieces.

A sentence ends at 。！？；… and at a line's end; at . ! ? where a space and the beginning of a sentence follow.
Closing quotes and brackets stay with their sentence. An abbreviation, a decimal, an initial or a stop within
quotes ends none.
"""

import re

LONGEST = 600
"""Characters after which a text without an end is cut: at a comma where there is one, else at a space."""

_CLOSERS = "\"'”’」』）)】》"
_HARD = frozenset("。！？；\n")
_SOFT = frozenset(".!?…;")
_OPEN = {"“": "”", "「": "」", "『": "』", "《": "》", "（": "）", "(": ")"}
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "sr",
        "jr",
        "st",
        "vs",
        "etc",
        "approx",
        "no",
        "vol",
        "fig",
        "min",
        "max",
        "inc",
        "ltd",
        "co",
        "corp",
        "dept",
        "est",
        "ft",
        "in",
        "cm",
        "mm",
        "kg",
        "lb",
        "lbs",
        "oz",
        "e.g",
        "i.e",
        "a.m",
        "p.m",
        "u.s",
        "u.k",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
    ]
)
_LAST_WORD = re.compile(r"([^\s(“\"「]+)$")


class Sentences:
    """Feed pieces, take the sentences that are whole; ``rest`` gives what is left at the end."""

    def __init__(self) -> None:
        self._held = ""
        self._from = 0  # everything before this place is known not to end a sentence

    def feed(self, piece: str) -> list[str]:
        """The sentences that this piece completes, with the spaces around them taken off; none is empty."""
        self._held += piece
        out: list[str] = []
        while (end := self._end()) is not None:
            sentence, self._held, self._from = self._held[:end].strip(), self._held[end:], 0
            if sentence:
                out.append(sentence)
        return out

    def rest(self) -> str:
        """What came after the last whole sentence: one that the writer did not close, or half a one."""
        rest, self._held, self._from = self._held.strip(), "", 0
        return rest

    def _end(self) -> int | None:
        """Where the first sentence ends, None while that is not known."""
        text = self._held
        closing: list[
            str
        ] = []  # what is open at each place is told by scanning from the start of the sentence
        for place, character in enumerate(text):
            if closing and character == closing[-1]:
                closing.pop()
            elif character in _OPEN and len(closing) < 4:
                closing.append(_OPEN[character])
            if place < self._from:
                continue
            if character == "\n" and text[:place].strip():
                return place + 1
            if closing and place < LONGEST // 2:  # a stop within quotes or brackets ends nothing
                continue
            if character in _HARD or character in _SOFT:
                end = place + 1
                while end < len(text) and (text[end] in _CLOSERS or text[end] in _HARD or text[end] in _SOFT):
                    end += 1
                if not text[end:].strip(" ") and (end == len(text) or character in _SOFT):
                    # what follows may belong to it, or show that this was no end: wait for it
                    self._from = place
                    return None if len(text) < LONGEST else end
                if character in _HARD or self._ends(text, place, end):
                    return end
        self._from = max(0, len(text) - 1)
        return self._cut(text) if len(text) > LONGEST else None

    @staticmethod
    def _ends(text: str, place: int, end: int) -> bool:
        """Whether the stop at ``place`` ends a sentence, where the text goes on at ``end``."""
        follows = text[end]
        if text[place] == "…" or text[place : place + 2] == "..":
            return not follows.isspace() or not text[end:].lstrip()[:1].islower()
        if not follows.isspace():
            return "\u3400" <= follows <= "\u9fff"  # "…X1. 这款": Chinese leaves no space
        if text[place] != ".":
            return True
        word = _LAST_WORD.search(text[:place])
        said = word.group(1).casefold() if word else ""
        if said in _ABBREVIATIONS or re.fullmatch(r"[a-z](?:\.[a-z])*", said):
            # "a J. Smith film" goes on; "at 3 p.m. It", "weighs 2 lbs. The" and "at 158 g. It" do not
            measured = word is not None and re.search(r"\d\s*$", text[: word.start()])
            return bool(said in ("a.m", "p.m", "etc") or measured) and text[end:].lstrip()[:1].isupper()
        return not text[end:].lstrip()[:1].islower()

    @staticmethod
    def _cut(text: str) -> int:
        for marks in (",，、", " "):
            at = max(text.rfind(mark, LONGEST // 2, LONGEST) for mark in marks)
            if at > 0:
                return at + 1
        return LONGEST
