"""Checks arrays that components return: shape, type, range."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.testing.contract import Checks

ROUNDING = 1e-9


def is_array(checks: Checks, found: Any, shape: tuple[int | None, ...], where: str) -> bool:
    """Check ``shape``: a numpy array of numbers with these dimensions, None for any length."""
    dimensions = ", ".join("any" if size is None else str(size) for size in shape)
    expected = f"a numpy array of numbers, shape ({dimensions})"
    if not isinstance(found, np.ndarray):
        checks.fail("shape", f"got a {type(found).__name__} {where}", expected)
    elif found.dtype.kind not in "biuf":
        checks.fail("shape", f"got an array of {found.dtype} {where}", expected)
    elif len(found.shape) != len(shape) or any(
        size is not None and size != actual for size, actual in zip(shape, found.shape, strict=True)
    ):
        checks.fail("shape", f"got shape {found.shape} {where}", expected)
    else:
        return True
    return False


def is_in_range(
    checks: Checks, found: Any, ends: tuple[float | None, float | None], where: str
) -> bool:
    """Check ``finite`` and ``range``."""
    numbers = np.asarray(found, np.float64)
    low, high = ends
    if not np.isfinite(numbers).all():
        odd = numbers[~np.isfinite(numbers)].flat[0]
        checks.fail("finite", f"got {odd:g} {where}", "a finite number")
        return False
    below = numbers < (-np.inf if low is None else low - ROUNDING)
    above = numbers > (np.inf if high is None else high + ROUNDING)
    if (below | above).any():
        odd = numbers[below | above].flat[0]
        span = f"{'any' if low is None else f'{low:g}'} to {'any' if high is None else f'{high:g}'}"
        checks.fail("range", f"got {odd:g} {where}", f"the declared range, {span}")
        return False
    return True
