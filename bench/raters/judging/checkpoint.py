"""A judge that is a causal checkpoint: its verdict is read off the probabilities of the next token.

Nothing is generated. The model reads the question and the probabilities of the possible verdicts
are compared at the place of the answer, normalised over these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import takewhile
from typing import Any

from bench.errors import ConfigError
from bench.models.neural.causal import Causal
from bench.models.neural.generation import TooLongError, fitted
from bench.raters.base import RatingAnswer, RatingRequest
from bench.raters.judging.options import JudgeOptions
from bench.raters.judging.questions import meanings_of

_CHOICES = {"A": "first", "B": "second", "C": "tie"}


class CheckpointJudge:
    """Reads verdicts off a checkpoint.

    Args:
        judge: the parameters.
    """

    def __init__(self, judge: JudgeOptions) -> None:
        self._judge = judge
        self._model = _NextToken(
            checkpoint=str(judge.checkpoint),
            prompt="{{ text }}",
            revision=judge.revision,
            device=judge.device,
            dtype=judge.dtype,
            max_new_tokens=1,
        )

    @property
    def digest(self) -> str:
        """Digest of the checkpoint and the type of its weights."""
        return self._model.digest

    def load(self) -> None:
        """Load tokenizer and weights."""
        self._model.load()

    def unload(self) -> None:
        """Free the memory of the weights."""
        self._model.unload()

    def faults(self) -> list[str]:
        """Faults of the checkpoint."""
        return self._model.faults()

    def obstacle(self) -> str | None:
        """Why the checkpoint cannot be downloaded."""
        return self._model.obstacle()

    def events(self) -> list[str]:
        """Nothing is reported."""
        return []

    def rate(self, requests: Sequence[RatingRequest]) -> Iterator[RatingAnswer]:
        """The answer to each request, in order.

        Raises:
            ConfigError: the tokenizer splits the verdicts.
        """
        prompts: list[list[int]] = []
        faults: dict[int, str] = {}
        for index, request in enumerate(requests):
            try:
                prompts.append(self._prompt(request))
            except (ConfigError, TooLongError) as error:
                faults[index] = str(error)
        verdicts = [self._meanings(r) for i, r in enumerate(requests) if i not in faults]
        found = iter(self._model.shares(prompts, [list(meanings) for meanings in verdicts]))
        meanings, lengths = iter(verdicts), iter(map(len, prompts))
        for index in range(len(requests)):
            if index in faults:
                yield RatingAnswer.failed(faults[index])
            else:
                yield _answer(next(meanings), next(found), next(lengths))

    def _prompt(self, request: RatingRequest) -> list[int]:
        """The tokens of a question, the article cut to the limit of the checkpoint."""
        judge = self._judge
        criterion = judge.criterion(request.task.name, request.dimension)

        def render(text: str) -> list[int]:
            question = judge.wording.question(request, criterion, text)
            return self._model.turn_ids(question.user, question.system)

        return fitted(render, request.article.text, self._model.limit).ids

    def _meanings(self, request: RatingRequest) -> Mapping[str, Any]:
        if request.against is not None:
            return _CHOICES
        criterion = self._judge.criterion(request.task.name, request.dimension)
        return meanings_of(criterion, self._judge.letters)


def _answer(meanings: Mapping[str, Any], shares: Sequence[float], tokens: int) -> RatingAnswer:
    if meanings is _CHOICES:
        choice = max(zip(shares, meanings.values(), strict=True), key=lambda pair: pair[0])[1]
        return RatingAnswer(choice=choice, tokens_in=tokens, tokens_out=0)
    value = sum(share * float(v) for share, v in zip(shares, meanings.values(), strict=True))
    low, high = min(meanings.values()), max(meanings.values())
    return RatingAnswer(value=min(max(value, low), high), tokens_in=tokens, tokens_out=0)


@dataclass(kw_only=True)
class _NextToken(Causal):
    """A causal checkpoint that compares a few continuations of a prompt."""

    def turn_ids(self, user: str, system: str | None) -> list[int]:
        """The tokens of a question; without a chat template both messages are plain text."""
        tokenizer = self._loaded.tokenizer
        if not tokenizer.chat_template:
            ids = self.token_ids("\n\n".join(filter(None, (system, user, "Answer:"))))
            ends = ids[-1:] == [tokenizer.eos_token_id]  # nothing follows the end of a text
            return ids[:-1] if ends else ids
        self.system = system
        try:
            return self.token_ids(user)
        except Exception as error:
            if not system:
                raise ConfigError(f"the chat template of the checkpoint: {error}") from error
        self.system = None  # a template without system messages
        return self.token_ids(f"{system}\n\n{user}")

    def shares(
        self, prompts: Sequence[list[int]], verdicts: Sequence[Sequence[str]]
    ) -> Iterator[list[float]]:
        """The probabilities of the verdicts after each prompt, normalised over these."""
        import torch

        if not prompts:
            return
        wanted = [self._verdict_ids(tuple(some)) for some in verdicts]
        full = [[*ids, *before] for ids, (before, _) in zip(prompts, wanted, strict=True)]
        longest = max(map(len, full))
        pad = self._loaded.tokenizer.pad_token_id or 0
        device = self._loaded.device
        rows = [[pad] * (longest - len(ids)) + ids for ids in full]
        mask = [[0] * (longest - len(ids)) + [1] * len(ids) for ids in full]
        positions = [[0] * (longest - len(ids)) + list(range(len(ids))) for ids in full]
        tensor = partial(torch.tensor, device=device)
        with torch.inference_mode():
            logits = self._loaded.model(
                input_ids=tensor(rows),
                attention_mask=tensor(mask),
                **({"position_ids": tensor(positions)} if self._takes_positions else {}),
            ).logits[:, -1]
        for row, (_, ids) in zip(logits, wanted, strict=True):
            chosen = row[torch.tensor(ids, device=row.device)].double()
            yield [float(share) for share in torch.softmax(chosen, 0).tolist()]

    def _verdict_ids(self, verdicts: tuple[str, ...]) -> tuple[list[int], list[int]]:
        """The tokens before all verdicts, and the one token of each.

        Raises:
            ConfigError: a verdict is not one token, or not another one than the others.
        """
        tokenizer = self._loaded.tokenizer
        space = "" if tokenizer.chat_template else " "
        split = [
            tokenizer(space + verdict, add_special_tokens=False, verbose=False)["input_ids"]
            for verdict in verdicts
        ]
        together = takewhile(lambda ids: len(set(ids)) == 1, zip(*split, strict=False))
        before = [ids[0] for ids in together]
        own = [ids[len(before) :] for ids in split]
        if any(len(ids) != 1 for ids in own) or len({ids[0] for ids in own}) < len(own):
            raise ConfigError(
                f"checkpoint {self.checkpoint!r}: its tokenizer does not have a token for each of"
                f" {', '.join(verdicts)}; set `letters: true`"
            )
        return before, [ids[0] for ids in own]

    @cached_property
    def _takes_positions(self) -> bool:
        from inspect import signature

        return "position_ids" in signature(self._loaded.model.forward).parameters
