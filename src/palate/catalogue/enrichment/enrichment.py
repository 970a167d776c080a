"""Enrichment as the shop and the command line use it: a forecast, the job, and the review of what it made."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from palate.catalogue.enrichment.asking import KINDS, Kind
from palate.catalogue.enrichment.content import content_of, hash_of
from palate.catalogue.enrichment.job import Forecast, Outcome, Progress, Request, enrich, forecast, pending
from palate.catalogue.importing import TYPES_DOCUMENT
from palate.errors import InvalidInput
from palate.language_models.base import LanguageModel
from palate.language_models.spending import Budget
from palate.settings import Settings
from palate.storage.store import Store
from palate.values import AttributeType, Derived, StoredItem


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A derived field as a reviewer sees it; ``stale``: the item has changed since, so that it counts no more."""

    item_id: str
    title: str
    field: str
    derived: Derived
    stale: bool


class Enrichment:
    """The derived fields of a shop."""

    def __init__(self, store: Store, model: LanguageModel | None, settings: Settings) -> None:
        self._store = store
        self._model = model
        self._settings = settings

    def forecast(self, kinds: Collection[Kind] = KINDS, limit: int | None = None) -> Forecast:
        """What ``run`` would take."""
        items = list(self._store.items())
        count = sum(stored.item is not None for stored in items)
        return forecast(self._pending(items, kinds, limit), count, self._budget(None))

    def run(
        self,
        kinds: Collection[Kind] = KINDS,
        *,
        limit: int | None = None,
        max_cost: float | None = None,
        progress: Progress | None = None,
    ) -> Outcome:
        """Write what is missing, of at most ``limit`` items, for at most ``max_cost`` of money. InvalidInput where the
        shop has no language model, or a bound on money and no prices.
        """
        if self._model is None:
            raise InvalidInput(
                "the shop has no language model to write with; set language_model in palate.toml, such as "
                "'openai:qwen3-8b'"
            )
        budget = self._settings.budget
        if max_cost is not None and budget.price_in == budget.price_out == 0:
            raise InvalidInput(
                f"max-cost is {max_cost:g}, and the model's prices are not known; set budget.price_in and "
                "budget.price_out, or leave max-cost out for a model that costs nothing"
            )
        return enrich(
            self._store,
            self._model,
            list(self._pending(self._store.items(), kinds, limit)),
            self._budget(max_cost),
            parallel=self._settings.enrichment.parallel,
            progress=progress,
        )

    def fields(self) -> Iterator[Reviewed]:
        """Every derived field, in order of item code."""
        for stored in self._store.items():
            if stored.item is not None and stored.derived:
                content = hash_of(content_of(stored.item))
                for name, one in sorted(stored.derived.items()):
                    yield Reviewed(stored.item_id, stored.item.title, name, one, one.content != content)

    def judge(self, chosen: Callable[[str, str], bool], *, accept: bool) -> int:
        """Accept or reject those that ``chosen(item id, field)`` means; how many changed. What is accepted is from
        then on a field of the item like the shop's own, of a type of its own.
        """
        changes = _judged(self._store.items(), chosen, accept=accept)
        if accept:
            self._grow_types({name for fields in changes.values() for name in fields})
        self._store.put_derived(changes)
        return sum(map(len, changes.values()))

    def _grow_types(self, names: Collection[str]) -> None:
        known: dict[str, AttributeType] = dict(self._store.document(TYPES_DOCUMENT) or {})
        added: dict[str, AttributeType] = {
            name: "list" if name.startswith(("tags", "aspects")) else "text"
            for name in names
            if name not in known
        }
        if added:
            self._store.put_document(TYPES_DOCUMENT, {**known, **added})

    def _pending(
        self, items: Iterable[StoredItem], kinds: Collection[Kind], limit: int | None
    ) -> Iterator[Request]:
        return pending(items, kinds, self._languages, limit)

    @property
    def _languages(self) -> Sequence[str]:
        return self._settings.enrichment.languages

    def _budget(self, money: float | None) -> Budget:
        prices = self._settings.budget
        bound = float("inf") if money is None else money
        return Budget(money=bound, price_in=prices.price_in, price_out=prices.price_out)


def _judged(
    items: Iterable[StoredItem], chosen: Callable[[str, str], bool], *, accept: bool
) -> dict[int, dict[str, Derived]]:
    """By item code and name, what is accepted or rejected; what is judged so already, or stale, left out."""
    status = "accepted" if accept else "rejected"
    found: dict[int, dict[str, Derived]] = {}
    for stored in items:
        if stored.item is None or not stored.derived:
            continue
        content = hash_of(content_of(stored.item))
        changed = {
            name: replace(one, status=status)
            for name, one in stored.derived.items()
            if one.status != status and one.content == content and chosen(stored.item_id, name)
        }
        if changed:
            found[stored.code] = changed
    return found
