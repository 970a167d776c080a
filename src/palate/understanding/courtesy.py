"""Politeness around what is said: it changes no act (hi there, a comedy; sth pricier, thanks)."""

import re

from palate.understanding.critiques import find_critiques
from palate.understanding.places import find_places
from palate.understanding.scene import Scene

_OPENS = re.compile(
    r"^\W*(?:(?:hey|hi(?:\s+there)?|hello(?:\s+there)?|um+|uh+|well|so)\b(?:\W+|$)|(?:你好|您好|嗯+|那个|麻烦问下|请问)[,，!。\s]+)+"
)
_CLOSES = re.compile(
    r"(?:[\s,.!]+(?:many\s+)?(?:thanks|thank\s+you|thx|cheers)|[\s,。!]+(?:谢谢|谢了|多谢))\W*$"
)
_LEAST = 4
"""Characters that must be left: behind less than that, the politeness is all that is said."""


def without_courtesy(scene: Scene, said: str) -> str:
    """``said`` without a greeting or a filler before it, and without thanks behind it where something is spoken of:
    "that helped, thanks" is thanks.
    """
    left = _OPENS.sub("", said)
    if _CLOSES.search(left) and _speaks_of_something(scene):
        left = _CLOSES.sub("", left)
    return left if len(left) >= _LEAST else said


def _speaks_of_something(scene: Scene) -> bool:
    """Whether an item, a value, a place in the list or a critique is named."""
    if scene.values_said or any(match.titles for match in scene.matches):
        return True
    return bool(list(find_places(scene.plain, len(scene.last))) or find_critiques(scene))
