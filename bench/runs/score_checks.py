"""Whether the scores of articles are those that ``results.json`` tells of."""

from __future__ import annotations

from math import isclose

from bench.errors import RunDirectoryError
from bench.runs.article_scores import Key


def check_count(file: str, key: Key, found: int, stated: int) -> None:
    """Check that as many articles as ``results.json`` states have a score.

    Raises:
        RunDirectoryError: they are more or fewer, or none; the message begins with ``file``.
    """
    if found != stated or not found:
        task, model, score = key
        raise RunDirectoryError(
            f"{file}: does not belong to results.json: {found} of {stated} articles have a {score}"
            f" of {model} ({task}); run again"
        )


def check_mean(file: str, key: Key, found: float, stated: float) -> None:
    """Check that the mean of a score is the one in ``results.json``.

    Raises:
        RunDirectoryError: it differs by more than rounding; the message begins with ``file``.
    """
    if not isclose(found, stated, rel_tol=1e-6, abs_tol=1e-6):
        task, model, score = key
        raise RunDirectoryError(
            f"{file}: does not belong to results.json: the mean {score} of {model} ({task}) is"
            " another; run again"
        )
