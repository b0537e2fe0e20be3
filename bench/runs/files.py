"""The names of the files in a run directory."""

from __future__ import annotations

import re

PREDICTIONS = "predictions"
RECORD, SCORES, RESULTS = "run.json", "scores.parquet", "results.json"
REFERENCES = "references.parquet"
OWNER = "owner.json"
FILES = (RECORD, SCORES, REFERENCES, RESULTS, OWNER)
"""Those beside the prediction files."""


def is_run_file(name: str) -> bool:
    """Whether a path relative to a run directory names a file that a run writes."""
    return name in FILES or re.fullmatch(rf"{PREDICTIONS}/[^/\\]+\.jsonl?", name) is not None
