"""Peer libraries as contenders: fitted and scored in this process, on the same split, by their own code.

Each peer is told what it is made for, the set of items that a person took up; what it scores, it scores from
the same contexts. It is imported only when it is asked for.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Any

from palate.errors import InvalidInput, MissingDependency
from palate.evaluation.contenders import Contender

MODULES = {"implicit": "peer_implicit", "lenskit": "peer_lenskit"}
"""The module of this folder that holds a library's adapters, as ``contenders(version) ->
list[Contender]``."""


def peers(names: Sequence[str]) -> list[Contender]:
    """The contenders of those names: a library (``implicit``, all its models here) or one model of it
    (``implicit-als``).

    InvalidInput for an unknown name; MissingDependency, saying what to install, where the library is not
    there.
    """
    chosen: dict[str, Contender] = {}
    for name in names:
        library, _, model = name.partition("-")
        if library not in MODULES:
            raise InvalidInput(
                f"there is no peer {name!r}; choose from {', '.join(MODULES)}, or one model, such as implicit-als"
            )
        offered = _contenders(library)
        found = [contender for contender in offered if not model or contender.name == name]
        if not found:
            raise InvalidInput(
                f"there is no peer {name!r}; {library} has {', '.join(other.name for other in offered)}"
            )
        chosen.update({contender.name: contender for contender in found})
    return list(chosen.values())


def _contenders(library: str) -> list[Contender]:
    try:
        import_module(library)
    except ImportError:
        raise MissingDependency(
            f"to compare with {library!r}, install it beside palate: pip install {library}"
        ) from None
    module: Any = import_module(f"palate.evaluation.{MODULES[library]}")
    make: Callable[[str], list[Contender]] = module.contenders
    return make(f"{library} {version(library)}")
