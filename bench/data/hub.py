"""Rows of a dataset on the Hugging Face hub."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from bench.data.library import datasets_library
from bench.data.shape import TableRow
from bench.errors import DataError

HUB = "hf://datasets/"
"""What a dataset of the hub may begin with, before ``owner/name``."""


def hub_rows(
    repository: str,
    *,
    split: str,
    subset: str | None = None,
    revision: str | None = None,
    streaming: bool = False,
) -> Iterator[TableRow]:
    """The rows of one split, in order.

    Args:
        repository: ``owner/name``.
        split: ``train``, ``validation``, ``test`` or another split.
        subset: the configuration, if there are several.
        revision: a branch, tag or commit; the newest by default.
        streaming: fetch rows on demand, and keep nothing on disk.

    Raises:
        ConfigError: the ``datasets`` library is not installed.
        DataError: they cannot be loaded; one line with the remedy.
    """
    library = datasets_library()
    for name in ("huggingface_hub", "datasets"):  # a failure is reported below
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        rows = library.load_dataset(
            repository, name=subset, split=split, revision=revision, streaming=streaming
        )
        for number, row in enumerate(rows, start=1):
            yield TableRow(f"{repository}: row {number}", row)
    except Exception as error:
        raise DataError(f"{repository}: {_remedy(error, repository, split, subset)}") from error


def _remedy(error: Exception, repository: str, split: str, subset: str | None) -> str:
    """The problem and the remedy, in one line.

    Most faults of the library differ only in their messages.
    """
    chain = [error, *filter(None, [error.__cause__, error.__context__])]
    said = " ".join(" ".join(str(each) for each in chain).split())
    kinds = {cls.__name__ for each in chain for cls in type(each).__mro__}
    known = said.partition("[")[2].partition("]")[0].replace("'", "")
    page = f"https://huggingface.co/datasets/{repository}"
    answers = {
        "Dataset scripts are no longer supported": "is made by a script, which `datasets` does not"
        " run any more; try `revision: refs/convert/parquet`",
        "BuilderConfig ": f"no subset {subset!r}; available: {known}",
        "Config name is missing": f"has several subsets; choose one with `subset:`: {known}",
        "Unknown split ": f"no split {split!r}; available: {known}",
        "Bad split: ": f"no split {split!r}; available: {known}",
        "is a gated dataset": f"is gated; accept its terms at {page} and log in with `hf auth"
        " login`",
        "Revision '": f"no such revision; available ones are at {page}/tree/main",
    }
    for words, answer in answers.items():
        if words in said:
            return answer
    if "DatasetNotFoundError" in kinds:
        return "not on the hub, or private; check the name, or log in with `hf auth login`"
    if "EmptyDatasetError" in kinds or "DataFilesNotFoundError" in kinds:
        return f"has no files that `datasets` can read; see {page}"
    if kinds & {"ConnectionError", "OfflineModeIsEnabled", "TransportError", "TimeoutError"}:
        offline = "OfflineModeIsEnabled" in kinds or "OfflineModeIsEnabled" in said
        return (
            f"not in the cache, and {'HF_HUB_OFFLINE is set' if offline else 'no network'}; fetch"
            " it once with a network connection, or give the path of a copy"
        )
    return f"cannot be loaded: {said or type(error).__name__}"
