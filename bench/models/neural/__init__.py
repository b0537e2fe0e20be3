"""Models with weights, through the ``transformers`` library: its Auto classes and ``generate``."""
