"""Years and decades: before 1980, 2000年以前, the nineties, 八十年代, between 1960 and 1975."""

import re
from dataclasses import dataclass

from palate.understanding.numbers import chinese_number

_EN_DECADES = {
    "twenties": 20,
    "thirties": 30,
    "forties": 40,
    "fifties": 50,
    "sixties": 60,
    "seventies": 70,
    "eighties": 80,
    "nineties": 90,
    "noughties": 0,
}
_YEAR = r"(?:1[89]\d\d|20[0-4]\d)"
_BEFORE = (
    r"(?P<before>\b(?:before|prior\s+to|(?:earlier|older)\s+than(?:\s+say|\s+like|\s+about)?|pre-?)\s*,?\s*|\b(?:until|till"
    r"|up\s+to|no\s+later\s+than|not\s+later\s+than|not\s+newer\s+than)\s+)"
)
_AFTER = (
    r"(?P<after>\b(?:after|since|(?:later|newer|more\s+recent)\s+than(?:\s+say|\s+like|\s+about)?|post-?|starting(?:\s+from)?"
    r"|no\s+older\s+than|not\s+older\s+than|no\s+earlier\s+than)\s*)"
)
_NOT = (
    r"(?P<not>(?:\b(?:no|not|nothing|never|none|without)\b|n't\b)"
    r"(?:\s+(?:films?|movies?|books?|made|released|from|anything|any|a|that|is|was|be|much|things?))*\s+|(?:不要|别要|不看|不想看|不想要)(?:太)?)?"
)
_THE = r"(?:the\s+)?(?:year\s+)?"
_RIGHT = (
    r"(?P<right>\s*(?:年|年代)?\s*(?:及|或)?(?:以前|之前|前(?!后)|以后|之后|以来|后|起)|\s*(?:or|and|n|&)\s+(?:later"
    r"|newer|after|up|onwards?|earlier|older|before)|\s+(?:onwards?\b|on(?=\s*(?:$|[,.;!?]|please\b))))?"
)
_RANGE = re.compile(
    rf"(?:\b(?:between|from)\s+|从|在)?(?P<low>{_YEAR})\s*年?\s*(?:-|~|–|—|to|and|until|至|到"
    rf"|和)\s*(?P<high>{_YEAR})(?!\d)\s*年?(?:之间|间)?"
)
_DECADE = re.compile(
    rf"{_NOT}(?:{_BEFORE}|{_AFTER})?(?:\b(?:in|of|from)\s+)?(?:the\s+)?(?:(?P<part>early|mid|late)[\s-]+)?"
    r"(?:(?P<digits>'?(?<!\d)(?:(?:1[89]|20)\d0|\d0)'?s)\b|\b(?P<word>twenties|thirties|forties"
    r"|fifties|sixties|seventies|eighties|nineties|noughties)\b"
    r"|(?:上个?世纪|(?:20|二十)世纪)?(?P<zh>(?:1[89]|20)?\d0|[一二三四五六七八九]{1,2}十|[零〇]零|[零〇]{2})年代(?P<zhpart>初|末|中期|后期)?"
    r"|(?P<few>(?<!\d)[5-90]|[五六七八九零〇])几年)"
    r"(?P<right>\s*(?:及|或)?(?:以前|之前|前|以后|之后|以来|后)|\s+(?:or|and)\s+(?:later|newer|after|up|onwards?"
    r"|earlier|older|before)\b|\s+onwards?\b)?"
)
_SINGLE = re.compile(
    rf"{_NOT}(?:{_BEFORE}|{_AFTER}|(?P<at>\b(?:in|of|from|made\s+in|released\s+in|published\s+in"
    rf"|during|year|vintage|ideally|preferably)\s+|\ba\s+(?={_YEAR}\s+[a-z]{{3}})))?{_THE}"
    rf"(?<![\d.$¥€£])(?P<year>{_YEAR}|[一二][零〇一二三四五六七八九]{{3}}(?=年)"
    rf"|(?:\d{{2}}|[零〇一二三四五六七八九]{{2}})(?=年(?:以|之)(?:前|后|来)))(?!\d|\.\d|\s*(?:元|块|rmb|yuan|usd"
    rf"|dollar|gb|g\b|mb|kg|mm|px|x))(?P<nian>\s*年)?{_RIGHT}"
)
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TIES = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: n for n, word in enumerate(_TEENS.split(), 10)} | {
    word: 10 * n for n, word in enumerate(_TIES.split(), 2)
}
_ONES = {word: n for n, word in enumerate("one two three four five six seven eight nine".split(), 1)}  # noqa: SIM905
_SPELT = re.compile(
    rf"{_NOT}(?:{_BEFORE}|{_AFTER}|(?P<at>\b(?:in|of|from|during|year)\s+))?{_THE}"
    rf"(?P<year>\b(?P<century>eighteen|nineteen|twenty(?=[\s-](?:ten|\w+teen|eleven|twelve|twenty)\b))[\s-]"
    rf"(?:(?P<tens>{'|'.join(_TENS)})(?:[\s-](?P<one>{'|'.join(_ONES)}))?|oh[\s-](?P<oh>{'|'.join(_ONES)}))\b)(?P<nian>)?{_RIGHT}"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = re.compile(
    rf"(?:{_BEFORE}|{_AFTER}|\b(?:in|of|from|since)\s+)?"
    rf"(?:\b(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?,?\s+(?P<year>{_YEAR})\b"
    rf"|(?P<nian>{_YEAR})年(?P<yue>\d{{1,2}})月(?:份)?(?P<right>(?:以|之)?(?:前|后|来)|起)?)"
)

_TO = re.compile(r"\s*(?:-|~|to|and|through|until|or|至|到|和|或|、)\s*(?:the\s+)?")
_MAYBE = re.compile(r"\d{2}|ies\b|年|[零〇一二三四五六七八九]{4}|teen|twenty")


@dataclass(frozen=True, slots=True)
class Years:
    """At ``plain[start:end]``: from year ``low`` to year ``high``, None for open; ``month``: of that year, 1 to 12."""

    start: int
    end: int
    low: int | None
    high: int | None
    month: int | None = None


def find_years(plain: str) -> list[Years]:
    """Every year, range of years or decade that is said as such; a bare number is none."""
    out: list[Years] = []
    if not _MAYBE.search(plain):
        return out
    out += [found for match in _MONTH.finditer(plain) if (found := _month(match)) is not None]
    for match in _RANGE.finditer(plain):
        low, high = sorted((int(match["low"]), int(match["high"])))
        out.append(Years(match.start(), match.end(), low, high))
    for match in _DECADE.finditer(plain):
        two = re.fullmatch(r"([一二三四五六七八九])([一二三四五六七八九])十", match["zh"] or "")  # 七八十年代
        few = (
            f"{match['few']}{'0' if match['few'].isascii() else '零' if match['few'] in '零〇' else '十'}"
            if match["few"]
            else None
        )
        start = _decade(
            f"{two[1]}十" if two else match["digits"] or match["word"] or match["zh"] or few or ""
        )
        if start is None or any(match.start() < y.end and y.start < match.end() for y in out):
            continue
        low, high = start, (_decade(f"{two[2]}十") or start) + 9 if two else start + 9
        part = match["part"] or match["zhpart"]
        if part in ("early", "初"):
            high = start + 4
        elif part in ("late", "末", "后期"):
            low = start + 5
        elif part:
            low, high = start + 3, start + 6
        right = match["right"] or ""
        if re.search(r"\bor\b|\band\b|onward|及|或", right):  # the nineties or earlier: themselves included
            down = re.search(r"前|earlier|older|before", right)
            found = Years(match.start(), match.end(), None if down else low, high if down else None)
        elif match["not"] and (match["before"] or match["after"]):  # nothing after the eighties
            newer = re.search(r"newer|later|recent", match["before"] or "") or re.search(
                r"after|since|post|newer|later|recent|starting", match["after"] or ""
            )
            older = match["after"] and re.search(r"older|earlier", match["after"])
            down = newer and not older
            found = Years(match.start(), match.end(), None if down else low, high if down else None)
        elif match["before"] or "前" in right:
            found = Years(match.start(), match.end(), None, low - 1)
        elif match["after"] or right:
            found = Years(
                match.start(),
                match.end(),
                low if "since" in (match["after"] or "") or "以来" in right else high + 1,
                None,
            )
        elif match["not"]:
            continue
        else:
            found = Years(match.start(), match.end(), low, high)
        out.append(found)
    for match in (*_SINGLE.finditer(plain), *_SPELT.finditer(plain)):
        if not any(match.start("year") < y.end and y.start < match.end() for y in out):
            found = _single(match)
            if found:
                out.append(found)
    return _joined(plain, sorted(out, key=lambda y: y.start))


def _joined(plain: str, found: list[Years]) -> list[Years]:
    """七十年代到八十年代, from the sixties to the eighties: one stretch of years."""
    out: list[Years] = []
    for years in found:
        before = out[-1] if out else None
        if (
            before
            and before.low is not None
            and years.high is not None
            and before.high is not None
            and _TO.fullmatch(plain[before.end : years.start])
        ):
            out[-1] = Years(before.start, years.end, before.low, max(before.high, years.high))
        else:
            out.append(years)
    return out


def _month(match: re.Match[str]) -> Years | None:
    year = int(match["year"] or match["nian"])
    month = _MONTHS.index(match["name"]) + 1 if match["name"] else int(match["yue"])
    if not 1 <= month <= 12:
        return None
    right = match["right"] or ""
    if match["before"] or "前" in right:
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        return Years(match.start(), match.end(), None, year, month)
    open_ended = match["after"] or right or match.group().startswith("since")
    return Years(match.start(), match.end(), year, None if open_ended else year, month)


def _single(match: re.Match[str]) -> Years | None:
    text = match["year"]
    groups = match.groupdict()
    if groups.get("century"):
        small = _TENS.get(groups["tens"] or "", 0) + _ONES.get(groups["one"] or groups["oh"] or "", 0)
        year = {"eighteen": 1800, "nineteen": 1900}.get(groups["century"], 2000) + small
    elif text.isascii():
        year = int(text)
    else:
        value = chinese_number(text)
        if value is None:
            return None
        year = int(value[0])
    if year < 100:  # 九五年
        year += 1900 if year >= 20 else 2000
    start = (
        match.start()
        if match["not"] or match["before"] or match["after"] or match["at"]
        else match.start("year")
    )
    right = match["right"] or ""
    before = bool(match["before"]) or "前" in right or bool(re.search(r"earlier|older|before", right))
    after = bool(match["after"]) or bool(re.search(r"后|以来|起|later|newer|after|up|onward|\bon\b", right))
    if match["not"] and "前" in right:
        return Years(start, match.end(), year, None)
    if match["not"] and "后" in right:
        return Years(start, match.end(), None, year)
    if match["not"] and match["before"] and not re.search(r"later|newer", match["before"]):
        return Years(start, match.end(), year, None)
    if match["not"] and match["after"] and not re.search(r"older|earlier", match["after"]):
        return Years(start, match.end(), None, year)
    if before:
        inclusive = bool(re.search(r"until|till|up\s+to|later|newer", match["before"] or "")) or bool(
            re.search(r"or|and|及|或", right)
        )
        return Years(start, match.end(), None, year if inclusive else year - 1)
    if after:
        return Years(start, match.end(), year, None)
    if match["at"] or match["nian"] or groups.get("century"):
        return Years(start, match.end(), year, year)
    return None


def _decade(said: str) -> int | None:
    if said in _EN_DECADES:
        return 2000 if said == "noughties" else 1900 + _EN_DECADES[said]
    digits = re.sub(r"[^\d]", "", said)
    if not digits:
        digits = "0" if set(said) <= set("零〇") else str(int((chinese_number(said) or (0, 0))[0]))
    value = int(digits)
    if value >= 1000:
        return value
    return 1900 + value if value >= 20 else 2000 + value
