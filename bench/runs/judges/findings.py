"""What was found about the judges of a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum

from bench.data.ratings import Preference, Rating
from bench.stats import CorrectedMean, Interval, MoreLabels
from bench.stats.ratios import Ratio


@dataclass(frozen=True)
class Used:
    """What the answers of a judge took; None where no answer tells.

    Attributes:
        tokens_in: the number of input tokens.
        tokens_out: the number of output tokens.
        cost: by the prices in the config.
    """

    tokens_in: int | None
    tokens_out: int | None
    cost: float | None


def used_by(rows: Iterable[Rating | Preference]) -> Used:
    """What some answers took together."""
    found: list[list[float]] = [[], [], []]
    for row in rows:
        for values, value in zip(found, (row.tokens_in, row.tokens_out, row.cost), strict=True):
            if value is not None:
                values.append(value)
    tokens_in, tokens_out, cost = (fsum(values) if values else None for values in found)
    return Used(
        None if tokens_in is None else int(tokens_in),
        None if tokens_out is None else int(tokens_out),
        cost,
    )


@dataclass(frozen=True)
class JudgedScore:
    """The score of a model by a judge, and what people make of it.

    Attributes:
        model: the model.
        judge: the mean of the judge, as a score of the run.
        interval: of that mean.
        corrected: the mean corrected by people, whose labels are among its facts; None if people
            rated none of its items.
        more: how many more labels would halve the interval of ``corrected``.
        against: the corrected mean minus that of the model that leads; None for that model, and
            where no article has labels of both.
    """

    model: str
    judge: float
    interval: Interval | None
    corrected: CorrectedMean | None
    more: MoreLabels | None
    against: CorrectedMean | None


@dataclass(frozen=True)
class FamilyPreference:
    """How a judge rates models of its own family, compared with others.

    Attributes:
        family: the name of the family.
        own: the models of the family.
        others: models of other families.
        difference: of the means of the judge over articles.
        beyond_people: by how much that exceeds the same difference of people, on items that people
            rated; None without such items.
    """

    family: str
    own: tuple[str, ...]
    others: tuple[str, ...]
    difference: Ratio
    beyond_people: Ratio | None


@dataclass(frozen=True)
class PeopleAgreement:
    """How far a judge agrees with people on items that both rated.

    Attributes:
        accuracy: the share of pairs of items of one article, which people rated differently, that
            the judge puts in the same order; a tie of the judge is half.
        correlation: Pearson's, over all items; None if either side does not vary.
        bias: the judge minus people.
        items: the number of items.
    """

    accuracy: Ratio | None
    correlation: float | None
    bias: Ratio
    items: int


@dataclass(frozen=True)
class JudgeFindings:
    """What was found about a judge in one task by one criterion.

    Attributes:
        judge: the name of the judge.
        task: the task.
        dimension: the criterion.
        scores: of the models, best first.
        leader: the model that the others are compared with, by the corrected mean.
        asked: the number of items that the judge was asked about.
        unparsed: the number of answers that are not verdicts.
        failed: the number of questions without an answer.
        lost_samples: the number of samples that are missing from averaged answers.
        samples: how often each question was asked, to average the answers.
        used: what the answers took.
        length: by how much a value rises with each word of an item, within an article.
        length_beyond_people: by how much that exceeds the same slope of people.
        family: its preference for its own family; None where no model has a family.
        agreement: with people; None if people rated no item.
        note: why the values of people could not be used; "" if they could.
        run: the name of the run, where several are shown together; "" otherwise.
    """

    judge: str
    task: str
    dimension: str
    scores: tuple[JudgedScore, ...]
    leader: str
    asked: int
    unparsed: int
    failed: int
    lost_samples: int
    samples: int
    used: Used
    length: Ratio | None
    length_beyond_people: Ratio | None
    family: FamilyPreference | None
    agreement: PeopleAgreement | None
    note: str = ""
    run: str = ""

    @property
    def has_labels(self) -> bool:
        """Whether people rated any of the items."""
        return self.agreement is not None


@dataclass(frozen=True)
class PreferredModel:
    """How often a model is preferred.

    Attributes:
        model: the model.
        share: the probability of being preferred over the baseline, or over the other models on
            average (Bradley and Terry 1952); None where no comparison tells.
        interval: over articles.
        wins: consistent verdicts for it.
        ties: consistent ties.
        losses: consistent verdicts for the other model.
    """

    model: str
    share: float | None
    interval: Interval | None
    wins: int
    ties: int
    losses: int


@dataclass(frozen=True)
class PairFindings:
    """What was found about a judge that compares lists, in one task by one criterion.

    Attributes:
        judge: the name of the judge.
        task: the task.
        dimension: the criterion.
        baseline: the model that the others are compared with; None for all pairs.
        models: how often each is preferred, best first.
        pairs: the number of pairs of lists with a verdict in both orders.
        flips: the share of these whose verdicts contradict each other.
        first: the share in which the list shown first is preferred in both orders.
        second: the share in which the list shown second is.
        asked: the number of questions.
        unparsed: the number of answers that are not verdicts.
        failed: the number of questions without an answer.
        lost_samples: the number of samples that are missing from averaged answers.
        samples: how often each question was asked, to average the answers.
        used: what the answers took.
        run: the name of the run, where several are shown together; "" otherwise.
    """

    judge: str
    task: str
    dimension: str
    baseline: str | None
    models: tuple[PreferredModel, ...]
    pairs: int
    flips: Ratio | None
    first: Ratio | None
    second: Ratio | None
    asked: int
    unparsed: int
    failed: int
    lost_samples: int
    samples: int
    used: Used
    run: str = ""
