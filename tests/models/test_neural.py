"""Models with weights, on small checkpoints of real architectures, with the network off."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.article import Article
from bench.errors import ConfigError
from bench.models.neural.answers import candidates
from bench.models.neural.causal import Causal
from bench.models.neural.checkpoint import Checkpoint
from bench.models.neural.generation import TooLongError, chunked, fitted
from bench.models.neural.seq2seq import Seq2Seq
from bench.models.spec import build_model
from bench.tasks import TASKS
from tests.conftest import write_rows
from tests.models.checkpoints import checkpoint, tokenizer

SUMMARY, QUESTIONS = TASKS["summary"], TASKS["questions"]
ARCHITECTURES = ("t5", "bart", "pegasus", "led", "llama")


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("checkpoints")
    return {name: checkpoint(root / name, name) for name in ARCHITECTURES}


def model_of(checkpoints, name, **parameters):
    parameters = {"prompt": "summarize: {{ text }}", "max_new_tokens": 12, **parameters}
    family = Causal if name == "llama" else Seq2Seq
    return family(checkpoint=str(checkpoints[name]), **parameters)


def articles_of(*lengths: int) -> list[Article]:
    sentence = "The council sold the harbour to a trust on Friday. "
    texts = [f"{sentence * length}\n\nThe mayor called it fair." for length in lengths]
    return [Article(id=f"a{n}", title="Harbour", text=text) for n, text in enumerate(texts)]


def alone(model, article: Article) -> str:
    """What the bare library writes for the same prompt, one article at a time."""
    import torch

    loaded = model._loaded
    (prompt,) = model.prompts_of(article, SUMMARY)
    ids = torch.tensor([prompt.ids])
    with torch.inference_mode():
        out = loaded.model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=model.max_new_tokens,
            do_sample=False,
        )[0]
    new = out[1:] if loaded.model.config.is_encoder_decoder else out[ids.shape[1] :]
    return loaded.tokenizer.decode(new, skip_special_tokens=True).strip()


@pytest.mark.slow
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_batches_write_what_the_bare_library_writes_one_by_one_in_order(checkpoints, name):
    model = model_of(checkpoints, name)
    articles = articles_of(3, 1, 6, 2)
    outputs = list(model.predict(articles, SUMMARY))
    assert [o.raw for o in outputs] == [alone(model, article) for article in articles]


@pytest.mark.slow
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_new_tokens_are_bounded_and_long_inputs_counted(checkpoints, name):
    model = model_of(checkpoints, name)
    short, long = model.predict(articles_of(1, 40), SUMMARY)
    assert short.truncated in ("neither", "output")
    assert long.truncated in ("input", "both")
    for output in (short, long):
        assert 0 < output.tokens_out <= 12
        assert output.tokens_in <= 128
    # However long the input: the limit is on what is generate_texts.
    wide = model_of(checkpoints, name, max_new_tokens=30)
    assert all(o.tokens_out <= 30 for o in wide.predict(articles_of(1, 2), SUMMARY))


@pytest.mark.parametrize("name", ["bart", "llama"])
def test_long_article_may_be_read_in_pieces(checkpoints, name):
    model = model_of(checkpoints, name, too_long="chunk", prompt="{{ items }}: {{ text }}")
    (article,) = articles_of(40)
    prompts = list(model.prompts_of(article, SUMMARY))
    assert len(prompts) > 2
    assert not any(prompt.cut for prompt in prompts)
    read = " ".join(model._loaded.tokenizer.decode(p.ids) for p in prompts)
    assert read.count("harbour") == article.text.count("harbour")
    (output,) = model.predict([article], SUMMARY)
    assert output.truncated in ("neither", "output")
    assert output.tokens_in == sum(len(p.ids) for p in prompts)


def test_cutting_keeps_what_stands_around_the_text():
    def render(text: str) -> list[int]:
        return list(range(len(f"before {text} after".split())))

    text = " ".join(f"word{n}" for n in range(50))
    whole, cut = (fitted(render, text, limit) for limit in (52, 12))
    assert (len(whole.ids), whole.cut) == (52, False)
    assert (len(cut.ids), cut.cut) == (12, True)
    with pytest.raises(TooLongError, match="takes 2 tokens without the text, of a limit of 1"):
        fitted(render, text, 1)
    assert " ".join(chunked(render, text, 12)) == text
    assert chunked(render, text, 1) == [text]
    assert chunked(render, text, None) == [text]


def test_answers_are_chosen_and_highlighted_in_their_paragraph(checkpoints):
    article = Article(
        id="a",
        text="The council sold the old harbour to the Linden Trust.\n\nThe price was nine million.",
    )
    found = candidates(article, 3)
    assert 0 < len(found) <= 3
    for candidate in found:
        paragraph = candidate.before + candidate.answer + candidate.after
        assert paragraph in article.text.split("\n\n")
    template = "generate question: {{ before }}<hl> {{ answer }} <hl>{{ after }}"
    model = model_of(checkpoints, "bart", per="answer", prompt={"questions": template})
    assert model.tasks == ("questions",)
    prompts = [
        model._loaded.tokenizer.decode(prompt.ids)
        for prompt in model.prompts_of(article, QUESTIONS)
    ]
    assert len(prompts) == len(candidates(article, 16))
    assert all(prompt.count("<hl>") == 2 for prompt in prompts)
    (output,) = model.predict([article], QUESTIONS)
    assert len(output.items) <= len(prompts)


def test_generated_text_becomes_items(checkpoints):
    plain = model_of(checkpoints, "t5")
    assert plain.parsed("1. Why now?\n2. Who pays?").items == ["Why now?", "Who pays?"]
    ends = model_of(checkpoints, "t5", separator="<sep>")
    assert ends.parsed("Why now?<sep> Who pays?<sep>").items == ["Why now?", "Who pays?"]
    pairs = model_of(checkpoints, "t5", pattern=r"question: (.*?), answer:")
    generate_texts = "question: Why now?, answer: x | question: Who pays?, answer: y"
    assert pairs.parsed(generate_texts).items == ["Why now?", "Who pays?"]


def test_chat_model_is_asked_in_its_own_template(checkpoints):
    model = model_of(checkpoints, "llama", system="Be brief.")
    text = model._loaded.tokenizer.decode(model.token_ids("Why?"))
    assert text == "<|system|>Be brief.<|end|><|user|>Why?<|end|><|assistant|>"


@pytest.mark.slow
def test_sampling_repeats_with_its_seed(checkpoints):
    def texts(seed: int) -> list[str]:
        sampled = {"do_sample": True, "temperature": 2.0}
        model = model_of(checkpoints, "bart", generation=sampled, seed=seed)
        return [output.raw for output in model.predict(articles_of(1, 2), SUMMARY)]

    assert texts(0) == texts(0)
    assert texts(0) != texts(1)


def test_signature_knows_weights_and_the_prompt_of_each_task(checkpoints):
    def signature(name: str, task: str = "summary", **prompts: str) -> str:
        parameters = {"checkpoint": str(checkpoints[name])}
        parameters["prompt"] = {"summary": "{{ text }}", "questions": "Ask: {{ text }}", **prompts}
        return build_model("seq2seq", "m", parameters, 0).signature_for(task)

    assert signature("t5") == signature("t5")
    assert signature("t5") != signature("bart")
    assert signature("t5") != signature("t5", summary="summarize: {{ text }}")
    assert signature("t5") == signature("t5", questions="{{ text | upper }}?")
    assert signature("t5", "questions") != signature("t5", "questions", questions="{{ text }}?")


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"prompt": "{{ text"}, "prompt for summary, line 1"),
        ({"prompt": {"summery": "x"}}, "no task 'summery'"),
        ({"generation": {"max_length": 5}}, "set max_new_tokens"),
        ({"pattern": "("}, "pattern"),
        ({"per": "answer"}, "per: answer requires"),
    ],
)
def test_contradictory_settings_are_refused_at_once(checkpoints, parameters, reason):
    with pytest.raises(ConfigError, match=reason):
        model_of(checkpoints, "t5", **parameters)


def test_name_that_no_template_knows_is_told(checkpoints):
    model = model_of(checkpoints, "t5", prompt="{{ txt }}")
    with pytest.raises(ConfigError, match="'txt' is undefined; a template knows items, noun, task"):
        list(model.predict(articles_of(1), SUMMARY))


@pytest.mark.weights
def test_checkpoint_that_cannot_be_had_is_one_line(tmp_path):
    with pytest.raises(ConfigError, match="not in the cache, and the hub cannot be reached"):
        Checkpoint("nobody/nothing").digest()
    with pytest.raises(ConfigError, match="no such folder"):
        Checkpoint("no/such/folder").digest()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text("{}")
    with pytest.raises(ConfigError, match="broken"):
        Checkpoint(str(tmp_path / "broken")).load("seq2seq", "cpu", "auto")


@pytest.mark.slow
def test_run_survives_kills_and_repeats_to_the_byte(
    bench, bench_process, checkpoints, articles, rows, tmp_path
):
    rows[0]["text"] *= 30
    write_rows(articles, rows)
    config = tmp_path / "config.yaml"
    config.write_text(
        "name: neural\ndataset: articles.jsonl\ntasks: [summary]\nbatch_size: 2\nmodels:\n"
        f"  - {{use: seq2seq, name: bart, checkpoint: '{checkpoints['bart']}',"
        " max_new_tokens: 9}\n"
        f"  - {{use: causal, name: llama, checkpoint: '{checkpoints['llama']}',"
        " max_new_tokens: 9, prompt: '{{ text }}'}\n"
        "  - {use: seq2seq, name: gone, checkpoint: broken}\n"
    )
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text('{"model_type": "bart"}')
    first = bench("run", config, "-o", "out")
    assert first.returncode == 4, first.stderr
    assert "gone failed on 6 of 6 articles (summary), 'the-" in first.stderr
    assert "the same command" in first.stderr
    assert "Traceback" not in first.stderr
    results = (tmp_path / "out" / "results.json").read_text()
    record = json.loads(results)["tasks"]["summary"]["models"]
    assert record["bart"]["truncated"] >= 1
    assert (record["gone"]["failed"], record["bart"]["failed"]) == (6, 0)
    # Rows that are lost in mid-batch come back the same.
    file = tmp_path / "out" / "predictions" / "bart.summary.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:3]))
    (tmp_path / "out" / "run.json").unlink()  # as where the run was killed
    bench_process("run", config, "-o", "out")  # where nothing is loaded yet
    assert (tmp_path / "out" / "results.json").read_text() == results
    assert sorted(json.loads(line)["items"] for line in file.read_text().splitlines()) == sorted(
        json.loads(line)["items"] for line in lines
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_defaults_fit_any_checkpoint(checkpoints, name):
    """No decoder is asked for more places than it has, and no article is passed over unseen."""
    model = model_of(checkpoints, name, max_new_tokens=160)
    outputs = list(model.predict(articles_of(1, 30), SUMMARY))
    places = 160 if name == "t5" else 127  # T5's positions are relative
    assert all(output.error is None and output.tokens_out <= places for output in outputs)
    wordy = model_of(checkpoints, name, prompt="word " * 300 + "{{ text }}")
    (output,) = wordy.predict(articles_of(1), SUMMARY)
    assert "tokens without the text" in (output.error or "")


@pytest.mark.slow
@pytest.mark.parametrize(("new_tokens", "room"), [(16, 48), (50, 32)])
def test_decoder_that_continues_its_input_has_room_for_its_output(tmp_path, new_tokens, room):
    """GPT-2 has no position beyond its context; an output gets at most half of it."""
    folder = checkpoint(tmp_path / "c", "gpt2", 64)
    model = Causal(checkpoint=str(folder), prompt="{{ text }}", max_new_tokens=new_tokens)
    assert model.limit == room
    short, long = model.predict([Article(id="s", text="Why?"), *articles_of(40)], SUMMARY)
    assert (short.error, long.error) == (None, None)
    assert (short.truncated in ("neither", "output"), long.truncated in ("input", "both")) == (
        True,
        True,
    )
    assert 0 < long.tokens_in <= room
    assert long.tokens_out > 0
    given = Causal(checkpoint=str(folder), prompt="{{ text }}", max_input_tokens=20)
    assert given.limit == 20


def test_answer_late_in_a_long_paragraph_keeps_its_place(checkpoints):
    text = "The council met again. " * 60 + "The harbour went to the Linden Trust."
    article = Article(id="a", text=text)
    template = "{{ before }}<hl> {{ answer }} <hl>{{ after }}"
    model = model_of(checkpoints, "bart", per="answer", prompt={"questions": template})
    prompts = list(model.prompts_of(article, QUESTIONS))
    assert any(prompt.cut for prompt in prompts)
    for prompt in prompts:
        assert len(prompt.ids) <= 128
        assert model._loaded.tokenizer.decode(prompt.ids).count("<hl>") == 2


@pytest.mark.slow
def test_draws_do_not_depend_on_what_stands_beside(checkpoints):
    sampled = {"do_sample": True, "temperature": 2.0}
    model = model_of(checkpoints, "bart", generation=sampled)
    first, second, third = articles_of(1, 2, 3)
    together = list(model.predict([first, second, third], SUMMARY))
    assert [o.raw for o in model.predict([third, first], SUMMARY)] == [
        together[2].raw,
        together[0].raw,
    ]


def test_setting_that_generate_does_not_know_is_refused(checkpoints):
    model = model_of(checkpoints, "t5", generation={"num_beamz": 4})
    with pytest.raises(ConfigError, match="did you mean 'num_beams'"):
        list(model.predict(articles_of(1), SUMMARY))


def test_weights_that_changed_anywhere_are_other_weights(tmp_path):
    folder = tmp_path / "big"
    (folder / "part").mkdir(parents=True)
    for name in ("config.json", "part/weights.bin"):
        (folder / name).write_bytes(b"0" * 20_000_000)
    before = Checkpoint(str(folder)).digest()
    with (folder / "part" / "weights.bin").open("r+b") as file:
        file.seek(10_000_000)
        file.write(b"1")
    assert Checkpoint(str(folder)).digest() != before


def with_generation_config(folder: Path, **settings) -> Path:
    """The checkpoint with further settings in its own ``generation_config.json``."""
    file = folder / "generation_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **settings}))
    return folder


@pytest.mark.weights
@pytest.mark.parametrize("name", ["bart", "llama"])
@pytest.mark.parametrize(
    "settings",
    [
        {"return_dict_in_generate": True},
        {"return_dict_in_generate": True, "output_scores": True, "output_logits": True},
        {"return_dict_in_generate": True, "output_attentions": True, "output_hidden_states": True},
        {"prompt_lookup_num_tokens": 2},
        {"min_new_tokens": 50},
    ],
)
def test_settings_of_the_checkpoint_that_are_not_about_text_change_nothing(
    tmp_path, name, settings
):
    folders = [checkpoint(tmp_path / str(n), name) for n in range(2)]
    with_generation_config(folders[1], **settings)
    plain, changed = (
        [o.raw for o in model_of({name: folder}, name).predict(articles_of(1, 2), SUMMARY)]
        for folder in folders
    )
    assert plain == changed


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.parametrize("name", ["bart", "llama"])
def test_best_of_several_sequences_is_taken(tmp_path, name):
    one, three = (checkpoint(tmp_path / str(n), name) for n in range(2))
    with_generation_config(one, num_beams=3)
    with_generation_config(three, num_beams=3, num_return_sequences=3)
    asked = {"num_beams": 3, "num_return_sequences": 2}
    articles = articles_of(1, 2)
    texts = [
        [output.raw for output in model.predict(articles, SUMMARY)]
        for model in (
            model_of({name: one}, name),
            model_of({name: three}, name),
            model_of({name: one}, name, generation=asked),
        )
    ]
    assert texts[0] == texts[1] == texts[2]


@pytest.mark.weights
@pytest.mark.parametrize("name", ["bart", "llama"])
def test_stop_strings_end_a_text_wherever_they_are_set(tmp_path, name):
    folder = checkpoint(tmp_path / "c", name)
    articles = articles_of(1, 2)
    plain = model_of({name: folder}, name)
    whole = [output.raw for output in plain.predict(articles, SUMMARY)]
    stop = whole[0][:3]
    ended = model_of({name: folder}, name, generation={"stop_strings": stop})
    outputs = list(ended.predict(articles, SUMMARY))
    assert stop in outputs[0].raw
    assert len(outputs[0].raw) < len(whole[0])
    assert outputs[0].truncated == "neither"
    with_generation_config(folder, stop_strings=[stop])
    again = list(model_of({name: folder}, name).predict(articles, SUMMARY))
    assert [output.raw for output in again] == [output.raw for output in outputs]


@pytest.mark.slow
@pytest.mark.weights
def test_encoder_decoder_of_two_models_reads_and_writes(tmp_path):
    folder = checkpoint(tmp_path / "c", "bert2bert", 64)
    with_generation_config(folder, bos_token_id=None)
    with pytest.raises(ConfigError, match="decoder_start_token_id"):
        list(model_of({"b": folder}, "b").predict(articles_of(1), SUMMARY))
    start = {"decoder_start_token_id": 2}
    model = model_of({"b": folder}, "b", generation=start, max_new_tokens=200)
    short, long = model.predict(articles_of(1, 40), SUMMARY)
    assert (long.error, long.tokens_in, long.truncated in ("input", "both")) == (None, 64, True)
    assert short.tokens_out <= 63


@pytest.mark.weights
def test_two_models_put_together_have_a_length_each(tmp_path):
    folder = checkpoint(tmp_path / "c", "bert2bert", 64, max_position_embeddings=32)
    loaded = model_of({"b": folder}, "b")._loaded
    assert (loaded.longest_input, loaded.longest_output) == (64, 32)


@pytest.mark.slow
def test_positions_that_padding_takes_are_not_read(tmp_path):
    """RoBERTa's config says two more than the model can read."""
    import transformers as t

    folder = tmp_path / "c"
    words = tokenizer(folder, 10**6)
    small = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    size = {"vocab_size": len(words), "max_position_embeddings": 66, "intermediate_size": 32}
    ids = {"pad_token_id": 1, "bos_token_id": 2, "eos_token_id": 3}
    reader = t.RobertaConfig(**small, **size, **ids)
    writer = t.RobertaConfig(**small, **size, **ids, is_decoder=True, add_cross_attention=True)
    config = t.EncoderDecoderConfig.from_encoder_decoder_configs(reader, writer)
    t.EncoderDecoderModel(config).save_pretrained(folder)
    model = model_of(
        {"r": folder}, "r", generation={"decoder_start_token_id": 2}, max_new_tokens=200
    )
    (output,) = model.predict(articles_of(40), SUMMARY)
    assert (output.error, output.tokens_in) == (None, 64)
    assert model._loaded.longest_output == 64
    t.RobertaForCausalLM(writer).save_pretrained(tmp_path / "d")
    tokenizer(tmp_path / "d", 10**6)
    assert Checkpoint(str(tmp_path / "d")).load("causal", "cpu", "auto").longest_input == 64
