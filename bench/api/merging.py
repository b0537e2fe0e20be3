"""``bench.merge``: runs of parts of a dataset as one run."""

from __future__ import annotations

from pathlib import Path

from bench.api.comparing import AnyRun, opened_run
from bench.runs.loading import load_run
from bench.runs.public import Run


def merge(
    *runs: AnyRun, output: str | Path, name: str | None = None, overwrite: bool = False
) -> Run:
    """Join the runs of disjoint parts of a dataset into the run over all of it.

    ``results.json`` is the one that a single run writes, byte by byte. Nothing is scored again and
    no code that the runs name is imported.

    Args:
        runs: two or more finished runs, or their directories or URLs, in the order of the articles:
            runs with ``shard`` of one dataset, or runs of several files.
        output: the directory of the joint run, a path or URL.
        name: the name of the dataset; by default the one that all runs have, or else the name of
            the directory.
        overwrite: whether to replace a run in ``output``.

    Raises:
        RunDirectoryError: the runs differ in more than their articles, have an article in common,
            or have a model that depends on the whole dataset without being shards of one.
    """
    from bench.runs.merge import merge_runs
    from bench.runs.remote_write import run_directory

    opened = [opened_run(run) for run in runs]
    with run_directory(str(output)) as directory:
        merge_runs(opened, directory, name or "", overwrite=overwrite)
    return load_run(output)
