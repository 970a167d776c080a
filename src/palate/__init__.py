"""palate: a recommender that people talk to.

    shop = palate.open("shop")
    turn = shop.chat("something like Heat but funnier", user_id="u1")

What is named here is the public face; everything else may change.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from palate.errors import (
        InvalidInput,
        InvalidSettings,
        MissingDependency,
        ModelError,
        NewerShop,
        PalateError,
        StorageError,
        UnknownItem,
        UnknownShop,
        UnknownTurn,
        UsageError,
        WorkFailed,
    )
    from palate.operations import Finding
    from palate.shop import Shop, create, open
    from palate.storage import Written
    from palate.values import (
        Constraint,
        Contribution,
        Counterfactual,
        Evidence,
        ImportResult,
        Item,
        Mention,
        ModelVersion,
        Question,
        Reason,
        RecommendedItem,
        ReplyPart,
        Turn,
        Understanding,
        Why,
    )

__all__ = [
    "Constraint",
    "Contribution",
    "Counterfactual",
    "Evidence",
    "Finding",
    "ImportResult",
    "InvalidInput",
    "InvalidSettings",
    "Item",
    "Mention",
    "MissingDependency",
    "ModelError",
    "ModelVersion",
    "NewerShop",
    "PalateError",
    "Question",
    "Reason",
    "RecommendedItem",
    "ReplyPart",
    "Shop",
    "StorageError",
    "Turn",
    "Understanding",
    "UnknownItem",
    "UnknownShop",
    "UnknownTurn",
    "UsageError",
    "Why",
    "WorkFailed",
    "Written",
    "create",
    "open",
]

_HOMES = ("palate.errors", "palate.values", "palate.storage", "palate.operations", "palate.shop")
"""Where the names live, lightest first."""


def __getattr__(name: str) -> Any:
    """Names are fetched on first use: ``palate --help`` must not wait for numpy."""
    if name in __all__:
        for home in _HOMES:
            module = import_module(home)
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module 'palate' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
