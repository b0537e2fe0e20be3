"""Runs: from a config to predictions, scores and results, and their files on disk.

The path of one prediction, from the model to ``results.json``:

1. ``plan`` resolves the config into a ``Plan``: the articles, tasks, models and metrics.
2. ``run`` carries the plan out in a run directory, on an engine.
3. ``batching`` forms a ``GenerateRequest`` of articles that ``prediction_index`` has no row for.
4. ``generation`` calls the model in a worker and returns a ``GenerateResult`` of rows.
5. ``generate`` appends the rows to ``predictions/MODEL.TASK.jsonl``; the index records them.
6. ``score`` forms a ``ScoreRequest`` of a batch of articles with the rows of all models.
7. ``model_scores`` parses the rows of one model in a worker, and ``measure`` calls the metrics.
8. The ``ScoreResult`` comes back; ``scores`` writes it to ``scores.parquet``.
9. ``score_accumulator`` adds it to the sums and samples of each model and task.
10. ``summarise`` computes means and intervals: ``Results``, the content of ``results.json``.
11. ``seal`` writes ``results.json``, and ``run.json`` with the digests of all files, last.

An article is parsed and hashed once, when the dataset is loaded (``bench.data.stored``).
``finished``, ``public`` and ``alignment`` read a run directory afterwards.
"""
