"""Which model writes the better summary and the better set of reader questions."""

from __future__ import annotations

__version__ = "0.1.0"
