"""Which columns are the localisation of another: ``title_zh`` of ``title``, ``categories_en`` of
``categories``.
"""

from collections.abc import Mapping

from palate.values import AttributeType, Item

LANGUAGES = frozenset(
    (  # noqa: SIM905
        "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de "
        "dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia "
        "id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo "
        "lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl "
        "ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk "
        "tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
    ).split()
)
"""The codes of ISO 639-1."""

_WORDED = frozenset({"category", "list", "text"})


def split_suffix(column: str) -> tuple[str, str] | None:
    """(base, language) of a name that ends like a localisation, else None."""
    base, underscore, language = column.rpartition("_")
    return (base, language) if underscore and base and language in LANGUAGES else None


def derived_titles(item: Item) -> list[str]:
    """The item's titles in other languages that a language model wrote."""
    return [str(value) for name, value in item.derived.items() if name.startswith("title_")]


def localisations(types: Mapping[str, AttributeType]) -> dict[str, tuple[str, str]]:
    """Column -> (base column, language), for every column of ``types`` that localises another one.

    Both must hold words (category, list or text), or the base be the title: ``weight_kg`` is not a weight
    in Kongo.
    """
    found: dict[str, tuple[str, str]] = {}
    for column, kind in types.items():
        split = split_suffix(column)
        if split and kind in _WORDED and (split[0] == "title" or types.get(split[0]) in _WORDED):
            found[column] = split
    return found
