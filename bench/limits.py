"""How much of anything the parsers take: one place for every limit, so that no input hangs a run.

What exceeds a limit is an error that names the limit, never a traceback, a hang or a full memory.
"""

from __future__ import annotations

NESTING = 100
"""Objects and arrays inside each other, in JSON and YAML."""

DIGITS = 4_000
"""Digits of one number, in JSON and YAML. Reading a number takes time quadratic in its digits."""

CONFIG_BYTES = 1 << 20
"""Size of a config file."""

YAML_NODES = 100_000
"""Values in a config, with every alias replaced by what it stands for."""

CELL_CHARACTERS = 2**31 - 1
"""Length of one cell of a CSV or TSV table: the most that Python's reader can be told."""

PROMPT_CHARACTERS = 10_000_000
"""Length of what a prompt template makes of one article."""

PROMPT_STEPS = 100_000
"""Values that the loops of a prompt template take, over one article."""

RESAMPLES = 1_000_000
"""Bootstrap draws and random permutations."""

WORKERS = 1_024
"""Processes on one machine."""

ITEMS = 1_000
"""Items that a model can be asked for."""

BATCH = 1_000_000
"""Articles in one batch or block."""

MESSAGE = 120
"""Characters of a name from outside that an error message repeats."""
