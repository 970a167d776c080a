"""What Prometheus reads: requests, latencies, turns, events. Labels come from small closed sets only.

With several workers each keeps its counts in files of the folder that PROMETHEUS_MULTIPROC_DIR names (set by
serve.py before they start), and whichever worker is asked adds them up.
"""

import os

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from palate.values import Turn

MULTIPROCESS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.06, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters of one app."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._requests = Counter(
            "palate_http_requests", "Requests answered.", ["method", "route", "status"], registry=registry
        )
        self._latency = Histogram(
            "palate_http_request_seconds",
            "From the request's first byte to the answer's last.",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._sentences = Counter(
            "palate_reply_sentences",
            "Sentences of replies: of a template, of the language model, or of a template in place of one of the "
            "model that was not supported.",
            ["source"],
            registry=registry,
        )
        self._unsupported = Counter(
            "palate_reply_unsupported",
            "Sentences of the language model that the brief did not support, replaced or left out.",
            registry=registry,
        )
        self._named = Counter(
            "palate_proposals",
            "Titles that the language model named for a wish: linked to an item, or dropped.",
            ["linked"],
            registry=registry,
        )
        self._reranked = Counter(
            "palate_reranked_lists", "Lists in whose order the language model had a say.", registry=registry
        )
        self._model_requests = Counter(
            "palate_language_model_requests",
            "Requests to language models, by what they were for.",
            ["purpose", "outcome"],
            registry=registry,
        )
        self._model_tokens = Counter(
            "palate_language_model_tokens",
            "Tokens read and written.",
            ["purpose", "direction"],
            registry=registry,
        )
        self._model_seconds = Counter(
            "palate_language_model_seconds", "Seconds waited for them.", ["purpose"], registry=registry
        )
        self._model_money = Counter(
            "palate_language_model_money", "Money, in budget.currency.", ["purpose"], registry=registry
        )
        self._turns = Counter("palate_turns", "Turns of conversation.", ["move"], registry=registry)
        self._events = Counter("palate_events", "Events accepted, repeats left out.", registry=registry)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request; ``route`` is a template, never the path that was asked for."""
        self._requests.labels(method if method in _METHODS else "other", route, status).inc()
        self._latency.labels(route).observe(seconds)

    def turn(self, turn: Turn) -> None:
        """Count a turn."""
        self._turns.labels(turn.move).inc()
        for part in turn.reply_parts:
            self._sentences.labels(part.source).inc()
        self._unsupported.inc(turn.unsupported)
        for purpose, spent in turn.spent.items():
            self._model_requests.labels(purpose, "failed").inc(spent.failed)
            self._model_requests.labels(purpose, "answered").inc(spent.calls - spent.failed)
            self._model_tokens.labels(purpose, "read").inc(spent.tokens_in)
            self._model_tokens.labels(purpose, "written").inc(spent.tokens_out)
            self._model_seconds.labels(purpose).inc(spent.seconds)
            self._model_money.labels(purpose).inc(spent.money)
        advised = turn.advised
        self._named.labels("yes").inc(advised.linked)
        self._named.labels("no").inc(advised.named - advised.linked)
        self._reranked.inc(advised.reranked > 0)

    def events(self, accepted: int) -> None:
        """Count events."""
        self._events.inc(accepted)

    def render(self) -> bytes:
        """The exposition text, over all workers."""
        if os.environ.get(MULTIPROCESS_VARIABLE):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)
            return generate_latest(registry)
        return generate_latest(self._registry)
