"""Writes a dataset as a folder: the rows of a split and the dataset card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.article import Article
from bench.data.card import dataset_card
from bench.data.files import write_atomic
from bench.data.stored import to_lines
from bench.errors import ConfigError


@dataclass(frozen=True)
class WrittenDataset:
    """The written files; ``card_kept`` if an existing card was left unchanged."""

    rows: Path
    card: Path
    card_kept: bool


def write_dataset(
    articles: Sequence[Article], folder: Path, *, split: str = "test", force: bool = False
) -> WrittenDataset:
    """Write ``<split>.jsonl`` and ``README.md``, each atomically.

    Args:
        articles: at least one.
        folder: created if missing; its name is the name of the dataset.
        split: the name of the split.
        force: overwrite existing rows and an existing card. By default existing rows are an error
            and an existing card is kept, since it may have been edited.

    Raises:
        ConfigError: the name of the split is invalid, its rows exist already, or the folder
            cannot be written.
    """
    if not re.fullmatch(r"\w+(?:\.\w+)*", split, re.ASCII):
        raise ConfigError(f"--split {split!r}: use letters, digits and _ only, for example test")
    rows, card = folder / f"{split}.jsonl", folder / "README.md"
    try:
        if rows.exists() and not force:
            raise ConfigError(
                f"{rows}: exists already; add --force to replace it, or choose another --output"
            )
        keep = card.exists() and not force
        # The rows are written last, so that the same command can be repeated after a failure.
        if not keep:
            name = re.sub(r"[-_\s]+", " ", folder.resolve().name).strip() or "articles"
            write_atomic(card, dataset_card(articles, name=name, split=split))
        write_atomic(rows, to_lines(articles))
    except OSError as error:
        raise ConfigError(
            f"{folder}: cannot be written ({error.strerror}); choose another --output"
        ) from error
    return WrittenDataset(rows, card, card_kept=keep)
