"""Finds the broken file of a checkpoint that cannot be loaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

_POINTER = b"version https://git-lfs"


def broken_file(folder: Path) -> str | None:
    """The first missing or damaged file with the remedy; None if all can be read.

    Only the headers of safetensors files are read.
    """
    return next(_faults(folder), None)


def _faults(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("*.json")):
        try:
            content = json.loads(file.read_bytes())
        except ValueError as error:
            yield f"{_damage(file) or f'{file} is not valid JSON ({error})'}; copy it again"
            continue
        if file.name.endswith(".index.json"):
            yield from _missing_shards(file, content)
    for file in sorted(folder.glob("*.safetensors")):
        damage = _damage(file) or _safetensors_damage(file)
        if damage:
            yield f"{damage}; copy it again"
    for file in sorted(folder.glob("pytorch_model*.bin")):
        damage = _damage(file) or _pickle_damage(file)
        if damage:
            yield f"{damage}; copy it again"


def _missing_shards(index: Path, content: object) -> Iterator[str]:
    shards = content.get("weight_map") if isinstance(content, dict) else None
    if not isinstance(shards, dict):
        yield f"{index} has no `weight_map`; copy it again"
        return
    for shard in sorted(set(map(str, shards.values()))):
        if not (index.parent / shard).is_file():
            yield f"{index.parent / shard} is listed in {index.name} but missing; copy it too"


def _damage(file: Path) -> str | None:
    with file.open("rb") as stream:
        start = stream.read(len(_POINTER))
    if not start:
        return f"{file} is empty"
    if start == _POINTER:
        return f"{file} is a Git LFS pointer instead of the file itself (`git lfs pull`)"
    return None


def _safetensors_damage(file: Path) -> str | None:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="pt"):
            return None
    except SafetensorError as error:
        return f"{file} is truncated or damaged ({error})"


def _pickle_damage(file: Path) -> str | None:
    import torch

    try:
        torch.load(file, map_location="meta", weights_only=True)
    except Exception as error:  # noqa: BLE001 - the formats of torch fail in many ways
        return f"{file} is truncated or damaged ({type(error).__name__})"
    return None
