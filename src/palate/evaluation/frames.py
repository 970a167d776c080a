"""How far a predicted Understanding agrees with a gold one, field by field.

The definitions are those of the gold files that come with the issue (README.md there):

- constraints are compared value by value, as *atoms* (attribute, op, one value). Equal in meaning is equal:
``=`` x
and ``in`` [x]; ``between`` [a, b] and the pair ``>=`` a, ``<=`` b; ``not in`` [a, b] and two ``not in``.
Names and
values compare without case; numbers agree within 1 per cent, years within 1. Strength is judged apart, on
what
agrees. - a frame is exact where act, constraints (strength left out), mentions and references all agree;
there one
``in`` with two values (any of them) is another wish than two ``in`` (both of them). - ``accept`` holds other
values
of a whole field that are as good; ``optional`` patterns of constraints and mentions that are neither asked
for nor
a mistake, with the keywords that they ``cover``; ``avoid`` words that must not be keywords.
"""

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

NUMBER_TOLERANCE = 0.01
YEAR_TOLERANCE = 1

_PUNCTUATION = "\"'`.,;:!?()[]{}<>《》「」『』“”‘’，。！？、；： "
_NEGATED = (
    "not ",
    "no ",
    "non ",
    "non-",
    "without ",
    "except ",
    "-",
    "!",
    "不",
    "非",
    "没",
    "無",
    "无",
    "除",
    "别",
)


@dataclass(frozen=True, slots=True)
class Counts:
    """True positives, false positives and false negatives of a field of one line, and whether it is exactly
    right.
    """

    tp: int = 0
    fp: int = 0
    fn: int = 0
    exact: bool = True
    strengths: int = 0
    strengths_right: int = 0
    covered: frozenset[str] = frozenset()

    @property
    def f1(self) -> float:
        """2 tp / (2 tp + fp + fn); 1 where there was nothing to find and nothing was found."""
        total = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / total if total else 1.0


@dataclass(frozen=True, slots=True)
class Judged:
    """One line of gold against one prediction. ``avoided``: None where the line rejects no word."""

    line_id: str
    language: str
    catalogue: str
    act: bool
    language_right: bool
    constraints: Counts
    mentions: Counts
    references: bool
    references_asked: bool
    keywords_found: int
    keywords_needed: int
    keyword_characters: int
    text_characters: int
    avoided: bool | None

    @property
    def exact(self) -> bool:
        """Act, constraints, mentions and references all right."""
        return self.act and self.constraints.exact and self.mentions.exact and self.references


def judge(line: Mapping[str, Any], predicted: Mapping[str, Any]) -> Judged:
    """Judge the JSON of an Understanding by a line of a gold file."""
    gold, optional = line["gold"], line.get("optional") or {}

    def choices(name: str, empty: Any) -> list[Any]:
        return [gold.get(name, empty), *(line.get("accept") or {}).get(name, ())]

    constraints = _best(
        _constraints(wanted, predicted.get("constraints", ()), optional.get("constraints", ()))
        for wanted in choices("constraints", ())
    )
    free = {str(one["item_id"]) for one in optional.get("mentions", ())}
    named = predicted.get("mentions", ())
    mentions = _best(_mentions(wanted, named, free) for wanted in choices("mentions", ()))
    words = _words(predicted.get("keywords", ()))
    found, needed = _keywords(choices("keywords", ()), words, constraints.covered)
    rejected = (line.get("avoid") or {}).get("keywords", ())
    plain = [word for word in words if not word.startswith(_NEGATED)]
    positions = set(predicted.get("references", ()))
    return Judged(
        line_id=str(line["id"]),
        language=str(gold.get("language")),
        catalogue=str(line.get("catalogue")),
        act=predicted.get("act") in choices("act", ""),
        language_right=predicted.get("language") in choices("language", ""),
        constraints=constraints,
        mentions=mentions,
        references=any(positions == set(wanted) for wanted in choices("references", ())),
        references_asked=bool(gold.get("references")),
        keywords_found=found,
        keywords_needed=needed,
        keyword_characters=sum(map(len, words)),
        text_characters=len(str(line.get("text", ""))),
        avoided=not any(_has_word(word, plain) for word in rejected) if rejected else None,
    )


def _best(results: Iterable[Counts]) -> Counts:
    """Of the readings that a line accepts, the one that speaks best for the prediction."""
    return max(results, key=lambda r: (r.exact, r.f1, -(r.fp + r.fn), r.tp, r.strengths_right))


# --- constraints -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Atom:
    """``group``: which constraint it came from; ``key``: the value by which alternatives are told apart."""

    attribute: Any
    op: str
    value: Any
    group: int
    strength: str | None = field(compare=False)
    key: Any = field(compare=False)

    def agrees(self, other: "_Atom") -> bool:
        if (self.attribute, self.op) != (other.attribute, other.op):
            return False
        return self.op in ("lower", "higher") or _same_value(self.attribute, self.value, other.value)


def _constraints(
    gold: Sequence[Mapping[str, Any]],
    predicted: Sequence[Mapping[str, Any]],
    optional: Sequence[Mapping[str, Any]],
) -> Counts:
    wanted, left = _distinct(_atoms(gold)), _distinct(_atoms(predicted))
    pairs: list[tuple[_Atom, _Atom]] = []
    missed = 0
    for atom in wanted:
        hits = [one for one in left if one.agrees(atom)]
        if not hits:
            missed += 1
            continue
        hit = next((one for one in hits if one.strength == atom.strength), hits[0])
        left = [one for one in left if one is not hit]
        pairs.append((atom, replace(hit, key=atom.key)))
    repeats: list[_Atom] = []
    extra: list[_Atom] = []
    covered: set[str] = set()
    for one in left:
        again = next((atom for atom in wanted if atom.agrees(one)), None)
        allowed = [pattern for pattern in optional if _fits(pattern, one)]
        if again is not None:
            repeats.append(replace(one, key=again.key))
        elif allowed:
            covered.update(_norm(word) for pattern in allowed for word in pattern.get("covers", ()))
        else:
            extra.append(one)
    kept = [hit for _, hit in pairs] + repeats + extra
    strengths = [(atom, hit) for atom, hit in pairs if atom.strength is not None]
    return Counts(
        tp=len(pairs),
        fp=len(extra),
        fn=missed,
        exact=not missed and not extra and _alternatives(wanted) == _alternatives(kept),
        strengths=len(strengths),
        strengths_right=sum(atom.strength == hit.strength for atom, hit in strengths),
        covered=frozenset(covered),
    )


def _atoms(constraints: Sequence[Mapping[str, Any]]) -> list[_Atom]:
    out: list[_Atom] = []
    for group, one in enumerate(constraints):
        strength = one.get("strength")
        out += [
            _Atom(_norm(one.get("attribute")), op, value, group, strength, _norm(value))
            for op, value in _parts(str(one.get("op")), one.get("value"))
        ]
    return out


def _parts(op: str, value: Any) -> list[tuple[str, Any]]:
    """The (op, single value) pairs that a constraint is made of."""
    values = cast(list[Any], list(value)) if isinstance(value, list | tuple) else [value]
    if op in ("lower", "higher"):
        return [(op, None)]
    if op == "between":
        low, high = values
        if _number(low) is not None and _number(low) == _number(high):
            return [("=", low)]
        return [(">=", low), ("<=", high)]
    if op == "not in":
        return [("not in", one) for one in values]
    if op in ("in", "="):
        alone = len(values) == 1 and (isinstance(values[0], bool) or _number(values[0]) is not None)
        return [("=" if alone else "in", one) for one in values]
    return [(op, one) for one in values]


def _distinct(atoms: Iterable[_Atom]) -> list[_Atom]:
    out: list[_Atom] = []
    for atom in atoms:
        if not any(atom.group == other.group and atom.agrees(other) for other in out):
            out.append(atom)
    return out


def _alternatives(atoms: Iterable[_Atom]) -> set[tuple[Any, frozenset[Any]]]:
    """Each ``in`` as (attribute, its values)."""
    lists: dict[tuple[int, Any], set[Any]] = {}
    for atom in atoms:
        if atom.op == "in":
            lists.setdefault((atom.group, atom.attribute), set()).add(atom.key)
    return {(attribute, frozenset(values)) for (_, attribute), values in lists.items()}


def _fits(pattern: Mapping[str, Any], atom: _Atom) -> bool:
    """Whether an optional pattern allows an atom; without ``op`` or ``value`` any of them."""
    if _norm(pattern.get("attribute")) != atom.attribute or ("op" in pattern and pattern["op"] != atom.op):
        return False
    if "value" not in pattern:
        return True
    values = pattern["value"] if isinstance(pattern["value"], list) else [pattern["value"]]
    return any(_same_value(atom.attribute, value, atom.value) for value in cast(list[Any], values))


def _same_value(attribute: Any, gold: Any, predicted: Any) -> bool:
    if isinstance(gold, bool) or isinstance(predicted, bool):
        return str(gold).casefold() == str(predicted).casefold()
    one, other = _number(gold), _number(predicted)
    if one is None or other is None:
        return _norm(gold) == _norm(predicted)
    if attribute == "year":
        return abs(one - other) <= YEAR_TOLERANCE
    return abs(one - other) <= NUMBER_TOLERANCE * abs(one) + 1e-9


# --- mentions and keywords ---------------------------------------------------------------------------


def _mentions(
    gold: Sequence[Mapping[str, Any]], predicted: Sequence[Mapping[str, Any]], free: set[str]
) -> Counts:
    wanted = {(str(one["item_id"]), one.get("sentiment")) for one in gold}
    found = {(str(one["item_id"]), one.get("sentiment")) for one in predicted}
    extra = {one for one in found - wanted if one[0] not in free}
    missed = wanted - found
    return Counts(len(wanted & found), len(extra), len(missed), not extra and not missed)


def _keywords(
    choices: Sequence[Sequence[str]], words: Sequence[str], covered: frozenset[str]
) -> tuple[int, int]:
    """(found, needed) of the choice of which the largest share was found."""
    best = (-1.0, 0, 0)
    for wanted in choices:
        needed = [word for word in wanted if _norm(word) not in covered]
        found = sum(_has_word(word, words) for word in needed)
        share = found / len(needed) if needed else 1.0
        if share > best[0]:
            best = (share, found, len(needed))
    return best[1], best[2]


def _words(keywords: Iterable[Any]) -> list[str]:
    words = (str(_norm(str(word))).strip(_PUNCTUATION) for word in keywords)
    return [word for word in words if word]


def _has_word(word: str, words: Sequence[str]) -> bool:
    """Whether a word is among keywords: English by whole words and their plain plurals, Chinese by
    characters.
    """
    wanted = str(_norm(word))
    if not wanted.isascii():
        return wanted in "".join(one.replace(" ", "") for one in words) or any(wanted in one for one in words)
    if any(wanted in one for one in words if not one.isascii()):
        return True
    return f" {_folded(wanted)} " in f" {_folded(' '.join(words))} "


def _folded(text: str) -> str:
    return " ".join(map(_singular, text.replace("-", " ").split()))


def _singular(word: str) -> str:
    if word.isascii() and not word.endswith("ss"):
        for end, instead in (("ies", "y"), ("sses", "ss"), ("s", "")):
            if len(word) > 3 and word.endswith(end):
                return word[: -len(end)] + instead
    return word


def _norm(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return float(value)
    return " ".join(unicodedata.normalize("NFKC", str(value)).casefold().split())


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) or not isinstance(value, str) else None
