"""Words that carry grammar, not content, from ``data/stopwords.toml``."""

import tomllib
from importlib import resources

_DATA = tomllib.loads(
    resources.files("palate.understanding").joinpath("data/stopwords.toml").read_text(encoding="utf-8")
)


def _words(name: str) -> frozenset[str]:
    return frozenset(_DATA[name].split())


ENGLISH = _words("english")
"""Never keywords, never titles by themselves."""

CHINESE = _words("chinese")
"""The same in Chinese."""

PRONOUN_TITLES = _words("pronouns")
"""Titles of this kind are mentions only where quotes, or capitals in a place where a title stands, say so."""

COMMON = ENGLISH | _words("everyday")
"""Everyday words: a title or a surname that is only these needs more than small letters to be one."""

SPELT_RIGHT = COMMON | _words("plain_english")
"""English words that are never taken for a typing error."""

INCIDENTAL = _words("incidental")
"""Keywords that are not searched for: what a thing is for, for whom, and small talk."""

JUDGEMENTS = _words("judgements")
"""What is said of a list, or of the speaker, rather than of what a thing is like."""

NO_KEYWORDS = CHINESE | _words("chinese_verbs") | _words("chinese_nouns")
"""Chinese words that say nothing of what is looked for."""
