"""What the ratings of a run say about its models, and about the raters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.display import Displayed


@dataclass(frozen=True)
class RatingEstimate:
    """A number with its interval; None where it is not known."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class RaterSummary:
    """One rater.

    Attributes:
        name: the rater.
        values: how many values and choices.
        articles: how many articles.
        severity: by task and dimension, how much higher the rater's values are than those of
            others for the same items; negative for a severe rater.
    """

    name: str
    values: int
    articles: int
    severity: Mapping[tuple[str, str], RatingEstimate] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelRating:
    """The mean rating of a model.

    Attributes:
        model: the model.
        mean: over raters, then items, then samples, then articles; the interval is over articles
            and raters.
        articles: how many articles have ratings.
        values: how many values.
    """

    model: str
    mean: RatingEstimate
    articles: int
    values: int


@dataclass(frozen=True)
class DimensionSummary:
    """The values of one criterion.

    Attributes:
        task: the task.
        dimension: the criterion.
        values: how many values, each item once whichever models wrote it.
        items: how many different items.
        shared: how many of these two raters or more rated.
        raters: how many raters.
        alpha: Krippendorff's alpha, ordinal.
        models: the models, best first.
        alpha_undefined: why alpha is undefined; empty if it is not.
    """

    task: str
    dimension: str
    values: int
    items: int
    shared: int
    raters: int
    alpha: RatingEstimate
    models: tuple[ModelRating, ...]
    alpha_undefined: str = ""


@dataclass(frozen=True)
class ModelStrength:
    """How often the lists of a model are preferred.

    Attributes:
        model: the model.
        preferred: the probability of being preferred over another model, on average, ties half
            (Bradley-Terry).
        wins: comparisons won.
        ties: comparisons that were ties.
        losses: comparisons lost.
        log_strength: of the Bradley-Terry model; infinite if the model is undefeated.
    """

    model: str
    preferred: RatingEstimate
    wins: int
    ties: int
    losses: int
    log_strength: float | None


@dataclass(frozen=True)
class PreferenceSummary:
    """The choices by one criterion.

    Attributes:
        task: the task.
        dimension: the criterion.
        comparisons: how many choices.
        first: the share of lists shown first among those preferred; far from 0.5, raters prefer
            a side.
        alpha: Krippendorff's alpha of the choices, nominal.
        models: the models, best first.
        unconnected: groups of models that no comparison connects; empty if there is only one.
        alpha_undefined: why alpha is undefined; empty if it is not.
    """

    task: str
    dimension: str
    comparisons: int
    first: RatingEstimate
    alpha: RatingEstimate
    models: tuple[ModelStrength, ...]
    unconnected: tuple[tuple[str, ...], ...] = ()
    alpha_undefined: str = ""


@dataclass(frozen=True)
class SheetCoverage:
    """How much of a set of sheets is rated.

    Attributes:
        sheet: its id.
        task: the task.
        entries: how many items or comparisons it has.
        rated: how many of these anybody rated by any criterion.
        asked: how many values all raters together were asked for.
        given: how many of these there are, whichever sheet they came in on.
    """

    sheet: str
    task: str
    entries: int
    rated: int
    asked: int
    given: int


@dataclass(frozen=True)
class ImportCounts:
    """What an import did.

    Attributes:
        files: how many files were read.
        rows: rows with a value.
        partial: rows with some criteria, but not all.
        untouched: rows without any value.
        added: ratings that are new.
        changed: ratings that replaced another one.
        repeated: ratings that were there already.
    """

    files: int
    rows: int
    partial: int
    untouched: int
    added: int
    changed: int
    repeated: int


@dataclass(frozen=True, repr=False)
class RatingReport(Displayed):
    """The ratings of people in a run.

    Attributes:
        run: the run directory.
        sheets: the sheets that were made from it.
        raters: the raters, by name.
        dimensions: the criteria by which items were rated.
        preferences: the criteria by which lists were compared.
        confidence: of all intervals.
        imported: what was imported just now; None if nothing was.
        notes: what was ignored or unusual.
    """

    run: str
    sheets: tuple[SheetCoverage, ...]
    raters: tuple[RaterSummary, ...]
    dimensions: tuple[DimensionSummary, ...]
    preferences: tuple[PreferenceSummary, ...]
    confidence: float
    imported: ImportCounts | None = None
    notes: tuple[str, ...] = ()
