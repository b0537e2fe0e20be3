"""Limits on input, so that nothing hangs a run or exhausts memory.

Input beyond a limit is an error that names the limit.
"""

from __future__ import annotations

NESTING = 100
"""Maximum nesting of objects and arrays, in JSON and YAML."""

DIGITS = 4_000
"""Maximum digits of a number, in JSON and YAML. Parsing takes quadratic time."""

CONFIG_BYTES = 1 << 20
"""Maximum size of a config file."""

YAML_NODES = 100_000
"""Maximum number of values in a config, with aliases expanded."""

CELL_CHARACTERS = 2**31 - 1
"""Maximum length of a cell of a CSV or TSV table: the limit of Python's reader."""

PROMPT_CHARACTERS = 10_000_000
"""Maximum length of the prompt for one article."""

PROMPT_STEPS = 100_000
"""Maximum number of loop iterations of a prompt template, per article."""

RESAMPLES = 1_000_000
"""Maximum number of random sign flips."""

WORKERS = 1_024
"""Maximum number of worker processes."""

ITEMS = 1_000
"""Maximum number of items that a model can be asked for."""

SAMPLES = 1_000
"""Maximum number of samples of an article."""

BATCH = 1_000_000
"""Maximum number of articles in a batch or block."""

MESSAGE = 120
"""Maximum characters of an external name in an error message."""
