"""What models say of the libraries that their output depends on."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from bench.heuristics.extractive import Lead
from bench.models.base import Model
from bench.models.endpoint import Endpoint
from bench.models.neural.causal import Causal
from bench.models.neural.seq2seq import Seq2Seq
from bench.models.recorded import Recorded


@pytest.mark.parametrize(
    ("model", "made_with", "parses_text"),
    [
        (Model, (), False),
        (Lead, (), False),
        (Recorded, (), True),
        (Endpoint, ("openai",), True),
        (Causal, ("torch", "transformers", "tokenizers"), True),
        (Seq2Seq, ("torch", "transformers", "tokenizers"), True),
    ],
)
def test_model_names_the_distributions_that_make_its_output(model, made_with, parses_text):
    assert model.made_with == made_with
    assert model.parses_text == parses_text
    assert all(version(name) for name in made_with)
