"""Scores of lists of items, without files, configs or runs."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.display import count
from bench.errors import CutWarning, DataError, TextWarning, TokenizerWarning
from bench.faults import ComponentError
from bench.metrics import STANDARD, AnyMetric, as_metric, listed_metrics
from bench.metrics.adapter import has_value, statistics_with_text
from bench.metrics.base import BLOCK, MAX_ITEMS, Block, FloatArray, Items, Metric, is_much
from bench.metrics.given_lists import GivenLists, pair_lists, reference_lists
from bench.metrics.labels import labelled
from bench.metrics.list_scores import Scores
from bench.metrics.samples import sample_of
from bench.stats import Sample
from bench.text.characters import whole_characters
from bench.text.literals import UncertainListError, opened
from bench.text.scripts import Losses, emptied, false_match, loss_of
from bench.text.tokens import TokenizerName
from bench.text.words import label_of_text


def score(  # noqa: PLR0913 - an option each, all by name
    predictions: Any,
    references: Any,
    *,
    metrics: Sequence[AnyMetric] = STANDARD,
    texts: Any = None,
    tokenizer: TokenizerName | None = None,
    stemmer: bool | None = None,
    max_items: int = MAX_ITEMS,
    cluster: Any = None,
    split_references: Any = None,
) -> Scores:
    """Score lists of items against reference lists.

    Args:
        predictions: a list of strings per article: a list of lists, a pandas or polars Series, an
            Arrow column, or a mapping from article to list.
        references: the reference items, in the same form.
        metrics: names from ``bench list metrics``, alone or with parameters as in a config
            (``{"use": "bleu", "tokenize": "zh"}``), metrics, or functions of two lists of items.
        texts: the texts of the articles, for metrics that need them; these have no value for an
            article whose text is empty or None.
        tokenizer: default of every metric with this parameter; "unicode" for languages other than
            English.
        stemmer: default of every metric with this parameter: whether to apply Porter stemming.
        max_items: score only the first ``max_items`` items of each list of predictions.
        cluster: a label per article, in the same form: articles with the same label belong
            together, such as those of one source, and intervals resample them together; an article
            without a label (None) stands alone. Without labels, articles with the same text of 30
            words or more belong together if there are ``texts``.
        split_references: the reference lists of the whole split in the same form, for metrics
            that need them (``rouge1_idf``); by default ``references``.

    Returns:
        The value of each score over all articles by name (``rougeL.f1``, ``coverage@0.5``), equal
        to that of a run, with intervals and the scores of each article. Metrics of the same name
        have their differing parameters added: ``rouge1(tokenizer=unicode).f1``.

    Raises:
        DataError: the lists differ in length or contain other values than strings, a label is
            neither a string nor an integer, an article has
            no reference items, a metric needs ``texts`` and all are empty, or returned an invalid
            result, or a tokenizer loses more than half of the letters of a list.
        UnknownNameError: unknown metric.
        ConfigError: ``metrics`` is not a list, or two of them cannot be told apart.

    Warns:
        TokenizerWarning: a tokenizer loses a noticeable share of the letters.
        TextWarning: a metric needs the texts, and some are empty.
        CutWarning: a list of predictions has more than ``max_items`` items.
    """
    given = pair_lists(predictions, references, texts, cluster)
    predictions, references, texts = given.predictions, given.references, given.texts
    _check(given)
    predictions, references = (
        [_opened(items, given.location(name, n)) for n, items in enumerate(lists)]
        for name, lists in (("predictions", predictions), ("references", references))
    )
    predictions = _cut(predictions, max_items, given)
    predictions = [[whole_characters(item) for item in items] for items in predictions]
    references = [[whole_characters(item) for item in items] for items in references]
    texts = None if texts is None else [whole_characters(text) for text in texts]
    options = {"tokenizer": tokenizer, "stemmer": stemmer}
    unless_set = {key: value for key, value in options.items() if value is not None}
    built = [as_metric(spec, unless_set) for spec in listed_metrics(metrics)]
    _check_letters(predictions, references, built, given)
    built = _with_split(built, references if split_references is None else split_references)
    samples: dict[str, Sample] = {}
    known: dict[str, NDArray[np.bool_]] = {}
    spans = list(_spans(predictions, references))
    textless = np.array([not text.strip() for text in texts or [""] * len(predictions)])
    _check_texts(built, given.articles, textless, given=texts is not None)
    limits: dict[str, tuple[float | None, float | None]] = {}
    for label, metric in dict(labelled(built)).items():
        parts = [
            _statistics(
                metric,
                Block(
                    predictions[start:end],
                    references[start:end],
                    None if texts is None else texts[start:end],
                ),
                textless[start:end],
            )
            for start, end in spans
        ]
        statistics = np.concatenate(parts)
        kept = has_value(statistics)
        own = dict(_samples(metric, label, statistics[kept]))
        samples |= own
        known |= {} if kept.all() else dict.fromkeys(own, kept)
        limits |= {name: metric.range_of(name) for name in own}
    labels = given.clusters or [label_of_text(t) or str(n) for n, t in enumerate(texts or ())]
    return Scores(samples, given.articles, limits, labels or None, known)


def _with_split(metrics: Sequence[Metric], lists: Any) -> list[Metric]:
    """The metrics, of which those that need it know the references of the whole split.

    Raises:
        DataError: ``lists`` are not reference lists.
    """
    if not any(metric.needs_split for metric in metrics):
        return list(metrics)
    found = reference_lists(lists, "split_references")
    for location, items in found.items():
        _check_list(items, location)
    whole = [_opened(items, location) for location, items in found.items()]
    whole = [[whole_characters(item) for item in items] for items in whole if items]
    return [metric.with_references(whole) for metric in metrics]


def _samples(metric: Metric, label: str, statistics: FloatArray) -> Iterator[tuple[str, Sample]]:
    """A sample for each score of a metric."""
    for column, values in enumerate(metric.values(statistics).T):
        name = metric.scores(label)[column]
        yield name, sample_of(metric, column, values, None if metric.is_mean else statistics)


def _cut(predictions: Sequence[Items], most: int, given: GivenLists) -> Sequence[Items]:
    """Truncate the lists to the items that are scored."""
    if most < 1:
        raise DataError(f"max_items must be 1 or more, not {most}")
    long = [number for number, items in enumerate(predictions) if len(items) > most]
    if not long:
        return predictions
    longest = max(len(predictions[number]) for number in long)
    message = (
        f"{len(long)} of {len(predictions)} lists of predictions cut to {count(most, 'item')} (such"
        f" as {given.location('predictions', long[0])}; the longest has {longest:,}); max_items"
        " sets the limit"
    )
    warnings.warn(message, CutWarning, stacklevel=3)
    return [items[:most] for items in predictions]


def _spans(predictions: Sequence[Items], references: Sequence[Items]) -> Iterator[tuple[int, int]]:
    """The start and end of each block that is scored at once."""
    waiting = [
        (start, min(start + BLOCK, len(predictions)))
        for start in reversed(range(0, len(predictions), BLOCK))
    ]
    while waiting:
        start, end = waiting.pop()
        if end - start > 1 and is_much(predictions[start:end], references[start:end]):
            middle = (start + end) // 2
            waiting += [(middle, end), (start, middle)]
        else:
            yield start, end


def _check_texts(
    metrics: Sequence[Metric],
    articles: Sequence[str | int],
    textless: NDArray[np.bool_],
    *,
    given: bool,
) -> None:
    """Refuse to score without any text what needs one, and warn of articles without.

    Raises:
        DataError: no article has a text.
    """
    reading = [metric.name for metric in metrics if metric.needs_text]
    if not reading or not textless.any():
        return
    names = f"metric{'s' if len(reading) > 1 else ''} {', '.join(map(repr, reading))}"
    need = f"{names} {'need' if len(reading) > 1 else 'needs'} the texts of the articles"
    if not given:
        raise DataError(f"{need}: pass texts=")
    if textless.all():
        raise DataError(f"{need}, and all of texts= are empty: pass those of the articles")
    first = articles[int(np.argmax(textless))]
    message = (
        f"{need}, and {int(textless.sum())} of {len(textless)} have none (such as {first!r}): no"
        " value there"
    )
    warnings.warn(message, TextWarning, stacklevel=3)


def _statistics(metric: Metric, block: Block, textless: NDArray[np.bool_]) -> FloatArray:
    """Compute and check the statistics of a block.

    Raises:
        DataError: the metric returned an invalid result.
        Exception: any exception of the metric.
    """
    try:
        return statistics_with_text(metric, block, textless)
    except ComponentError as error:
        raise DataError(str(error)) from error


def _check_letters(
    predictions: Sequence[Items],
    references: Sequence[Items],
    metrics: Sequence[Metric],
    given: GivenLists,
) -> None:
    tokenizers = frozenset[str]().union(*(metric.tokenizers for metric in metrics))
    losses = Losses()
    for what, lists in (("references", references), ("predictions", predictions)):
        for number, items in enumerate(lists):
            loss, location = loss_of(items, tokenizers), given.location(what, number)
            if loss and loss.is_most:
                raise DataError(f"{location}: {loss}; {loss.remedy_in_python}")
            losses += Losses.of(loss, location)
    for number, items in enumerate(references):
        for index in emptied(items, tokenizers):
            raise DataError(
                f"{given.location('references', number)}[{index}]: {items[index][:40]!r} has no"
                " letter a-z and no digit, all that the tokenizer 'rouge-score' keeps; use"
                " tokenizer='unicode'"
            )
        found = false_match(predictions[number], items, tokenizers)
        if found:
            raise DataError(
                f"{given.location('predictions', number)}: {found[0][:60]!r} and the reference"
                f" {found[1][:60]!r} differ only in letters that the tokenizer 'rouge-score' drops,"
                " so that they would count as equal; use tokenizer='unicode'"
            )
    if losses.note and losses.worst:
        message = f"{losses.note}; {losses.worst.remedy_in_python}"
        warnings.warn(message, TokenizerWarning, stacklevel=3)


def _opened(items: Items, location: str) -> Items:
    """Parse a list that is given as one string in a list: ``["['a?', 'b?']"]``.

    Raises:
        DataError: it looks like a list, but is ambiguous.
    """
    try:
        found: Items = opened(list(items))
    except UncertainListError as error:
        raise DataError(f"{location}: {error}") from error
    return found


def _check(given: GivenLists) -> None:
    if not given.predictions:
        raise DataError("nothing to score: no predictions")
    for what, lists in (("predictions", given.predictions), ("references", given.references)):
        for number, items in enumerate(lists):
            _check_list(items, given.location(what, number))
    for number, items in enumerate(given.references):
        if not items:
            where = given.location("references", number)
            raise DataError(f"{where} is empty: leave the article out")


def _check_list(items: Any, location: str) -> None:
    is_list = isinstance(items, Sequence) and not isinstance(items, str)
    if not is_list or not all(isinstance(item, str) for item in items):
        raise DataError(f"{location} must be a list of strings: one for each item")
