"""Set scores of lists of items as a module of the ``evaluate`` library.

    module = evaluate.load("<folder of this file>")
    module.compute(predictions=[["Why now?"]], references=[["Why?"]])

The folder is ``bench.evaluate_module("item_sets")``. Nothing is fetched. Other languages
than English need ``tokenizer="unicode"``.
"""

import evaluate

import bench
import datasets

METRICS = ("set_rougeL", "greedy_rougeL", "coverage@0.5", "near_duplicates", "exact_match")


class ItemSets(evaluate.Metric):
    """One-to-one and greedy matching, coverage and repetition of lists of items."""

    def _info(self) -> evaluate.MetricInfo:
        lists = datasets.List(datasets.Value("string"))
        return evaluate.MetricInfo(
            description="Lists of items compared with reference lists, item by item.",
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
