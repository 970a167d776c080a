"""The content words that stay for free-text retrieval once mentions, constraints and rejected words are taken
out."""

import re
from dataclasses import dataclass

from palate.catalogue.lookup_words import is_chinese
from palate.understanding.scene import BLANK, Scene
from palate.understanding.segmentation import Segment, with_whole
from palate.understanding.stopwords import ENGLISH, NO_KEYWORDS

_MAX_KEYWORDS = 40
_CONTENT_TAGS = ("n", "v", "a", "j", "l", "i", "b", "z", "eng", "s", "t", "g", "h", "k", "zg")
<<<<<<< HEAD
_CHINESE_VERBS = frozenset(
    "是 有 想 要 买 卖 找 看 看看 来 去 给 送 推荐 介绍 换 换成 挑 选 用 适合 喜欢 爱 讨厌 觉得 知道 希望 需要 请问 谢谢 帮 帮忙 说 讲 问 做 弄 搞 拿 点 下 上 出 进 到 会 能 行 可以 应该 演 导演 主演 拍 执导 上映 出版 "
    "送给 买给 打算 准备 计划 考虑 建议 告诉 支持 属于 带 含 超过 低于 高于 控制 花 重新 开始 没 没有 不要 不想 别 除了 差不多 左右 以内 那种 这种 如何 怎么 为什么 什么 哪个 多少".split()
)
_CHINESE_NOUNS = frozenset(
    "东西 商品 产品 货 物品 片子 电影 影片 片 剧 牌子 品牌 价格 价钱 价位 预算 元 块 钱 人 时候 问题 老板 客服 话 家 个 款 部 类 种 样 款式 今天 现在 刚才 之前 推荐 有啥 有没有 啥 那款 这款 哪款 哪张 哪本 哪部 吗".split()
)
=======
>>>>>>> understanding
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Keyword:
    """A content word at ``plain[start:end]``."""

    start: int
    end: int
    text: str


def find_keywords(scene: Scene, read: list[tuple[int, int]]) -> list[Keyword]:
    """Content words in order, each once; ``read``: the stretches that mentions, constraints and references
    used up."""
    blocked = bytearray(len(scene.plain))
    for start, end in [*read, *scene.scopes.denied_stretches()]:
        blocked[start:end] = b"\x01" * (end - start)
    out: dict[str, Keyword] = {}
    for i, word in enumerate(scene.words.texts):
        start, end = scene.words.starts[i], scene.words.ends[i]
        if len(out) >= _MAX_KEYWORDS:
            break
        if is_chinese(word) or word in ENGLISH or blocked[start] or scene.masked[start] == BLANK:
            continue
        if word.isdigit() or len(word) < 2 or not any(c.isalpha() for c in word):
            continue
        word = scene.plain[start:end]  # as typed, whatever it was corrected to
        out.setdefault(word, Keyword(start, end, word))
    for segment in with_whole(scene.segments, scene.plain, read):
        if len(out) >= _MAX_KEYWORDS:
            break
        text = segment.text
        if (
<<<<<<< HEAD
            not is_chinese(text)
=======
            not is_chinese(text[-1:])
>>>>>>> understanding
            or blocked[segment.start]
            or scene.masked[segment.start] == BLANK
            or blocked[segment.end - 1]
        ):
            continue
<<<<<<< HEAD
        if (
            text in CHINESE
            or text in _CHINESE_VERBS
            or text in _CHINESE_NOUNS
            or not segment.tag.startswith(_CONTENT_TAGS)
        ):
=======
        if text in NO_KEYWORDS or not segment.tag.startswith(_CONTENT_TAGS):
>>>>>>> understanding
            continue
        if segment.tag.startswith("v") and len(text) == 1 and not _counted(scene, segment):
            continue
        out.setdefault(text, Keyword(segment.start, segment.end, text))
    return sorted(out.values(), key=lambda k: k.start)


def _counted(scene: Scene, segment: Segment) -> bool:
    """Whether a single character that could be a verb is counted like a thing: 一个窝."""
    before = scene.plain[max(0, segment.start - 1) : segment.start]
    after = scene.plain[segment.end : segment.end + 1]
    return before in ("个", "只", "条", "把", "张", "的") and not ("\u4e00" <= after <= "\u9fff")


def query_of(keywords: list[Keyword]) -> str:
    """The keywords as one query."""
    return _SPACES.sub(" ", " ".join(k.text for k in keywords))
