"""The names of the files in a run directory."""

from __future__ import annotations

import re

PREDICTIONS = "predictions"
RATINGS = "ratings"
FOLDERS = (PREDICTIONS, RATINGS)
"""The folders of a run directory: rows of models, and rows of raters."""
RECORD, SCORES, RESULTS = "run.json", "scores.parquet", "results.json"
REFERENCES = "references.parquet"
OWNER = "owner.json"
FILES = (RECORD, SCORES, REFERENCES, RESULTS, OWNER)
"""Those beside the files of predictions and ratings."""


def is_run_file(name: str) -> bool:
    """Whether a path relative to a run directory names a file that a run writes."""
    folders = "|".join(FOLDERS)
    return name in FILES or re.fullmatch(rf"({folders})/[^/\\]+\.jsonl?", name) is not None


def is_row_file(name: str) -> bool:
    """Whether a path relative to a run directory names a file of predictions or ratings."""
    return name.partition("/")[0] in FOLDERS and is_run_file(name)
