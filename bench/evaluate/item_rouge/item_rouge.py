"""ROUGE of lists of items as a module of the ``evaluate`` library.

    module = evaluate.load("<folder of this file>")
    module.compute(predictions=[["Why now?"]], references=[["Why?"]])

The folder is ``bench.evaluate_module("item_rouge")``. Nothing is fetched. Other languages
than English need ``tokenizer="unicode"``.
"""

import evaluate

import bench
import datasets

METRICS = ("rouge1", "rouge2", "rougeL", "rougeLsum")


class ItemRouge(evaluate.Metric):
    """ROUGE-1, -2, -L and -Lsum of the items of each list as one text."""

    def _info(self) -> evaluate.MetricInfo:
        lists = datasets.List(datasets.Value("string"))
        return evaluate.MetricInfo(
            description="ROUGE of lists of items joined by line ends, as rouge-score has it.",
            citation="",
            inputs_description="predictions, references: for each article a list of strings.",
            features=datasets.Features({"predictions": lists, "references": lists}),
        )

    def _compute(
        self,
        predictions: list[list[str]],
        references: list[list[str]],
        metrics: tuple[str, ...] = METRICS,
        tokenizer: str | None = None,
    ) -> dict[str, float]:
        return bench.score(predictions, references, metrics=metrics, tokenizer=tokenizer)
