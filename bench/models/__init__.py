"""The models, and the table of their names.

Any class with ``tasks`` and ``predict`` is a model. A config names it ``"module:Class"``, or by its
name in the entry-point group ``bench.models``.
"""

from __future__ import annotations

from bench.models.adapter import ModelContract
from bench.registry import Registry

__all__ = ["MODELS"]

MODELS = Registry(
    "model",
    {
        "lead": "bench.heuristics.extractive:Lead",
        "hybrid": "bench.heuristics.extractive:Hybrid",
        "textrank": "bench.heuristics.text_rank:TextRank",
        "lexrank": "bench.heuristics.lex_rank:LexRank",
        "lsa": "bench.heuristics.lsa:Lsa",
        "sumbasic": "bench.heuristics.sum_basic:SumBasic",
        "template": "bench.heuristics.questions.template:TemplateQuestions",
        "transform": "bench.heuristics.questions.transform:TransformedStatements",
        "title-questions": "bench.heuristics.questions.title:TitleQuestions",
        "title": "bench.models.reference_models:TitleAlone",
        "random-sentences": "bench.models.reference_models:RandomSentences",
        "other-article": "bench.models.reference_models:OtherArticle",
        "other-editor": "bench.models.reference_models:OtherEditor",
        "oracle": "bench.models.reference_models:GreedyOracle",
        "recorded": "bench.models.recorded:Recorded",
        "endpoint": "bench.models.endpoint:Endpoint",
        "seq2seq": "bench.models.neural.seq2seq:Seq2Seq",
        "causal": "bench.models.neural.causal:Causal",
    },
    group="bench.models",
    contract=ModelContract(),
)
