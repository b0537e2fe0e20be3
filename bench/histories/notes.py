"""Where notes go that a reader of a history has to know."""

from __future__ import annotations

from collections.abc import Callable

Note = Callable[[str], None]
"""Called with a line for each thing that is left out."""
