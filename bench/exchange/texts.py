"""Texts of exported files: JSON, YAML and the outputs of models."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import yaml

from bench.runs.predictions import Prediction
from bench.text.characters import whole_characters

_SEPARATORS = re.compile("[\x7f-\x9f\u2028\u2029]")


def json_text(value: Any, indent: int | None = None) -> str:
    """A value as JSON.

    Lone surrogates are replaced, because no file can hold them. Characters at which some readers
    of JSON lines would split a line are escaped.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    return _SEPARATORS.sub(lambda found: f"\\u{ord(found[0]):04x}", whole_characters(text))


def yaml_text(value: Any) -> str:
    """Plain values as YAML in which every string is data: it has no tags, anchors or documents."""
    dumped = yaml.dump(
        json.loads(json_text(value)), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=1000
    )
    return str(dumped)


def output_text(row: Prediction) -> str:
    """What a model wrote: its text, or its items, one a line."""
    return row.raw if row.raw is not None else "\n".join(row.items)


def folder_name(name: str) -> str:
    """A name as the name of a folder."""
    return re.sub(r"[^\w.@+-]+", "-", name).lstrip(".") or "model"


def folders_of(names: Iterable[str]) -> dict[str, str]:
    """A folder for each model, by name; names that would share one get digests."""
    found = {name: folder_name(name) for name in names}
    used = Counter(folder.casefold() for folder in found.values())
    return {
        name: f"{folder}-{_digest(name)}" if used[folder.casefold()] > 1 else folder
        for name, folder in found.items()
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:8]


class _Plain(yaml.SafeDumper):
    """Writes equal values in full, where the safe dumper would write an alias."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - none is one
        return True
