"""palate init."""

import palate
from palate.cli.options import AsJson, ShopFolder
from palate.cli.output import print_json, say


def init(shop: ShopFolder, as_json: AsJson = False) -> None:
    """Make an empty shop: a folder with palate.toml."""
    palate.create(shop).close()
    if as_json:
        print_json({"shop": str(shop)})
        return
    say(f"An empty shop stands in {shop}. Next: palate import items {shop} FILE")
