"""Numbers as people write and say them, in both languages: 1k, 2,000, two hundred, 两三百, 一千五, 3万, 十五.

Works on plain text (``normalise``). It knows what a number is worth, not what it is said of.
"""

import re
from dataclasses import dataclass

_ZH_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "俩": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_ZH_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_EN_UNITS = dict(
    zip(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ],
        range(20),
        strict=True,
    )
)
_EN_TENS = {
    w: 10 * n
    for n, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
} | {"fiver": 5, "tenner": 10}
_EN_SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000, "million": 1_000_000, "dozen": 12}
_SUFFIX = {
    "k": 1e3,
    "w": 1e4,
    "万": 1e4,
    "千": 1e3,
    "百": 1e2,
    "亿": 1e8,
    "grand": 1e3,
    "thousand": 1e3,
    "hundred": 1e2,
    "million": 1e6,
}

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_CORES = {"dual": 2, "quad": 4, "hexa": 6, "octa": 8, "deca": 10}
_EN_WORD = "|".join(sorted([*_EN_UNITS, *_EN_TENS, *_EN_SCALES], key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?P<digits>(?<![a-z0-9.])(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d{{1,3}}\.000(?!\d)|\d+(?:\.\d+)?))"
    rf"(?:\s?(?P<suffix>k(?![a-z])|w(?![a-z])|grand\b|thousand\b|hundred\b|million\b|[万百亿]|千(?![卡克米瓦赫帕])))?(?:(?P<half>半)|(?<=[百千万])(?P<tail>\d)(?![\d.%]))?"
    rf"|(?P<zh>(?:[零〇一二两三四五六七八九十百千万亿]*[百千万](?=一(?:晚|夜|天|个|只|件|间|人|盒|瓶|包|袋|斤|公斤|条|双|套|本|张|次|位|份|月|年|台|把|支|顶|节|场|平)))|[零〇一二两俩三四五六七八九十百千万亿几半]+(?:点[零一二三四五六七八九]+)?(?:个半(?=小时|钟头))?)"
    rf"|(?P<en>(?<![a-z])(?:an?\s+(?:half\s+)?(?:hundred|thousand|dozen|grand|million)|(?:{_EN_WORD})(?![a-z]))"
    rf"(?:(?:\s+|-|\s+and\s+)(?:{_EN_WORD})(?![a-z]))*(?:\s+and\s+a\s+half)?)"
    rf"|(?P<cores>\b(?:{'|'.join(_CORES)})(?=[\s-]*cores?\b))"
    r"|(?P<half_en>\bhalf an?(?=\s+(?:hour|kilo|litre|liter|metre|meter|pound)))"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``plain[start:end]``: ``low`` to ``high`` (两三百 is 200 to 300; mostly equal).
    ``written``: in digits.
    """

    start: int
    end: int
    low: float
    high: float
    written: bool


def find_numbers(plain: str) -> list[Number]:
    """Every number of a text, in order; linear in its length."""
    out: list[Number] = []
    chinese = _CHINESE.search(plain) is not None
    for match in _NUMBER.finditer(plain):
        if match["digits"]:
            if len(match["digits"]) > 15:
                continue
            suffix, end = match["suffix"] or "", match.end()
            if suffix == "w" and not chinese:  # watts
                suffix, end = "", match.end("digits")
            scale = _SUFFIX.get(suffix, 1.0)
            # 1.000 as on the continent: nobody says three zeros of a decimal
            digits = match["digits"].replace(".000", "000")
            value = float(digits.replace(",", "")) * scale
            if match["half"]:
                value += 0.5 * scale
            elif match["tail"]:  # 2千5
                value += int(match["tail"]) * scale / 10
            out.append(Number(match.start(), end, value, value, True))
            continue
        if match["zh"]:
            pair = chinese_number(match["zh"].removesuffix("个半"))
            if pair and match["zh"].endswith("个半"):  # 两个半小时
                pair = (pair[0] + 0.5, pair[1] + 0.5)
            elif pair and pair[0] == pair[1] and plain[match.end() : match.end() + 1] == "多":
                pair = (pair[0], pair[0] + _ZH_UNITS.get(match["zh"][-1], 0))  # 两百多
        elif match["half_en"]:
            pair = (0.5, 0.5)
        elif match["cores"]:
            pair = (_CORES[match["cores"]], _CORES[match["cores"]])
        else:
            value = english_number(match["en"])
            pair = (value, value) if value is not None else None
        if pair is not None:
            out.append(Number(match.start(), match.end(), *pair, False))
    return out


def english_number(text: str) -> float | None:
    """The worth of English number words, None where they make no number ("two five")."""
    text = re.sub(r"\s+and\s+a\s+half$", " plushalf", text)
    total, current, seen = 0.0, 0.0, False
    for word in re.split(r"[\s-]+", text):
        if word in ("and", "a", "an"):
            continue
        if word == "plushalf":
            current += 0.5
        elif word == "half":
            current = 0.5
            seen = True
        elif word in _EN_SCALES:
            scale = _EN_SCALES[word]
            current = (current if seen else 1) * scale
            if scale >= 1000:
                total, current, seen = total + current, 0.0, False
                continue
            seen = True
        else:
            small = _EN_UNITS.get(word, _EN_TENS.get(word))
            if small is None or (seen and current % 10 and current % 100):
                return None
            current += small
            seen = True
    return total + current


def small_number(word: str) -> int | None:
    """What one word counts, from 0 to 19, in digits or in either language; None where it is no such word."""
    if word.isdecimal():
        return int(word)
    return 10 if word == "十" else _EN_UNITS.get(word, _ZH_DIGITS.get(word))


def chinese_number(text: str) -> tuple[float, float] | None:
    """(low, high) of Chinese number characters: 一千五 is 1500, 两三百 200 to 300, 几百 200 to 900, 半 one
    half.
    """
    if text == "半":
        return 0.5, 0.5
    if len(text) > 20:
        return None
    half = text.endswith("半") and len(text) > 1
    body = text[:-1] if half else text
    if "半" in body:
        return None
    if "点" in body:
        whole, _, fraction = body.partition("点")
        base = chinese_number(whole)
        return (
            None
            if base is None
            else (value := base[0] + float("0." + "".join(str(_ZH_DIGITS[c]) for c in fraction)), value)
        )
    if body.startswith("几"):
        scale = _plain_chinese("一" + body[1:]) if len(body) > 1 else None
        return None if scale is None else (2 * scale, 9 * scale)
    if "几" in body:
        low = _plain_chinese(body.replace("几", "一"))
        high = _plain_chinese(body.replace("几", "九"))
        return None if low is None or high is None else (low, high)
    pair = re.fullmatch(r"(.*?)([一二两三四五六七八九])([二三四五六七八九])([十百千万]*)", body)
    if pair and _ZH_DIGITS[pair[3]] == _ZH_DIGITS[pair[2]] + 1 and (pair[4] or pair[1].endswith("十")):
        low, high = _plain_chinese(pair[1] + pair[2] + pair[4]), _plain_chinese(pair[1] + pair[3] + pair[4])
        return None if low is None or high is None else (low, high)
    value = _plain_chinese(body)
    if value is None:
        return None
    if half:
        last = _ZH_UNITS.get(body[-1], 1)
        value += last / 2
    return value, value


def _plain_chinese(text: str) -> float | None:
    if not text:
        return None
    if len(text) > 1 and all(c in _ZH_DIGITS for c in text):  # 一九八零: digit by digit
        return float("".join(str(_ZH_DIGITS[c]) for c in text)) if len(text) <= 12 else None
    total = section = 0.0
    digit: int | None = None
    scale = 1.0
    zero = False
    for character in text:
        if character in _ZH_DIGITS:
            digit = _ZH_DIGITS[character]
            zero = zero or digit == 0
        elif character in ("万", "亿"):
            total = (
                (total + section + (digit or 0)) * _ZH_UNITS[character]
                if (section or digit or total)
                else _ZH_UNITS[character]
            )
            section, digit, scale, zero = 0.0, None, _ZH_UNITS[character], False
        else:
            unit = _ZH_UNITS[character]
            section += (1 if digit is None else digit) * unit
            digit, scale, zero = None, unit, False
    if digit:
        section += digit * (scale / 10 if scale > 10 and not zero else 1)  # 一千五: fifteen hundred
    return total + section
