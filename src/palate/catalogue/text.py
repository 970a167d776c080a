"""Text made comparable and searchable: the normal form of values, and the words of a text.

Chinese is segmented by rjieba (``cut_for_search``: 科幻电影 gives 科幻, 电影 and 科幻电影); all else is split
into words, lower-cased, plurals stripped. The index and the query go through the same function, so they
always agree.
"""

import re
import unicodedata
from functools import lru_cache

import rjieba

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3005\u3007"
# A run of Han characters, with the single Latin letter that some words begin with (T恤, U盘); or a word,
# joined over the signs that hold model numbers, decimals and compounds together.
_RUNS = re.compile(rf"(?:(?<![^\W_{_HAN}])[a-z])?[{_HAN}]+|[^\W_{_HAN}]+(?:[-./'’][^\W_{_HAN}]+)*")
_IS_HAN = re.compile(rf"[{_HAN}]")
_JOINTS = re.compile(r"[-./'’]")
_CONTRACTION = re.compile(r"['’](?:s|t|d|m|ll|re|ve)$")
_DECIMAL = re.compile(r"\d+\.\d+")

_STOP_ENGLISH = frozenset(
    (  # noqa: SIM905
        "a an and are as at be been but by can could did do does for from had has have he her his how i "
        "if in into is it its just me my no not of on or our she should so some such than that the their "
        "them then there these they this those to too up us very was we were what when where which who "
        "will with would you your am im ive don doesn didn isn aren wasn want wants wanted need needs "
        "like looking look find show give get please something anything"
    ).split()
)
_STOP_CHINESE = frozenset(
    (  # noqa: SIM905
        "的 了 和 是 在 我 你 您 他 她 它 们 我们 你们 他们 也 都 就 与 及 或 或者 而 而且 但 但是 着 过 "
        "地 得 之 其 为 于 以 吗 呢 吧 啊 呀 哦 嘛 这 那 这个 那个 这些 那些 一个 一些 一下 有 没有 不 "
        "不要 别 很 太 更 最 还 再 又 被 把 给 让 对 从 到 向 跟 想 要 想要 需要 买 请 帮 帮我 推荐 什么 "
        "怎么 哪 哪个 哪些 几 点 些 个 能 会 可以 请问 看看 找 来"
    ).split()
)


def normal_form(text: str) -> str:
    """NFKC, case folded, every run of white space one space, none at the ends."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def match_key(value: object) -> str:
    """What decides whether two attribute values are the same: their normal form without spaces.

    Case, width and spaces do not count; 5, 5.0 and "5" are one value; true and "true" too.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return normal_form(str(value)).replace(" ", "")


def tokens(text: str) -> list[str]:
    """The words of ``text`` to search by, in order, repeats kept.

    Words of a model number come both joined and apart (WH-1000XM4: wh1000xm4, wh, 1000xm4), decimals whole
    (1.5), other compounds apart (noise-cancelling: noise, cancelling). Stop words of both languages go.
    """
    found: list[str] = []
    if text.isascii():
        for run in _RUNS.findall(text.lower()):
            found += _words(run)
        return found
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).lower()):
        if _IS_HAN.search(run):
            # rjieba's dictionary writes T恤 and U盘 with a capital
            found += [
                word
                for word in map(str.lower, rjieba.cut_for_search(run.upper()))
                if word not in _STOP_CHINESE
            ]
        else:
            found += _words(run)
    return found


@lru_cache(maxsize=200_000)
def _words(run: str) -> tuple[str, ...]:
    """The words of one run without Han characters."""
    run = _CONTRACTION.sub("", run)
    parts = _JOINTS.split(run)
    if len(parts) == 1:
        return _word(run)
    if _DECIMAL.fullmatch(run):
        return (run,)
    if any(character.isdigit() for character in run):
        return ("".join(parts), *(word for part in parts for word in _word(part)))
    return tuple(word for part in parts for word in _word(part))


def _word(word: str) -> tuple[str, ...]:
    return () if word in _STOP_ENGLISH else (singular(word),)


def singular(word: str) -> str:
    """A light stem: English plurals lose their ending (Harman 1991, the S-stemmer), other words stay."""
    if len(word) < 4 or not word.isalpha() or not word.isascii() or not word.endswith("s"):
        return word
    if word.endswith("ies") and word[-4] not in "ae":
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    if word.endswith(("us", "ss", "is")):
        return word
    return word[:-1]
