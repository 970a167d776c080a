"""What somebody's part in a work is said to be: who directed it, who plays in it, who wrote it, who teaches it."""

import re

_ROLES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"direct(?:ed|or|s|ing)\b|导演|执导|导的"), re.compile(r"direct|导演")),
    (
        re.compile(
            r"\bstar(?:ring|red|s)?\b|\bsee\b|\bputs\b|\bpairs\b|\bturn(?:s|ed)?\s+up\b|\bshow(?:s|ed)?\s+up\b|\bappears?\b|\bcast\b|\bact(?:or|ress|s|ing|ed|ors)\b|\bplay(?:s|ed)\b|主演|出演|演员"
            r"|领衔|(?<!导)演的"
        ),
        re.compile(r"act(?:or|ress)|cast|star|演员|主演"),
    ),
    (
        re.compile(
            r"\bwritten\b|\bauthor(?:ed)?\b|\bwriter\b|\bpen(?:ned)?\b|\bwrote\b|作者|编剧|写的|所著|著"
        ),
        re.compile(r"author|writer|作者|作家|编剧"),
    ),
    (
        re.compile(r"\btaught\b|\bteach(?:es|er)?\b|\binstructor\b|老师|讲师|授课|主讲"),
        re.compile(r"teach|instruct|tutor|lectur|professor|老师|讲师|教师|主讲"),
    ),
    (re.compile(r"\btranslat(?:ed|or)\b|译者|翻译|译的"), re.compile(r"translat|译")),
    (re.compile(r"\bnarrat(?:ed|or)\b|\bread by\b"), re.compile(r"narrat")),
)


_ACTIVE = re.compile(
    r"\s+(?:also\s+|both\s+|not\s+only\s+)?(?:direct(?:s|ed)(?!\s+by)|wr(?:ites|ote)|stars?(?:red)?\s+in|plays?(?:ed)?\s+in|appears?\s+in|teaches|taught)\b"
    r"|(?:[、和与及,，]\s*[^，。、和与及]{1,24})*(?:自)?(?:执导|导演(?!是|为|：)|主演(?!是|为|：|有)|领衔|出演|饰演|编剧(?!是|为|：)|写的|所著|著|授课|主讲|翻译|译)"
)
"""Behind a person, what he does."""


_PASSIVE = re.compile(r"\s+(?:and\s+\w+\s+)?by\b")
"""Behind a deed that is somebody else's: puts A and B in a film directed by C."""


_JOINS = re.compile(r"\s*(?:(?:and|but|as\s+well\s+as|&)\s+(?:also\s+)?|并|和|兼|、|也)$")


def role_at(plain: str, first: int, last: int, start: int, end: int) -> list[re.Pattern[str]]:
    """The part that a person at ``plain[start:end]`` is said to have, of the clause ``plain[first:last]``: what follows
    him as his deed, else what was named last before him, else what comes next; of two that are joined both. Patterns of
    the attributes, all of which must be his.
    """
    found = sorted(
        (
            (match.start(), match.end(), attribute)
            for cue, attribute in _ROLES
            for match in cue.finditer(plain, first, last)
            if match.end() <= start or match.start() >= end
        ),
        key=lambda one: one[:2],
    )
    after = [one for one in found if one[0] >= end]
    before = [one for one in found if one[1] <= start and not _OWN_DEED.search(plain[: one[1] + 1])]
    if after and (deed := _ACTIVE.match(plain, end)) and after[0][0] < deed.end():
        chosen = after[:1]
        for one in after[1:]:  # X directs it and stars in it
            if _JOINS.search(plain[chosen[-1][1] : one[0]]):
                chosen.append(one)
    else:
        chosen = before[-1:] or [one for one in after[:1] if not _PASSIVE.match(plain, one[1])]
        for one in reversed(before[:-1]):  # written and directed by X
            if _JOINS.fullmatch(plain[one[1] : chosen[0][0]]):
                chosen.insert(0, one)
    return [attribute for _, _, attribute in chosen]


_OWN_DEED = re.compile(r"[a-z.'’\w](?<![由是为])\s?(?:执导|主演|导演|出演|编剧)的$")
"""A deed with its doer before it (David Lean执导的) is no part of who comes next."""


_MADE_BY = re.compile(
    r"(?:\b(?:direct|writ|star|act|play|narrat|teach|taught|translat|shot|film|produc)\w*\s+by|(?:由|导演(?:是|为)?|主演(?:是|为)?|作者(?:是|为)?))\s*$"
)


def has_deed(plain: str, start: int, end: int) -> bool:
    """Whether the name at ``plain[start:end]`` is said to have made a work or to be in it."""
    return bool(_ACTIVE.match(plain, end) or _MADE_BY.search(plain[max(0, start - 24) : start]))


def role_of(plain: str) -> list[re.Pattern[str]]:
    """What a person's part is said to be in a stretch of text: patterns of the attributes for it."""
    return [attribute for cue, attribute in _ROLES if cue.search(plain)]
