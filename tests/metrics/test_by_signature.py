"""Shipped metrics are found by the signatures of scores, and nothing else is."""

from __future__ import annotations

import re

import pytest

from bench.metrics import STANDARD, metric_named
from bench.metrics.by_signature import corpus_metric, metric_description
from bench.metrics.chrf import Chrf
from bench.metrics.translation import Bleu


@pytest.mark.parametrize("metric", [Bleu(), Bleu(tokenize="char"), Bleu(tokenize="zh"), Chrf()])
@pytest.mark.parametrize("more", ["", "|refs:best"])
def test_corpus_metric_is_made_from_its_signature(metric, more):
    assert corpus_metric(metric.signature + more) == metric


def test_version_of_the_library_that_counted_does_not_matter():
    signature = re.sub(r"version:[^|,]*", "version:1.0.0", Bleu().signature)
    assert signature != Bleu().signature
    assert corpus_metric(signature) == Bleu()


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "bleu",
        "bleu|agg:corpus|v:1",
        "subprocess:Popen|args:touch|agg:corpus|v:1",
        "canary:Thing|agg:corpus|v:1",
        "evaluate|measure:outside|agg:corpus|v:1",
        "Chars|agg:corpus|v:1|code:0123456789ab",
        Bleu().signature.replace("|v:1", "|v:2"),
        Bleu().signature.replace("case:mixed", "case:lc"),
        Bleu().signature.replace("tok:13a", "tok:none-such"),
        Bleu().signature + "|code:0123456789ab",
        metric_named("rouge1").signature,
    ],
)
def test_another_signature_is_nobodys(signature):
    assert corpus_metric(signature) is None


@pytest.mark.parametrize("name", [*STANDARD, "bleu", "map@3", "set_chrf", "coverage@0.5_bleu"])
def test_shipped_metric_is_described(name):
    name, _, similarity = name.partition("_") if name.startswith("coverage") else (name, "", "")
    metric = metric_named(name, **({"similarity": similarity} if similarity else {}))
    assert metric_description(metric.signature) == (metric.description, metric.source)


def test_metric_of_somebody_else_is_not_described():
    assert metric_description("rouge1|v:1|code:0123456789ab") == ("", "")
    assert metric_description("rouge|measure:rouge|agg:mean|v:1") == ("", "")
    assert metric_description("Thing|agg:mean|v:1") == ("", "")
