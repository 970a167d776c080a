"""A causal model from a folder: a tiny one with random weights, made here."""

import time
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")
transformers = pytest.importorskip("transformers", reason="needs the extra train")

from palate.errors import LanguageModelError, LanguageModelTimeout  # noqa: E402
from palate.language_models.base import Message, Usage  # noqa: E402
from palate.language_models.choosing import choice_log_probabilities  # noqa: E402
from palate.language_models.transformers_model import TransformersModel  # noqa: E402

ASKED = [Message("system", "Be brief."), Message("user", "hello 你好")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of 2 layers, 32 wide, over bytes; it talks nonsense without an end."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    folder = tmp_path_factory.mktemp("tiny")
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {text: number for number, text in enumerate(["<end>", *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>").save_pretrained(
        folder
    )
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=len(vocabulary), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=2, max_position_embeddings=4_096, eos_token_id=None, bos_token_id=None,
    )  # fmt: skip
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(folder: Path) -> TransformersModel:
    model = TransformersModel(folder)
    model.load()
    return model


def test_it_streams_and_tells_what_it_took(model: TransformersModel):
    told: list[Usage] = []
    pieces = list(model.complete(ASKED, max_tokens=60, timeout=60, report=told.append))
    assert len(pieces) > 1
    assert all(pieces)
    assert told[0].tokens_out == 60
    assert told[0].tokens_in == len("system: Be brief.\nuser: hello 你好\nassistant: ".encode())


def test_greedy_under_a_schema_is_the_same_twice(model: TransformersModel):
    asked = {"schema": {"type": "object"}, "max_tokens": 10, "timeout": 60}
    assert "".join(model.complete(ASKED, **asked)) == "".join(model.complete(ASKED, **asked))  # pyright: ignore[reportArgumentType]


def test_time_is_kept_and_the_model_is_free_again_soon(model: TransformersModel):
    began = time.monotonic()
    with pytest.raises(LanguageModelTimeout):
        list(model.complete(ASKED, max_tokens=3_000, timeout=0.3))
    assert time.monotonic() - began < 1
    assert list(model.complete(ASKED, max_tokens=5, timeout=20))


def test_a_reader_may_leave_early(model: TransformersModel):
    stream = model.complete(ASKED, max_tokens=3_000, timeout=60)
    next(stream)
    stream.close()  # pyright: ignore[reportAttributeAccessIssue] - a generator
    assert list(model.complete(ASKED, max_tokens=5, timeout=20))


def test_the_best_answers_come_in_order(model: TransformersModel):
    beams = model.beams(ASKED, 4, max_tokens=6, timeout=60)
    assert len(beams) == 4
    scores = [beam.score for beam in beams]
    assert scores == sorted(scores, reverse=True)
    assert all(score < 0 for score in scores)
    with pytest.raises(LanguageModelTimeout):
        model.beams(ASKED, 4, max_tokens=2_000, timeout=0.2)


def test_log_probabilities_of_the_first_token(model: TransformersModel):
    told: list[dict[str, float]] = []
    list(model.complete(ASKED, max_tokens=1, timeout=60, log_probabilities=told.append))  # pyright: ignore[reportArgumentType]
    assert len(told[0]) > 50
    yes, no = choice_log_probabilities(model, ASKED, ["Yes", "No"], timeout=60)
    assert yes < 0
    assert no < 0


def test_a_prompt_beyond_the_context_is_told(model: TransformersModel):
    with pytest.raises(LanguageModelError, match="exceeds the model's context of 4096"):
        list(model.complete([Message("user", "x" * 5_000)], timeout=60))


def test_a_folder_without_a_model_is_told(tmp_path: Path):
    with pytest.raises(LanguageModelError, match=r"no config\.json"):
        list(TransformersModel(tmp_path).complete(ASKED, timeout=60))


def test_pickled_weights_are_not_read(folder: Path, tmp_path: Path):
    for file in folder.iterdir():
        if file.suffix == ".json":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    torch.save({}, tmp_path / "pytorch_model.bin")
    with pytest.raises(LanguageModelError, match="cannot be run"):
        list(TransformersModel(tmp_path).complete(ASKED, timeout=60))
