"""Rows of a data set on the Hugging Face hub."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from bench.data.columns import TableRow
from bench.data.library import datasets_library
from bench.errors import DataError


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
        split: ``train``, ``validation``, ``test``, or what else there is.
        subset: the configuration, where there are several.
        revision: a branch, tag or commit; the newest if not given.
        streaming: fetch rows as they are asked for, and keep nothing on disk.

    Raises:
        ConfigError: the library that fetches them is not installed.
        DataError: they cannot be had; one line with the remedy.
    """
    library = datasets_library()
    for name in ("huggingface_hub", "datasets"):  # a failure is told below, once
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
    """What is wrong and what helps, on one line.

    The library tells most of its faults apart by their words alone.
    """
    chain = [error, *filter(None, [error.__cause__, error.__context__])]
    said = " ".join(" ".join(str(each) for each in chain).split())
    kinds = {cls.__name__ for each in chain for cls in type(each).__mro__}
    known = said.partition("[")[2].partition("]")[0].replace("'", "")
    page = f"https://huggingface.co/datasets/{repository}"
    answers = {
        "Dataset scripts are no longer supported": "is made by a script, which `datasets` does not"
        " run any more; try `revision: refs/convert/parquet`",
        "BuilderConfig ": f"no subset {subset!r}; subsets there: {known}",
        "Config name is missing": f"has several subsets; choose one with `subset:`: {known}",
        "Unknown split ": f"no split {split!r}; splits there: {known}",
        "Bad split: ": f"no split {split!r}; splits there: {known}",
        "is a gated dataset": f"is gated; accept its terms at {page} and log in with `hf auth"
        " login`",
        "Revision '": f"no such revision; those there are at {page}/tree/main",
    }
    for words, answer in answers.items():
        if words in said:
            return answer
    if "DatasetNotFoundError" in kinds:
        return "not on the hub, or private; check the name, or log in with `hf auth login`"
    if "EmptyDatasetError" in kinds or "DataFilesNotFoundError" in kinds:
        return f"holds no files that `datasets` can read; see {page}"
    if kinds & {"ConnectionError", "OfflineModeIsEnabled", "TransportError", "TimeoutError"}:
        offline = "OfflineModeIsEnabled" in kinds or "OfflineModeIsEnabled" in said
        return (
            f"not in the cache, and {'HF_HUB_OFFLINE is set' if offline else 'no network'}; fetch"
            " it once where there is one, or give the path of a copy"
        )
    return f"cannot be loaded: {said or type(error).__name__}"
