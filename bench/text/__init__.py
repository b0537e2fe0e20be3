"""Sentences, tokens and phrases of plain text. Knows nothing of models, metrics or files."""
