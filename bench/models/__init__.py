"""What writes the lists: one file a family, and the table of names.

A model of your own is any class with ``tasks`` and ``predict``; it is named ``"module:Class"`` in a
config or stands in the entry-point group ``bench.models``.
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
        "textrank": "bench.heuristics.sumy:TextRank",
        "lexrank": "bench.heuristics.sumy:LexRank",
        "lsa": "bench.heuristics.lsa:Lsa",
        "sumbasic": "bench.heuristics.sumy:SumBasic",
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
