"""What rates the items that models wrote: people, checkpoints and judges, and the raters' names.

All of them write the same rows (``bench.data.ratings``), people and judges by the same rubric
(``rubric``). Any class with ``dimensions`` and ``rate`` is a rater. A config names it
``"module:Class"``, or by its name in the entry-point group ``bench.raters``.
"""

from __future__ import annotations

from bench.raters.adapter import RaterContract
from bench.registry import Registry

__all__ = ["HUMAN", "RATERS"]

HUMAN = "human"
"""The name under which the ratings of people are scored; no rater of a config may have it."""

RATERS = Registry(
    "rater",
    {
        "yes": "bench.raters.yes:YesProbability",
        "answer_gain": "bench.raters.answer_gain:AnswerGain",
        "entail": "bench.raters.entail:Entailment",
        "judge": "bench.raters.judge:Judge",
    },
    group="bench.raters",
    contract=RaterContract(),
)
