"""Places in a list as people say them: the second to last, option four, 倒数第二个, 头一个. Patterns and arithmetic;
what is said of the goods themselves is ``references``' business.
"""

import re
from collections.abc import Iterator
from typing import Any

from palate.understanding.numbers import chinese_number

ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "fifth": 5,
    "5th": 5,
    "sixth": 6,
    "6th": 6,
    "seventh": 7,
    "7th": 7,
    "eighth": 8,
    "8th": 8,
    "ninth": 9,
    "9th": 9,
    "tenth": 10,
    "10th": 10,
}
"""Places as words."""
_CARDINALS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
_CARDINAL = "|".join(_CARDINALS)
_NOT_PLACES = (
    r"(?!\s+(?:time|half|world|season|episode|place|class|hand|choice|thing|of\s+all|person"
    r"|edition|part|impression|name|date|year|day|week|month|gen|generation|grade|floor|birthday"
    r"|baby|child|book\s+in|language|home|aid|\w+\s+war))"
)
_EN = (
    (
        "span",
        re.compile(r"\b(?:the\s+)?(?P<side>first|last|top|bottom)\s+(?P<n>two|three|four|five|\d{1,2})\b"),
    ),
    (
        "second_last",
        re.compile(r"\b(?:the\s+)?(?:second[\s-]+(?:to[\s-]+)?last|last\s+but\s+one|penultimate)\b"),
    ),
    (
        "last",
        re.compile(
            r"\b(?:the\s+)?(?:very\s+)?(?P<what>last|final|bottom|latter)\b"
            + _NOT_PLACES
            + r"(?!\s+(?:night|week|year|month|time|minute|decade|long))(?:\s+(?:one|option|item|movie|film"
            r"|book|pick|choice))?"
        ),
    ),
    (
        "middle",
        re.compile(
            r"\b(?:the\s+)?(?:middle|centre|center)\s+(?:one|option|item|movie|film|book|two)"
            r"|\bthe\s+(?:one\s+in\s+the\s+)?middle\b"
        ),
    ),
    ("former", re.compile(r"\bthe\s+former\b|\bthe\s+top\s+one\b")),
    (
        "ordinal",
        re.compile(
            rf"(?<!\bmy\s)(?<!\bher\s)(?<!\bhis\s)(?<!\bour\s)(?<!\btheir\s)\b(?:the\s+)?(?P<o>{_ORDINAL})\b{_NOT_PLACES}"
        ),
    ),
    (
        "number",
        re.compile(
            r"(?:\b(?:number|no\.?|nr\.?|option|item|choice|pick|result|movie|film)\s*"
            rf"|#\s*)(?P<n>\d{{1,2}}|{_CARDINAL})\b(?!\s*(?:%|stars?))"
        ),
    ),
    (
        "pair",
        re.compile(
            r"^\W*(?:is|are|does|has)\s+(?P<n>\d{1,2})\s+[a-z][a-z\s]{1,24}\s+than\s+(?P<n2>\d{1,2})\b(?=\W*$|\s+for\b)"
        ),
    ),
    (
        "both",
        re.compile(
            r"\bboth\b(?!\s+(?:my|kids|children|of\s+us|parents))|\bthe\s+two\s+of\s+them\b"
            r"|\beither\s+of\s+(?:them|these|those)|\bthose\s+two\b|\bthese\s+two\b|\bthe\s+two\b"
        ),
    ),
)
MEASURE = r"[个款部本张件双台只条家种支盒辆块顶把套瓶枚份篇首集门位样袋副幅座口盏罐根束]"
_ZH_NUMBER = r"[一二两三四五六七八九十\d]{1,3}"
_ZH = (
    ("zh_last_n", re.compile(rf"(?:最后|后面?|末尾)(?:的|那|这)?(?P<n>[两二三四五六\d])(?:{MEASURE})")),
    ("zh_first_n", re.compile(rf"(?:前面?|头|最前面?)(?:的|那|这)?(?P<n>[两二三四五六\d])(?:{MEASURE})")),
    ("zh_from_end", re.compile(rf"倒数第(?P<n>{_ZH_NUMBER})(?:{MEASURE})?")),
    (
        "zh_ordinal",
        re.compile(rf"第(?P<n>{_ZH_NUMBER})(?:{MEASURE}|(?![次季天年代届层一二三四五六七八九十\d世部分]))"),
    ),
    (
        "zh_number",
        re.compile(
            r"(?P<n>\d{1,2}|(?<![大小十几加])[一二三四五六七八九])号(?!电池|线|机|楼|码)|(?<![a-z])(?:no|编号)\.?\s*(?P<n2>\d{1,2})"
        ),
    ),
    (
        "zh_last",
        re.compile(
            rf"(?:最后|末尾|最末|最下面)(?:的|那|这)?(?:一)?{MEASURE}|(?:后面|下面|后边)(?:的)?(?:那|这)(?:一)?{MEASURE}|后者"
        ),
    ),
    ("zh_first", re.compile(rf"(?:前面|最前面|上面|最上面|前边|开头)(?:的)?(?:那|这)(?:一)?{MEASURE}|前者")),
    ("zh_middle", re.compile(rf"(?:中间|当中)(?:的)?(?:那|这)?(?:一)?{MEASURE}|中间的")),
    ("zh_head", re.compile(rf"头一{MEASURE}(?!次|回)")),
    (
        "zh_pair",
        re.compile(
            r"(?:(?<=^)|(?<=[\s,，。!?、]))(?P<n>[一二三四五六七八九])[和跟与](?P<n2>[一二三四五六七八九])(?=[,，比哪])"
        ),
    ),
    ("zh_both", re.compile(rf"(?:这|那)(?:两|俩){MEASURE}?|两{MEASURE}都|俩都")),
)


def find_places(masked: str, count: int) -> Iterator[tuple[int, int, str, tuple[int, ...]]]:
    """(start, end, kind, positions) of every place said of a list of ``count``; a position may lie beyond it."""
    for name, pattern in (*_EN, *_ZH):
        for match in pattern.finditer(masked):
            yield match.start(), match.end(), name, _positions(name, match, count)


def _positions(name: str, match: re.Match[str], count: int) -> tuple[int, ...]:
    groups: dict[str, Any] = match.groupdict()
    said = groups.get("n") or groups.get("n2")
    n = _number(said) if said else 0
    if name == "span":
        wanted = min(n, count)
        return (
            tuple(range(1, wanted + 1))
            if groups["side"] in ("first", "top")
            else tuple(range(count - wanted + 1, count + 1))
        )
    if name in ("last", "zh_last"):
        return (count,)
    if name == "second_last":
        return (count - 1,)
    if name in ("middle", "zh_middle"):
        return ((count + 1) // 2,) if count % 2 else ((count // 2, count // 2 + 1) if count > 2 else ())
    if name in ("pair", "zh_pair"):
        return (n, _number(groups["n2"]))
    if name in ("former", "zh_first", "zh_head"):
        return (1,)
    if name == "ordinal":
        return (ORDINALS[groups["o"]],)
    if name in ("number", "zh_ordinal", "zh_number"):
        return (n,)
    if name in ("both", "zh_both"):
        return (1, 2) if count == 2 else ()
    if name == "zh_from_end":
        return (count + 1 - n,)
    if name == "zh_last_n":
        return tuple(range(max(1, count - n + 1), count + 1))
    return tuple(range(1, min(n, count) + 1))


def _number(said: str) -> int:
    if said.isdigit():
        return int(said)
    if said in _CARDINALS:
        return _CARDINALS[said]
    value = chinese_number(said)
    return int(value[0]) if value else 0
