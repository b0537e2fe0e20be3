"""Runs: from a config to predictions, scores and results, and their files on disk.

The path of one prediction, from the model to ``results.json``:

1. ``plan.make_plan`` resolves the config into a ``Plan``: articles, tasks, models and metrics.
2. ``run.execute`` carries the plan out in a run directory, on an engine.
3. ``batching.requests`` forms a ``GenerateRequest`` of the articles that have no row in the
   ``prediction_index.PredictionIndex`` yet.
4. ``generation.Generation`` calls the model in a worker, and returns rows in a ``GenerateResult``.
5. ``generate.generate`` appends the rows to ``predictions/MODEL.TASK.jsonl`` and to the index.
6. ``rating.rate`` lets the raters of the config, if any, rate the items in the rows
   (``rated_units``, ``rating_index``, ``rating_work``), and appends to
   ``ratings/RATER.MODEL.TASK.jsonl``.
7. ``score.score`` forms a ``ScoreRequest`` of a batch of articles with the rows of all models.
8. ``model_scorer.ModelScorer`` reads the rows of one model in a worker; ``measure.measure`` calls
   the metrics on the items, and ``averaging.averaged`` averages several samples of an article.
9. ``scores.ScoreWriter`` writes the ``ScoreResult`` to ``scores.parquet``.
10. ``score_accumulator.ScoreAccumulator`` adds it to the sums of each model and task.
11. ``summarise.summarise`` computes means and intervals: ``Results``. ``rated_results`` adds the
    scores that come from ratings (``rating_scores``, ``human_ratings``).
12. ``seal.write_sealed`` writes ``results.json``, and last ``run.json`` with all digests.

An article is parsed and hashed once, when the dataset is loaded (``bench.data.stored``).
``finished``, ``public`` and ``alignment`` read a run directory afterwards.
"""
