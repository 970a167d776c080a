"""The language of an utterance, told by its script and, between Latin-script languages, by its small
words.
"""

import re

from palate.catalogue.lookup_words import CJK

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile(r"[a-z\u00df-\u024f]+")
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)
_SMALL_WORDS = {
    "en": (
        "the a an of for with and or not i me my you is are it this that some any something like "
        "want need show under over to in on"
    ),
    "fr": (
        "le la les un une des du et ou je tu il elle nous vous est pour avec pas cherche voudrais "
        "qui dans sans moins"
    ),
    "de": (
        "der die das ein eine einen und oder ich du er sie wir ist für mit nicht suche möchte "
        "unter ohne zum von"
    ),
    "es": "el los las un una unos y o yo tú quiero busco para con no es por menos sin del algo que",
    "it": "il lo gli un una e o io tu voglio cerco per con non è di che senza meno",
    "pt": "o os as um uma e ou eu você quero para com não é por sem menos procuro",
}
_SETS = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
_QUOTED_HAN = re.compile(rf"《[^》]*》|\"[{CJK}\s]*\"")


def language_of(plain: str) -> str:
    """An ISO 639-1 code; ``en`` where nothing speaks for another. Mixed with Chinese grammar is ``zh``,
    whatever the nouns.
    """
    words = _LATIN_WORD.findall(plain)
    han = len(_HAN.findall(plain))
    small = sum(w in _SETS["en"] for w in words)
    for code, script in _SCRIPTS:
        if 2 * len(script.findall(plain)) > han + len(words):
            return code
    if han:
        outside = len(_HAN.findall(_QUOTED_HAN.sub("", plain)))
        return "en" if small >= 2 and small * 2 >= outside else "zh"
    if len(words) < 3:
        return "en"
    scores = {code: sum(w in known for w in words) for code, known in _SETS.items()}
    best = max(scores, key=lambda code: (scores[code], code == "en"))
    return best if scores[best] >= 2 and scores[best] > scores["en"] else "en"
