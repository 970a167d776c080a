"""What a person tells the shop to do with what it knows of him: "what do you know about me?", "forget that I like
horror", 别再推荐香水. It acts at once.

The reader says what is spoken of, this module what is to be done with it. Erasing the data itself is no matter of the
conversation: a misread sentence must not destroy anything.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.dialogue.of_this_kind import attribute_pointed_at, item_pointed_at, without_its_kind
from palate.dialogue.policy import Move
from palate.dialogue.profile import lines, wish_line
from palate.dialogue.state import State
from palate.feedback.account import forgetting
from palate.feedback.person import Person
from palate.ranking.wording import is_chinese, join, quoted
from palate.understanding.reading import Reading
from palate.values import Constraint, Evidence, ReplyPart, Understanding

TOLD = 8
"""How many lines of the profile are told in a reply; the page and the API have all."""
LONGEST_WORD = 30

Kind = Literal["show", "forget", "forget_all", "never", "which"]

_ME = r"(?:about|of|on)\s+me\b"
_SHOW = re.compile(
    rf"\bwhat\s+(?:all\s+)?(?:do|did|have|has)\s+(?:you|this\s+shop)\b[^?.!]{{0,40}}{_ME}"
    rf"|\bwhat\s+(?:data|info\w*|things)\b[^?.!]{{0,40}}{_ME}"
    r"|\b(?:show|see|view|open|read|tell)\s+(?:me\s+)?my\s+(?:profile|data|tastes?|preferences?)\b"
    r"|\bwhat(?:'s|\s+is)\s+(?:in\s+)?my\s+profile\b|^\W*my\s+profile\W*$"
    rf"|\b(?:list|tell\s+me|show\s+me)\s+(?:everything|all|whatever|what)\b[^?.!]{{0,40}}{_ME}|\bhow\s+do\s+you\s+see\s+me\b"
    r"|\bwhat\s+do\s+you\s+think\s+i\s+like\b|\bwhat\s+are\s+my\s+(?:tastes|preferences)\b"
    r"|你?(?:都|到底|现在)*(?:知道|了解|记得|记住|记着|记下|记录|(?<!忘)记|掌握|存|收集)了?(?:关于)?我(?:的)?"
    r"(?:些|了)?(?:什么|哪些|多少|啥)"
    r"|(?:关于我|对我)[,，、\s]*你?(?:都|到底|现在)*(?:知道|了解|记得|记住|记)了?(?:些)?(?:什么|哪些|多少|啥)"
    r"|(?:看看|看一下|查看|显示|打开|给我看)(?:一下|看)?我的(?:资料|画像|档案|偏好|喜好|数据)"
    r"|我的(?:画像|资料|档案|偏好|喜好)(?:是什么|有哪些|呢)|你(?:觉得|认为|猜)我(?:会|可能)?(?:喜欢|爱)(?:什么|哪些|啥)"
    r"|我在你们?这(?:里|儿)?(?:有|存了|留了)(?:什么|哪些|多少)(?:记录|资料|数据|信息)|你对我(?:的)?了解(?:有)?多少"
    r"|把你们?(?:知道|记得|记住|存)的?(?:关于)?我的.{0,8}(?:告诉|列出|给我看|说给)"
)
_ALL = re.compile(
    r"\bforget\s+(?:about\s+)?(?:everything|all)\b(?=[^.?!]*\b(?:me|my|i)\b)"
    r"|\bforget\s+(?:everything|all)\s+(?:that\s+)?you\s+(?:know|remember|learned|learnt)\b"
    r"|\b(?:forget|clear|reset|wipe|delete|erase)\s+(?:all\s+)?(?:of\s+)?my\s+(?:profile|data|history|tastes|preferences)\b"
    r"|(?:忘掉|忘了|忘记|清空|清除|重置|删除|删掉)(?:你?知道的)?(?:关于|有关)?我的?(?:的)?(?:所有|全部|一切)"
    r"|(?:清空|清除|重置|删除|删掉)(?:所有|全部)?我的(?:资料|画像|档案|偏好|喜好|数据|记录)"
    r"|(?:忘掉|忘了|忘记)(?:所有|全部|一切)?(?:关于|有关)我的(?:所有|全部|一切|事)|(?:别|不要)再?记(?:得|着|住)我(?:了|吧|啦)?\W*$"
    r"|把我的(?:所有|全部)?的?(?:资料|画像|档案|偏好|喜好|数据|记录)(?:都|全部|全|统统|通通)?(?:删|清|抹|忘|重置)"
)
_TASTE_TAKEN_BACK = re.compile(
    r"\b(?:forget|disregard|ignore|don'?t\s+(?:count|use|remember)|stop\s+(?:counting|using|remembering))\b[^.?!]{0,30}"
    r"\b(?:i|my|i've)\b[^.?!]{0,20}\b(?:lik\w+|lov\w+|enjoy\w*|bought|buy|purchas\w+|view\w*|look\w*|watch\w*|click\w*|sav\w+"
    r"|rat\w+|interest\w*|tastes?)\b"
    r"|\bi\s+(?:no\s+longer|don'?t)\s+(?:like|love|enjoy|care\s+for|want)\b.*\b(?:any\s*more|any\s+longer)\b"
    r"|\b(?:stop|quit|don'?t|do\s+not)\s+(?:assum|think|believ|suppos)\w*\s+(?:that\s+)?i(?:'m|\s+am)?\s+(?:still\s+)?(?:lik|lov|enjoy|want|into|keen)\w*"
    r"|\bi(?:'m|\s+am)\s+(?:no\s+longer|not)\s+(?:into|keen\s+on|interested\s+in|fond\s+of|a\s+fan\s+of)\b.*\b(?:any\s*more|any\s+longer)\b"
    r"|\bi(?:'m|\s+am)\s+no\s+longer\s+(?:into|keen\s+on|interested\s+in|fond\s+of)\b|\bi(?:'ve|\s+have)\s+gone\s+off\b"
    r"|\bi\s+no\s+longer\s+(?:like|love|enjoy|care\s+for)\b"
    r"|\b(?:remove|delete|drop|take)\b.{1,60}\bfrom\s+my\s+(?:profile|tastes?|interests?|likes|preferences)\b"
    r"|(?:忘了|忘掉|忘记|别记着?|不要记着?|别再记着?|删掉|删除|去掉)(?:吧)?[,，\s]*(?:关于)?我(?:以前|曾经|之前)?(?:喜欢|爱|买过?|看过?|点过?|收藏)"
    r"|(?:别|不要|不用)再?(?:以为|认为|觉得|当作|默认)我(?:还)?(?:喜欢|爱)|把.{1,16}从我的(?:喜好|画像|资料|兴趣|偏好|档案)(?:里面?|中)?(?:删|去|移|拿|划)"
    r"|我(?:已经|早就)不(?:看|爱|听|买|玩|用|读)[^,，。]{1,12}了[。!！\s]*$"
    r"|我(?:已经)?(?:不再喜欢|不喜欢.{1,12}了[。!！\s]*$|对.{1,12}没(?:有)?兴趣了)"
)
_RATHER_NEVER = re.compile(
    r"\b(?:never|dis\w*|hate\w*|don'?t\s+(?:like|want))\b(?!.*\bany\s*more\b)|我(?:从来|一直|从)?不(?:喜欢|要|想|看|吃)(?!.*了)"
)
_NEVER = re.compile(
    r"\b(?:never|don'?t\s+ever|do\s+not\s+ever)\s+(?:again\s+)?(?:recommend|suggest|show|offer|propose)\b\s*(?:me\s+)?(?P<never>.*)"
    r"|\b(?:stop|quit)\s+(?:recommending|suggesting|showing|offering)\b\s*(?:me\s+)?(?P<stop>.*)"
    r"|\bnever\s+(?:want(?:\s+to)?|wish\s+to|let\s+me)\s+see\s+(?P<see>.*)"
    r"|\bkeep\s+(?P<away>[^,.!?]+?)\s+(?:away\s+from\s+me|out\s+of\s+my\s+(?:sight|lists?|feed))"
    r"|\bno\s+more\s+(?P<more>[^,.!?]+?),?\s+(?:please,?\s+)?ever\b"
    r"|\b(?:leave\s+out|hide|exclude|block|skip)\s+(?P<out>[^,.!?]+?)\s+(?:from\s+now\s+on|for\s+good|for\s*ever|always)\b"
    r"|\b(?:don'?t|do\s+not|no\s+need\s+to)\s+(?:recommend|suggest|show|offer)\b\s*(?:me\s+)?(?P<dont>.*?)\s*\b(?:again|any\s*more|any\s+longer)\b"
    r"|(?:以后|今后|永远|从此)?(?:都)?(?:别|不要|不用|不许|莫)再?(?:给我|跟我|向我)?(?:推荐|推送|推|展示)(?P<zh>.*)"
    r"|再也不(?:想|要)(?:看到|看见|见到|看|碰到)(?P<zhsee>.*)|(?:别|不要|不许)再(?:让我看到|让我看见|出现|显示)(?P<zhshow>.*)"
    r"|(?:以后|今后)(?P<zhlater>(?![就都再也])[^,，。别不]{1,12}?)(?:就|都|统统)*(?:不用了|不要了|免了|别推了|别来了|别出现了)"
    r"|(?:把|将)(?P<zhblock>[^,，。把将]{1,12}?)(?:都|给我|全)*(?:屏蔽|拉黑)(?:掉|了|吧|$|[。!！])"
)
_ALWAYS_ZH = re.compile(r"以后|今后|永远|从此|再(?:给我|跟我|向我)?(?:推荐|推送|推|展示)")
_TAIL = re.compile(
    r"(?:\s*\b(?:again|any\s*more|any\s+longer|please|ever|stuff|things?|products?|items?|to\s+me)\b|[。.!！?？,，\s]|(?:之类)?的?(?:东西|商品)|了|吧)+$"
)
_HEAD = re.compile(
    r"^\s*(?:any|some)(?:thing|one)\s+(?:(?:with|containing|of|from|like|about)\s+)?|^(?:带|含|有)"
)
_POINTED = frozenset(
    [
        "it",
        "this",
        "that",
        "these",
        "those",
        "them",
        "one",
        "ones",
        "anything",
        "something",
        "这个",
        "那个",
        "这些",
        "那些",
        "它",
        "它们",
        *(f"{pointing}{thing}" for pointing in "这那" for thing in "件部款本条种台双"),
    ]
)


@dataclass(frozen=True, slots=True)
class Command:
    """What is to be done: ``reading`` is what is left for the state and the standing wishes to take in;
    ``items`` and ``constraints``: what it is about.
    """

    kind: Kind
    reading: Reading
    items: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()


def command_of(reading: Reading, text: str, before: State, catalogue: Catalogue) -> Command | None:
    """The command in an utterance, None where there is none."""
    plain = text.casefold().replace("’", "'")[:500]
    said = reading.understanding
    nothing = Understanding(language=said.language, act="other")
    silent = Reading(nothing, confidence=reading.confidence, trace=reading.trace)
    if _SHOW.search(plain):
        return Command("show", silent)
    if _ALL.search(plain):
        return Command("forget_all", silent)
    items = tuple(mention.item_id for mention in said.mentions)
    items += tuple(before.last[n - 1] for n in said.references if 0 < n <= len(before.last))
    if _TASTE_TAKEN_BACK.search(plain) and not _RATHER_NEVER.search(plain):
        named = reading.forget.constraints if reading.forget else ()
        return Command("forget", silent, items, (*named, *said.constraints))
    if attribute := attribute_pointed_at(plain, catalogue):
        wish = without_its_kind(attribute, item_pointed_at(items, before), catalogue)
        if wish is None:
            return Command("which", silent)
        return Command("never", replace(silent, standing=(wish,)), (), (wish,))
    found = _NEVER.search(plain)
    if found is None or (found["zh"] is not None and not _ALWAYS_ZH.search(plain)):
        return None
    unwanted = tuple(
        replace(
            one, op="not in", value=one.value if isinstance(one.value, list) else [one.value], strength="must"
        )
        for one in said.constraints
        if one.op in ("not in", "in", "=") and not isinstance(one.value, bool)
    )
    words = (
        () if items or unwanted else _object_of(next(group for group in found.groups() if group is not None))
    )
    if not items and not unwanted and not words:
        return None
    kept = replace(silent, standing=() if items else unwanted, standing_keywords=words)
    return Command("never", kept, items, unwanted)


def _object_of(text: str) -> tuple[str, ...]:
    """What must not be recommended, where the catalogue has no word for it."""
    word = _HEAD.sub("", _TAIL.sub("", text)).strip(" “”\"'「」《》")
    return (word,) if 0 < len(word) <= LONGEST_WORD and word not in _POINTED else ()


def obey(
    command: Command, state: State, person: Person, catalogue: Catalogue
) -> tuple[State, Person, tuple[ReplyPart, ...]]:
    """State and person after the command, and what the reply says of it. The person's ``statements`` are those to be
    saved where they are others than before.
    """
    language = state.language
    if command.kind == "show":
        return state, person, _told(state, person, catalogue)
    if command.kind == "forget_all":
        told = len(person.counted) + len(person.never) + len(person.never_words) + len(state.tastes)
        # what stands below is the whole of what the next request starts from
        state = State(
            language=language,
            turns=state.turns,
            shown=state.shown,
            last=state.last,
            last_turn=state.last_turn,
        )
        statements = {"forgotten_before": person.now}
        return (
            state,
            _stating(person, statements),
            (ReplyPart(_ALL_GONE[is_chinese(language)].format(n=told)),),
        )
    if command.kind == "which":
        return state, person, (ReplyPart(_WHICH[is_chinese(language)]),)
    if command.kind == "forget":
        return _forget(command, state, person, catalogue)
    codes = {item_id: code for item_id in command.items if (code := catalogue.code(item_id)) is not None}
    if not codes:
        return state, person, ()  # the standing wishes tell
    state = replace(state, rejected=tuple(dict.fromkeys((*state.rejected, *codes))))
    held = {**person.statements.get("never_items", {}), **codes}
    return state, _stating(person, {**person.statements, "never_items": held}), (_naming(
        codes, catalogue, language, "{} will not come again. ", "以后不再推荐{}。"
    ),)  # fmt: skip


def following(command: Command, before: State) -> Move:
    """The move after a command: the list as it is now, where there was one to change; else a word."""
    if command.kind == "never" or (command.kind not in ("show", "which") and before.last):
        return "recommend"
    return "answer"


def sourced(person: Person, stated: Mapping[str, Any], turn_id: str) -> Person:
    """The person with the source of each line that came since ``stated``: the turn, and when."""
    if person.statements is stated:
        return person
    there = [
        *(wish_line(wish) for wish in person.never),
        *(f"word/{word}" for word in person.never_words),
        *(f"out/{item_id}" for item_id in person.statements.get("never_items", {})),
    ]
    old = person.statements.get("sources", {})
    source = {"turn_id": turn_id, "at": person.now}
    return _stating(person, {**person.statements, "sources": {line: old.get(line, source) for line in there}})


def _stating(person: Person, statements: Mapping[str, Any]) -> Person:
    return person if person.user is None else replace(person, statements=statements)


def _forget(
    command: Command, state: State, person: Person, catalogue: Catalogue
) -> tuple[State, Person, tuple[ReplyPart, ...]]:
    """Without the tastes for these items, or for items that have these values."""
    items, weights = person.weighed
    liked = items[(weights > 0) & (items < catalogue.size)]
    liked = np.union1d(liked[catalogue.live[liked]], catalogue.codes(state.tastes)).astype(np.int32)
    wanted = [
        replace(one, op="in", value=one.value if isinstance(one.value, list) else [one.value])
        for one in command.constraints
        if one.op in ("in", "=", "not in")
    ]
    met = catalogue.satisfaction(wanted, liked).all(axis=1) if wanted else np.zeros(len(liked), bool)
    spoken = np.intersect1d(catalogue.codes(command.items), np.union1d(items, catalogue.codes(state.tastes)))
    codes = {catalogue.item_id(int(code)): int(code) for code in np.union1d(liked[met], spoken)}
    if not codes:
        text = (
            "本来就没有记着这样的喜好。"
            if is_chinese(state.language)
            else "Nothing of that kind counted with me. "
        )
        return state, person, (ReplyPart(text),)
    tastes = {item_id: taste for item_id, taste in state.tastes.items() if item_id not in codes}
    back = {item_id for item_id in codes if state.tastes.get(item_id, 0) < 0}
    state = replace(state, tastes=tastes, rejected=tuple(one for one in state.rejected if one not in back))
    person = _stating(person, forgetting(person.statements, codes, person.now))
    told = _naming(
        codes, catalogue, state.language, "I no longer count what you made of {}. ", "您对{}的喜好不再算数。"
    )
    return state, person, (told,)


def _naming(
    codes: Mapping[str, int], catalogue: Catalogue, language: str, english: str, chinese: str
) -> ReplyPart:
    titles = [quoted(catalogue.title(code, language), language) for code in codes.values()]
    more = len(titles) - 3
    if more > 0:
        titles = [*titles[:3], f"其他{more}个" if is_chinese(language) else f"{more} more"]
    text = (chinese if is_chinese(language) else english).format(join(titles, language, "and"))
    return ReplyPart(text, tuple(Evidence("item", item_id) for item_id in codes))


def _told(state: State, person: Person, catalogue: Catalogue) -> tuple[ReplyPart, ...]:
    """The profile in a reply: its first lines, each with its evidence."""
    chinese, language = is_chinese(state.language), "zh" if is_chinese(state.language) else "en"
    found = lines(person, catalogue)
    said = [
        (
            f"{'喜欢' if taste > 0 else '不喜欢'}"
            if chinese
            else f"you {'like' if taste > 0 else 'do not like'} ",
            code,
        )
        for item_id, taste in state.tastes.items()
        if (code := catalogue.code(item_id)) is not None
    ]
    if not found and not said:
        return (ReplyPart("我还不知道您的任何喜好。" if chinese else "I know nothing of your tastes yet. "),)
    parts = [ReplyPart("关于您，我记着这些：" if chinese else "This is what I hold of you: ")]
    for words, code in said:
        text = f"{words}{quoted(catalogue.title(code, language), language)}"
        text = f"您在这次聊天里说过{text}；" if chinese else f"{text}, as you said here; "
        parts.append(ReplyPart(text, (Evidence("item", catalogue.item_id(code)),)))
    for line in found[:TOLD]:
        day = (line["source"]["at"] or "")[:10]
        when = (f"（{day}）" if chinese else f" ({day})") if day else ""
        end = "；" if chinese else "; "
        kind = "event" if line["source"]["kind"] == "event" else "wish"
        evidence = (Evidence(kind, line["source"]["id"] or line["line_id"]),)
        items = tuple(Evidence("item", item_id) for item_id in line.get("item_ids", ())[:3])
        parts.append(ReplyPart(f"{line['text'][language]}{when}{end}", (*evidence, *items)))
    last = parts[-1]
    parts[-1] = replace(last, text=last.text.rstrip("；; ") + ("。" if chinese else ". "))
    more = len(found) - TOLD
    if more > 0:
        parts.append(
            ReplyPart(f"还有{more}条在您的资料页。" if chinese else f"{more} more are in your profile. ")
        )
    parts.append(
        ReplyPart(
            "想去掉哪条，说“忘了我喜欢…”就行。"
            if chinese
            else "To take one back, say “forget that I like ...”."
        )
    )
    return tuple(parts)


_WHICH = (
    "Which one do you mean? Say its name, or “never the brand of the second one again”. ",
    "您指的是哪一个？说名字，或者“别再推荐第二个的牌子”都行。",
)
_ALL_GONE = (
    "Nothing that I knew of you counts any more ({n} entries). The record itself is erased on request to the shop. ",
    "我对您的了解都不再算数了（共{n}条）。要彻底删除记录，请向商家提出。",
)
