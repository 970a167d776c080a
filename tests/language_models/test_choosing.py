"""Choosing among short answers by log-probabilities."""

import math

import pytest

from palate.errors import LanguageModelError
from palate.language_models.base import Message
from palate.language_models.choosing import among, choice_log_probabilities
from palate.language_models.scripted import Answer, ScriptedModel

ASKED = [Message("user", "Is the sky blue? Yes or No.")]


def test_tokens_that_begin_a_choice_count_for_it():
    first = {
        "Yes": math.log(0.3),
        " yes": math.log(0.1),
        "Y": math.log(0.1),
        "No": math.log(0.1),
        "The": -1.0,
    }
    yes, no = among(first, ["Yes", "No"])
    assert math.exp(yes) == pytest.approx(5 / 6)
    assert math.exp(no) == pytest.approx(1 / 6)


def test_a_choice_that_is_not_there_is_at_most_as_likely_as_the_least():
    yes, no = among({"Yes": math.log(0.6), "x": math.log(0.2)}, ["Yes", "No"])
    assert math.exp(yes) == pytest.approx(0.75)
    assert math.exp(no) == pytest.approx(0.25)


def test_none_of_them_is_an_error():
    with pytest.raises(LanguageModelError, match="'Yes', 'No'"):
        among({"Perhaps": -0.1, "": -1.0}, ["Yes", "No"])


def test_chinese_choices():
    yes, no = among({"是": math.log(0.2), "否": math.log(0.6)}, ["是", "否"])
    assert (math.exp(yes), math.exp(no)) == (pytest.approx(0.25), pytest.approx(0.75))


def test_a_model_that_tells_none_is_an_error():
    with pytest.raises(LanguageModelError, match="tells no log-probabilities"):
        choice_log_probabilities(ScriptedModel(["Yes"]), ASKED, ["Yes", "No"], timeout=1)


def test_one_token_is_asked_for():
    model = ScriptedModel([Answer("Yes", first={"Yes": -0.1, "No": -2.4})])
    yes, no = choice_log_probabilities(model, ASKED, ["Yes", "No"], timeout=1)
    assert yes > no
    assert model.calls[0].max_tokens == 1
