"""Sentences, tokens and items of plain text. Independent of models, metrics and files."""
