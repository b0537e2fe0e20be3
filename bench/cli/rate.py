"""``bench rate``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bench.cli.article_options import (
    ColumnsOption,
    GroupByOption,
    MovedDatasetOption,
    PresetOption,
    SplitOption,
    reading,
)
from bench.cli.completion import names_of
from bench.cli.options import STATISTICS, FormatOption, ModelsOption, RunArgument
from bench.cli.output import opened_run, print_note, print_result
from bench.display import count
from bench.errors import ConfigError
from bench.reports.terminal import printable

SHEETS = "Sheets"
IMPORT = "Import"


def rate(
    run: RunArgument,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...", help="Returned sheets, with --import.", show_default=False
        ),
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(
            "--task",
            "-t",
            metavar="NAME",
            help="Rate this task (default: the only one of the run).",
            autocompletion=names_of("tasks"),
            rich_help_panel=SHEETS,
        ),
    ] = None,
    model: ModelsOption = None,
    reference: Annotated[
        bool,
        typer.Option(
            "--reference",
            help="Rate the page's own lists, too, as if a model had written them.",
            rich_help_panel=SHEETS,
        ),
    ] = False,
    articles: Annotated[
        str,
        typer.Option(
            "--articles",
            metavar="N",
            help="Number of articles, drawn at random, or all.",
            rich_help_panel=SHEETS,
        ),
    ] = "10",
    items: Annotated[
        int | None,
        typer.Option(
            "--items",
            metavar="N",
            min=1,
            help="Number of items of each list, drawn at random; with --pairwise, of comparisons"
            " of an article (default: all).",
            rich_help_panel=SHEETS,
        ),
    ] = None,
    samples: Annotated[
        str,
        typer.Option(
            "--samples",
            metavar="N",
            help="Number of samples of an article, of models that have several, or all.",
            rich_help_panel=SHEETS,
        ),
    ] = "1",
    criteria: Annotated[
        list[str] | None,
        typer.Option(
            "--criteria",
            metavar="NAME,...",
            help="Rate by these criteria of the rubric (default: all of the task).",
            rich_help_panel=SHEETS,
        ),
    ] = None,
    rubric: Annotated[
        str | None,
        typer.Option(
            "--rubric",
            metavar="FILE",
            help="YAML file with criteria of your own.",
            rich_help_panel=SHEETS,
        ),
    ] = None,
    pairwise: Annotated[
        bool,
        typer.Option(
            "--pairwise",
            help="Compare the lists of two models, in random order, instead of rating items.",
            rich_help_panel=SHEETS,
        ),
    ] = False,
    raters: Annotated[
        int,
        typer.Option(
            "--raters",
            metavar="N",
            min=1,
            max=1000,
            help="Number of raters, each with a sheet of their own.",
            rich_help_panel=SHEETS,
        ),
    ] = 1,
    each: Annotated[
        int | None,
        typer.Option(
            "--each",
            metavar="K",
            min=1,
            help="Number of raters who rate each article (default: all of them).",
            rich_help_panel=SHEETS,
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            "--seed", metavar="N", help="Random seed of what is drawn.", rich_help_panel=SHEETS
        ),
    ] = 0,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--as",
            metavar="KIND",
            help="Write sheets as html, xlsx or csv (repeatable; default: all).",
            rich_help_panel=SHEETS,
        ),
    ] = None,
    no_texts: Annotated[
        bool,
        typer.Option(
            "--no-texts", help="Write sheets without the articles' texts.", rich_help_panel=SHEETS
        ),
    ] = False,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIRECTORY",
            help="Directory for the sheets (default: sheets-ID in the current one).",
            rich_help_panel=SHEETS,
        ),
    ] = None,
    import_: Annotated[
        bool,
        typer.Option(
            "--import", help="Check returned sheets and add their ratings.", rich_help_panel=IMPORT
        ),
    ] = False,
    rater: Annotated[
        str | None,
        typer.Option(
            "--rater",
            metavar="NAME",
            help="Rater of files in which no row names one.",
            rich_help_panel=IMPORT,
        ),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Replace earlier ratings by the same person of the same item.",
            rich_help_panel=IMPORT,
        ),
    ] = False,
    show: Annotated[
        bool,
        typer.Option("--show", help="Show what the ratings say.", rich_help_panel=IMPORT),
    ] = False,
    plan: Annotated[
        bool,
        typer.Option(
            "--plan",
            help="Estimate how many more ratings are needed, and which.",
            rich_help_panel=STATISTICS,
        ),
    ] = False,
    effect: Annotated[
        float | None,
        typer.Option(
            "--effect",
            metavar="DIFFERENCE",
            help="With --plan: difference of means to detect (default: the observed ones).",
            min=0.0,
            rich_help_panel=STATISTICS,
        ),
    ] = None,
    confidence: Annotated[
        float,
        typer.Option(
            "--confidence",
            metavar="LEVEL",
            min=0.5,
            max=0.9999,
            help="Confidence level.",
            rich_help_panel=STATISTICS,
        ),
    ] = 0.95,
    dataset: MovedDatasetOption = None,
    split: SplitOption = None,
    columns: ColumnsOption = None,
    group_by: GroupByOption = None,
    preset: PresetOption = None,
    format: FormatOption = "table",
) -> None:
    """Let people rate what models wrote: make blind sheets, and import them again.

    Without --import: sheets in which the items of several models for the same articles are mixed.
    Raters open the HTML page in any browser, without a network, or fill in the workbook or CSV. No
    sheet says which model wrote what; the key stays in the run directory.

    With --import: returned sheets (JSON of the page, XLSX or CSV of any spreadsheet program) are
    checked, and their ratings become scores of the run, such as human.clear, or of choices between
    lists human.clear.preferred, which bench show, compare and check treat like any other. If
    anything is wrong with a file, nothing is imported. Half-filled sheets are welcome. Agreement,
    the severity of raters, and the means of models are shown; --show shows them again. --plan
    estimates how many more ratings would decide which model is better, and names the items that
    another person should rate first.

    Examples:
      bench rate results/mine --task questions --articles 20 --items 3 --raters 3
      bench rate results/mine --task questions --import anna.json ben.xlsx
      bench rate results/mine --task summary --pairwise --reference --raters 2
      bench rate results/mine --show --format json
      bench rate results/mine --plan --effect 0.3
    """
    if plan:
        if import_ or files or show:
            raise ConfigError("--plan goes with neither files nor --import or --show")
        from bench.api.rating import rating_outlook

        opened = opened_run(run, allow_modified=False)
        print_result(rating_outlook(opened, effect=effect, alpha=1 - confidence), format)
        return
    if effect is not None:
        raise ConfigError("--effect applies to --plan; add --plan")
    if import_ or show:
        _report(
            run,
            files or [],
            rater,
            replace=replace,
            show=show,
            confidence=confidence,
            format=format,
        )
        return
    if files:
        raise ConfigError(f"{files[0]}: add --import to import returned sheets")
    if rater is not None or replace:
        raise ConfigError("--rater and --replace apply to returned sheets; add --import")
    from bench.api.rating import SHEET_FORMATS
    from bench.api.rating import rate as make_sheets

    found = make_sheets(
        opened_run(run, allow_modified=False),
        output,
        task=task,
        models=model or (),
        reference=reference,
        articles=_number("--articles", articles),
        items=items,
        samples=_number("--samples", samples),
        criteria=[name for given in criteria or () for name in given.split(",") if name],
        rubric=rubric,
        pairwise=pairwise,
        raters=raters,
        each=each,
        formats=kind or SHEET_FORMATS,
        seed=seed,
        dataset=dataset,
        texts=not no_texts,
        note=print_note,
        **reading(columns, group_by, split, preset),
    )
    for file in found.files:
        print(printable(file))
    what = "comparison" if pairwise else "item"
    largest = max(range(len(found.entries)), key=lambda index: found.entries[index])
    asked = f"{count(found.entries[largest], what)}, {count(found.values[largest], 'value')}"
    print(
        f"{count(raters, 'sheet')} of up to {asked} each; the key, which is not for raters, is"
        f" {printable(found.key)}",
        file=sys.stderr,
    )


def _report(
    run: str,
    files: list[str],
    rater: str | None,
    *,
    replace: bool,
    show: bool,
    confidence: float,
    format: str,
) -> None:
    from bench.api.rating import import_ratings, rating_report

    if show and files:
        raise ConfigError("--show shows what is imported; use --import to import files")
    if not show and not files:
        raise ConfigError("--import needs at least one file: a sheet that a rater returned")
    opened = opened_run(run, allow_modified=False)
    found = (
        rating_report(opened, confidence=confidence)
        if show
        else import_ratings(opened, *files, rater=rater, replace=replace, confidence=confidence)
    )
    print_result(found, format)


def _number(option: str, given: str) -> int | None:
    if given == "all":
        return None
    if given.isdecimal() and int(given) > 0:
        return int(given)
    raise ConfigError(f"{option} {given!r}: write a number or all")
