"""Raters with weights, on small checkpoints of real architectures, with the network off.

What they give is compared with the bare library, one input at a time.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from bench.article import Article
from bench.errors import ConfigError, UnknownNameError
from bench.models.neural.batch_size import OutOfMemoryError
from bench.raters.answer_gain import AnswerGain
from bench.raters.base import RatingRequest
from bench.raters.entail import Entailment
from bench.raters.spec import build_rater
from bench.raters.yes import YesProbability
from bench.tasks import TASKS
from bench.text.sentences import sentences
from tests.models.checkpoints import checkpoint

SUMMARY, QUESTIONS = TASKS["summary"], TASKS["questions"]
LABELS = {0: "contradiction", 1: "neutral", 2: "entailment"}
WRITERS = ("t5", "bart", "llama", "gpt2")
CLASSIFIERS = ("bert-nli", "bart-nli", "llama-nli")
CLOSE = {"rel": 0, "abs": 1e-5}


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("checkpoints")
    labels = {"id2label": LABELS, "label2id": {name: number for number, name in LABELS.items()}}
    found = {name: checkpoint(root / name, name, 512) for name in WRITERS}
    return found | {n: checkpoint(root / n, n, 512, num_labels=3, **labels) for n in CLASSIFIERS}


def articles() -> list[Article]:
    sentence = "The council sold the harbour to a trust on Friday."
    more = "Critics say the orchard should have stayed public.\n\nThe mayor called it fair."
    return [
        Article(id="short", title="Harbour", text=sentence),
        Article(id="long", title="Orchard", text=f"{sentence} {more}"),
    ]


ITEMS = ("What has the trust promised?", "Why?", "Who sold the library, and to whom, on Friday?")


def requests(dimension, task=QUESTIONS, items=ITEMS, of=None):
    return [
        RatingRequest(article, task, dimension, (item,))
        for article in of or articles()
        for item in items
    ]


def values(rater, asked) -> list[float]:
    answers = list(rater.rate(asked))
    assert [answer.error for answer in answers] == [None] * len(asked)
    return [answer.value for answer in answers]


def logits_after(loaded, prompt: str, chat: bool):
    """The logits of the first word that the bare library writes after a prompt."""
    import torch

    tokenizer, model = loaded.tokenizer, loaded.model
    if loaded.is_encoder_decoder:
        given = tokenizer(prompt, return_tensors="pt")
        start = model.config.decoder_start_token_id
        decoded = torch.tensor([[start]])
        given = {k: given[k] for k in ("input_ids", "attention_mask")}
        with torch.no_grad():
            return model(**given, decoder_input_ids=decoded).logits[0, -1]
    if chat:
        turns = [{"role": "user", "content": prompt}]
        prompt = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    ids = tokenizer(prompt, return_tensors="pt")["input_ids"]
    with torch.no_grad():
        return model(input_ids=ids).logits[0, -1]


def first_token(loaded, word: str) -> int:
    return loaded.tokenizer(word, add_special_tokens=False)["input_ids"][0]


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITERS)
def test_probability_of_yes_is_that_of_the_bare_library(checkpoints, name):
    prompt = "{{ ask }} {{ text }} {{ item }} </s>"
    rater = YesProbability(checkpoint=str(checkpoints[name]), prompt=prompt, criteria=["clear"])
    found = values(rater, requests("clear"))
    loaded = rater._loaded
    chat = name in {"llama", "gpt2"}
    yes, no = (first_token(loaded, word) for word in ("Yes", "No"))
    expected = []
    for request in requests("clear"):
        text = f"Is this a clear question? {request.article.text} {request.item} </s>"
        found_logits = logits_after(loaded, text, chat).double().softmax(-1)
        expected.append(float(found_logits[yes] / (found_logits[yes] + found_logits[no])))
    assert found == pytest.approx(expected, **CLOSE)
    assert len({round(value, 9) for value in found}) > 1


@pytest.mark.slow
def test_word_after_a_plain_prompt_follows_a_space(checkpoints, tmp_path):
    folder = checkpoint(tmp_path / "plain", "llama", 512)
    (folder / "chat_template.jinja").unlink()
    rater = YesProbability(checkpoint=str(folder), prompt="{{ text }} {{ item }}:")
    (request,) = requests("clear", of=articles()[:1], items=ITEMS[:1])
    (found,) = values(rater, [request])
    loaded = rater._loaded
    logits = logits_after(loaded, f"{request.article.text} {request.item}:", chat=False).double()
    yes, no = (loaded.tokenizer(f": {word}")["input_ids"] for word in ("Yes", "No"))
    at = next(i for i, pair in enumerate(zip(yes, no, strict=False)) if pair[0] != pair[1])
    if at == 1:  # the words differ from their first token on
        expected = 1 / (1 + math.exp(float(logits[no[1]] - logits[yes[1]])))
    else:  # both begin with the space
        ids = loaded.tokenizer(f"{request.article.text} {request.item}: Yes")["input_ids"]
        expected = probability_at_the_end(loaded, ids[: len(ids) - len(yes) + at], yes[at], no[at])
    assert found == pytest.approx(expected, **CLOSE)


def probability_at_the_end(loaded, ids, yes, no):
    import torch

    with torch.no_grad():
        logits = loaded.model(input_ids=torch.tensor([ids])).logits[0, -1].double()
    return 1 / (1 + math.exp(float(logits[no] - logits[yes])))


def mean_log_probability(loaded, prompt: str, answer: str) -> float:
    """Of the answer after a prompt, token by token, by the bare library."""
    import torch

    tokenizer, model = loaded.tokenizer, loaded.model
    if loaded.is_encoder_decoder:
        given = tokenizer(prompt, return_tensors="pt")["input_ids"]
        target = tokenizer(answer)["input_ids"][:-1]
        context = [model.config.decoder_start_token_id]
    else:
        target = tokenizer(f" {answer}", add_special_tokens=False)["input_ids"]
        context = tokenizer(prompt)["input_ids"]
    total = 0.0
    for token in target:
        ids = torch.tensor([context])
        with torch.no_grad():
            if loaded.is_encoder_decoder:
                logits = model(input_ids=given, decoder_input_ids=ids).logits[0, -1]
            else:
                logits = model(input_ids=ids).logits[0, -1]
        total += float(logits.double().log_softmax(-1)[token])
        context = [*context, token]
    return total / len(target)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["t5", "llama"])
def test_gain_is_the_difference_of_two_likelihoods(checkpoints, tmp_path, name):
    folder = checkpoint(tmp_path / name, name, 512)
    (folder / "chat_template.jinja").unlink(missing_ok=True)
    answers = ("a trust", "nine million crowns")
    labelled = [
        article.model_copy(
            update={
                "questions": ("Who bought it?", "What did it cost?"),
                "item_labels": {"questions": {"answer": answers}},
            }
        )
        for article in articles()
    ]
    rater = AnswerGain(
        checkpoint=str(folder),
        prompt="{{ text }} Q: {{ item }} A:",
        baseline="{{ text }} A:",
        batch_size=3,
    )
    asked = requests("gain", of=labelled)
    found = values(rater, asked)
    expected = [
        max(
            mean_log_probability(rater._loaded, f"{r.article.text} Q: {r.item} A:", answer)
            - mean_log_probability(rater._loaded, f"{r.article.text} A:", answer)
            for answer in answers
        )
        for r in asked
    ]
    assert found == pytest.approx(expected, **CLOSE)
    assert max(map(abs, found)) > 1e-4


@pytest.mark.slow
@pytest.mark.parametrize("name", CLASSIFIERS)
@pytest.mark.parametrize("contradiction", [False, True])
def test_entailment_is_the_best_sentence_of_the_bare_library(checkpoints, name, contradiction):
    import torch

    rater = Entailment(checkpoint=str(checkpoints[name]), contradiction=contradiction)
    asked = requests("supported", SUMMARY)
    found = values(rater, asked)
    tokenizer, model = rater._loaded.tokenizer, rater._loaded.model
    expected = []
    for request in asked:
        rows = []
        for premise in sentences(request.article.text):
            given = tokenizer(premise, request.item, return_tensors="pt")
            with torch.no_grad():
                rows.append(model(**given).logits[0].double().softmax(-1).tolist())
        best = max(row[2] for row in rows)
        expected.append(best - max(row[0] for row in rows) if contradiction else best)
    assert found == pytest.approx(expected, **CLOSE)
    (dimension,) = rater.dimensions("summary").values()
    assert dimension.low == (-1 if contradiction else 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("family", "name", "task"),
    [
        (YesProbability, "t5", QUESTIONS),
        (YesProbability, "llama", QUESTIONS),
        (Entailment, "bert-nli", SUMMARY),
    ],
)
def test_values_depend_on_neither_order_nor_batches(checkpoints, family, name, task):
    rater = family(checkpoint=str(checkpoints[name]))
    (dimension, *_) = rater.dimensions(task.name)
    asked = requests(dimension, task)
    together = values(rater, asked)
    turned = values(rater, asked[::-1])[::-1]
    alone = [value for request in asked for value in values(rater, [request])]
    small = values(family(checkpoint=str(checkpoints[name]), batch_size=2), asked)
    for other in (turned, alone, small):
        assert other == pytest.approx(together, rel=0, abs=1e-6)


@pytest.mark.slow
def test_long_article_is_cut_and_that_is_told_once(checkpoints):
    long = Article(id="a", text="The council sold the harbour. " * 200)
    rater = YesProbability(checkpoint=str(checkpoints["t5"]), max_input_tokens=100)
    asked = requests("clear", of=[long])
    answers = list(rater.rate(asked))
    assert all(answer.tokens_in <= 100 for answer in answers)
    assert rater.events() == ["the texts of articles are cut to fit 100 tokens"]
    list(rater.rate(asked))
    assert rater.events() == []
    wordy = YesProbability(
        checkpoint=str(checkpoints["t5"]), prompt="{{ item }}{{ text }}", max_input_tokens=5
    )
    with pytest.raises(ConfigError, match="without the text of the article, of a limit of 5"):
        list(wordy.rate(asked))


@pytest.mark.slow
def test_request_that_memory_has_no_room_for_fails_alone(checkpoints, monkeypatch):
    import bench.models.neural.likelihood as module

    forward = module._encoder_decoder

    rater = YesProbability(checkpoint=str(checkpoints["t5"]))
    room = max(rater._continuation(request).length for request in requests("clear")[:3])

    def greedy(loaded, rows):
        if len(rows) > 1 or rows[0].length > room:
            raise OutOfMemoryError("CUDA out of memory")
        return forward(loaded, rows)

    monkeypatch.setattr(module, "_encoder_decoder", greedy)
    answers = list(rater.rate(requests("clear")))
    assert [answer.status for answer in answers[:3]] == ["ok"] * 3
    assert {answer.status for answer in answers[3:]} == {"error"}
    assert "not enough memory for one input of" in answers[-1].error
    assert any("it goes on with batches of" in event for event in rater.events())


def spec_of(use, checkpoints, name, **parameters):
    return build_rater(use, use, {"checkpoint": str(checkpoints[name]), **parameters})


@pytest.mark.slow
def test_signature_knows_weights_dtype_and_the_question_of_each_criterion(checkpoints, tmp_path):
    def signature(dimension="clear", **parameters):
        return spec_of("yes", checkpoints, "t5", **parameters).signature_for("questions", dimension)

    assert signature() == signature(criteria=["clear"]) == signature(batch_size=2)
    assert signature() == signature(prompt=None, device="cpu")
    assert signature() != signature("answerable")
    assert signature() != signature(dtype="bfloat16")
    assert signature() != signature(positive="yes")
    own = {"clear": "{{ text }} {{ item }}", "short": "{{ item }} {{ text }}"}
    assert signature(prompt=own) != signature()
    assert signature(prompt=own) == signature(prompt={"clear": own["clear"]})
    folder = checkpoint(tmp_path / "t5", "t5", 512)
    config = json.loads((folder / "config.json").read_text())
    before = signature(checkpoint=str(folder))
    (folder / "config.json").write_text(json.dumps({**config, "d_ff": config["d_ff"]}, indent=3))
    assert signature(checkpoint=str(folder)) != before


@pytest.mark.slow
def test_classes_are_found_by_their_names_or_must_be_said(checkpoints, tmp_path):
    folder = checkpoint(tmp_path / "unnamed", "bert-nli", num_labels=3)

    def faults(**parameters):
        return build_rater("entail", "entail", {"checkpoint": str(folder), **parameters}).faults()

    (line,) = faults()
    assert line.startswith("rater 'entail': checkpoint ")
    assert "its classes are 0: LABEL_0, 1: LABEL_1, 2: LABEL_2; set `entailment_label`" in line
    assert len(faults(contradiction=True)) == 2
    assert faults(entailment_label=2) == []
    assert len(faults(entailment_label=3)) == 1
    assert spec_of("entail", checkpoints, "bert-nli", contradiction=True).faults() == []
    (line,) = spec_of("entail", checkpoints, "gpt2").faults()
    assert "LABEL_0" in line


@pytest.mark.parametrize(
    ("use", "parameters", "reason"),
    [
        ("yes", {"criteria": ["answerabel"]}, "unknown criterion 'answerabel'; did you mean"),
        ("yes", {"criteria": []}, "criteria: at least one is needed"),
        ("yes", {"prompt": "{{ text"}, "prompt, line 1:"),
        ("yes", {"prompt": {"x": "{% if %}"}}, "prompt for x, line 1:"),
        ("yes", {"promt": "a"}, "unknown parameter of rater 'yes': 'promt'; did you mean 'prompt'"),
        ("answer_gain", {"answer": "{{ extra.answer"}, "answer, line 1:"),
        ("entail", {"checkpiont": "a"}, "did you mean 'checkpoint'"),
        ("yes", {"dtype": "int8"}, "dtype: "),
    ],
)
def test_contradictory_settings_are_refused_at_once(use, parameters, reason):
    with pytest.raises((ConfigError, UnknownNameError), match=reason):
        build_rater(use, use, {"checkpoint": "nowhere", **parameters})


@pytest.mark.slow
def test_faults_of_templates_and_checkpoints_are_told_before_a_run(checkpoints, tmp_path):
    (unknown,) = spec_of(
        "yes", checkpoints, "t5", prompt="{{ text }} {{ item }} {{ itme }}"
    ).faults()
    assert "rater 'yes': prompt, line 1: unknown variable 'itme'; did you mean 'item'" in unknown
    (blind,) = spec_of("yes", checkpoints, "t5", prompt="{{ item }}").faults()
    assert "prompt: the rater would never see 'text'; add `{{ text }}`" in blind
    (same,) = spec_of("yes", checkpoints, "t5", positive="No").faults()
    assert "does not tell 'No' from 'No' by a token" in same
    with pytest.raises(ConfigError, match="no such folder, and no such model on the hub"):
        build_rater("yes", "yes", {"checkpoint": str(tmp_path / "none")})
    distant = build_rater("yes", "yes", {"checkpoint": "nobody/nothing"})
    assert "not in the cache, and the hub cannot be reached" in distant.rater.obstacle()


@pytest.mark.slow
def test_answers_come_from_labels_or_a_template_and_are_part_of_the_key(checkpoints):
    plain = articles()[0]
    spec = spec_of("answer_gain", checkpoints, "t5")
    (request,) = requests("gain", of=[plain], items=ITEMS[:1])
    ((answer,), _) = spec.rate([request])
    assert answer.status == "error"
    assert "article 'short' has no answer: its questions have no label 'answer'" in answer.error
    own = spec_of("answer_gain", checkpoints, "t5", answer="{{ extra.answer }}")
    keys = set()
    for text in ("a trust", "the mayor"):
        article = plain.model_copy(update={"extra": {"answer": text}})
        (request,) = requests("gain", of=[article], items=ITEMS[:1])
        ((answer,), _) = own.rate([request])
        assert answer.status == "ok"
        keys.add(own.key(request))
    assert len(keys) == 2


@pytest.mark.slow
def test_answer_is_shown_where_a_template_names_it(checkpoints):
    article = articles()[0].model_copy(update={"extra": {"answer": "a trust"}})
    (request,) = requests("answerable", of=[article], items=ITEMS[:1])
    without = spec_of("yes", checkpoints, "t5")
    shown = spec_of("yes", checkpoints, "t5", answer="{{ extra.answer }}")
    ((one,), _), ((other,), _) = without.rate([request]), shown.rate([request])
    assert one.tokens_in < other.tokens_in
    assert without.key(request) != shown.key(request)


@pytest.mark.slow
@pytest.mark.parametrize("use", ["yes", "answer_gain", "entail"])
def test_missing_library_is_told_with_its_extra(tmp_path, monkeypatch, use):
    import sys

    monkeypatch.setitem(sys.modules, "transformers", None)
    spec = build_rater(use, use, {"checkpoint": str(tmp_path)})
    assert any("pip install 'qgbench[transformers]'" in line for line in spec.faults())
