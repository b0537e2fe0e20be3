"""``bench.report``: a page to look at, or tables to paste."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from bench.api.comparing import AnyRun, opened_run
from bench.article import Article
from bench.data.files import write_atomic
from bench.data.storage import folder_at
from bench.data.urls import is_url, local_path, masked
from bench.errors import ConfigError, RunDirectoryError, UnknownNameError, unknown_name
from bench.reports.render import REPORT_FORMATS
from bench.runs.by_label import tasks_with_label
from bench.runs.finished import FinishedRun
from bench.runs.public import Run

ArticleCount = int | Literal["all", "none"]
Note = Callable[[str], None]
_ENDINGS = {"markdown": ".md", "latex": ".tex"}
_FORMATS = {_ENDINGS.get(name, f".{name}"): name for name in REPORT_FORMATS}


def report(  # noqa: PLR0913 - an option each, all by name
    runs: AnyRun | Sequence[AnyRun],
    output: str | Path = "report.html",
    *,
    format: str | None = None,
    articles: ArticleCount = 2000,
    title: str | None = None,
    baseline: str | None = None,
    by: str | None = None,
    dataset: str | None = None,
    **reading: Any,
) -> str:
    """Write a page to look at, or tables to paste into a pull request or a paper.

    Args:
        runs: one run, or several that are comparable.
        output: the file or URL to write.
        format: ``"html"`` is one page that needs no network; the others are leaderboards. As the
            ending of ``output`` says (.html, .md, .tex, .csv, .json) if not given.
        articles: how many articles the page shows: the first N, ``"all"`` or ``"none"``.
        title: title of the page; the dataset's name if not given.
        baseline: the model that the others are compared with when the page opens.
        by: a label of the references, such as ``"kind"``: the tables are about its values, and the
            page shows it first.
        dataset: the dataset with the articles' texts, if it has moved.
        reading: ``split``, ``columns``, ``group_by``, ``preset``: how ``dataset`` is read.

    Returns:
        ``output``.

    Raises:
        RunDirectoryError: the runs are not comparable, or their articles cannot be read.
        UnknownNameError: there is no such format, or no such model as ``baseline``.
        ConfigError: the ending of ``output`` is not that of a format, ``articles`` is not a number
            of articles, or the file cannot be written.
    """
    target = str(output)
    chosen = format or format_of(target)
    several = [runs] if isinstance(runs, FinishedRun | str | Path) else list(runs)
    text = report_text(
        [opened_run(run) for run in several],
        chosen,
        articles=articles,
        title=title,
        baseline=baseline,
        by=by,
        dataset=dataset,
        reading=reading,
    )
    write_report(text, target)
    return target


def format_of(target: str) -> str:
    """The format of a report by the ending of its file or URL.

    Raises:
        ConfigError: it is not the ending of a format.
    """
    found = _FORMATS.get(Path(target.partition("?")[0] if is_url(target) else target).suffix)
    if found is None:
        endings = ", ".join(_FORMATS)
        raise ConfigError(f"{masked(target)}: ends in none of {endings}; rename it or set a format")
    return found


def report_text(  # noqa: PLR0913 - an option each, all by name
    runs: Sequence[Run],
    format: str,
    *,
    articles: ArticleCount = 2000,
    title: str | None = None,
    baseline: str | None = None,
    by: str | None = None,
    dataset: str | None = None,
    reading: Mapping[str, Any] | None = None,
    note: Note = lambda _: None,
    start: Callable[[int], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
) -> str:
    """The text that ``report`` writes.

    Args:
        runs: comparable runs.
        format: as for ``report``.
        articles: as for ``report``.
        title: as for ``report``.
        baseline: as for ``report``.
        by: as for ``report``.
        dataset: as for ``report``.
        reading: keys of a config that say how ``dataset`` is read.
        note: called with a line for each thing that is not shown.
        start: called with the number of articles that the page will show.
        progress: called with the number of articles done since.

    Raises:
        BenchError: as ``report`` does.
    """
    from bench.comparison.combined import combine_runs

    combined = combine_runs(runs)
    if format == "html":
        from bench.reports.page.assemble import page

        if baseline is not None and baseline not in combined.compared_models:
            raise UnknownNameError(unknown_name("model", baseline, combined.compared_models))
        shown = _articles(runs[0], articles, dataset, reading or {}, note)
        if by is not None:
            tasks_with_label(runs[0], by, shown or list(runs[0].references()))
        note_means_only(runs, note)
        start(len(shown))
        pieces = page(
            combined,
            runs,
            shown,
            title=title or f"Benchmark on {combined.results.dataset.name}",
            baseline=baseline,
            by=by,
            progress=progress,
        )
        return "".join(pieces)
    from bench.comparison.leaderboards import leaderboard_of
    from bench.reports.render import render

    if by is not None:
        if len(runs) > 1:
            raise ConfigError(f"by={by!r} needs a single run; give one, or format='html'")
        return render(runs[0].by(by), format)
    ranks = format != "json"
    note_means_only(runs if ranks else (), note)
    return render(leaderboard_of(combined, runs, ranks=ranks), format)


def note_means_only(runs: Iterable[FinishedRun], note: Note) -> None:
    """Say of which scores only means are shown, because the metric's own code would be needed."""
    for run in runs:
        reasons = (run.needs_metric(score) for score in sorted(run.results.scores))
        for reason in dict.fromkeys(reason for reason in reasons if reason):
            note(reason)


def write_report(text: str, target: str) -> None:
    """Write a text to a file or a URL.

    Raises:
        ConfigError: the file cannot be written.
        StorageError: the URL cannot be written.
    """
    if is_url(target):
        folder, _, name = target.rpartition("/")
        with folder_at(f"{folder}/") as copy:
            write_atomic(copy / name, text)
        return
    try:
        write_atomic(local_path(target), text)
    except OSError as error:
        raise ConfigError(f"{target}: cannot be written: {error.strerror}") from error


def _articles(
    run: Run, wanted: ArticleCount, dataset: str | None, reading: Mapping[str, Any], note: Note
) -> list[Article]:
    """The articles that the page shows."""
    from bench.runs.articles import articles_of

    if wanted == "none":
        return []
    if wanted != "all" and (not isinstance(wanted, int) or wanted < 0):
        raise ConfigError(f"articles={wanted!r}: give a number from 0 on, 'all' or 'none'")
    try:
        there = articles_of(run, dataset, reading)
        if there.note:
            note(there.note)
        return list(islice(there.articles, None if wanted == "all" else wanted))
    except RunDirectoryError as error:
        without = "--articles none leaves the articles' pages out"
        raise RunDirectoryError([*error.problems, without]) from error
