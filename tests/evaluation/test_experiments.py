"""Experiments: who is in which arm, who is counted when, and what may be said of it."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from palate.evaluation.experiment_report import document, lines, page
from palate.evaluation.experiment_words import verdict, words
from palate.evaluation.experiments import CONTROL, TREATMENT, Experiment, People, standing
from palate.evaluation.policies import PolicyEdit
from palate.evaluation.tally import Tally
from palate.evaluation.turn_log import LoggedTurn

START, HOUR = 1.7e9, 3600.0
TRIED = Experiment("trial", "salt", PolicyEdit(diversity=0.9), 0.5, 1.0, START)


def turn(
    user: str, at: float = 0.0, reward: float = 0.0, *, complaint: bool = False, seconds: float = 0.05,
    experiment: Experiment = TRIED, listed: bool = True,
) -> LoggedTurn:  # fmt: skip
    """A turn ``at`` seconds after the start, by the arm that its user is in."""
    slate: dict[str, object] | None = {"codes": [1, 2]} if listed else None
    rewards = np.array([reward, 0.0] if listed else [])
    arm = (experiment.name, experiment.arm_of(user))
    return LoggedTurn(f"t{user}{at}", user, START + at, seconds, slate, rewards, complaint, arm)


def crowd(n: int, better: float, seed: int = 0, **more: float) -> list[LoggedTurn]:
    """n people with a list each; the treatment's earn with a chance of .2 + better; its turns take ``slower`` more and
    meet ``complaints`` more.
    """
    rng = np.random.default_rng(seed)
    made = []
    for number in range(n):
        user = f"u{number}"
        treated = TRIED.arm_of(user) == TREATMENT
        reward = float(rng.random() < 0.2 + better * treated)
        complaint = bool(rng.random() < 0.05 + more.get("complaints", 0.0) * treated)
        seconds = float(rng.lognormal(-3, 0.3)) * (1 + more.get("slower", 0.0) * treated)
        made.append(turn(user, number, reward, complaint=complaint, seconds=seconds))
    return made


def people_of(
    turns: list[LoggedTurn], experiment: Experiment, now: float, tally: Tally | None = None
) -> People:
    """The people counted at ``now``, what came of each turn standing in it already."""
    tally = tally or Tally(0)
    for one in turns:
        tally.take(one, experiment)
    return tally.count(experiment, now, lambda user, visits: visits)


def stands(turns: list[LoggedTurn], experiment: Experiment = TRIED, now: float = START + 1e6):
    return standing(experiment, people_of(turns, experiment, now))


def test_a_person_stays_in_his_arm_and_shares_are_kept():
    users = [f"{n:032x}" for n in range(20_000)]
    arms = [TRIED.arm_of(user) for user in users]
    assert arms == [Experiment.of(TRIED.document()).arm_of(user) for user in users]
    for share in (0.05, 0.5, 0.9):
        one = replace(TRIED, share=share)
        got = Counter(one.arm_of(user) for user in users)[TREATMENT] / len(users)
        assert got == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / len(users)))
    # the next experiment draws anew: being in one says nothing of the other
    other = [replace(TRIED, salt="other").arm_of(user) for user in users]
    assert np.mean([a == b for a, b in zip(arms, other, strict=True)]) == pytest.approx(0.5, abs=0.02)


def test_a_person_counts_once_and_only_when_his_window_is_over():
    log = [
        turn("a", 0, 1.0),
        turn("a", 100, 0.0),
        turn("a", 2 * HOUR, 0.0),  # after the window: not counted
        turn("b", 50, 1.0, complaint=True),
        turn("c", 100, listed=False),  # a word before the first list opens no window
        turn("c", 3 * HOUR, 1.0),
    ]
    now = START + 3.5 * HOUR
    people = people_of(log, TRIED, now)
    assert people.rewards.tolist() == [0.5, 1.0]
    assert people.complaints.tolist() == [0.0, 1.0]
    assert people.treated.tolist() == [TRIED.arm_of(user) == TREATMENT for user in "ab"]
    assert people.waiting == 1
    # whoever was counted is counted the same at every later look
    later = people_of([*log, turn("a", 5 * HOUR, 1.0)], TRIED, now + 5 * HOUR)
    assert later.rewards.tolist() == [0.5, 1.0, 1.0]
    # nor does it matter how often one looked on the way, and a look costs by what is new
    tally = Tally(0)
    for at, one in enumerate(log):
        people_of([one], TRIED, START + at, tally)
    people_of([], TRIED, now, tally)
    often = people_of([turn("a", 5 * HOUR, 1.0)], TRIED, now + 5 * HOUR, tally)
    assert often.rewards.tolist() == later.rewards.tolist()
    # a stop closes no window early, and nothing of other experiments or of no arm is counted
    assert people_of(log, TRIED.stop(START + 0.5 * HOUR), now).rewards.tolist() == []
    others = [
        replace(log[0], arm=("another", CONTROL)),
        replace(log[1], arm=None),
        replace(log[3], user=None),
    ]
    assert people_of(others, TRIED, now).waiting == 0


def test_what_comes_after_the_window_changes_nothing_that_was_counted():
    early, late = (START + 0.5 * HOUR, 0, 1.0), (START + 2 * HOUR, 1, -1.0)
    whole = replace(turn("a", 0), rewards=np.array([1.0, 0.0]), complaint=True, reactions=(early, late))
    (before,) = people_of([whole], TRIED, START + 1e6).rewards
    people = people_of([whole, turn("b", 0)], TRIED, START + 1e6)
    assert before == 1.0
    assert people.complaints.tolist() == [0.0, 0.0]
    both = whole.until(START + 3 * HOUR)
    assert both.complaint
    nothing = whole.until(START)
    assert (nothing.rewards.tolist(), nothing.complaint) == ([0.0, 0.0], False)
    assert replace(whole, rejected=True).until(START).complaint


@pytest.mark.parametrize(("better", "winner"), [(0.2, TREATMENT), (-0.15, CONTROL), (0.0, None)])
def test_it_says_plainly_which_one_wins(better: float, winner: str | None):
    found = stands(crowd(1500, better))
    assert found.winner == winner
    plain = {
        TREATMENT: ("treatment wins", "实验组胜出"),
        CONTROL: ("control wins", "对照组胜出"),
        None: ("cannot", "不能"),
    }
    for language, text in zip(("en", "zh"), plain[found.winner], strict=True):
        assert text in verdict(found, language)
        assert text in page(found, [replace(TRIED, name="older", stopped=START)], language)
    assert document(found)["winner"] == winner
    assert lines(found)[-1] == verdict(found, "en")


def test_it_says_nothing_of_a_few_people_or_of_arms_of_the_wrong_size():
    few = stands(crowd(150, 0.8))
    assert few.winner is None
    assert "100 in each are needed" in verdict(few, "en")
    assert "每组需要 100 人" in verdict(few, "zh")
    lost = [one for one in crowd(1500, 0.3) if one.arm == (TRIED.name, CONTROL) or one.user[-1] in "0123"]
    unbalanced = stands(lost)
    assert unbalanced.winner is None
    assert "Something keeps people of one arm out" in verdict(unbalanced, "en")
    nobody = stands([])
    assert nobody.winner is None
    assert document(nobody)["reward"]["interval"] is None
    assert words("zh")["few"] in page(nobody, [], "zh")


def test_a_broken_guardrail_forbids_what_wins():
    found = stands(crowd(1500, 0.2, slower=0.8, complaints=0.2))
    assert found.broken == ("seconds", "complaints")
    assert found.winner == TREATMENT
    assert "do not adopt" in verdict(found, "en")
    assert "不满更多" in verdict(found, "zh")
    assert "guardrail broken" in page(found, [], "en")
    fine = stands(crowd(1500, 0.2, slower=0.05))
    assert fine.broken == ()


def test_a_page_shows_what_an_operator_named_and_runs_none_of_it():
    odd = replace(TRIED, treatment=PolicyEdit(version="<script>alert(1)</script>"))
    html = page(stands(crowd(300, 0.0), odd), [], "en")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_an_experiment_of_no_difference_looked_at_every_day_names_a_winner_once_in_twenty_at_most():
    alarms, runs = 0, 200
    for seed in range(runs):
        experiment = replace(TRIED, salt=f"salt {seed}")
        rng = np.random.default_rng(seed)
        log = [turn(f"u{n}", n * 60, float(rng.random() < 0.25), experiment=experiment) for n in range(1200)]
        looks = range(200, 1201, 50)
        alarms += any(
            stands(log[:upto], experiment, START + upto * 60 + 2 * HOUR).winner is not None for upto in looks
        )
    assert alarms / runs <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / runs)
