"""Parts of speech and named entities, as the trace shows them."""

import io
import pickle

import pytest

from palate.understanding.reader import Reader
from palate.understanding.tagging import _Data, parts_of_speech, steps


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        (
            "something funny by Nora Veldt under two hours",
            {"funny": "ADJ", "by": "ADP", "Nora": "PROPN", "two": "NUM", "hours": "NOUN"},
        ),
        ("好用的杯子很便宜", {"杯子": "NOUN", "很": "ADV", "的": "PART"}),
        ("我想要一个 wireless 的 headphone", {"我": "PRON", "想要": "VERB", "headphone": "NOUN"}),
    ],
)
def test_words_of_both_languages_have_their_part_of_speech(
    reader: Reader, text: str, classes: dict[str, str]
) -> None:
    found = dict(steps(reader.read(text), text)["parts of speech"])
    assert {word: found.get(word) for word in classes} == classes


def test_names_are_those_of_the_catalogue_and_proper_nouns_beside_them(reader: Reader) -> None:
    text = "a film by Nora Veldt like Heat Lightning, seen in Chicago"
    entities = steps(reader.read(text), text)["named entities"]
    assert ("nora veldt", "directors", "Nora Veldt") in entities
    assert ("heat lightning", "title", "film-3") in entities
    assert ("Chicago", "name", None) in entities


def test_nothing_said_has_no_words(reader: Reader) -> None:
    assert steps(reader.read(""), "")["parts of speech"] == []


def test_what_is_drawn_together_is_told_apart() -> None:
    assert [word for word, _ in parts_of_speech("I don't like my mother's watch", ())] == [
        "I", "do", "n't", "like", "my", "mother", "'s", "watch",
    ]  # fmt: skip


class _Calls:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("called",)


def test_a_model_that_would_call_something_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(pickle.UnpicklingError, match=r"builtins\.print"):
        _Data(io.BytesIO(pickle.dumps(_Calls()))).load()
    assert capsys.readouterr().out == ""
