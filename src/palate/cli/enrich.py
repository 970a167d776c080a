"""palate enrich."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

import palate
from palate.cli.options import AsJson, ShopFolder
from palate.cli.output import print_json, readable, rows, say, tell
from palate.errors import InvalidInput

if TYPE_CHECKING:
    from palate.catalogue.enrichment.asking import Kind
    from palate.catalogue.enrichment.enrichment import Enrichment
    from palate.catalogue.enrichment.job import Forecast

_LISTED = 50


def enrich(
    shop: ShopFolder,
    fields: Annotated[
        str,
        typer.Option(metavar="KIND,...", help="Of tags, aspects, summary, translation.", show_default="all"),
    ] = "",
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask about at most so many items.", show_default=False)
    ] = None,
    max_cost: Annotated[
        float | None,
        typer.Option(
            min=0,
            metavar="X",
            help="Stop before this much money is spent (budget.price_in, price_out).",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would take.")] = False,
    review: Annotated[
        bool, typer.Option("--review", help="List what was written and nobody has looked at.")
    ] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ITEM", help="Accept an item's fields (with --fields: those); 'all' for all items."
        ),
    ] = None,
    reject: Annotated[
        list[str] | None,
        typer.Option(metavar="ITEM", help="Reject them: they are not used or asked for again."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let the language model write tags, aspects, short texts and translations of items, for the search.

    They never take the place of the shop's own fields, and are told as facts only once they are accepted. What was
    written stays when the command is stopped; run it again and it goes on.
    """
    kinds = _kinds(fields)
    if accept and reject:
        raise InvalidInput("--accept and --reject are given together; give one of them")
    with palate.open(shop) as opened:
        enrichment = opened.enrichment
        if accept or reject:
            changed = _judge(
                enrichment, [readable(one) for one in accept or reject or []], kinds, bool(accept)
            )
            result = {"accepted" if accept else "rejected": changed}
            print_json(result) if as_json else say(
                f"{changed} fields {'accepted' if accept else 'rejected'}."
            )
        elif review:
            _list(enrichment, kinds, as_json)
        else:
            foreseen = enrichment.forecast(kinds, limit)
            line = _told(foreseen, opened.settings.budget.currency)
            if dry_run:
                print_json(foreseen) if as_json else say(line)
                return
            tell(line)
            _run(enrichment, kinds, limit, max_cost, as_json)


def _run(
    enrichment: "Enrichment",
    kinds: "Sequence[Kind]",
    limit: int | None,
    max_cost: float | None,
    as_json: bool,
) -> None:
    with rows("enriching") as progress:
        done = enrichment.run(kinds, limit=limit, max_cost=max_cost, progress=progress)
    if as_json:
        print_json(done)
    else:
        say(
            f"{done.fields} fields of {done.items} items written ({done.cached} items asked before); "
            f"{sum(done.dropped.values())} values dropped, {done.failed} items failed; {done.spent.tokens_in} tokens "
            f"read, {done.spent.tokens_out} written, {done.spent.money:.4f} of money."
        )
        for example in done.examples:
            tell(f"dropped: {example}")
    if done.stopped:
        tell(f"stopped: {done.stopped}; run the command again to go on")
        raise typer.Exit(1)


def _list(enrichment: "Enrichment", kinds: "Sequence[Kind]", as_json: bool) -> None:
    waiting = [
        one
        for one in enrichment.fields()
        if one.derived.status == "unreviewed" and not one.stale and _kind_of(one.field) in kinds
    ]
    if as_json:
        print_json({"unreviewed": waiting})
        return
    for one in waiting[:_LISTED]:
        value = (
            "; ".join(map(str, one.derived.value))
            if isinstance(one.derived.value, list)
            else one.derived.value
        )
        say(f"{one.item_id}  {one.title}\n    {one.field}: {value}  ({one.derived.model})")
    more = f", the first {_LISTED} of them above" if len(waiting) > _LISTED else ""
    say(f"{len(waiting)} fields wait for a review{more}; take them with --accept ITEM, or --reject ITEM.")


def _judge(enrichment: "Enrichment", items: Sequence[str], kinds: "Sequence[Kind]", accept: bool) -> int:
    named = set(items)
    everything = "all" in named

    def chosen(item_id: str, field: str) -> bool:
        return (everything or item_id in named) and _kind_of(field) in kinds

    unknown = named - {"all"} - {one.item_id for one in enrichment.fields()}
    if unknown:
        raise InvalidInput(
            f"nothing was written of item {min(unknown)!r}; palate enrich --review lists what was"
        )
    return enrichment.judge(chosen, accept=accept)


def _kind_of(field: str) -> str:
    base = field.partition("_")[0]
    return "translation" if base in ("title", "description") else base


def _kinds(text: str) -> "Sequence[Kind]":
    from palate.catalogue.enrichment.asking import KINDS, Kind

    given: list[Any] = [one.strip() for one in text.split(",") if one.strip()]
    for one in given:
        if one not in get_args(Kind):
            raise InvalidInput(f"there is no kind of field {one!r}; there are: {', '.join(KINDS)}")
    return tuple(given) or KINDS


def _told(foreseen: "Forecast", currency: str) -> str:
    money = f", {foreseen.money:.4f} {currency}" if foreseen.money else ""
    return (
        f"{foreseen.requests} of {foreseen.items} items lack {foreseen.fields} fields; about {foreseen.tokens_in:,} "
        f"tokens to read and {foreseen.tokens_out:,} to write{money}"
    )
