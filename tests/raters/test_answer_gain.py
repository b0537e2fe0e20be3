"""What ``answer_gain`` reads, with a tokenizer of words instead of a checkpoint."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from zlib import crc32

import pytest

from bench.article import Article
from bench.errors import ConfigError
from bench.models.neural.batch_size import OutOfMemoryError
from bench.raters import answer_gain
from bench.raters.answer_gain import AnswerGain
from bench.raters.base import RatingRequest
from bench.tasks import TASKS

LONG = Article(
    id="a",
    text="word " * 99,
    questions=("Why?", "How many?"),
    item_labels={"questions": {"answer": ("One two", "Six")}},
)
SHORT = LONG.model_copy(update={"text": "word word"})
WORDY = "one two three four five six seven eight nine ten {{ text }} Answer:"


def words(text: str = "", *, text_target: str = "", **_: Any) -> dict[str, list[int]]:
    return {"input_ids": [crc32(word.encode()) for word in f"{text}{text_target}".split()]}


class Tokenizer:
    """A token for each word."""

    chat_template = eos_token_id = None
    all_special_ids = ()
    __call__ = staticmethod(words)


def rater(*, is_encoder_decoder: bool = False, **parameters: Any) -> AnswerGain:
    found = AnswerGain(checkpoint="c", max_input_tokens=30, **parameters)
    loaded = SimpleNamespace(
        tokenizer=Tokenizer(), is_encoder_decoder=is_encoder_decoder, device="cpu"
    )
    vars(found)["_loaded"] = loaded
    return found


def request(article: Article = LONG) -> RatingRequest:
    return RatingRequest(article, TASKS["questions"], "gain", ("Why now?",))


@pytest.mark.parametrize("is_encoder_decoder", [False, True])
@pytest.mark.parametrize("baseline", [WORDY, AnswerGain.baseline, "{{ text }}"])
@pytest.mark.parametrize("prompt", [WORDY.replace("one", "{{ item }}"), AnswerGain.prompt])
def test_longer_of_both_inputs_fits(prompt, baseline, is_encoder_decoder):
    own = rater(prompt=prompt, baseline=baseline, is_encoder_decoder=is_encoder_decoder)
    for pair in own._pairs(request()):
        lengths = [len(row.context) if is_encoder_decoder else row.length for row in pair]
        assert max(lengths) == 30
        seen = [row.context.count(words("word")["input_ids"][0]) for row in pair]
        assert seen[0] == seen[1] > 0


def test_prompt_that_never_fits_is_an_error():
    own = rater(baseline=f"{WORDY} {WORDY.replace('{{ text }}', '')} {WORDY} {{ text }}")
    with pytest.raises(ConfigError, match="tokens without the text of the article, of a limit of"):
        own._pair(request(), "Six")
    (answer,) = own.rate([request()])
    assert answer.status == "error"


@pytest.mark.parametrize("fails", [None, "asked", "alone"])
def test_answer_without_memory_for_one_of_its_inputs_fails(monkeypatch, fails):
    own = rater()
    (pair, other) = own._pairs(request(SHORT))
    too_long = {"asked": pair[0], "alone": pair[1]}.get(str(fails))

    def found(loaded: Any, rows: Any, *_: Any) -> list[Any]:
        return [
            OutOfMemoryError("CUDA out of memory")
            if row == too_long
            else [[-1.0 * len(row.context)] for _ in row.target]
            for row in rows
        ]

    monkeypatch.setattr(answer_gain, "log_probabilities", found)
    (answer,) = own.rate([request(SHORT)])
    if too_long is None:
        assert answer.value == len(pair[1].context) - len(pair[0].context)
        assert answer.tokens_in == pair[0].length + other[0].length
    else:
        assert (answer.status, answer.value) == ("error", None)
        assert f"not enough memory for one input of {too_long.length} tokens" in answer.error
