"""A judge that is a small checkpoint, against the bare library."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from bench.article import Article
from bench.errors import ConfigError
from bench.raters.base import RatingRequest
from bench.raters.judge import Judge
from bench.raters.judging.checkpoint import CheckpointJudge
from bench.raters.spec import build_rater
from bench.tasks import TASKS
from tests.models.checkpoints import checkpoint

QUESTIONS = TASKS["questions"]
TEXT = "The council sold the harbour to a trust on Friday for nine million crowns."


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("judges")
    found = {name: checkpoint(root / name, name, 4096) for name in ("gpt2", "llama")}
    plain = shutil.copytree(found["gpt2"], root / "plain")
    (plain / "chat_template.jinja").unlink()
    return {**found, "plain": plain}


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def request(item: str, **changes: Any) -> RatingRequest:
    article = Article(id="a", title="Harbour", text=TEXT)
    given = {"article": article, "task": QUESTIONS, "dimension": "answerable", "items": (item,)}
    return RatingRequest(**{**given, **changes})


def bare(folder: Path, judge: Judge, asked: RatingRequest, verdicts: str) -> list[float]:
    """The probabilities of the verdicts by the library alone, one prompt at a time."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder)
    criterion = judge.criterion("questions", "answerable")
    question = judge.wording.question(asked, criterion, TEXT)
    if tokenizer.chat_template:
        turns = [("system", question.system), ("user", question.user)]
        text = tokenizer.apply_chat_template(
            [{"role": role, "content": content} for role, content in turns],
            tokenize=False,
            add_generation_prompt=True,
        )
        space = ""
    else:
        text, space = f"{question.system}\n\n{question.user}\n\nAnswer:", " "
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    wanted = [tokenizer(space + v, add_special_tokens=False)["input_ids"] for v in verdicts]
    before = wanted[0][:-1]
    with torch.inference_mode():
        logits = model(torch.tensor([[*ids, *before]])).logits[0, -1]
    return torch.softmax(logits[[ids[-1] for ids in wanted]].double(), 0).tolist()


@pytest.mark.parametrize("name", ["gpt2", "llama", "plain"])
def test_value_is_the_mean_by_the_probabilities_of_the_bare_library(checkpoints, name):
    judge = Judge(checkpoint=str(checkpoints[name]), device="cpu")
    asked = [request("What has the trust promised?"), request("Why?")]
    answers = list(judge.rate(asked))
    for one, answer in zip(asked, answers, strict=True):
        shares = bare(checkpoints[name], judge, one, "12345")
        expected = sum(share * value for value, share in enumerate(shares, 1))
        assert answer.value == pytest.approx(expected, abs=1e-5)
        assert answer.tokens_in > 100
    assert answers[0].value != answers[1].value


def test_letters_and_lists_are_read_from_their_letters(checkpoints):
    folder = checkpoints["gpt2"]
    letters = Judge(checkpoint=str(folder), device="cpu", letters=True)
    (answer,) = letters.rate([request("Why?")])
    shares = bare(folder, letters, request("Why?"), "ABCDE")
    assert answer.value == pytest.approx(sum(s * v for v, s in enumerate(shares, 1)), abs=1e-5)
    arena = Judge(checkpoint=str(folder), device="cpu", pairwise=True)
    asked = request("Why?", against=("Who?", "When?"))
    (preferred,) = arena.rate([asked])
    shares = bare(folder, arena, asked, "ABC")
    assert preferred.choice == ("first", "second", "tie")[shares.index(max(shares))]


def test_article_is_cut_to_the_limit_and_too_little_room_fails_alone(checkpoints, tmp_path):
    small = checkpoint(tmp_path / "small", "gpt2", 1400)
    judge = Judge(checkpoint=str(small), device="cpu")
    long = Article(id="b", title="Harbour", text=f"{TEXT} " * 100)
    fine, failed = judge.rate([request("Why?", article=long), request("Why? " * 800)])
    assert fine.status == "ok"
    assert fine.tokens_in <= 1400
    assert failed.status == "error"
    assert "without the text" in failed.error


@pytest.mark.slow
@pytest.mark.parametrize("is_chat", [True, False])
def test_article_of_any_length_leaves_room_for_the_verdict(tmp_path, is_chat):
    """Without a chat template, the space before a verdict is a token of its own."""
    small = checkpoint(tmp_path / "small", "gpt2", 1400)
    if not is_chat:
        (small / "chat_template.jinja").unlink()
    judge = Judge(checkpoint=str(small), device="cpu")
    words = "Trust " * 900
    lengths = set()
    for end in range(8):  # of which one fills the context to its last token
        long = Article(id="b", title="Harbour", text=f"{'a ' * end}{words}")
        (answer,) = judge.rate([request("Why?", article=long)])
        assert answer.status == "ok"
        lengths.add(answer.tokens_in)
    assert max(lengths) == 1399


def test_scale_with_two_digits_needs_letters(checkpoints, tmp_path):
    rubric = tmp_path / "wide.yaml"
    anchors = "".join(f"      {value}: Anchor {value}.\n" for value in range(1, 13))
    rubric.write_text(f"questions:\n  wide:\n    ask: How wide?\n    scale:\n{anchors}")
    given = {"checkpoint": str(checkpoints["gpt2"]), "device": "cpu", "rubric": str(rubric)}
    with pytest.raises(ConfigError, match="letters: true"):
        list(Judge(**given).rate([request("Why?", dimension="wide")]))
    (answer,) = Judge(**given, letters=True).rate([request("Why?", dimension="wide")])
    assert 1 < answer.value < 12


def test_content_of_the_checkpoint_is_part_of_the_key(checkpoints):
    def key(name: str) -> str:
        return build_rater("judge", "j", {"checkpoint": str(checkpoints[name])}).key(
            request("Why?")
        )

    assert key("gpt2") == key("gpt2") != key("llama")


def test_checkpoint_is_batched_and_distributable(checkpoints):
    judge = Judge(checkpoint=str(checkpoints["gpt2"]), batch_size=3)
    assert (judge.batched, judge.distributable, judge.streams) == (True, True, False)
    assert judge.requests_per_batch == 3
    assert isinstance(judge._backend, CheckpointJudge)
    assert judge.announce(7, 700) == ["7 questions, without a server"]
    assert judge.faults() == []
