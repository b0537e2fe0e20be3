"""Remarks below a leaderboard: few articles, failures, missing ratings, tokens and costs."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from bench.display import count
from bench.reports.advisory import only_shown
from bench.reports.terminal import printable
from bench.runs.results import ModelResult, Results, TaskResult
from bench.stats import FEWEST

ENOUGH = 10
"""Articles from which a 95 % interval holds at least 93 % of the time (docs/statistics.md)."""
SAMPLING_MATTERS = 0.05
"""Part of the variance of articles' means from which chance of sampling is shown."""


def remarks(results: Results, result: TaskResult) -> Iterator[Text]:
    """Remarks: few articles, failures, tokens and costs."""
    if result.articles == 1:
        yield Text(
            "1 article: no intervals and no tests; a difference may be due to chance.", "yellow"
        )
    elif 1 < (units := result.clusters or result.articles) < ENOUGH:
        noun = "cluster" if result.clusters else "article"
        tests = f" Tests need at least {FEWEST}." if units < FEWEST else ""
        narrow = f"{count(units, noun)}: intervals are too narrow below {ENOUGH} {noun}s.{tests}"
        yield Text(narrow, "yellow")
    scored = {score for model in result.models.values() for score in model.scores}
    shown = ((score, of.advisory) for score, of in sorted(results.metrics.items()))
    for line in only_shown(one for one in shown if one[0] in scored):
        yield Text(printable(line), "yellow")
    if result.left_out:
        left_out = count(result.left_out, "article")
        yield Text(f"{left_out} without references skipped.", "yellow")
    for name, model in sorted(result.models.items()):
        apart = model.without_score(result.articles, results.on_error)
        if apart:
            yield Text(
                f"{printable(name)}: applies to {model.articles} of"
                f" {count(result.articles, 'article')}."
            )
        if model.tokens_in is not None and model.tokens_out is not None:
            cost = "" if model.cost is None else f", cost {model.cost:.4g}"
            speed = model.tokens_per_second
            rate = "" if speed is None else f" at {speed:,.{0 if speed >= 10 else 1}f} a second"
            tokens = f"{model.tokens_in:,} tokens read, {model.tokens_out:,} written{rate}{cost}"
            yield Text(f"{printable(name)}: {tokens}")
        if model.samples > 1:
            yield Text(sampling_remark(name, model, result.primary))
        counts = {"failed": model.failed, "empty": model.empty, **_truncated(model)}
        told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        policy = f" (failed: {printable(results.on_error)})" if model.failed else ""
        if told:
            asked = model.outputs or result.articles
            yield Text(f"{printable(name)}: {told} of {asked}{policy}", "red")
        yield from _remarks_on_scores(results, name, model)
        if model.cut:
            most = results.max_items
            yield Text(
                f"{printable(name)}: {count(model.cut, 'list')} cut to {count(most, 'item')}", "red"
            )


def _remarks_on_scores(results: Results, name: str, model: ModelResult) -> Iterator[Text]:
    """Remarks on ratings of a model, and on texts, that are missing."""
    by_number: dict[tuple[int, str], list[str]] = {}
    for score, found in model.scores.items():
        if found.n is not None:
            what = "rated" if results.facts(score).rater else "with a text"
            by_number.setdefault((found.n, what), []).append(score)
        lost = {"failed": found.failed, "not parsed": found.unparsed}
        lost["samples missing from means"] = found.lost_samples
        told = ", ".join(f"{number} {what}" for what, number in lost.items() if number)
        if told:
            yield Text(f"{printable(name)}: ratings for {printable(score)}: {told}", "red")
    for (number, what), scores in by_number.items():
        of = count(model.articles, "article")
        yield Text(f"{printable(name)}: {number} of {of} {what}: {printable(', '.join(scores))}")


def sampling_remark(name: str, model: ModelResult, score: str) -> str:
    """The number of samples, and how much they vary where that matters."""
    told = f"{printable(name)}: {model.samples} samples of each article"
    found = model.scores.get(score)
    if found is None or found.sd_between_samples is None or found.sd_between_articles is None:
        return told
    share = found.share_of_sampling((model.outputs or model.articles) / model.articles)
    if share < SAMPLING_MATTERS:
        return told
    return (
        f"{told}; sd {found.sd_between_samples:z.3f} between samples,"
        f" {found.sd_between_articles:z.3f} between articles ({100 * share:z.0f} % of the variance"
        " is sampling noise)"
    )


def _truncated(model: ModelResult) -> dict[str, int]:
    """How often the input, the output or both were truncated; not known of older runs."""
    if model.truncated_input is None or model.truncated_output is None:
        return {"truncated (input or output)": model.truncated}
    return {
        "with truncated input": model.truncated_input,
        "with truncated output": model.truncated_output,
    }
