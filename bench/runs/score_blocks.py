"""The stored scores of a run, some articles at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from math import fsum

from bench.errors import RunDirectoryError
from bench.runs.article_scores import ArticleScores, Key
from bench.runs.files import SCORES
from bench.runs.finished import FinishedRun
from bench.runs.score_checks import check_count, check_mean

Numbers = Callable[[Sequence[str]], Sequence[int]]
"""The position of each article in the dataset of its run."""
_Block = tuple[dict[Key, ArticleScores], dict[str, str]]


class ScoreBlocks:
    """Reads the scores of a run in blocks, and checks that they are those of ``results.json``.

    Memory does not grow with the number of articles. Scores that come from ratings are left out.

    Args:
        run: the run.
        numbers: gives the position of its articles.
    """

    def __init__(self, run: FinishedRun, numbers: Numbers) -> None:
        self._run, self._numbers = run, numbers
        self._where = f"{run.location}/{SCORES}"
        self._counts: Counter[Key] = Counter()
        self._sums: defaultdict[Key, float] = defaultdict(float)
        self._widths: dict[Key, int] = {}
        self._last: dict[tuple[str, str], int] = {}
        self._models = {
            (task, model): result
            for task, found in run.results.tasks.items()
            for model, result in found.models.items()
        }
        self._full = {
            job: [name for name, score in result.scores.items() if score.n is None]
            for job, result in self._models.items()
        }
        names = run.results.scores
        facts = run.results.metrics
        self._rated = {name for name in names if facts[run.results.metric_of(name)].rater}

    def read(self) -> Iterator[_Block]:
        """The scores and digests of the articles, in the order of the dataset.

        Raises:
            RunDirectoryError: the file cannot be read, or does not belong to ``results.json``.
        """
        for everything, digests in self._run.score_blocks(self._is_whole):
            scores = {key: own for key, own in everything.items() if key[2] not in self._rated}
            self._check_articles(scores)
            for key, found in scores.items():
                self._counts[key] += len(found.articles)
                self._sums[key] += fsum(found.values)
                self._check_statistics(key, found)
            yield scores, digests
        self._check_means()

    def _is_whole(self, scores: dict[Key, ArticleScores]) -> bool:
        """Whether the scores of each model are those of the same articles.

        Scores that some articles lack because they have no text are left out.
        """
        return all(
            len({self._size(scores, (*job, name)) for name in names}) <= 1
            for job, names in self._full.items()
        )

    def _size(self, scores: dict[Key, ArticleScores], key: Key) -> int:
        return len(scores[key].articles) if key in scores else 0

    def _check_articles(self, scores: dict[Key, ArticleScores]) -> None:
        """Check that the articles of a model follow those of the last block."""
        known: dict[tuple[str, ...], tuple[int, int]] = {}
        ends: dict[tuple[str, str], int] = {}
        for (task, model, score), found in scores.items():
            if found.articles not in known:
                numbers = self._numbers(found.articles)
                if len(numbers) < len(found.articles):
                    raise RunDirectoryError(
                        f"{self._where}: has scores of articles that are not among the references;"
                        " run again"
                    )
                known[found.articles] = min(numbers), max(numbers)
            first, last = known[found.articles]
            if first <= self._last.get((task, model), -1):
                raise RunDirectoryError(
                    f"{self._where}: an article has {score} of {model} ({task}) twice, or the"
                    " articles are not in the order of the dataset; run again"
                )
            ends[task, model] = max(last, ends.get((task, model), -1))
        self._last |= ends

    def _check_statistics(self, key: Key, found: ArticleScores) -> None:
        width = 0 if found.statistics is None else found.statistics.shape[1]
        is_sum = key[2] in self._run.summed_scores
        if (width > 0) != is_sum or self._widths.setdefault(key, width) != width:
            task, model, score = key
            raise RunDirectoryError(
                f"{self._where}: not all articles have the same statistics of {score} of {model}"
                f" ({task}); run again"
            )

    def _check_means(self) -> None:
        for (task, model), result in self._models.items():
            for score, stated in result.scores.items():
                if score in self._rated:
                    continue
                key, articles = (task, model, score), stated.n or result.articles
                check_count(self._where, key, self._counts[key], articles)
                if score not in self._run.summed_scores:
                    check_mean(self._where, key, self._sums[key] / articles, stated.mean)
