"""Finds the shipped metric or similarity of a signature, without importing any name in it.

A signature may come from an untrusted run. Only shipped metrics are looked up, and only those
that load nothing are created.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from bench.errors import BenchError
from bench.metrics import METRICS, Metric
from bench.metrics.names import family_of, parse_name
from bench.metrics.sets import OneToOne
from bench.metrics.similarity import SIMILARITIES, similarity_named
from bench.metrics.similarity_base import Similarity

_BEST = "|refs:best"
_LIBRARY = re.compile(r"(?<=[,|])version:[^,|]*")  # of sacrebleu: its counts are what is stored
_SHORT = {"tok": "tokenize"}  # how sacrebleu calls a parameter of ours


def corpus_metric(signature: str) -> Metric | None:
    """The shipped metric that computes scores from sums of statistics, if there is one.

    Args:
        signature: the signature of the scores.
    """
    name, *parts = signature.removesuffix(_BEST).split("|")
    if name not in METRICS.builtin or "agg:corpus" not in parts:
        return None
    source = METRICS.load(name)
    if source.is_mean:
        return None
    accepted = {field.name for field in dataclasses.fields(source) if field.init}
    given = {key: value for key, value in _values(parts).items() if key in accepted}
    try:
        metric: Metric = METRICS.build(name, given)
        same = _without_library(metric.signature) == _without_library(signature)
    except BenchError:
        return None
    return metric if same else None


def set_similarity(signature: str) -> Similarity | None:
    """The shipped similarity that a set metric compared items by.

    Args:
        signature: the signature of the scores.

    Returns:
        None for metrics of other kinds, and if the similarity is not shipped or differs from the
        one that is installed.
    """
    parts = signature.removesuffix(_BEST).split("|")[1:]
    values = _values(parts)
    name = str(values.get("similarity", "")).partition(",")[0]
    parsed = parse_name(name, SIMILARITIES.builtin)
    if parsed.family not in SIMILARITIES.builtin:
        return None
    accepted = SIMILARITIES.parameters(parsed.family)
    given = {
        key: v for key, v in values.items() if key in accepted and key not in parsed.parameters
    }
    try:
        found = similarity_named({"use": name, **given})
        wanted = OneToOne(similarity=found).signature.split("|")[1:]
    except BenchError:
        return None
    own = [part for part in wanted if not part.startswith(("duplicates:", "agg:", "v:"))]
    return found if set(own) <= set(parts) else None


def similarity_name(signature: str) -> str | None:
    """The name and the digest of the similarity that a set metric compared items by.

    >>> similarity_name("set_embed|similarity:embed,v:1,0123abcd|agg:mean|v:1")
    'embed,0123abcd'
    """
    options = _values(signature.split("|")[1:])
    name, *marks = str(options.get("similarity", "")).split(",")
    digest = next((mark for mark in marks if ":" not in mark), "")
    return ",".join(filter(None, (name, digest))) or None


def metric_description(signature: str) -> tuple[str, str]:
    """Description and source of the shipped metric behind a signature; "" for others."""
    name, *parts = signature.split("|")
    if any(part.startswith(("code:", "measure:")) for part in parts):
        return "", ""
    family = family_of(name, METRICS.builtin)
    if family is None:
        return "", ""
    source = METRICS.load(family)
    return str(source.description), str(source.source)


def _values(parts: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in parts:
        key, _, value = part.partition(":")
        if key == "sacrebleu":
            found |= _values(value.split(","))
        else:
            found[_SHORT.get(key, key)] = value
    return found


def _without_library(signature: str) -> str:
    return _LIBRARY.sub("version", signature.removesuffix(_BEST))
