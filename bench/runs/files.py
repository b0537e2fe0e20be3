"""The names of the files in a run directory."""

from __future__ import annotations

import re

PREDICTIONS = "predictions"
RATINGS = "ratings"
VECTORS = "vectors"
ROWS = (PREDICTIONS, RATINGS)
"""The folders of rows: of models, and of raters."""
FOLDERS = (*ROWS, VECTORS)
"""The folders of a run directory; the last holds the vectors of named encoders, a file each."""
RECORD, SCORES, RESULTS = "run.json", "scores.parquet", "results.json"
REFERENCES = "references.parquet"
OWNER = "owner.json"
FILES = (RECORD, SCORES, REFERENCES, RESULTS, OWNER)
"""Those beside the files of predictions and ratings."""


def is_run_file(name: str) -> bool:
    """Whether a path relative to a run directory names a file that a run writes."""
    rows = "|".join(ROWS)
    return (
        name in FILES
        or re.fullmatch(rf"({rows})/[^/\\]+\.jsonl?", name) is not None
        or re.fullmatch(rf"{VECTORS}/[0-9a-f]{{16}}\.vectors", name) is not None
    )


def vector_file(encoder: str) -> str:
    """The file of the vectors of an encoder, relative to the run directory.

    Args:
        encoder: the digest of the encoder.
    """
    return f"{VECTORS}/{encoder}.vectors"
