"""Foreign people whose names are written by sound in Chinese (约翰·韦恩), met in a catalogue that has them in Latin
letters (John Wayne), where no synonym knows them.

Both spellings become strings of coarse sounds, and the nearest name by a weighted edit distance is meant, where none
other is about as near. Characters are those of the usual tables for rendering names; sounds follow their pinyin.
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from importlib import resources
from math import log2

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.lookup import FULL, PART, Lookup, Match, ValueTarget
from palate.catalogue.lookup_facts import is_person
from palate.catalogue.lookup_words import Words, normal
from palate.understanding.segmentation import in_dictionary

MOST_NAMES = 20_000
NEAR, NEAR_SHORT, NEAR_SURNAME, APART = 0.2, 0.1, 0.12, 0.015
"""Cost a consonant of the name said at most: of a whole name, of one of few consonants, of a surname alone; and by how
much the next name must be farther.
"""
_FEW = 3
_KNOWN = 0.012
"""What each doubling of the items of a person takes off that cost: who is better known is likelier meant."""
_SAME_START = 0.4
_CLOSEST = 12
_LEAST_SURNAME, _LEAST = 3, 2
"""Consonants that a surname alone, and a whole name, must have."""
_LEAST_CHARACTERS, _LONGEST = 3, 14
_MOST_RUNS = 6
_ENDS = re.compile(r"[^\u4e00-\u9fff]|$|[有是由]")
_CUE_BEFORE = re.compile(
    r"(?:导演|演员|作者|作家|主演|出演|喜欢|爱看|讨厌|跟|由|像|[不没]要|除了|还是|或者?|、|和|有|看|别)$"
)
_CUE_AFTER = re.compile(
    r"\s*(?:的|主演|导演|执导|出演|饰演|演|导|拍|写|合作|跟|和|与|、|或|[呢吗]|自导|还|除外|以外)"
)
_DATA = tomllib.loads(
    resources.files("palate.understanding").joinpath("data/transliteration.toml").read_text(encoding="utf-8")
)
_SYLLABLES = re.compile(r"([a-z]+)([\u4e00-\u9fff]+)")
_PINYIN = {
    character: syllable
    for syllable, characters in _SYLLABLES.findall(_DATA["syllables"])
    for character in characters
}
_BETWEEN = re.compile(r"[·•‧・.\s]")
_RUN = re.compile(rf"[{''.join(_PINYIN)}](?:[·•‧・.\s]?[{''.join(_PINYIN)}])+")

# --- sounds ---------------------------------------------------------------------------------------------

_CODES = "aeobpmfvdtnlrgkhjswy"
_NUMBER_OF = {sound: number for number, sound in enumerate(_CODES)}
_VOWELS = "aeo"
_INITIALS = {"zh": "j", "ch": "j", "sh": "s", "q": "j", "x": "s", "z": "s", "c": "s", "r": "l"}
_AS_SAID = {"怀": "w", "华": "w", "加": "g", "嘉": "g", "基": "k", "逊": "s"}
_WHOLE = {"约翰": "jon", "大卫": "daved", "詹姆斯": "jams"}
_PINYIN_PARTS = re.compile(
    r"(?P<initial>zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?P<final>[aeiouv]+)(?P<nasal>ng|n|r)?"
)
_LATIN = (
    ("sch", "s"), ("tch", "j"), ("chr", "kl"), ("ph", "f"), ("augh|ough", "o"), ("gh(?=[aeiou])", "g"),
    ("gh", ""), ("ck", "k"), ("sh", "s"),
    ("ch", "j"), ("^tho", "to"), ("th", "s"), ("^kn", "n"), ("^wr", "l"), ("wh", "w"), ("qu", "kw"),
    ("^mc", "mak"), ("dg", "j"), ("x", "ks"),
    ("c(?=[eiy])", "s"), ("c", "k"), ("g(?=[ei])", "j"), ("q", "k"), ("[dt]s|[dt]?z", "s"), ("e$", ""), ("ew", "o"),
    ("(?<=[aeiou])[rl](?=[^aeiouy]|$)", "R"), ("r", "l"), ("(?<=[aeo])h(?=[^aeiouy]|$)", ""),
    ("(?<=.)w(?=[^aeiou]|$)", "o"),
    ("ou|oo|au|ow|aw", "o"), ("ee|ea|ie|ei|ey|ay|ai", "e"), ("^y(?=[aeiou])", "Y"), ("[iy]", "e"), ("u", "o"),
    ("Y", "y"), ("R", "r"),
)  # fmt: skip
_RULES = tuple((re.compile(pattern, re.MULTILINE), sound) for pattern, sound in _LATIN)
_DOUBLED = re.compile(r"(.)\1+")
_NO_SOUND = re.compile(rf"[^{_CODES}\n]")


@lru_cache(maxsize=4_000)
def said_in_chinese(text: str) -> str:
    """The sounds of a name in Chinese characters: 韦恩 is ween."""
    out: list[str] = []
    for begins, sounds in _WHOLE.items():
        if text.startswith(begins):
            out, text = [sounds], text[len(begins) :]
    for character in text:
        parts = _PINYIN_PARTS.fullmatch(_PINYIN.get(character, ""))
        if parts is None:
            continue
        initial = parts["initial"] or ""
        final = parts["final"].replace("v", "u")
        initial = _AS_SAID.get(character, initial)
        if final[0] in "iu" and len(final) > 1 and initial not in ("", "y", "w"):
            final = final[1:] if final != "iu" else "u"
        vowels = {"ai": "ae", "ao": "ao", "ei": "e", "ou": "o", "uo": "o", "er": "e"}.get(final, final)
        vowels = vowels.replace("i", "e").replace("u", "o")
        nasal = "n" if parts["nasal"] in ("n", "ng") else ("r" if character == "尔" else "")
        if character in "姆米" and out:  # 詹姆斯, 汤米: the n before it is an m
            out[-1] = out[-1].removesuffix("n")
        out.append(_INITIALS.get(initial, initial) + vowels + nasal)
    return _DOUBLED.sub(r"\1", "".join(out))


@lru_cache(maxsize=4_000)
def said_in_latin(text: str) -> str:
    """The sounds of a name, or of one of its words, in Latin letters in their normal form: wayne is wen."""
    return "".join(_of_words(text.split()))


def _of_words(words: Sequence[str]) -> list[str]:
    """The sounds of each word; all at once, a line each, since a rule's call costs more than what it does."""
    if not words:
        return []
    text = _DOUBLED.sub(r"\1", "\n".join(re.sub(r"[^a-z]", "", word) for word in words))
    for pattern, sound in _RULES:
        text = pattern.sub(sound, text)
    return _DOUBLED.sub(r"\1", _NO_SOUND.sub("", text)).split("\n")


def _costs() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(substitution float32 [s + 1, s + 1], insertion or deletion float32 [s + 1]) of the s sounds and of none."""
    n = len(_CODES)
    change = np.ones((n + 1, n + 1), np.float32)
    np.fill_diagonal(change, 0)
    drop = np.ones(n + 1, np.float32)
    for sounds, cost in (("aeor", 0.12), ("hy", 0.3), ("w", 0.4), ("l", 0.45), ("ns", 0.6), ("tdkg", 0.8)):
        for sound in sounds:
            drop[_CODES.index(sound)] = cost
    near = {
        "ae": 0.15, "ao": 0.15, "eo": 0.2, "dt": 0.3, "bp": 0.3, "gk": 0.3, "sj": 0.3, "fv": 0.1, "vw": 0.1,
        "bv": 0.4, "fw": 0.4, "mn": 0.4,
        "yj": 0.3, "jg": 0.3, "kh": 0.5, "jt": 0.5, "ts": 0.5, "ln": 0.7, "lr": 0.1, "wo": 0.2, "ye": 0.1,
        "kj": 0.5, "hw": 0.5, "hs": 0.5, "jd": 0.5,
    }  # fmt: skip
    for (a, b), cost in near.items():
        change[_CODES.index(a), _CODES.index(b)] = change[_CODES.index(b), _CODES.index(a)] = cost
    return change, drop


_CHANGE, _DROP = _costs()


def _coded(sounds: str) -> list[int]:
    return [_NUMBER_OF[sound] for sound in sounds]


def distances(said: str, names: NDArray[np.int8], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
    """The cost of turning the sounds ``said`` into each of n names, float32 [n]; ``names`` int8 [n, l], padded, of
    ``lengths``.
    """
    columns = names.T.astype(np.int64)
    row = np.zeros((columns.shape[0] + 1, columns.shape[1]), np.float32)
    np.cumsum(_DROP[columns], axis=0, out=row[1:])
    for sound in _coded(said[: _LONGEST * 2]):
        after = np.empty_like(row)
        after[0] = row[0] + _DROP[sound]
        swapped = row[:-1] + _CHANGE[sound][columns]
        removed = row[1:] + _DROP[sound]
        best = np.minimum(swapped, removed)
        for j in range(len(columns)):
            after[j + 1] = np.minimum(best[j], after[j] + _DROP[columns[j]])
        row = after
    return row[lengths, np.arange(len(lengths))]


# --- names ----------------------------------------------------------------------------------------------


class SoundNames:
    """The people of a catalogue by how their names sound, made at the first question."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    @cached_property
    def _forms(self) -> tuple[list[str], NDArray[np.bool_], NDArray[np.int8], NDArray[np.int64]]:
        """Names, whether a form is the whole one (else the surname), its sounds int8 [n, l] and their lengths."""
        names: dict[str, None] = {}
        for attribute, facts in self._lookup.attributes.items():
            if is_person(attribute) and facts.type in ("category", "list"):
                names.update(dict.fromkeys(self._lookup.common_values(attribute, MOST_NAMES)))
        latin = [name for name in list(names)[:MOST_NAMES] if name.isascii() and len(name.split()) > 1]
        words = list(dict.fromkeys(word for name in latin for word in normal(name).split()))
        sounds_of = dict(zip(words, _of_words(words), strict=True))
        forms: list[tuple[str, bool, str]] = []
        for name in latin:
            said = [sounds_of[word] for word in normal(name).split()]
            forms += [(name, True, "".join(said)), (name, False, said[-1])]
        longest = max((len(sounds) for *_, sounds in forms), default=1)
        coded = np.full((len(forms), longest), len(_CODES), np.int8)
        for row, (*_, sounds) in enumerate(forms):
            coded[row, : len(sounds)] = _coded(sounds)
        lengths = np.array([len(sounds) for *_, sounds in forms], np.int64)
        return [name for name, *_ in forms], np.array([whole for _, whole, _ in forms], bool), coded, lengths

    def matches(self, plain: str, words: Words, known: Sequence[tuple[int, int]]) -> list[Match]:
        """The people named by sound in a text, as stretches of its words; not where one of the stretches ``known`` (of
        words) is the name already.
        """
        out: list[Match] = []
        for run in list(_RUN.finditer(plain))[:_MOST_RUNS]:
            start, end = run.span()
            text = _BETWEEN.sub("", run.group())
            dotted = len(text) < end - start
            before, after = plain[max(0, start - 4) : start], plain[end : end + 4]
            if len(text) < _LEAST_CHARACTERS or len(text) > _LONGEST or in_dictionary(text):
                continue
            behind, ahead = _CUE_BEFORE.search(before), _CUE_AFTER.match(after)
            if not (dotted or behind or ahead) or not (behind or _ENDS.match(before[-1:])):
                continue
            if not (ahead or _ENDS.match(after[:1])):
                continue  # a piece of a longer word
            first, last = bisect_left(words.starts, start), bisect_left(words.starts, end)
            if any(s <= first and last <= e for s, e in known):
                continue
            if values := self._named(text):
                out.append(Match(first, last, (), tuple(values)))
        return out

    def _named(self, text: str) -> list[ValueTarget]:
        names, whole = self.nearest(text)
        form = FULL if whole else PART
        return [replace(value, form=form) for name in names for value in self._values(name)]

    def _values(self, name: str) -> list[ValueTarget]:
        match = self._lookup.phrase(name)
        values = match.values if match else ()
        return [v for v in values if is_person(v.attribute) and v.form == FULL and v.value == name]

    def nearest(self, text: str) -> tuple[list[str], bool]:
        """The people whose name a text renders, several where they share a surname, and whether it is the whole name;
        none where it is no name, or where others sound about the same.
        """
        said = said_in_chinese(text)
        consonants = sum(sound not in _VOWELS for sound in said)
        names, whole, coded, lengths = self._forms
        if consonants < _LEAST or not names:
            return [], False
        alike = _CHANGE[_CODES.index(said[0])][coded[:, 0]] <= _SAME_START
        if said[0] in _VOWELS:
            alike |= coded[:, 0] == _CODES.index("h")
        if consonants < _LEAST_SURNAME:
            alike &= whole
        alike &= np.abs(lengths - len(said)) <= 2 + len(said) // 3
        most = np.where(whole, NEAR if consonants > _FEW else NEAR_SHORT, NEAR_SURNAME)
        rows = np.flatnonzero(alike)
        if not len(rows):
            return [], False
        cost = distances(said, coded[rows][:, : int(lengths[rows].max())], lengths[rows]) / consonants
        best = rows[np.argsort(cost, kind="stable")[:_CLOSEST]]
        ranked = sorted(
            (float(c) - _KNOWN * log2(1 + max((v.count for v in self._values(names[row])), default=0)), row)
            for c, row in zip(np.sort(cost, kind="stable")[:_CLOSEST].tolist(), best.tolist(), strict=True)
            if c <= most[row]
        )
        if not ranked:
            return [], False
        least, first = ranked[0]
        if whole[first]:
            rivals = [row for c, row in ranked[1:] if c <= least + APART and names[row] != names[first]]
            return ([], False) if rivals else ([names[first]], True)
        surname = said_in_latin(_surname(names[first]))
        close = [
            row for _, row in ranked if not whole[row] and said_in_latin(_surname(names[row])) == surname
        ]
        rivals = [row for cost_of_it, row in ranked if cost_of_it <= least + APART and row not in close]
        return ([], False) if rivals else (list(dict.fromkeys(names[row] for row in close)), False)


def _surname(name: str) -> str:
    return normal(name).split()[-1]
