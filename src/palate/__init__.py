"""palate: a recommender that people talk to.

    shop = palate.open("shop")
    turn = shop.chat("something like Heat but funnier", user_id="u1")

What is named here is the public face; everything else may change.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from palate.errors import PalateError as PalateError
    from palate.shop import Shop as Shop
    from palate.shop import create_shop as create
    from palate.shop import open_shop as open  # noqa: A004 - palate.open, as gzip.open

_HOMES = {
    "open": ("palate.shop", "open_shop"),
    "create": ("palate.shop", "create_shop"),
    "Shop": ("palate.shop", "Shop"),
    "Finding": ("palate.shop", "Finding"),
    "Written": ("palate.storage", "Written"),
    **{
        name: ("palate.values", name)
        for name in (
            "Constraint", "Evidence", "ImportResult", "Item", "Mention", "Question",
            "Reason", "RecommendedItem", "ReplyPart", "Turn", "Understanding",
        )
    },
    **{
        name: ("palate.errors", name)
        for name in (
            "InvalidInput", "InvalidSettings", "MissingDependency", "ModelError", "NewerShop", "PalateError",
            "StorageError", "UnknownItem", "UnknownShop", "UnknownTurn", "UsageError", "WorkFailed",
        )
    },
}  # fmt: skip

__all__ = sorted(_HOMES)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    """Names are fetched on first use: ``palate --help`` must not wait for numpy."""
    if name not in _HOMES:
        raise AttributeError(f"module 'palate' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
