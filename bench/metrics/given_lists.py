"""Normalises lists of items: lists, Series, Arrow columns, mappings by article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.display import count
from bench.errors import DataError, unknown_name
from bench.ids import cluster_label, is_missing
from bench.metrics.base import Items

_SHOWN = 5  # ids in a message
_WITHOUT = {
    "texts": "use None for an article without a text",
    "cluster": "use None for an article without a label",
}


@dataclass(frozen=True)
class GivenLists:
    """Predictions and references of the same articles, in the same order.

    Attributes:
        articles: the keys of the mappings, or the positions in the lists.
        predictions: the predicted items of each article.
        references: the reference items of each article.
        texts: the text of each article, if given.
        clusters: the cluster of each article, if given; unlike any other for one without a label.
    """

    articles: tuple[str | int, ...]
    predictions: Sequence[Items]
    references: Sequence[Items]
    texts: Sequence[str] | None
    clusters: Sequence[str] | None = None

    def location(self, name: str, number: int) -> str:
        """Where the list at a position was given: ``references[1]``, ``references['b']``."""
        return _location(name, self.articles[number])


def pair_lists(
    predictions: Any, references: Any, texts: Any = None, cluster: Any = None
) -> GivenLists:
    """Pair predictions and references by article.

    Args:
        predictions: a list of strings per article: a list of lists, an array, a pandas or polars
            Series, an Arrow column, or a mapping from article to list.
        references: in the same form; a mapping if and only if ``predictions`` is one.
        texts: in the same form, with one string per article, or None for one without; optional.
        cluster: in the same form, with one label per article; optional.

    Raises:
        DataError: the articles differ, or a value has another form.
    """
    given = {"predictions": predictions, "references": references}
    given |= {} if texts is None else {"texts": texts}
    given |= {} if cluster is None else {"cluster": cluster}
    mappings = [name for name, value in given.items() if isinstance(value, Mapping)]
    if mappings and len(mappings) < len(given):
        other = next(name for name in given if name not in mappings)
        raise DataError(
            f"{mappings[0]} is a mapping from article to items and {other} is not; give both as"
            " mappings, or both as lists in the same order"
        )
    _check_indexes(given)
    if not mappings:
        lists = {name: _listed(value, name) for name, value in given.items()}
        _check_lengths(lists)
        articles: tuple[Any, ...] = tuple(range(len(lists["references"])))
    else:
        articles = tuple(references)
        _check_keys(given, articles)
        lists = {
            name: [_plain(value[article]) for article in articles] for name, value in given.items()
        }
    whole = _texts(lists["texts"], articles) if "texts" in lists else None
    labels = _units(lists["cluster"], articles) if "cluster" in lists else None
    return GivenLists(articles, lists["predictions"], lists["references"], whole, labels)


def reference_lists(given: Any, name: str) -> dict[str, Any]:
    """Lists of references in any of the forms that ``pair_lists`` takes, by their location.

    Raises:
        DataError: it has another form.
    """
    if isinstance(given, Mapping):
        return {_location(name, article): _plain(items) for article, items in given.items()}
    return {_location(name, number): items for number, items in enumerate(_listed(given, name))}


def _location(name: str, article: Any) -> str:
    return f"{name}[{article!r}]"


def _texts(given: Sequence[Any], articles: Sequence[Any]) -> list[str]:
    """The text of each article, empty where it is missing.

    Raises:
        DataError: a text is of another type.
    """
    texts = ["" if is_missing(text) else text for text in given]
    for text, article in zip(texts, articles, strict=True):
        if not isinstance(text, str):
            where, kind = _location("texts", article), type(text).__name__
            raise DataError(f"{where} must be a string, or None without one, not {kind}")
    return texts


def _units(labels: Sequence[Any], articles: Sequence[Any]) -> list[str]:
    """The unit of each article: its label, or its position without one.

    Raises:
        DataError: a label is of another type.
    """
    units = []
    for number, given in enumerate(labels):
        try:
            label = cluster_label(given)
        except ValueError as error:
            raise DataError(f"{_location('cluster', articles[number])}: {error}") from error
        units.append(f"cluster {label}" if label else f"article {number}")
    return units


def _check_indexes(given: Mapping[str, Any]) -> None:
    """Refuse Series of pandas that name their rows differently, since pairs are made by position.

    Raises:
        DataError: the indexes of two Series differ.
    """
    indexes = {name: value.index for name, value in given.items() if hasattr(value, "iloc")}
    first = next(iter(indexes), "")
    for name, index in indexes.items():
        own = indexes[first]
        if len(index) == len(own) and not index.equals(own):
            raise DataError(
                f"{first} and {name} have different indexes and are paired by position; align them"
                f" first ({name} = {name}.loc[{first}.index]), or drop the indexes with"
                " .reset_index(drop=True)"
            )


def _check_lengths(lists: Mapping[str, Sequence[Any]]) -> None:
    number = len(lists["predictions"])
    for name, value in lists.items():
        if len(value) != number:
            what = "labels in cluster" if name == "cluster" else name
            raise DataError(f"{count(number, 'prediction')} but {len(value)} {what}")


def _check_keys(given: Mapping[str, Mapping[Any, Any]], articles: Sequence[Any]) -> None:
    known = set(articles)
    for name, value in given.items():
        missing = [article for article in articles if article not in value]
        if missing:
            more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
            shown = ", ".join(map(repr, missing[:_SHOWN])) + more
            remedy = _WITHOUT.get(name, "use [] for an article without items")
            raise DataError(f"{name}: missing {shown}; {remedy}")
        for article in value:
            if article not in known:
                ids = map(str, articles)
                raise DataError(unknown_name(f"article in {name}", str(article), ids))


def _listed(value: Any, name: str) -> list[Any]:
    """Convert a column of any library to a list.

    Raises:
        DataError: it is not a column.
    """
    one = {"texts": "a string", "cluster": "a label"}.get(name, "a list of strings")
    wanted = f"{name} must be a list with {one} for each article"
    if hasattr(value, "columns"):  # a data frame or table
        raise DataError(f"{wanted}: choose one column of the {type(value).__name__}")
    plain = _plain(value)
    if not isinstance(plain, Iterable) or isinstance(plain, str | bytes):
        raise DataError(f"{wanted}, not {type(value).__name__}")
    return [_plain(items) for items in plain]


def _plain(value: Any) -> Any:
    """Convert values of Arrow, numpy, pandas or polars to plain Python values."""
    for method in ("to_pylist", "tolist", "to_list", "as_py"):
        convert = getattr(value, method, None)
        if callable(convert):
            return convert()
    return value
