"""``bench.rate`` and ``bench.import_ratings``: ratings by people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.api.comparing import AnyRun, opened_run
from bench.data.files import write_atomic
from bench.data.urls import is_url
from bench.errors import ConfigError, RunDirectoryError, UnknownNameError, unknown_name
from bench.runs.loading import load_run
from bench.runs.public import Run

if TYPE_CHECKING:
    from bench.article import Article
    from bench.raters.rubric import Rubric
    from bench.rating.findings import RatingReport
    from bench.rating.outlook import RatingOutlook
    from bench.rating.sheets import Sheet
    from bench.tasks import TaskName

Note = Callable[[str], None]
SHEET_FORMATS = ("html", "xlsx", "csv")
"""The kinds of sheet files."""


@dataclass(frozen=True)
class RatingSheets:
    """The sheets that were written.

    Attributes:
        sheet: the id of the set of sheets.
        files: the files for raters.
        key: the file that maps ids to models; not for raters.
        entries: how many items or comparisons each sheet has.
        values: how many values each rater is asked for.
    """

    sheet: str
    files: tuple[str, ...]
    key: str
    entries: tuple[int, ...]
    values: tuple[int, ...]


def rate(  # noqa: PLR0913 - an option each, all by name
    run: AnyRun,
    output: str | Path | None = None,
    *,
    task: str | None = None,
    models: Sequence[str] = (),
    reference: bool = False,
    articles: int | None = 10,
    items: int | None = None,
    samples: int | None = 1,
    criteria: Sequence[str] = (),
    rubric: str | Path | None = None,
    pairwise: bool = False,
    raters: int = 1,
    each: int | None = None,
    formats: Sequence[str] = SHEET_FORMATS,
    seed: int = 0,
    dataset: str | None = None,
    texts: bool = True,
    note: Note = lambda _: None,
    **reading: Any,
) -> RatingSheets:
    """Write blind sheets for people who rate what the models of a run wrote.

    The items of all models for an article are mixed. A sheet does not say which model wrote what:
    the key that does stays in the run directory.

    Args:
        run: a run in a local directory.
        output: the directory for the sheets; ``sheets-ID`` in the current one if not given.
        task: the task; may be omitted if the run has only one.
        models: names; every competitor (no floors and ceilings) if not given.
        reference: whether the page's own lists are rated, too, as if a model had written them.
        articles: how many articles, drawn at random; all if None.
        items: how many items of each list, drawn at random, or with ``pairwise`` how many
            comparisons of an article; all if None.
        samples: how many samples of an article are rated, of models that have several; all if None.
            Their ratings are averaged within the sample, then over samples. With ``pairwise`` the
            first samples are compared.
        criteria: names of criteria of the rubric; all of the task if not given.
        rubric: a YAML file with other criteria than the shipped ones.
        pairwise: whether raters compare the lists of two models instead of rating items.
        raters: the number of raters, each with a sheet of their own.
        each: how many raters rate each article; all if not given.
        formats: kinds of files: ``"html"``, ``"xlsx"``, ``"csv"``.
        seed: of everything that is drawn.
        dataset: the dataset with the articles' texts, if it has moved.
        texts: whether the sheets have the texts of the articles.
        note: called with a line for each thing that is left out.
        reading: ``split``, ``columns``, ``group_by``, ``preset``: how ``dataset`` is read.

    Raises:
        UnknownNameError: a task, model, criterion or format does not exist.
        ConfigError: nothing can be rated as it is asked for, or a file cannot be written.
        RunDirectoryError: the run or the texts of its articles cannot be read.
    """
    from bench.raters.rubric import read_rubric, shipped_rubric
    from bench.rating.candidates import candidates, chosen_task, competitors, left_out_notes
    from bench.rating.sheets import SheetSettings, make_key, sheets_of

    for name in formats:
        if name not in SHEET_FORMATS:
            raise UnknownNameError(unknown_name("format of sheets", name, SHEET_FORMATS))
    if pairwise and samples != 1:
        raise ConfigError("--pairwise compares the first samples: leave out --samples")
    if samples is not None and samples < 1:
        raise ConfigError(f"samples: {samples}: must be 1 or more, or all")
    opened = _local(opened_run(run))
    name = chosen_task(opened, task)
    chosen = competitors(opened, name, models)
    found = candidates(opened, name, chosen, reference=reference, samples=samples)
    criteria_of = shipped_rubric() if rubric is None else read_rubric(Path(rubric))
    settings = SheetSettings(
        rubric=criteria_of,
        names=_names(criteria_of, name, criteria, rubric),
        articles=articles,
        items=items,
        raters=raters,
        each=each,
        pairwise=pairwise,
        seed=seed,
    )
    key = make_key(found, settings)
    if not key.entries:
        raise ConfigError(f"{opened.location}: the models wrote the same lists; compare others")
    wanted = {entry.article for entry in key.entries}
    shown = _articles(opened, wanted, dataset, reading, texts=texts)
    sheets = sheets_of(key, found.lists, shown)
    for told in left_out_notes(found):
        note(told)
    return _written(opened, sheets, key, output, formats)


def import_ratings(
    run: AnyRun,
    *files: str | Path,
    rater: str | None = None,
    replace: bool = False,
    confidence: float = 0.95,
) -> RatingReport:
    """Check the sheets that raters returned, and add their ratings to a run.

    The ratings become scores of the run, such as ``human.clear``; choices between lists become
    ``human.clear.preferred``, the share that a model wins. If anything is wrong with any
    file, nothing is added.

    Args:
        run: the run that the sheets were made from, in a local directory.
        files: returned sheets: CSV, XLSX, or JSON of the rating page.
        rater: the name of the rater of files in which no row names one.
        replace: whether new ratings replace others by the same person of the same item.
        confidence: of the intervals of the report.

    Returns:
        What all ratings of the run say about models and raters.

    Raises:
        DataError: a file cannot be used; a line for each fault of each file.
        ConfigError: no sheets were made from the run.
        RunDirectoryError: the run cannot be read.
    """
    from bench.rating.importing import import_files
    from bench.rating.reporting import report_on

    opened = _local(opened_run(run))
    found = import_files(opened, [Path(file) for file in files], rater, replace=replace)
    return report_on(load_run(opened.path), confidence, found.counts, found.notes)


def rating_report(run: AnyRun, *, confidence: float = 0.95) -> RatingReport:
    """What the ratings of people in a run say about its models, and about the raters.

    Args:
        run: a run in a local directory.
        confidence: of the intervals.

    Raises:
        RunDirectoryError: the run cannot be read.
    """
    from bench.rating.reporting import report_on

    return report_on(_local(opened_run(run)), confidence)


def rating_outlook(
    run: AnyRun,
    *,
    effect: float | None = None,
    power: float = 0.8,
    alpha: float = 0.05,
    items: int = 10,
) -> RatingOutlook:
    """How many more ratings decisions between models need, and which ones are worth the most.

    Args:
        run: a run with ratings of people, in a local directory.
        effect: the difference of means to detect; the observed differences if not given.
        power: the required probability of detecting it.
        alpha: the significance level.
        items: how many items to name that another person should rate.

    Raises:
        ConfigError: the run has no ratings of two models on two articles.
        RunDirectoryError: the run cannot be read.
    """
    from bench.rating.outlook import outlook_of

    return outlook_of(_local(opened_run(run)), effect=effect, power=power, alpha=alpha, items=items)


def _local(run: Run) -> Run:
    if is_url(run.location):
        raise ConfigError(
            f"{run.location}: ratings are kept in a local run directory; copy the run first"
        )
    return run


def _names(
    rubric: Rubric, task: TaskName, names: Sequence[str], file: str | Path | None
) -> tuple[str, ...]:
    from bench.rating.returned import column_clash

    criteria = rubric.criteria(task, tuple(dict.fromkeys(names)))
    if not criteria:
        raise ConfigError(f"{file}: has no criteria for {task}; add some, or name another --task")
    clash = column_clash(criteria)
    if clash is not None:
        raise ConfigError(
            f"{file}: the criterion {clash!r} has the name of another column of sheets; rename it"
        )
    return tuple(criteria)


def _articles(
    run: Run, wanted: set[str], dataset: str | None, reading: dict[str, Any], *, texts: bool
) -> dict[str, Article]:
    """The articles on the sheets, by id."""
    from bench.runs.articles import articles_of

    if not texts:
        return {one.id: one for one in run.references() if one.id in wanted}
    found = articles_of(run, dataset, reading)
    if found.note:
        raise RunDirectoryError(
            f"{found.note.replace('the texts are not shown', 'raters need the texts')}, or rate"
            " without them (--no-texts)"
        )
    return {one.id: one for one in found.articles if one.id in wanted}


def _written(
    run: Run, sheets: Sequence[Sheet], key: Any, output: str | Path | None, formats: Sequence[str]
) -> RatingSheets:
    """Write the key, then the sheets."""
    from bench.rating.key import write_key
    from bench.reports.sheets.files import articles_text, csv_sheet, xlsx_sheet
    from bench.reports.sheets.page import html_sheet
    from bench.runs.directory import sole_writer

    folder = Path(f"sheets-{key.sheet}" if output is None else output)
    contents: dict[Path, bytes | str] = {}
    for sheet in sheets:
        start = f"sheet-{sheet.number}"
        if "html" in formats:
            contents[folder / f"{start}.html"] = html_sheet(sheet)
        if "xlsx" in formats:
            contents[folder / f"{start}.xlsx"] = xlsx_sheet(sheet)
        if "csv" in formats:
            contents[folder / f"{start}.csv"] = csv_sheet(sheet)
            contents[folder / f"{start}-articles.txt"] = articles_text(sheet)
    _refuse_other(contents)
    try:
        with sole_writer(run.path):
            file = write_key(run.path, key)
        for path, content in contents.items():
            write_atomic(path, content)
    except OSError as error:
        failed = error.filename or folder
        raise ConfigError(f"{failed}: cannot be written: {error.strerror}") from error
    entries = tuple(len(sheet.entries) for sheet in sheets)
    criteria = len(key.criteria)
    return RatingSheets(
        sheet=key.sheet,
        files=tuple(map(str, contents)),
        key=str(file),
        entries=entries,
        values=tuple(number * criteria for number in entries),
    )


def _refuse_other(contents: Mapping[Path, bytes | str]) -> None:
    """Refuse to replace files with other content: a rater may have filled them in.

    Raises:
        ConfigError: a file exists with other content; one line for each.
    """
    different = []
    for path, content in contents.items():
        data = content.encode() if isinstance(content, str) else content
        if path.is_symlink() or (
            path.exists() and not (path.is_file() and path.read_bytes() == data)
        ):
            different.append(
                f"{path}: exists and may have been filled in; give another directory with --output,"
                " or move the file"
            )
    if different:
        raise ConfigError(different)
