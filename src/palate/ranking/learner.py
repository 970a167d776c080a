"""Learner: the ranker's weights, moved by what people do with the slates that they are shown.

The model. A slate of k items with features x_1 ... x_k at the places 1 ... k; the chance that item i is the one that
the person takes to is

    exp(w . x_i - eta log i) / sum over j of exp(w . x_j - eta log j),        w = shared + segment + person

the conditional logit by which the weights were fitted on the log (training/fusion.py), with the chance that a place is
looked at as a power of it (Joachims, Swaminathan and Schnabel, WSDM 2017): eta is learnt with the weights and left out
when they rank. A reaction to item i is one Bernoulli trial: i was taken to, or it was not. Its logit is
l = s_i - log sum over j != i of exp(s_j), with the gradient d = x_i - (mean of the other x_j by their chances).

The update. ``shared`` is Gaussian with a full covariance S, the offsets of a segment and of a person are Gaussian with
diagonal ones, small and about 0: a hierarchy in which a new person is taken to be like his segment, and a heavy user
gets his own. Along d their sum has the variance V = d.S d + d.S_g d + d.S_p d; the mode of the new posterior moves l by
V t (``linear.logistic_step``), and each level takes its share: S d t, S_g d t, S_p d t. Correlations between levels are
dropped after each step (assumed density filtering: Opper, 1998; Graepel et al., ICML 2010).

The log. The prior's weights of some features were fitted on the log, which has the events of all observations up to a
number. So these tell those weights nothing more, or they would count twice; they teach the others, of which the log
says nothing (spoken wishes, places), and the person's offset.

Forgetting. The weights are an Ornstein-Uhlenbeck process whose stationary law is the prior: over a time dt the
deviation from the prior's mean shrinks by 2^(-dt / half life) and S goes to the prior's covariance at twice that rate
(its exact Kalman prediction; Hartikainen and Sarkka, MLSP 2010). Time is when events were received, not what they say.

Bounds. Lengths are in prior standard deviations, |v|^2 = v . S0^-1 v. What one person's events add to the way of the
shared weights is at most PERSON_BOUND, refilling by half a day; all that the events of one segment moved them, and all
that they moved together, lies within SEGMENT_BOUND and TOTAL_BOUND times sqrt(f + 1) of where the training left them
(sqrt(f + 1) is how far a draw of the prior usually lies). What a bound holds back of a step moves the person's own
offset only.
"""

import base64
import math
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.ranking.features import MOST_ADVICE
from palate.ranking.linear import LinearRanker, logistic_step
from palate.ranking.observing import Choice

PERSON_BOUND = 0.5
SEGMENT_BOUND = 1.5
TOTAL_BOUND = 2.0

GROUP_VARIANCE = 0.05
"""Of a segment's and of a person's offset, before anything is known of him: a fifth of the shared weights'."""
PLACE_PRIOR = (0.5, 0.25)
"""Mean and variance of eta."""
PERSONS = 5_000
SEGMENTS = 24
REACTIONS = 20_000
"""How many persons, segments and reactions are remembered; those used last."""
MOST_REACTION = 1.0
"""What all reactions of one sign to one item of one slate count together."""
REFILL = 43_200.0
"""Seconds in which half of a person's way is forgotten."""
FORGETS_EVERY = 3_600.0
MOST_AT_ONCE = 86_400.0
"""Seconds that the clock moves at most between two observations: a clock that is wrong by a year does no harm."""

Vector = NDArray[np.float64]


@dataclass(slots=True)
class _Offset:
    """``mean`` and ``variance`` float64 [f]; ``way`` and ``at``: how far this person moved the shared weights, as of
    when; ``moved`` float64 [f + 1]: where to, for a segment.
    """

    mean: Vector
    variance: Vector
    way: float = 0.0
    at: float = 0.0
    moved: Vector = field(default_factory=lambda: np.zeros(0))


class Learner:
    """See the module's docstring. Safe to use from many threads."""

    def __init__(
        self,
        prior: LinearRanker,
        *,
        half_life_days: float = 60.0,
        state: int = 0,
        fitted: tuple[int, tuple[str, ...]] = (0, ()),
    ) -> None:
        """``state``: the number of the last observation that ``prior`` has taken in whole. ``fitted``: up to which
        observation the log was read from which the prior's weights of these features were fitted.
        """
        self.prior = prior
        self.state = state
        self._fitted_until = fitted[0]
        self._unfitted = np.array([*(float(name not in fitted[1]) for name in prior.names), 1.0])
        self._half_life = half_life_days * 86_400.0
        f = len(prior.names)
        self._lock = threading.Lock()
        self._prior_mean = np.append(prior.mean, PLACE_PRIOR[0])
        self._prior_covariance = np.zeros((f + 1, f + 1))
        self._prior_covariance[:f, :f] = prior.covariance
        self._prior_covariance[f, f] = PLACE_PRIOR[1]
        self._precision = np.linalg.inv(self._prior_covariance)
        self._mean = self._prior_mean.copy()
        self._covariance = self._prior_covariance.copy()
        self._segments: OrderedDict[str, _Offset] = OrderedDict()
        self._persons: OrderedDict[str, _Offset] = OrderedDict()
        self._reactions: OrderedDict[tuple[str, int, bool], float] = OrderedDict()
        self._clock = 0.0
        self._forgotten_at = 0.0

    @property
    def shared(self) -> LinearRanker:
        """What everybody has in common."""
        f = len(self.prior.names)
        with self._lock:
            ranker = LinearRanker(self.prior.names, self._mean[:f].copy(), self._covariance[:f, :f].copy())
        return ranker.bounded(MOST_ADVICE)

    @property
    def place_exponent(self) -> float:
        """eta: how fast attention falls from place to place."""
        return float(self._mean[-1])

    @property
    def distance(self) -> float:
        """How far the shared weights are from where the training left them, in prior standard deviations."""
        return self._length(self._mean - self._prior_mean)

    def ranker_for(self, person: str | None, segment: str) -> tuple[LinearRanker, int]:
        """(the ranker of a person of a segment, the number of the last observation that it knows)."""
        f = len(self.prior.names)
        with self._lock:
            mean, covariance = self._mean[:f].copy(), self._covariance[:f, :f].copy()
            state = self.state
            for offset in (self._segments.get(segment), self._persons.get(person or "")):
                if offset is None:
                    covariance.flat[:: f + 1] += GROUP_VARIANCE
                else:
                    mean += offset.mean
                    covariance.flat[:: f + 1] += offset.variance
        return LinearRanker(self.prior.names, mean, covariance).bounded(MOST_ADVICE), state

    def observe(self, number: int, person: str, choice: Choice) -> None:
        """Take in one observation, the next in order; one that was taken in already changes nothing."""
        with self._lock:
            if number <= self.state:
                return
            self.state = number
            self._pass_time(choice.received)
            weight = self._counted(choice)
            if weight > 0 and len(choice.features) > 1:
                self._update(person, choice, weight, log_knows=number <= self._fitted_until)

    def skip(self, number: int) -> None:
        """Pass over an observation that says nothing."""
        with self._lock:
            self.state = max(self.state, number)

    def _counted(self, choice: Choice) -> float:
        """How much of a reaction counts: all of one sign to one item of one slate count MOST_REACTION together."""
        key = (choice.turn_id, choice.row, choice.worth > 0)
        before = self._reactions.pop(key, 0.0)
        after = min(MOST_REACTION, before + abs(choice.worth))
        _put(self._reactions, key, after, REACTIONS)
        return after - before

    def _update(self, person: str, choice: Choice, weight: float, *, log_knows: bool) -> None:
        f = len(self.prior.names)
        segment = self._segments.pop(choice.segment, None) or self._new_offset(f + 1)
        own = self._persons.pop(person, None) or self._new_offset(0)
        left = 2 ** (-(self._clock - own.at) / self._half_life)
        own.mean *= left
        own.variance = left * left * own.variance + (1 - left * left) * GROUP_VARIANCE
        features = choice.aligned(self.prior.names)
        logit, d = _comparison(features, self._mean[:f] + segment.mean + own.mean, self._mean[f], choice.row)
        common = d * self._unfitted if log_knows else d
        along = self._covariance @ common
        along_segment = segment.variance * common[:f]
        along_person = own.variance * d[:f]
        variance = float(common @ along + common[:f] @ along_segment + d[:f] @ along_person)
        t, curvature = logistic_step(logit, variance, float(choice.worth > 0), weight)
        shrinkage = curvature / (1 + curvature * variance)

        own.mean += along_person * t
        own.variance -= shrinkage * along_person * along_person
        share = self._share(own, segment, along * t)
        if share > 0:
            move = along * (t * share)
            self._mean += move
            segment.moved += move
            segment.mean += along_segment * (t * share)
            segment.variance -= (shrinkage * share) * along_segment * along_segment
            self._covariance -= np.outer(along * (shrinkage * share), along)
        _put(self._segments, choice.segment, segment, SEGMENTS)
        _put(self._persons, person, own, PERSONS)

    def _share(self, person: _Offset, segment: _Offset, step: Vector) -> float:
        """How much of a step of the shared weights the bounds let through, from 0 to 1."""
        person.way *= 2 ** (-(self._clock - person.at) / REFILL)
        person.at = self._clock
        onward = self._precision @ step
        square = float(step @ onward)
        if square <= 0:
            return 0.0
        length = math.sqrt(square)
        share = min(1.0, max(0.0, PERSON_BOUND - person.way) / length)
        share = min(share, self._room(segment.moved, onward, square, SEGMENT_BOUND))
        share = min(share, self._room(self._mean - self._prior_mean, onward, square, TOTAL_BOUND))
        person.way += share * length
        return share

    def _room(self, place: Vector, onward: Vector, square: float, bound: float) -> float:
        """The largest a from 0 to 1 for which ``place`` + a step lies within ``bound`` * sqrt(f + 1) of 0; of the
        step, S0^-1 step and its squared length.
        """
        across = float(place @ onward)
        inside = bound * bound * len(place) - float(place @ self._precision @ place)
        if inside + 1e-12 >= 2 * across + square:
            return 1.0
        root = math.sqrt(max(0.0, across * across + square * max(0.0, inside)))
        return min(1.0, max(0.0, (root - across) / square))

    def _length(self, vector: Vector) -> float:
        return math.sqrt(max(0.0, float(vector @ self._precision @ vector)))

    def _pass_time(self, received: float) -> None:
        if self._clock == 0:
            self._clock = self._forgotten_at = received
        self._clock = max(self._clock, min(received, self._clock + MOST_AT_ONCE))
        passed = self._clock - self._forgotten_at
        if passed < FORGETS_EVERY:
            return
        self._forgotten_at = self._clock
        left = 2 ** (-passed / self._half_life)
        self._mean = self._prior_mean + left * (self._mean - self._prior_mean)
        kept = left * left
        self._covariance = kept * self._covariance + (1 - kept) * self._prior_covariance
        for offset in self._segments.values():
            offset.moved *= left
            offset.mean *= left
            offset.variance = kept * offset.variance + (1 - kept) * GROUP_VARIANCE

    def _new_offset(self, moved: int) -> _Offset:
        f = len(self.prior.names)
        return _Offset(np.zeros(f), np.full(f, GROUP_VARIANCE), at=self._clock, moved=np.zeros(moved))

    # --- a snapshot, so that a new worker need not take in everything again ---------------------------

    def document(self) -> dict[str, Any]:
        """All that was learnt, as JSON that ``restore`` reads."""
        with self._lock:
            return {
                "state": self.state,
                "clock": [self._clock, self._forgotten_at],
                "prior": _packed(self._prior_mean),
                "names": list(self.prior.names),
                "mean": _packed(self._mean),
                "covariance": _packed(self._covariance),
                "segments": [[name, *_offset_json(one)] for name, one in self._segments.items()],
                "persons": [[name, *_offset_json(one)] for name, one in self._persons.items()],
                "reactions": [[*key, value] for key, value in self._reactions.items()],
            }

    def restore(self, document: Mapping[str, Any]) -> bool:
        """Take over what ``document`` says; False, with nothing changed, where it was learnt from another prior."""
        f = len(self.prior.names)
        if document["names"] != list(self.prior.names) or document["prior"] != _packed(self._prior_mean):
            return False
        if document["state"] < self.state:
            return False
        with self._lock:
            self.state = document["state"]
            self._clock, self._forgotten_at = document["clock"]
            self._mean = _unpacked(document["mean"])
            self._covariance = _unpacked(document["covariance"]).reshape(f + 1, f + 1)
            self._segments = OrderedDict((row[0], _offset_of(row[1:])) for row in document["segments"])
            self._persons = OrderedDict((row[0], _offset_of(row[1:])) for row in document["persons"])
            self._reactions = OrderedDict(
                ((str(turn), int(row), bool(good)), float(value))
                for turn, row, good, value in document["reactions"]
            )
        return True


def _comparison(features: NDArray[np.float64], weights: Vector, eta: float, row: int) -> tuple[float, Vector]:
    """(the logit of item ``row`` against the others of its slate, its gradient float64 [f + 1], eta's last).

    ``features`` float64 [k, f], k at least 2, in the order shown.
    """
    k = len(features)
    places = -_LOG_PLACES[:k] if k <= len(_LOG_PLACES) else -np.log(np.arange(1, k + 1))
    scores = features @ weights + eta * places
    own = scores[row]
    scores[row] = -np.inf
    top = scores.max()
    chances = np.exp(scores - top)
    total = chances.sum()
    chances /= total
    d = np.empty(len(weights) + 1)
    d[:-1] = features[row] - chances @ features
    d[-1] = places[row] - chances @ places
    return float(own - top - math.log(total)), d


_LOG_PLACES = np.log(np.arange(1, 101))


def _put(kept: OrderedDict[Any, Any], key: Any, value: Any, most: int) -> None:
    kept[key] = value
    if len(kept) > most:
        kept.popitem(last=False)


def _offset_json(offset: _Offset) -> list[Any]:
    return [_packed(offset.mean), _packed(offset.variance), offset.way, offset.at, _packed(offset.moved)]


def _offset_of(row: list[Any]) -> _Offset:
    return _Offset(_unpacked(row[0]), _unpacked(row[1]), row[2], row[3], _unpacked(row[4]))


def _packed(array: Vector) -> str:
    return base64.b64encode(array.astype("<f8").tobytes()).decode()


def _unpacked(text: str) -> Vector:
    return np.frombuffer(base64.b64decode(text), "<f8").astype(np.float64)
