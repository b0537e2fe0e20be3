"""What metrics and similarities of everybody's own are called, and what they are told apart by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.component import full_signature, leave_out_files
from bench.errors import ConfigError, UnknownNameError
from bench.metrics import Block, metric_named
from bench.metrics.similarity import similarity_named
from bench.runs.config import Config
from bench.runs.named_metrics import named_metrics

MODULE = """
import numpy as np
from bench.metrics import Metric
from bench.metrics.similarity import Similarity

class Prefix(Similarity):
    def __init__(self, n=2):
        self.n = n

    def matrix(self, predictions, references):
        starts = [[item[: self.n] for item in items] for items in (predictions, references)]
        return np.array([[float(p == r) for r in starts[1]] for p in starts[0]])

class Longest(Metric):
    def __init__(self, scale=1.0):
        self.scale = scale

    def statistics(self, block):
        longest = [max(map(len, items), default=0) for items in block.predictions]
        return self.scale * np.array([longest]).T / 100

class Logged(Longest):
    signature = "Logged|own"

    def statistics(self, block):
        with open("log.txt", "a") as file:
            file.write("x")
        return super().statistics(block)

class Duck:
    higher_is_better = False
    range = (0.0, None)

    def statistics(self, block):
        return np.ones((len(block.predictions), 1))

def shared(predictions, references, at_least=0.0):
    return max(at_least, len(set(predictions) & set(references)))

def first_word(prediction, reference):
    return float(prediction.split()[:1] == reference.split()[:1])
"""
BLOCK = Block([["Why now?", "Who pays?"]], [["Who pays?", "What then?"]])


@pytest.fixture(autouse=True)
def module(request, tmp_path):
    """The module under a name of the test's own, since it is imported once."""
    name = "own_" + "".join(c if c.isalnum() else "_" for c in request.node.name)
    (tmp_path / f"{name}.py").write_text(MODULE)
    return name


def test_one_similarity_with_two_parameters_is_two_metrics(module):
    config = Config.model_validate(
        {
            "name": "c",
            "dataset": "d",
            "models": ["lead"],
            "metrics": [
                {"use": "set", "similarity": {"use": f"{module}:Prefix", "n": 1}},
                {"use": "set", "similarity": {"use": f"{module}:Prefix", "n": 4}},
                f"greedy_{module}:Prefix",
            ],
        }
    )
    metrics = named_metrics(config)
    name = f"set_{module}:Prefix"
    assert list(metrics) == [f"{name}(n=1)", f"{name}(n=4)", f"greedy_{module}:Prefix"]
    by_one, by_four, _ = (metric.statistics(BLOCK)[0, 2] for metric in metrics.values())
    assert (by_one, by_four) == (1.0, 0.5)


def test_similarities_that_differ_share_no_matrices_of_a_block(module):
    block = Block(BLOCK.predictions, BLOCK.references)
    values = [
        metric_named("set", similarity={"use": f"{module}:Prefix", "n": n}).statistics(block)[0, 2]
        for n in (1, 4)
    ]
    assert values == [1.0, 0.5]


def test_same_metric_twice_is_refused(module):
    entry = {"use": "set", "similarity": {"use": f"{module}:Prefix", "n": 2}}
    twice = {"name": "c", "dataset": "d", "models": ["lead"]}
    config = Config.model_validate({**twice, "metrics": [entry, f"set_{module}:Prefix"]})
    with pytest.raises(ConfigError, match="duplicate metric"):
        named_metrics(config)


@pytest.mark.parametrize(
    ("short", "nested"),
    [
        ("set_rouge2", {"use": "rouge", "n": 2}),
        ("set_rougeL", {"use": "rougeL", "stemmer": True}),
        ("set_chrf", "chrf"),
    ],
)
def test_short_names_are_short_for_nested_similarities(short, nested):
    assert metric_named(short).signature == metric_named("set", similarity=nested).signature


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("set_chrf", {"beta": 2.0}, "unknown parameter of similarity 'chrf'|has no parameters"),
        ("set_rougeL", {"similarity": {"use": "rougeL", "stemer": True}}, "did you mean 'stemmer'"),
        ("set", {"similarity": {"n": 2}}, "a mapping that has the key `use`"),
        ("set", {"similarity": 3}, "a name, or a mapping"),
    ],
)
def test_parameters_that_a_similarity_lacks_are_refused(name, parameters, message):
    with pytest.raises((UnknownNameError, ConfigError), match=message):
        metric_named(name, **parameters)


def test_defaults_of_a_config_apply_to_metrics_that_have_them(module):
    for_all = {"tokenizer": "unicode", "stemmer": False}
    assert "stemmer:no" in metric_named("set_rougeL", unless_set=for_all).signature
    assert (
        metric_named("set_chrf", unless_set=for_all).signature == metric_named("set_chrf").signature
    )
    metric_named(f"set_{module}:Prefix", unless_set=for_all)
    own = metric_named("set_rougeL", unless_set=for_all, stemmer=True)
    assert "tokenizer:unicode|stemmer:yes" in own.signature


def test_parameters_of_a_hand_written_constructor_are_in_the_signature(module):
    one, two = (metric_named(f"{module}:Longest", scale=scale) for scale in (0.25, 0.5))
    assert "|scale:0.25|" in one.signature
    assert one.signature != two.signature
    assert metric_named(f"{module}:Longest").signature.startswith(
        "Longest|scale:1|agg:mean|v:1|code:"
    )


def test_signature_of_its_own_does_not_hide_edited_code(module):
    assert full_signature(metric_named(f"{module}:Logged")).startswith("Logged|own|code:")


def test_log_that_a_metric_writes_is_no_part_of_it(module):
    before = metric_named(f"{module}:Logged")
    first = before.identity.text
    before.statistics(BLOCK)
    again = metric_named(f"{module}:Logged")
    assert again.identity.text != first
    leave_out_files(again, frozenset({Path("log.txt").absolute()}))
    assert again.identity.text == first


def test_classes_and_functions_that_derive_from_nothing_are_metrics(module):
    duck = metric_named(f"{module}:Duck")
    assert (duck.name, duck.higher_is_better, duck.range) == ("Duck", False, (0.0, None))
    function = metric_named(f"{module}:shared")
    assert function.statistics(BLOCK).tolist() == [[1.0]]
    assert metric_named(f"{module}:shared", at_least=2.0).statistics(BLOCK).tolist() == [[2.0]]
    first = similarity_named(f"{module}:first_word").matrix(
        BLOCK.predictions[0], ["Who?", "Why not"]
    )
    np.testing.assert_array_equal(first, [[0.0, 1.0], [0.0, 0.0]])


@pytest.mark.parametrize("use", ["subprocess:Popen", "pathlib:Path", "bench.tasks:TASKS"])
def test_invalid_metric_is_refused_before_it_is_called(use):
    for build in (metric_named, similarity_named):
        with pytest.raises(ConfigError, match="does not implement"):
            build(use, args=["touch", "made"]) if "Popen" in use else build(use)
    assert not Path("made").exists()
