"""Words that mean the same: those that come with the package (``data/synonyms.toml``), and a shop's own beside them.

A shop's ``synonyms.toml`` has the same tables, each of them optional; what it names is added to what is shipped. It is
read again when it changes, so that a word can be taught to a running shop.
"""

import logging
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from palate.errors import InvalidSettings

log = logging.getLogger(__name__)

FILE = "synonyms.toml"
MOST_BYTES = 1_000_000
MOST_CHARACTERS = 100
"""Of one word or phrase."""

_LISTS = ("together", "narrower")
_ATTRIBUTE_KEYS = ("names", "words", "up", "down")
_SHAPE = {
    "near": 'lists of words that mean the same, as in [near] kind = [["sneakers", "trainers", "球鞋"]]',
    "attribute": 'as in [attribute.waist] names = ["waist_cm"], words = ["waist", "腰围"]',
    "unit": "as in [unit.mass] words = { stone = 6350 }, a number of the unit's base beside each word",
    "lists": 'a list of words, as in together = ["romcom"]',
}


@cache
def shipped_synonyms() -> Mapping[str, Any]:
    """The synonyms that come with the package."""
    text = resources.files("palate.understanding").joinpath("data/synonyms.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


class ShopSynonyms:
    """The synonyms of a shop whose folder may hold a ``synonyms.toml``."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._seen: tuple[int, int] | None = None
        self._words: Mapping[str, Any] = shipped_synonyms()

    def current(self) -> Mapping[str, Any]:
        """The words as they stand; the same object until the file changes. Raises InvalidSettings where the file
        cannot be taken; the words before stay in force for who catches it.
        """
        try:
            status = self._path.stat()
            seen = (status.st_mtime_ns, status.st_size)
        except OSError:
            seen = None
        if seen != self._seen:
            self._seen = seen
            self._words = shipped_synonyms() if seen is None else joined(shipped_synonyms(), self._read())
        return self._words

    def latest_sound(self) -> Mapping[str, Any]:
        """``current``, or what was before where the file cannot be taken: a slip of the pen stops no shop."""
        try:
            return self.current()
        except InvalidSettings as error:
            log.error("%s; the words before it stay in force", error)
            return self._words

    def _read(self) -> Mapping[str, Any]:
        where = repr(str(self._path))
        try:
            with self._path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
            if len(content) > MOST_BYTES:
                raise InvalidSettings(f"{where} is larger than {MOST_BYTES:,} bytes: shorten it")
            own = tomllib.loads(content.decode("utf-8-sig"))
        except OSError as error:
            raise InvalidSettings(f"{where} cannot be read: {error.strerror}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InvalidSettings(f"{where} is not valid TOML in UTF-8: {error}") from None
        if wrong := fault(own):
            raise InvalidSettings(f"{where}: {wrong}")
        return own


def fault(own: Mapping[str, Any]) -> str | None:
    """What is wrong with a shop's own synonyms, with the remedy; None where nothing is."""
    for key, value in own.items():
        if key in _LISTS:
            if not _words(value):
                return f"{key} must be {_SHAPE['lists']}; it is {_shown(value)}"
        elif key not in ("near", "attribute", "unit"):
            return f"no table is called {_shown(key)}; there are near, attribute, unit, together and narrower"
        elif not isinstance(value, dict):
            return f"{key} must be a table, {_SHAPE[key]}"
        else:
            for name, entry in value.items():
                if wrong := _CHECKS[key](name, entry):
                    return f"[{key}] {name} {wrong}; {_SHAPE[key]}"
    return None


def joined(shipped: Mapping[str, Any], own: Mapping[str, Any]) -> Mapping[str, Any]:
    """Both together: own groups after those shipped, own words after the words of the same attribute or unit."""
    near = {kind: list(groups) for kind, groups in shipped["near"].items()}
    for kind, groups in own.get("near", {}).items():
        near[kind] = [*near.get(kind, ()), *([word.casefold() for word in group] for group in groups)]
    attribute = {name: dict(entry) for name, entry in shipped["attribute"].items()}
    for name, entry in own.get("attribute", {}).items():
        known = attribute.setdefault(name, {"names": [], "words": []})
        # a shop knows its own columns best: they go before those that are usual
        attribute[name] = {**known, **{key: [*words, *known.get(key, ())] for key, words in entry.items()}}
    unit = dict(shipped["unit"])
    for name, entry in own.get("unit", {}).items():
        unit[name] = {**unit[name], "words": {**unit[name]["words"], **entry["words"]}}
    lists = {key: [*shipped.get(key, ()), *own.get(key, ())] for key in _LISTS}
    return {**shipped, **lists, "near": near, "attribute": attribute, "unit": unit}


def _words(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(word, str) and 0 < len(word.strip()) <= MOST_CHARACTERS for word in value
    )


def _near_fault(name: str, entry: Any) -> str | None:
    del name
    if not isinstance(entry, list) or not all(_words(group) and len(group) > 1 for group in entry):
        return f"must be lists of two words and more, of at most {MOST_CHARACTERS} characters each"
    return None


def _attribute_fault(name: str, entry: Any) -> str | None:
    if not isinstance(entry, dict) or not entry:
        return "must be a table"
    for key, words in entry.items():
        if key not in _ATTRIBUTE_KEYS:
            return f"has no {_shown(key)}: there are {', '.join(_ATTRIBUTE_KEYS)}"
        if not _words(words):
            return f"has {key} that are no list of words"
    for pattern in entry.get("names", ()):
        try:
            re.compile(pattern)
        except re.error as error:
            return f"has the name {_shown(pattern)}, which is no regular expression ({error})"
    if name not in shipped_synonyms()["attribute"] and not {"names", "words"} <= entry.keys():
        return "is new, so it needs names (of columns) and words"
    return None


def _unit_fault(name: str, entry: Any) -> str | None:
    if name not in shipped_synonyms()["unit"]:
        return f"is no dimension: there are {', '.join(shipped_synonyms()['unit'])}"
    words = entry.get("words") if isinstance(entry, dict) else None
    if not isinstance(words, dict) or not all(
        isinstance(factor, int | float) and not isinstance(factor, bool) and factor > 0
        for factor in words.values()
    ):
        return "must have words, a positive number beside each"
    return None


_CHECKS: Mapping[str, Callable[[str, Any], str | None]] = {
    "near": _near_fault,
    "attribute": _attribute_fault,
    "unit": _unit_fault,
}


def _shown(value: Any) -> str:
    return repr(value)[:60]
