"""palate train."""

import palate
from palate.cli.options import AsJson, ShopFolder
from palate.cli.output import print_json, say, stages


def train(shop: ShopFolder, as_json: AsJson = False) -> None:
    """Fit every recommender and the ranker into a new model version; switch to it when it is whole."""
    with palate.open(shop) as opened, stages() as progress:
        manifest = opened.train(progress=progress)
    if as_json:
        print_json(manifest)
        return
    say(f"Model version {manifest['version']} is trained and in use.")
