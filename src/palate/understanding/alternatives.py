"""Named values joined into constraints: any of them, all of them, none of them; contradictions resolved."""

import re
from dataclasses import replace

from palate.understanding.scene import Scene
from palate.understanding.wishes import Value
from palate.values import Constraint, Strength

_OR_BETWEEN = re.compile(r"\b(?:or|nor)\b|或者|或是|或|还是|、|/|\beither\b|\band/or\b")
_AND_BETWEEN = re.compile(
    r"^\s*(?:,|and|&|,\s*and|和|与|跟|以及|、|/|or|,\s*or|或者|或|nor|,\s*nor|还有|also)\s*(?:a|an|the|by|any"
    r"|some|with|with\s+a|from)?\s*$"
)


def as_constraints(
    scene: Scene, values: list[Value]
) -> tuple[list[tuple[int, int, Constraint, float]], tuple[Constraint, ...]]:
    """Constraints out of values: alternatives and exclusions joined, contradictions resolved for the denial; and what
    is said to be fine too, beyond them (黑色也行).
    """
    values = _spread_denials(scene, values)
    denied = {(v.attribute, str(x)) for v in values if v.denied for x in v.values}
    groups: list[list[Value]] = []
    allowed: list[Value] = []
    for value in values:
        if not value.denied and all((value.attribute, str(x)) in denied for x in value.values):
            continue
        home = next((g for g in reversed(groups) if _together(scene, g[-1], value)), None)
        if value.either:
            wished = (g for g in reversed(groups) if g[-1].attribute == value.attribute and not g[-1].denied)
            home = home or next(wished, None)
        if home is not None:
            home.append(value)
        elif value.either and not _first_of_several(scene, value, values):
            allowed.append(value)
        else:
            groups.append([value])
    out: list[tuple[int, int, Constraint, float]] = []
    for group in groups:
        head = group[0]
        strength: Strength = "prefer" if all(v.strength == "prefer" for v in group) else "must"
        constraint = _constraint(scene, group, strength)
        out.append((head.start, group[-1].end, constraint, min(v.sure for v in group)))
    seen: dict[Constraint | str, tuple[int, int, Constraint, float]] = {}
    for entry in out:
        c = entry[2]
        seen.setdefault(f"{c.attribute} {c.op} {c.value}", entry)
    return list(seen.values()), tuple(_constraint(scene, [value], "must") for value in allowed)


def _constraint(scene: Scene, group: list[Value], strength: Strength) -> Constraint:
    head = group[0]
    if scene.lexicon.attribute_names[head.attribute].type == "bool":
        return Constraint(head.attribute, "=", not head.denied, strength)
    listed = list(dict.fromkeys(x for v in group for x in v.values))
    return Constraint(head.attribute, "not in" if head.denied else "in", listed, strength)


def _first_of_several(scene: Scene, value: Value, values: list[Value]) -> bool:
    """Whether more than one thing is fine where nothing was shown: "black or white is fine" is a wish then."""
    others = [v for v in values if v.either and v.attribute == value.attribute]
    return len(others) > 1 and not scene.after_list


def _spread_denials(scene: Scene, values: list[Value]) -> list[Value]:
    """In "no horror, romance or war" the denial holds for the whole list, though commas part it."""
    out: list[Value] = []
    for value in values:
        if not value.denied and out and out[-1].denied and value.attribute == out[-1].attribute:
            between = scene.plain[out[-1].end : value.start]
            if scene.plain[out[-1].end - 1] == "的":
                between = "的" + between  # 不要甜的，咸味或者原味: closed
            after = scene.plain[value.end : value.end + 12]
            listed = _AND_BETWEEN.match(between)
            if listed and (
                ("," not in between and "、" not in between)
                or re.search(r"\bor\b|\bnor\b|或", between + after)
            ):
                value = replace(value, denied=True, strength=out[-1].strength, either=False)
        out.append(value)
    # and backwards: "horror and war films are not for me", 恐怖片和战争片都不要
    for i in range(len(out) - 2, -1, -1):
        this, after = out[i], out[i + 1]
        if (
            not this.denied
            and after.denied
            and this.attribute == after.attribute
            and scene.scopes.clause(this.start) == scene.scopes.clause(after.start)
        ):
            gap = scene.plain[this.end : after.start]
            tail = scene.plain[after.end : after.end + 16]
            if _AND_BETWEEN.match(
                gap.replace("片", "").replace("films", "").replace("movies", "")
            ) and re.match(r"\s*\w{0,8}\s*(?:都|也|就|are|is|bore|除外|不)", tail):
                out[i] = replace(this, denied=True, either=False)
    return out


def _together(scene: Scene, before: Value, value: Value) -> bool:
    """Whether a value joins the one before it in one constraint (any of them)."""
    if before.attribute != value.attribute or before.denied != value.denied:
        return False
    facts = scene.lexicon.attribute_names[value.attribute]
    if facts.type == "bool":
        return False
    if value.denied:
        return before.strength == value.strength
    if before.strength != value.strength and not (value.start - before.end) < 12:
        return False
    between = scene.plain[before.end : value.start]
    if len(between) > 40 or re.search(r"[.;!?。]", between):
        return facts.type != "list"
    if facts.type != "list":
        return True
    tail = scene.plain[value.end : value.end + 24]
    return bool(_OR_BETWEEN.search(between)) or bool(
        between.strip() in ("", ",", "、")
        and re.match(r"[^.;!?。]{0,14}(?:\bor\b|或|都行|都可以|随便)", tail)
    )
