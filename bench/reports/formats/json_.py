"""JSON: all of a result, every digit."""

from __future__ import annotations

import json
from typing import Any

from bench.reports.render import document_of


def write(result: Any) -> str:
    """One object, with the fields that the documentation of its kind names."""
    record = document_of(result).record
    if isinstance(record, str):
        return record
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"
