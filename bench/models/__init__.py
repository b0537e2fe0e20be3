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
        "lead": "bench.models.extractive:Lead",
        "hybrid": "bench.models.extractive:Hybrid",
        "textrank": "bench.heuristics.text_rank:TextRank",
        "lexrank": "bench.heuristics.lex_rank:LexRank",
        "lsa": "bench.models.lsa:Lsa",
        "sumbasic": "bench.heuristics.sum_basic:SumBasic",
        "template": "bench.models.questions.template:TemplateQuestions",
        "transform": "bench.models.questions.transform:TransformedStatements",
        "title-questions": "bench.models.questions.title:TitleQuestions",
        "title": "bench.models.yardsticks:TitleAlone",
        "random-sentences": "bench.models.extractive:RandomSentences",
        "other-article": "bench.models.yardsticks:OtherArticle",
        "other-editor": "bench.models.yardsticks:OtherEditor",
        "oracle": "bench.models.yardsticks:GreedyOracle",
        "recorded": "bench.models.recorded:Recorded",
        "endpoint": "bench.models.endpoint:Endpoint",
        "seq2seq": "bench.models.neural.seq2seq:Seq2Seq",
        "causal": "bench.models.neural.causal:Causal",
    },
    group="bench.models",
    contract=ModelContract(),
)
