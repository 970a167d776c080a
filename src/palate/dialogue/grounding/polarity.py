"""Whether a stretch of a text is denied: "not waterproof", "without GPS", 不防水, 没有背光.

One rule for what is claimed and for what an item's own text says, so that a claim can be held against the text.
"""

import re

_REACH = 48
_BREAK = re.compile(
    r"\n|\.\s|[,;:。，；：!?！？()（）]|\bbut\b|\bwhile\b|\bwhereas\b|\band\s+(?:it|has|is|comes|with)\b|而是|但|却"
)
_ENGLISH = re.compile(
    r"\b(?:not|no|never|hardly|scarcely|without|neither|nor|none|nothing|cannot|lacks?|lacking|missing|minus"
    r"|sans|excluding|free\s+of"
    r"|rather\s+than|instead\s+of|isn|aren|doesn|don|didn|won|wasn|weren|hasn|haven"
    r"|can)\b(?:'?t\b)?|n't\b|\bexcept\b"
)
_NO_ENGLISH = re.compile(
    r"\bnot\s+(?:only|just|merely|to\s+mention|forgetting)\b|\bno\s+(?:doubt|wonder|problem"
    r"|question|matter)\b|\bcan\b(?!'?t\b)"
    r"|\bnothing\s+but\b|\bno\s+need\s+to\s+worry\b|\bwithout\s+(?:a\s+doubt|question"
    r"|breaking)\b|\bcan'?t\s+go\s+wrong\b"
)
_CHINESE = re.compile(r"不|没|無|无|非|未|缺|毫无|别|免")
_NO_CHINESE = re.compile(
    r"不仅|不但|不只|不光|不错|不锈|不粘|不管|不论|不用说|不妨|不少|不愧|不二|不俗|不凡|不同|不过|不止|不到|不足|不超过|不低于|不高于|差不多|了不起|非常|非凡"
    r"|无论|无线|无疑|无可挑剔|无比"
    r"|免费|与众不同|别致|特别|别具|分别|区别|级别|类别|性别|别的|是不是|有没有|能不能|要不要|忍不住|没问题|没关系|没得说|未来|毫不逊色"
)
_AFTER = re.compile(
    r"^\s*(?:is|are|was|'s)?\s*(?:not\b(?!\s+only)|n't\b|(?:is|are)n'?t\b|missing\b|absent\b)|^[的]?(?:功能"
    r"|款)?(?:没有|都没有|也没有)(?![比那这])"
)


def denied(plain: str, start: int, end: int) -> bool:
    """Whether ``plain[start:end]`` (plain text: see ``normalise``) is said not to be; two denials undo each other."""
    before = plain[max(0, start - _REACH) : start]
    breaks = [match.end() for match in _BREAK.finditer(before)]
    near = before[breaks[-1] :] if breaks else before
    count = len(_ENGLISH.findall(_NO_ENGLISH.sub(" ", near)))
    count += len(_CHINESE.findall(_NO_CHINESE.sub(" ", near[-14:])))
    return count % 2 == 1 or (count == 0 and bool(_AFTER.match(plain[end : end + 24])))
