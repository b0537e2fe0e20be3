"""A language model as a judge of items, by the rubric that people use, too.

Judges follow G-Eval (Liu et al. 2023, values weighted by their probabilities) and MT-Bench (Zheng
et al. 2023, lists compared in both orders). How far one can be believed is measured in
``bench.runs.judges``; its scores are never primary, and never gate unless people correct them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import ClassVar

from bench.display import count
from bench.models.nested_settings import REQUEST
from bench.raters.base import RatedDimension, Rater, RatingAnswer, RatingRequest
from bench.raters.judging.checkpoint import CheckpointJudge
from bench.raters.judging.options import JudgeOptions
from bench.raters.judging.server import ServerJudge
from bench.raters.judging.spending import estimated_tokens
from bench.tasks import TaskName

ADVISORY = (
    "nobody knows how wrong the judge is without people; with their ratings, the leaderboard shows"
    " the score corrected by them, and `bench check --metric` tests that"
)
_VERDICT_TOKENS = (60, 2)  # of a verdict with a reason and without one, for estimates


@dataclass(kw_only=True)
class Judge(JudgeOptions, Rater):
    """A language model that rates items by a rubric, behind a server or from a checkpoint.

    Each criterion is a call of its own. The answer must be a value of the criterion's scale;
    whatever else the judge writes is asked again, and then counted as unparsed. Where there are
    log-probabilities, the value is the mean of the scale weighted by them; a checkpoint writes
    nothing, and its value is always that mean. With ``pairwise``, the judge compares the lists of
    two models, in both orders, instead of rating items. It is never told which model wrote what.

    Attributes:
        model: the id of the model on a chat-completions server.
        base_url: the URL of the server, as for the model ``endpoint``.
        checkpoint: instead of ``model``, a causal checkpoint: an id on the hub, or a folder.
        criteria: the criteria it judges by, from the rubric; all of each task by default.
        rubric: a YAML file with other criteria; by default those that people rate by.
        pairwise: whether it compares the lists of two models by each criterion.
        baseline: with ``pairwise``, the model that all others are compared with; by default every
            pair of models is compared.
        prompt: a Jinja template of the question, or one per task.
        system: a template of the system message, or one per task; "" for none.
        reasons: whether it gives a reason with each verdict.
        letters: whether the values of the scale are shown to it as letters.
        family: whose model it is, such as the name of a company. Models of the config that have the
            same ``family`` are its own family.
        samples: how often it is asked each question; the values are averaged.
        temperature: the temperature; None for the default of the server.
        seed: sent with each request, plus the number of the sample; None omits it.
        logprobs: whether to ask the server for log-probabilities, to weight values by.
        structured: whether to ask the server for JSON of the right form.
        retries: how often to ask again after an answer that is not a verdict.
        price_in: the price of a million input tokens.
        price_out: the price of a million output tokens.
        max_calls: the maximum number of calls in one run of the command.
        max_cost: the maximum cost in one run of the command.
        max_tokens: maximum number of new tokens.
        token_field: the name of that limit on the server.
        key: the name of the environment variable with the key.
        headers: sent with each request; ``${NAME}`` in a value comes from the environment.
        query: parameters added to the URL; ``${NAME}`` as in ``headers``.
        follow_redirects: whether to follow redirects.
        extra: further fields of the request body.
        concurrency: maximum number of concurrent requests; fewer if the server is slower.
        timeout: seconds per attempt.
        deadline: seconds for all attempts of a call; five times ``timeout`` by default.
        attempts: maximum number of attempts per call.
        revision: commit, branch or tag of a checkpoint on the hub.
        device: the device of a checkpoint; ``auto`` uses an accelerator if available.
        dtype: the type of its weights.
        batch_size: prompts that a checkpoint reads at once.

    Raises:
        ConfigError: a parameter is invalid, or would write a secret to the run's files.
    """

    description = "a language model that rates by the rubric of people; measured against them"
    source = "Liu et al. 2023 (G-Eval); Zheng et al. 2023 (MT-Bench)"
    version: ClassVar[int] = 2
    needs_parameters: ClassVar[bool] = True
    """It cannot be built without ``model`` or ``checkpoint``, though each has a default."""
    excluded_from_signature = frozenset(
        {
            *("key", "concurrency", "timeout", "deadline", "attempts", "follow_redirects"),
            *("price_in", "price_out", "max_calls", "max_cost", "family", "baseline"),
        }
    )
    by_dimension = frozenset({"criteria", "rubric", "prompt", "system"})
    synonyms: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("max_new_tokens", "max_length"), "max_tokens"),
        **dict.fromkeys(("dimensions", "dimension", "criterion"), "criteria"),
        **dict.fromkeys(("template", "instructions"), "prompt"),
    }
    nested_settings: ClassVar[Mapping[str, Sequence[str]]] = {"extra": REQUEST}

    def __post_init__(self) -> None:
        super().__post_init__()
        is_server = self.model is not None
        if not is_server:
            vars(self)["version"] = 3  # cuts long articles earlier; servers answer as before
        vars(self)["tasks"] = self.judged_tasks
        vars(self)["sees_references"] = self.wording.sees_references
        vars(self)["streams"] = is_server
        vars(self)["distributable"] = vars(self)["batched"] = not is_server
        vars(self)["made_with"] = ("openai",) if is_server else ("torch", "transformers")
        _ = self._backend

    @property
    def digest(self) -> str:
        """Digest of the server, or of the content of the checkpoint, for the signature."""
        return self._backend.digest

    @property
    def requests_per_batch(self) -> int | None:
        """The number of prompts that a checkpoint reads at once."""
        return self.batch_size if self.checkpoint else None

    def dimensions(self, task: TaskName) -> Mapping[str, RatedDimension]:
        """A dimension for each criterion; none if it compares lists."""
        if self.pairwise:
            return {}
        return {
            name: RatedDimension(
                low=criterion.low,
                high=criterion.high,
                unit=f"from {criterion.low} to {criterion.high}",
                advisory=ADVISORY,
            )
            for name, criterion in self.criteria_of(task).items()
        }

    def comparisons(self, task: TaskName) -> tuple[str, ...]:
        """The criteria by which it compares lists."""
        return tuple(self.criteria_of(task)) if self.pairwise else ()

    def question(self, task: TaskName, dimension: str) -> str:
        """The criterion and the templates."""
        criterion = self.criteria_of(task)[dimension]
        return repr([criterion.ask, sorted(criterion.scale.items()), self.wording.of_task(task)])

    def rate(self, requests: Sequence[RatingRequest]) -> Iterable[RatingAnswer]:
        """The answers to some requests, in order."""
        if isinstance(self._backend, CheckpointJudge):
            return self._backend.rate(requests)
        answers = dict(self._backend.stream((str(i), r) for i, r in enumerate(requests)))
        return [answers[str(index)] for index in range(len(requests))]

    def stream(
        self, requests: Iterable[tuple[str, RatingRequest]]
    ) -> Iterator[tuple[str, RatingAnswer]]:
        """The key and answer of each request, in order of completion."""
        if isinstance(self._backend, CheckpointJudge):
            raise NotImplementedError("a checkpoint does not stream")
        return self._backend.stream(requests)

    def load(self) -> None:
        """Load the weights of a checkpoint."""
        self._backend.load()

    def unload(self) -> None:
        """Free the memory of the weights."""
        self._backend.unload()

    def pairs(self, models: Sequence[str]) -> list[tuple[str, str]]:
        """All pairs, or every model with the baseline."""
        if self.baseline is None:
            return list(combinations(models, 2))
        others = [model for model in models if model != self.baseline]
        return [(self.baseline, other) for other in others] if self.baseline in models else []

    def announce(self, requests: int, characters: int) -> list[str]:
        """The number of calls, and about what they cost."""
        if self.checkpoint:
            return [f"{count(requests, 'question')}, without a server"]
        calls = requests * self.samples
        tokens_in = calls * estimated_tokens(self.own_characters) + estimated_tokens(
            characters * self.samples
        )
        tokens_out = calls * _VERDICT_TOKENS[not self.reasons]
        told = (
            f"{count(calls, 'call')} of {self.model}, about {tokens_in:,} input and"
            f" {tokens_out:,} output tokens"
        )
        cost = self.prices.cost(tokens_in, tokens_out)
        told += ", cost unknown without prices" if cost is None else f", cost about {cost:.4g}"
        limits = self.spending.limits()
        return [f"{told}; limited to {' and '.join(limits)}" if limits else told]

    def faults(self) -> list[str]:
        """Faults of the templates, and of the checkpoint."""
        return [*self.wording.faults(), *self._backend.faults()]

    def obstacle(self) -> str | None:
        """Why the checkpoint cannot be had now."""
        return self._backend.obstacle()

    def notes(self) -> list[str]:
        """Notes on what has no effect."""
        notes = self.wording.notes()
        if self.samples > 1 and self.temperature == 0 and self.model:
            notes.append(f"{self.samples} samples at temperature 0 are nearly the same")
        return notes

    def events(self) -> list[str]:
        """New findings about the server."""
        return self._backend.events()

    @cached_property
    def _backend(self) -> ServerJudge | CheckpointJudge:
        return ServerJudge(self) if self.model is not None else CheckpointJudge(self)
