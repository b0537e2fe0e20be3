"""JSON: the whole result at full precision."""

from __future__ import annotations

import json
from typing import Any

from bench.reports.render import document_of


def write(result: Any) -> str:
    """Write one object, with the documented fields of its kind."""
    record = document_of(result).record
    if isinstance(record, str):
        return record
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"
