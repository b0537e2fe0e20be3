"""The public ``Run``, for notebooks and verbs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bench.article import Article
from bench.display import Displayed, count
from bench.errors import RunDirectoryError, UnknownNameError, unknown_name
from bench.runs.alignment import AlignedItems, Alignments, aligned_items
from bench.runs.articles import articles_of
from bench.runs.by_label import ByLabel, by_label
from bench.runs.failures import broken_metrics, failures
from bench.runs.finished import FinishedRun
from bench.runs.judges.findings import JudgeFindings, PairFindings
from bench.runs.judges.measured import measured_judges
from bench.runs.judges.shown import Disagreements, disagreements
from bench.runs.leaderboard import Leaderboard
from bench.runs.predictions import Prediction
from bench.runs.sample_curve import SampleCurve, sample_curve
from bench.runs.worst import WorstArticles, with_articles, worst
from bench.tasks import task_named

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, eq=False, repr=False)
class Run(FinishedRun, Displayed):
    """A finished run. Its files are read as data, each when it is first needed.

    ``bench.run`` returns one, and ``bench.load_run`` reads one.

    Attributes:
        path: its directory.
        results: means and intervals, as in ``results.json``.
        record: config, versions, notes and counts, as in ``run.json``.
    """

    def __repr__(self) -> str:
        tasks = ", ".join(
            f"{t}: {count(len(r.models), 'model')}" for t, r in self.results.tasks.items()
        )
        dataset = self.results.dataset
        articles = count(dataset.articles, "article")
        return f"<Run {self.name!r} on {dataset.name} ({articles}); {tasks}>"

    def __str__(self) -> str:
        return str(self.leaderboard())

    def _repr_html_(self) -> str:
        return self.leaderboard()._repr_html_()

    @property
    def tasks(self) -> tuple[str, ...]:
        """The names of its tasks."""
        return tuple(self.results.tasks)

    @property
    def models(self) -> tuple[str, ...]:
        """The names of its models, floors and ceilings included."""
        names = (name for task in self.results.tasks.values() for name in task.models)
        return tuple(dict.fromkeys(names))

    @property
    def failures(self) -> list[str]:
        """What went wrong: a line for each model that failed on articles and each broken metric.

        And for each rater that stopped before it had rated everything.
        """
        found = [*failures(self.results, self.rows), *broken_metrics(self.results)]
        return [*found, *self.record.unrated]

    def narrowed(self, task: str | None = None, metric: str | None = None) -> Run:
        """The run with one task only, and with the score of a metric as the primary one.

        Raises:
            UnknownNameError: the task or score does not exist.
        """
        tasks = dict(self.results.tasks)
        if task is not None:
            tasks = {task: tasks[self._known(task, tasks, "task of this run")]}
        if metric is not None:
            score = self.score_named(metric)
            tasks = {
                name: result.by(score)
                for name, result in tasks.items()
                if any(score in model.scores for model in result.models.values())
            }
            if not tasks:
                raise UnknownNameError(f"{self.location}: no model of {task} has a {score}")
        return replace(self, results=self.results.model_copy(update={"tasks": tasks}))

    def leaderboard(self, task: str | None = None, metric: str | None = None) -> Leaderboard:
        """The leaderboard: printed as text, shown as HTML in a notebook.

        Args:
            task: only this task.
            metric: the score to sort by, or a metric (its F1); each task's primary score if not
                given.

        Raises:
            UnknownNameError: the task or score does not exist.
        """
        return Leaderboard(self.narrowed(task, metric).results, judges=tuple(self.judges(task)))

    def judges(self, task: str | None = None) -> list[JudgeFindings | PairFindings]:
        """What was found about each judge, by task and criterion.

        Its biases (position, length, family), the share of answers that are not verdicts, its
        agreement with people, and scores that are corrected by them.

        Args:
            task: only this task.

        Raises:
            RunDirectoryError: ratings cannot be read or have changed since the run.
        """
        return measured_judges(self, task)

    def scores(self, metric: str | None = None) -> pa.Table:
        """The scores of all articles.

        Args:
            metric: only this score, or a metric (its F1); all if not given.

        Returns:
            Columns ``task``, ``model``, ``metric``, ``article`` (strings) and ``value`` (double),
            one row for each score of each article. If a model has several samples of an article,
            also ``sample`` (integer, from 0 on), one row for each score of each sample.

        Raises:
            UnknownNameError: the score does not exist.
        """
        import pyarrow as pa

        wanted = None if metric is None else self.score_named(metric)
        stored = self.all_scores if wanted is None else self.scores_of(wanted)
        several = any(found.samples for found in stored.values())
        parts = [
            pa.table(
                {
                    **{
                        key: pa.repeat(value, len(columns["value"]))
                        for key, value in zip(("task", "model", "metric"), name, strict=True)
                    },
                    **columns,
                    "article": pa.array(columns["article"], pa.string()),
                }
            )
            for name, found in stored.items()
            for columns in [found.columns(samples=several)]
        ]
        strings = ("task", "model", "metric", "article")
        schema = pa.schema([*((name, pa.string()) for name in strings), ("value", pa.float64())])
        return pa.concat_tables(parts).combine_chunks() if parts else schema.empty_table()

    def task_of(self, model: str, task: str | None = None) -> str:
        """The task that a model was run on.

        Args:
            model: its name.
            task: one of its tasks; may be omitted if the model has only one.

        Raises:
            UnknownNameError: the model does not exist, or was not run on the task.
        """
        tasks = self._tasks_of(model)
        if task is not None:
            return self._known(task, tasks, f"task of {model}")
        if len(tasks) > 1:
            raise UnknownNameError(f"{model} has {' and '.join(tasks)}; give task=")
        return tasks[0]

    def predictions(self, model: str, task: str | None = None) -> list[Prediction]:
        """The predictions of a model, one row for each sample of an article; usually there is one.

        Args:
            model: its name.
            task: the task; may be omitted if the model has only one.

        Raises:
            UnknownNameError: the model or task does not exist.
            RunDirectoryError: the predictions are missing.
        """
        name = self.task_of(model, task)
        if not self.has_rows(name, model):
            raise RunDirectoryError(
                f"{self.location}: the predictions of {model} ({name}) are missing"
            )
        return list(self.rows(name, model))

    def articles(self, dataset: str | None = None, **reading: Any) -> Iterable[Article]:
        """The articles, in the order of the dataset; without texts if these are unavailable.

        Args:
            dataset: the path of the dataset, if it has moved.
            reading: ``split``, ``columns``, ``group_by``, ``preset``, if they differ from those of
                the run.

        Raises:
            RunDirectoryError: they cannot be read, or are not those of the run.
        """
        return articles_of(self, dataset, reading).articles

    def article(self, article_id: str, dataset: str | None = None) -> Article:
        """One article.

        Raises:
            UnknownNameError: the article does not exist.
        """
        ids = []
        for article in self.articles(dataset):
            if article.id == article_id:
                return article
            ids.append(article.id)
        raise UnknownNameError(unknown_name("article", article_id, ids))

    def alignment(
        self,
        model: str,
        article: str | None = None,
        task: str | None = None,
        *,
        articles: Iterable[Article] | None = None,
        raw: bool = False,
    ) -> Alignments:
        """Match what a model wrote for an article with the references.

        Args:
            model: its name.
            article: the article's id; the first that has references if not given.
            task: the task; every task of the model if not given.
            articles: the articles of the run, if they are loaded already.
            raw: whether to show the raw text too, with what the parser dropped marked.

        Raises:
            UnknownNameError: the model, task or article does not exist.
        """
        tasks = [self.task_of(model, task)] if task else self._tasks_of(model)
        known = list(self.articles() if articles is None else articles)
        found: list[AlignedItems] = []
        for name in tasks:
            usable = [one for one in known if task_named(name).references(one)]
            chosen = [one for one in usable if article in (None, one.id)][:1]
            if not chosen:
                ids = (one.id for one in usable)
                raise UnknownNameError(unknown_name(f"article with {name}", str(article), ids))
            found += aligned_items(self, model, name, chosen)
        curves = (self.sample_curve(model, name) for name in tasks)
        return Alignments(tuple(found), tuple(curve for curve in curves if curve), raw)

    def sample_curve(
        self, model: str, task: str | None = None, metric: str | None = None
    ) -> SampleCurve | None:
        """The expected best and worst of 1, 2, ... samples of a model.

        Args:
            model: its name.
            task: the task; may be omitted if the model has only one.
            metric: the score, or a metric (its F1); the task's primary score if not given.

        Returns:
            None unless each article has several samples.

        Raises:
            UnknownNameError: the model, task or score does not exist.
        """
        name = self.task_of(model, task)
        primary = self.results.tasks[name].primary
        score = primary if metric is None else self.score_named(metric)
        return sample_curve(self, name, model, score)

    def disagreements(self, count: int = 10, model: str | None = None) -> Disagreements:
        """The items of which people and judges think most differently, with the judges' reasons.

        Args:
            count: the maximum number of items.
            model: only items of this model.

        Raises:
            UnknownNameError: the model does not exist.
            RunDirectoryError: ratings cannot be read or have changed since the run.
        """
        if model is not None:
            self._known(model, self.models, "model of this run")
        return disagreements(self, count, model)

    def by(
        self,
        label: str,
        model: str | None = None,
        *,
        task: str | None = None,
        articles: Iterable[Article] | None = None,
    ) -> ByLabel:
        """How well models match the reference items with each value of a label.

        Args:
            label: the name of a label of the references, such as ``kind``.
            model: only this model, with intervals; all models if not given.
            task: the task; may be omitted if the references of only one have the label.
            articles: the articles of the run, if they are loaded already.

        Raises:
            UnknownNameError: no reference has the label, the model or task does not exist, or
                the references of several tasks have the label.
            RunDirectoryError: the references cannot be read.
        """
        if model is not None:
            self._known(model, self.models, "model of this run")
        known = list(self.references() if articles is None else articles)
        return by_label(self.narrowed(task), label, known, [model] if model else ())

    def worst(  # noqa: PLR0913 - an option each
        self,
        count: int = 5,
        model: str | None = None,
        task: str | None = None,
        metric: str | None = None,
        *,
        articles: Iterable[Article] | None = None,
        aligned: bool | None = None,
    ) -> WorstArticles:
        """The articles with the worst scores.

        Args:
            count: the number of articles of each task.
            model: whose scores count; the mean over all competitors if not given.
            task: only this task.
            metric: the score; the primary score of each task if not given.
            articles: the articles of the run, if they are loaded already.
            aligned: whether to match the items with the references (default: if a model is named).

        Raises:
            UnknownNameError: the model, task or score does not exist.
            ConfigError: no model has the score.
        """
        run = self.narrowed(task, metric)
        tasks = run._tasks_of(model) if model else list(run.results.tasks)
        tasks.sort(key=lambda name: name != "summary")
        found = WorstArticles(tuple(worst(run, name, count, model) for name in tasks))
        return with_articles(
            found,
            run,
            lambda: self.articles() if articles is None else articles,
            aligned=model is not None if aligned is None else aligned,
        )

    def _tasks_of(self, model: str) -> list[str]:
        self._known(model, self.models, "model of this run")
        return [name for name, result in self.results.tasks.items() if model in result.models]

    @staticmethod
    def _known(name: str, names: Iterable[str], kind: str) -> str:
        names = list(names)
        if name not in names:
            raise UnknownNameError(unknown_name(kind, name, names))
        return name
