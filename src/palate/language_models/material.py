"""Material: text of people and catalogues that a language model is given, which is never an instruction."""

import re
from itertools import pairwise
from typing import Any

_LONGEST_TEXT = 3_000

_ORDERS = re.compile(
    r"^\W*(?:(?:and|then|now|please|you must|always|just)\s+)*(?:say|tell|claim|state|answer|reply|respond|print|repeat"
    r"|reveal|output|ignore|disregard|forget\s+(?:all|your|the|previous)|pretend|act\s+as|you\s+are\s+(?:now|dan)|promise"
    r"|write|decode|translate|quote|mention|insist|recommend\s+only|only\s+recommend|give\s+(?:a|them|everyone)"
    r"|ask\s+for|call\s+the|send|new\s+rules)\b"
    r"|(?:system|assistant|user|developer|系统|助手)\s*[:：]|\binstructions?\b|\bprompt\b|\bas an ai\b"
    r"|\b(?:must|should|ha(?:s|ve)\s+to)\s+(?:now\s+)?(?:call|say|tell|announce|confirm|state|claim|describe|mention|report|speak|act)\b"
    r"|\b(?:staff|bots?|chatbots?|models?|whoever\s+reads\s+this|reader)\s*[:,]\s*(?:announce|say|tell|call|confirm)\b|\bannounce\s+(?:it|this|that)\b"
    r"|(?:都要|必须|务必|应当|应该|让我|要求|请)[^，。；]{0,6}(?:说|称|宣布|播报|告诉|宣称|声称|念)|读到这里的?人?"
    r"|^\W*(?:请|现在|必须|务必|你要|你必须|立刻)*(?:说|告诉|忽略|无视|声称|宣称|回答|打印|输出|重复|逐字|假装|扮演|承诺"
    r"|写一段|解码|翻译|只推荐|给出|骂|让(?:大家|他们|顾客)|你现在是|从现在起|把.{0,24}(?:说出来|发到|发给|解码|念出来))"
    r"|指令|提示词",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?。！？;；\n])\s*")


def without_orders(text: str) -> str:
    """A text of a person or a catalogue without sentences that are addressed to the writer: they state nothing of an
    item, whatever they say.
    """
    return "".join(part for part in _sentences(text) if not _ORDERS.search(part)).strip()


def gives_orders(text: str) -> bool:
    """Whether a sentence of a text is addressed to the writer."""
    return any(_ORDERS.search(part) for part in _sentences(text))


def _sentences(text: str) -> list[str]:
    """The text in pieces that end where a sentence may; put together they are the text (2.5 inches stay so)."""
    text = text[:_LONGEST_TEXT]
    cuts = [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]
    return [text[a:b] for a, b in pairwise(cuts) if a < b]


def one_line(text: Any, longest: int) -> str:
    """Material on one line: cut, and without what could close or open a part of a prompt."""
    plain = " ".join(str(text)[: 4 * longest].split())
    return plain[:longest].translate({ord("<"): "‹", ord(">"): "›", ord('"'): "'", ord("`"): "'"})
