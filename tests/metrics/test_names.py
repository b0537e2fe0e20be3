from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

from bench.errors import ConfigError, UnknownNameError
from bench.metrics import STANDARD, as_metric, metric_named
from bench.metrics.names import parse_name
from bench.metrics.rouge import RougeN
from bench.metrics.sets import Coverage
from bench.metrics.similarity import Similarity, similarity_named
from bench.text.tokens import tokenizer_named


def test_parameters_may_stand_in_the_name():
    assert metric_named("rouge4").n == 4
    assert metric_named("coverage@0.7").at == 0.7
    assert metric_named("coverage", at=0.7) == metric_named("coverage@0.7")
    assert metric_named("distinct3").name == "distinct3"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("rougeLsm", "unknown metric 'rougeLsm'; did you mean 'rougeLsum'"),
        ("set_chrff", "unknown similarity 'chrff'; did you mean 'chrf'"),
        ("zzz", "available: "),
    ],
)
def test_unknown_name_is_answered_with_the_nearest(name, hint):
    with pytest.raises(UnknownNameError) as error:
        metric_named(name)
    assert hint in str(error.value)


@dataclass(frozen=True)
class Own(Similarity):
    """A similarity of a user's own, whose parameter only has the name of another's."""

    tokenize: bool = True

    def matrix(self, predictions, references):
        return np.ones((len(predictions), len(references)))


@dataclass(frozen=True)
class OwnWords(Own):
    """One that has a tokenizer."""

    tokenizer: str = "unset"


def test_unknown_or_unfit_parameter_is_named():
    with pytest.raises(UnknownNameError, match="'stemer'; did you mean 'stemmer'"):
        metric_named("rougeL", stemer=True)
    with pytest.raises(ConfigError, match="at: must be a number, not "):
        metric_named("coverage", at="high")


def test_every_parameter_changes_the_signature():
    variants = [
        metric_named("rougeL"),
        metric_named("rougeL", stemmer=False),
        metric_named("rougeL", tokenizer="unicode"),
        metric_named("rougeLsum"),
        metric_named("coverage@0.5"),
        metric_named("coverage@0.6"),
    ]
    assert len({metric.signature for metric in variants}) == len(variants)


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        *((name, {}, "n must be 1 or more") for name in ("novel0", "distinct0", "rouge0", "map@0")),
        ("novel", {"n": -1}, "metric 'novel': n must be 1 or more"),
        *((name, {}, "at must be above 0 and at most 1") for name in ("coverage@0", "coverage@50")),
        *(
            (name, {"at": at}, f"metric '{name}': at must be above 0 and at most 1, not {at:g}")
            for name in ("coverage", "near_duplicates")
            for at in (math.nan, math.inf, -0.1, 1.1)
        ),
        *(
            ("set", {"beta": beta}, f"similarity 'rougeL': beta must be .* above 0, not {beta:g}")
            for beta in (math.nan, math.inf, 0, -1)
        ),
    ],
)
def test_parameters_that_give_no_meaningful_score_are_refused(name, parameters, message):
    with pytest.raises(ConfigError, match=message) as caught:
        metric_named(name, **parameters)
    assert ": :" not in str(caught.value)


@pytest.mark.parametrize(
    ("metric", "tokenizers"),
    [
        (metric_named("rougeLsum"), ["rouge-score"]),
        (metric_named("rouge2", tokenizer="unicode"), ["unicode"]),
        (metric_named("token_f1"), ["squad"]),
        (metric_named("exact_match"), ["squad"]),
        (metric_named("distinct1"), ["rouge-score"]),
        (metric_named("novel2"), ["rouge-score"]),
        (metric_named("set_rougeL"), ["rouge-score"]),
        (metric_named("coverage", similarity="jaccard", tokenizer="unicode"), ["unicode"]),
        (metric_named("set_token_f1"), ["squad"]),
        (metric_named("set_chrf"), []),
        (metric_named("greedy_bleu"), ["sacrebleu:13a"]),
        (metric_named("near_duplicates", similarity="bleu", tokenize="zh"), ["sacrebleu:zh"]),
        (metric_named("self_bleu", tokenize="char"), ["sacrebleu:char"]),
        (metric_named("bleu"), ["sacrebleu:13a"]),
        (metric_named("chrf"), []),
        (metric_named("count_difference"), []),
        (metric_named(f"set_{__name__}:Own"), []),
        (metric_named(f"set_{__name__}:OwnWords"), ["unset"]),
    ],
)
def test_every_metric_says_which_tokenizers_it_reads_with(metric, tokenizers):
    assert metric.tokenizers == frozenset(tokenizers)


def test_numbers_of_another_version_of_a_tokenizer_are_told_apart():
    for name in ("rougeL", "set_rougeL", "novel2"):
        assert "unicode_v:2" in metric_named(name, tokenizer="unicode").signature.split("|")
        assert metric_named(name).signature.endswith("|v:1")
    for_all = {"tokenizer": "unicode"}
    assert metric_named("set_chrf", unless_set=for_all).signature.endswith("|v:1")


def test_every_standard_metric_says_what_it_is():
    for name in STANDARD:
        metric = metric_named(name)
        assert metric.name == name
        assert metric.description
        assert metric.source


def test_means_do_not_depend_on_the_order_of_articles():
    metric = metric_named("jaccard")
    values = np.random.default_rng(0).random((999, 1))
    assert metric.aggregate(values) == metric.aggregate(values[::-1])


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The cat, an owl & a dog!", ["cat", "owl", "dog"]),
        ("theatre's", ["theatres"]),
        ("THE the A", []),
        ("", []),
    ],
)
def test_squad_normalisation(text, tokens):
    assert [plain.split() for plain in tokenizer_named("squad").plain([text])] == [tokens]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("日本の officers", ["日", "本", "の", "officers"]),
        ("Ärger ÉTÉ", ["ärger", "été"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("snake_case 3.5", ["snake", "case", "3", "5"]),
    ],
)
def test_unicode_tokens(text, tokens):
    assert [plain.split() for plain in tokenizer_named("unicode").plain([text])] == [tokens]


@pytest.mark.parametrize(
    ("name", "family", "parameters"),
    [
        ("rouge3", "rouge", {"n": "3"}),
        ("coverage@.7", "coverage", {"at": ".7"}),
        ("map@5", "map", {"n": "5"}),
        ("set_chrf", "set", {"similarity": "chrf"}),
        ("greedy_own:Words2", "greedy", {"similarity": "own:Words2"}),
        ("token_f1", "token_f1", {}),
        ("mine2", "mine2", {}),
        ("odd7", "odd7", {}),
        ("own:Class3", "own:Class3", {}),
    ],
)
def test_name_is_split_only_where_the_table_has_the_family(name, family, parameters):
    known = {"rouge", "coverage", "map", "set", "greedy", "token_f1", "token_f", "mine2", "mine"}
    assert parse_name(name, known) == (family, parameters)


@pytest.mark.parametrize(
    ("build", "name", "parameters", "said"),
    [
        (metric_named, "rouge3", {"n": 2}, "metric 'rouge3': its name sets n to 3; remove the"),
        (metric_named, "coverage@0.7", {"at": 0.5}, "sets at to 0.7"),
        (metric_named, "map@5", {"n": 3}, "sets n to 5"),
        (metric_named, "set_chrf", {"similarity": "bleu"}, "sets similarity to chrf"),
        (metric_named, "set_chrf", {"similarity": {"use": "bleu"}}, "sets similarity to chrf"),
        (metric_named, "set_chrf", {"similarity": 3}, "sets similarity to chrf"),
        (similarity_named, "rouge2", {"n": 3}, "similarity 'rouge2': its name sets n to 2"),
    ],
)
def test_parameter_cannot_contradict_the_name(build, name, parameters, said):
    with pytest.raises(ConfigError, match=said):
        build(name, **parameters)


def test_parameter_may_repeat_the_name():
    assert metric_named("rouge3", n=3) == metric_named("rouge3")
    assert metric_named("coverage@.7", at=0.7) == metric_named("coverage@0.7")
    nested = metric_named("set_rougeL", similarity={"use": "rougeL", "stemmer": False})
    assert nested == metric_named("set_rougeL", stemmer=False)


@dataclass(frozen=True)
class OwnSet(Coverage):
    """A user's metric over a similarity."""


def test_defaults_reach_whatever_has_them_and_nothing_else():
    defaults = {"tokenizer": "unicode", "stemmer": False}
    own = f"{__name__}:OwnSet"
    for metric in (
        as_metric("coverage", defaults),
        as_metric({"use": own}, defaults),
        as_metric(OwnSet, defaults),
        as_metric(RougeN, defaults),
    ):
        assert metric.tokenizers == {"unicode"}
    assert as_metric({"use": own, "similarity": "chrf"}, defaults).tokenizers == frozenset()
    assert as_metric({"use": own, "tokenizer": "squad"}, defaults).tokenizers == {"squad"}
    assert as_metric("count_difference", defaults) == metric_named("count_difference")
    ready = metric_named("rougeL")
    assert as_metric(ready, defaults) is ready


def test_class_and_its_name_are_the_same_metric():
    assert as_metric(RougeN).signature == metric_named("rouge").signature


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("coverage@0.7_embed", {"at": "0.7", "similarity": "embed"}),
        ("coverage@0.7_mine:Own_one", {"at": "0.7", "similarity": "mine:Own_one"}),
        ("map@5_rouge2", {"n": "5", "similarity": "rouge2"}),
        ("near_duplicates_embed", {"similarity": "embed"}),
        ("coverage@0.7", {"at": "0.7"}),
    ],
)
def test_name_may_hold_a_threshold_and_a_similarity(name, parameters):
    known = {"coverage", "map", "near_duplicates"}
    assert parse_name(name, known).parameters == parameters


@pytest.mark.parametrize(
    "name", ["coverage@0.7_chrf", "map@5_rouge2", "near_duplicates_jaccard", "coverage@0.7"]
)
def test_name_in_tables_names_the_same_metric(name):
    metric = metric_named(name)
    assert metric.name == name
    assert metric_named(metric.name).signature == metric.signature
