"""Weights & Biases: an offline run for each model, which ``wandb sync`` uploads."""

from __future__ import annotations

from pathlib import Path

from bench.exchange.exported import Export
from bench.exchange.formats import tracker_library
from bench.exchange.tracked import parameters_of, plain_name, scores_of


def log(export: Export, directory: Path) -> str:
    """Log each model to the directory; nothing is sent.

    Returns:
        The directory of the offline runs.
    """
    library = tracker_library("wandb")
    directory.mkdir(parents=True, exist_ok=True)
    for name in export.names:
        run = library.init(
            project=plain_name(export.dataset).replace("/", "-"),
            name=name,
            job_type="evaluation",
            dir=str(directory),
            mode="offline",
            config=parameters_of(export, name),
            reinit="create_new",  # a run of the caller stays open
            settings=library.Settings(
                silent=True,
                console="off",
                disable_git=True,
                save_code=False,
                x_disable_meta=True,
                x_disable_stats=True,
                x_save_requirements=False,
            ),
        )
        run.log(scores_of(export, name))
        run.finish()
    return str(directory / "wandb")
