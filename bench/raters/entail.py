"""``entail``: whether a sentence of the article entails a bullet, as in SummaC-ZS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.article import Article
from bench.errors import ConfigError
from bench.models.neural.batch_size import OutOfMemoryError
from bench.models.neural.checkpoint import Kind
from bench.models.neural.likelihood import class_probabilities
from bench.models.neural.loaded import Loaded
from bench.raters.base import RatedDimension, RatingAnswer, RatingRequest
from bench.raters.checkpoints import CheckpointRater, out_of_memory
from bench.tasks import TaskName
from bench.text.sentences import sentences

_ENTAILMENT = ("entailment", "entail", "entails", "supports", "supported")
_CONTRADICTION = ("contradiction", "contradict", "contradicts", "refutes", "refuted")


@dataclass(kw_only=True)
class Entailment(CheckpointRater):
    """The highest probability that a sentence of the article entails the bullet (SummaC-ZS).

    Attributes:
        contradiction: whether the highest probability that a sentence contradicts the bullet is
            subtracted, as in SummaC.
        entailment_label: the number of the class for entailment, where the names of the classes in
            the checkpoint's ``config.json`` do not tell.
        contradiction_label: likewise for contradiction.
    """

    description = "highest probability that a sentence of the article entails the bullet"
    source = "Laban et al. 2022 (SummaC-ZS)"
    tasks = ("summary",)

    contradiction: bool = False
    entailment_label: int | None = None
    contradiction_label: int | None = None

    @property
    def kind(self) -> Kind:
        return "classifier"

    def dimensions(self, task: TaskName) -> Mapping[str, RatedDimension]:  # noqa: ARG002
        low = -1.0 if self.contradiction else 0.0
        unit = "difference of probabilities" if self.contradiction else "probability"
        return {"supported": RatedDimension(low, 1.0, unit=unit)}

    def outline_faults(self, outline: Loaded) -> Iterator[str]:
        try:
            self._classes(outline)
        except ConfigError as error:
            yield from error.problems

    def rate(self, requests: Sequence[RatingRequest]) -> Iterator[RatingAnswer]:
        self._batch_size.start(len(requests))
        classes = self._classes(self._loaded)
        premises = {id(r.article): _premises(r.article) for r in requests}
        jobs = [[(text, r.item) for text in premises[id(r.article)]] for r in requests]
        pairs = list(dict.fromkeys(pair for job in jobs for pair in job))
        options = (self.limit, self._batch_size, self._events.append)
        results = dict(zip(pairs, class_probabilities(self._loaded, pairs, *options), strict=True))
        for job in jobs:
            yield self._answer_of([results[pair] for pair in job], classes)

    def _answer_of(
        self, found: Sequence[list[float] | OutOfMemoryError], classes: Sequence[int]
    ) -> RatingAnswer:
        rows = []
        for one in found:
            if isinstance(one, OutOfMemoryError):
                return out_of_memory(one, self.limit or 0)
            rows.append(one)
        if not rows:
            return RatingAnswer.failed("the article has no text")
        highest = [max(row[index] for row in rows) for index in classes]
        return RatingAnswer(highest[0] - sum(highest[1:]))

    def _classes(self, loaded: Loaded) -> list[int]:
        """The numbers of the classes for entailment and, if it counts, contradiction.

        Raises:
            ConfigError: the names of the classes do not tell.
        """
        config = loaded.model.config
        names = {int(number): str(name) for number, name in config.id2label.items()}
        wanted = [("entailment_label", self.entailment_label, _ENTAILMENT)]
        if self.contradiction:
            wanted.append(("contradiction_label", self.contradiction_label, _CONTRADICTION))
        found, problems = [], []
        for parameter, given, words in wanted:
            matching = [number for number, name in names.items() if _plain(name) in words]
            if given is not None:
                matching = [given] if given in names else []
            if len(matching) == 1:
                found += matching
                continue
            listed = ", ".join(f"{number}: {name}" for number, name in sorted(names.items()))
            problems.append(
                f"checkpoint {self.checkpoint!r}: its classes are {listed}; set `{parameter}` to"
                f" the number of that for {words[0]}, or use a checkpoint for natural-language"
                " inference"
            )
        if problems:
            raise ConfigError(problems)
        return found


def _premises(article: Article) -> list[str]:
    return list(dict.fromkeys(sentences(article.text, article.language)))


def _plain(name: str) -> str:
    return name.strip().lower()
