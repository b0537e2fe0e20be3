"""Options for the articles and how they are read, and the keys of a config that they set."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from bench.cli.completion import names_of
from bench.errors import ConfigError

ARTICLES = "Articles"
"""The group of these options in `--help`."""


def _capped(limit: int | None) -> int | None:
    return limit and min(limit, sys.maxsize)


DatasetOption = Annotated[
    str | None,
    typer.Option(
        "--dataset",
        "-d",
        metavar="NAME",
        help="Dataset: file, folder, URL, name from `bench list datasets`, or OWNER/NAME on the"
        " Hugging Face hub.",
        autocompletion=names_of("datasets"),
        rich_help_panel=ARTICLES,
    ),
]
RequiredDatasetOption = Annotated[
    str,
    typer.Option(
        "--dataset",
        "-d",
        metavar="NAME",
        help="Dataset with the references: file, folder, URL, name from `bench list datasets`, or"
        " OWNER/NAME on the Hugging Face hub.",
        autocompletion=names_of("datasets"),
        show_default=False,
        rich_help_panel=ARTICLES,
    ),
]
MovedDatasetOption = Annotated[
    str | None,
    typer.Option(
        "--dataset",
        "-d",
        metavar="NAME",
        help="Dataset path, if it has moved.",
        rich_help_panel=ARTICLES,
    ),
]
SplitOption = Annotated[
    str | None,
    typer.Option(
        "--split",
        metavar="NAME",
        help="Dataset split (default: test).",
        rich_help_panel=ARTICLES,
    ),
]
ColumnsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--columns",
        metavar="FIELD=COLUMN,...",
        help="Read fields from these columns, for example text=article,summary=highlights; a.b"
        " names a nested column.",
        rich_help_panel=ARTICLES,
    ),
]
GroupByOption = Annotated[
    str | None,
    typer.Option(
        "--group-by",
        metavar="COLUMN",
        help="Merge rows with the same value in this column into one article.",
        rich_help_panel=ARTICLES,
    ),
]
ClusterOption = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="COLUMN",
        help="Resample articles with the same value in this column together, such as those of one"
        " source or day (default: the field `cluster` of the articles, if they have it).",
        rich_help_panel=ARTICLES,
    ),
]
PresetOption = Annotated[
    str | None,
    typer.Option(
        "--preset",
        metavar="NAME",
        help="Read the rows like this dataset of `bench list datasets`.",
        autocompletion=names_of("datasets"),
        rich_help_panel=ARTICLES,
    ),
]
LimitOption = Annotated[
    int | None,
    typer.Option(
        "--limit",
        "-n",
        metavar="N",
        min=1,
        callback=_capped,
        help="Use only the first N articles.",
        rich_help_panel=ARTICLES,
    ),
]
ShardOption = Annotated[
    str | None,
    typer.Option(
        "--shard",
        metavar="I/N",
        help="Run on one part of the articles: 2/5 is the second of five. `bench merge` joins the"
        " runs of all parts.",
        rich_help_panel=ARTICLES,
    ),
]


def reading(
    columns: list[str] | None,
    group_by: str | None,
    split: str | None,
    preset: str | None,
    cluster: str | None = None,
) -> dict[str, Any]:
    """The keys of a config that these options change, and their values.

    Raises:
        ConfigError: ``columns`` is not of the form ``field=column,field=column``.
    """
    pairs = [pair.partition("=") for given in columns or () for pair in given.split(",")]
    for name, equals, column in pairs:
        if not name or not equals:
            raise ConfigError(f"--columns {name + equals + column!r}: write FIELD=COLUMN")
    values = {
        "columns": {name.strip(): column.strip() for name, _, column in pairs} or None,
        "group_by": group_by,
        "cluster": cluster,
        "split": split,
        "preset": preset,
    }
    return {key: value for key, value in values.items() if value is not None}
