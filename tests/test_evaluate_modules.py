"""The measures inside the ``evaluate`` library, with the network off."""

from __future__ import annotations

from pathlib import Path

import pytest

import bench
from bench.errors import ConfigError
from bench.metrics import Block, metric_named
from bench.metrics.adapter import checked_statistics, checked_whole

PREDICTIONS = [["Why now?", "Who pays?"], ["How?"]]
REFERENCES = [["Why now?"], ["Who knows?", "How?"]]


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_MODULES_CACHE", str(tmp_path / "modules"))


@pytest.mark.slow
def test_each_module_gives_what_bench_gives():
    import evaluate

    for name, some in (("item_sets", "set_rougeL.f1"), ("item_rouge", "rougeLsum.recall")):
        module = evaluate.load(bench.evaluate_module(name))
        scores = module.compute(predictions=PREDICTIONS, references=REFERENCES)
        ours = bench.score(PREDICTIONS, REFERENCES, metrics=[some.partition(".")[0]])
        assert scores[some] == ours[some]


@pytest.mark.slow
def test_modules_refuse_scripts_that_their_tokenizer_does_not_know():
    import evaluate

    russian = [["Почему NATO выросло в 2024?"]]
    for name, score in (("item_sets", "set_rougeL.f1"), ("item_rouge", "rouge1.f1")):
        module = evaluate.load(bench.evaluate_module(name))
        with pytest.raises(bench.BenchError, match=r"references\[0\]: 78% of the letters"):
            module.compute(predictions=russian, references=russian)
        german = [["Wie hoch ist die Gebühr?"]]
        with pytest.warns(bench.TokenizerWarning, match="'Gebühr'"):
            module.compute(predictions=german, references=german)
        read = module.compute(predictions=russian, references=russian, tokenizer="unicode")
        assert read[score] == 1


@pytest.mark.slow
def test_modules_combine():
    import evaluate

    paths = [bench.evaluate_module(name) for name in ("item_sets", "item_rouge")]
    combined = evaluate.combine([evaluate.load(path) for path in paths])
    scores = combined.compute(predictions=PREDICTIONS, references=REFERENCES)
    assert {"set_rougeL.f1", "rouge1.f1"} <= set(scores)


def test_unknown_module_is_answered_with_the_nearest():
    with pytest.raises(bench.BenchError, match="did you mean 'item_sets'"):
        bench.evaluate_module("item_set")


@pytest.mark.slow
def test_any_measure_of_evaluate_can_stand_in_a_config(tmp_path):
    folder = tmp_path / "same"
    folder.mkdir()
    (folder / "same.py").write_text(
        "import datasets\nimport evaluate\n\n\n"
        "class Same(evaluate.Metric):\n"
        "    def _info(self):\n"
        "        text = datasets.Value('string')\n"
        "        features = datasets.Features({'predictions': text, 'references': text})\n"
        "        return evaluate.MetricInfo(description='', citation='', features=features)\n\n"
        "    def _compute(self, predictions, references, bonus=0):\n"
        "        same = float(predictions == references)\n"
        "        return {'same': same + bonus, 'lengths': [len(p) for p in predictions]}\n"
    )
    metric = metric_named("evaluate", measure=str(folder), arguments={"bonus": 2})
    block = Block([["ab", "c"], ["x"]], [["ab", "c"], ["y"]])
    assert metric.scores("same") == ("same.lengths", "same.same")
    statistics = checked_statistics(metric, block)
    assert metric.aggregate(statistics).tolist() == [2.5, 2.5]
    assert checked_whole(metric, statistics.sum(axis=0), 2).tolist() == [2.5, 2.5]
    before = metric.signature
    (folder / "same.py").write_text((folder / "same.py").read_text() + "# edited\n")
    again = metric_named("evaluate", measure=str(folder), arguments={"bonus": 2})
    assert again.signature != before


class _Difference:
    """A measure of an error, or of what may be negative: the difference in length."""

    def compute(self, predictions, references, sign=1):
        return {"difference": sign * abs(len(predictions[0]) - len(references[0]))}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("better", "sign", "expected"), [(False, 1, [[1], [5]]), (True, -1, [[-1], [0]])]
)
def test_measures_of_evaluate_may_be_errors_or_negative(monkeypatch, better, sign, expected):
    evaluate = pytest.importorskip("evaluate")
    monkeypatch.setattr(evaluate, "load", lambda _: _Difference())
    options = {"higher_is_better": better, "arguments": {"sign": sign}}
    metric = metric_named("evaluate", measure="wer", **options)
    assert metric.higher_is_better is better
    block = Block([["abc"], []], [["ab"], ["abcde"]])
    assert checked_statistics(metric, block).tolist() == expected


def test_direction_of_a_measure_is_in_its_signature_where_it_is_given():
    plain, error = (
        metric_named("evaluate", measure="wer", **options)
        for options in ({}, {"higher_is_better": False})
    )
    assert plain.signature == 'wer|measure:wer|arguments:{"dict":[[]]}|agg:mean|v:1'
    assert "|higher_is_better:no|" in error.signature


@pytest.mark.parametrize(
    ("measure", "arguments", "tokenizers"),
    [
        ("rouge", {}, ["evaluate:rouge"]),
        ("some/where/rouge", {"use_stemmer": True}, ["evaluate:rouge"]),
        ("rouge", {"tokenizer": str.split}, []),
        ("bleu", {}, ["sacrebleu:13a"]),
        ("google_bleu", {"tokenizer": str.split}, []),
        ("sacrebleu", {}, ["sacrebleu:13a"]),
        ("sacrebleu", {"tokenize": "zh"}, ["sacrebleu:zh"]),
        ("meteor", {}, []),
    ],
)
def test_tokenizers_of_well_known_measures_are_known(measure, arguments, tokenizers):
    metric = metric_named("evaluate", measure=measure, arguments=arguments)
    assert metric.tokenizers == frozenset(tokenizers)


@pytest.mark.slow
def test_measure_that_cannot_be_loaded_is_one_line():
    with pytest.raises(ConfigError, match="evaluate cannot load 'no_such_measure'"):
        metric_named("evaluate", measure="no_such_measure").scores("x")
