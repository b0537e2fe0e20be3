"""trackio: a run for each model in a local store."""

from __future__ import annotations

import os
from pathlib import Path

from bench.errors import ConfigError
from bench.exchange.exported import Export
from bench.exchange.formats import tracker_library
from bench.exchange.tracked import parameters_of, plain_name, scores_of

_DIRECTORY = "TRACKIO_DIR"
"""The environment variable with the store, which the library reads when it is imported."""


def log(export: Export, directory: Path) -> str:
    """Log each model to the store in the directory.

    Returns:
        The directory, for ``TRACKIO_DIR=DIRECTORY trackio show``.

    Raises:
        ConfigError: the library uses another store already.
    """
    target = directory.resolve()
    before = os.environ.get(_DIRECTORY)
    os.environ[_DIRECTORY] = str(target)
    try:
        library = tracker_library("trackio")
        used = Path(library.utils.TRACKIO_DIR).resolve()
        if used != target:
            raise ConfigError(
                f"trackio already logs to {used} in this process; give that directory, or export"
                " in another process"
            )
        for name in export.names:
            run = library.init(
                project=plain_name(export.dataset).replace("/", "-"),
                name=name,
                config=parameters_of(export, name),
                embed=False,
                auto_log_gpu=False,
                auto_log_cpu=False,
            )
            run.log(scores_of(export, name))
            run.finish()
    finally:
        if before is None:
            del os.environ[_DIRECTORY]
        else:
            os.environ[_DIRECTORY] = before
    return str(target)
