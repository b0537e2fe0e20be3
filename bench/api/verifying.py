"""``bench.verify``: scores against the packages that define them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bench.api.comparing import AnyRun, opened_run

if TYPE_CHECKING:
    from bench.verification.verify import Verification


def verify(
    run: AnyRun,
    *,
    articles: int | None = 20,
    seed: int = 0,
    progress: Callable[[int], None] = lambda _: None,
) -> Verification:
    """Compute a run's scores again with ``rouge-score``, ``sacrebleu`` and ``scipy``.

    Args:
        run: a finished run, or its directory or URL.
        articles: how many articles of each model and task, drawn at random; None for all.
        seed: seed of the draw.
        progress: called with the number of models done.

    Returns:
        The largest difference of each metric; ``is_right`` if none is above 1e-9.

    Raises:
        RunDirectoryError: the predictions or references are not there.
        ConfigError: no package defines any of the run's metrics.
    """
    from bench.verification.verify import verify as verify_run

    return verify_run(opened_run(run), articles=articles, seed=seed, progress=progress)
