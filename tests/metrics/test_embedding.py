from __future__ import annotations

import numpy as np
import pytest

import bench
from bench.errors import ConfigError, UnknownNameError
from bench.metrics import Block, metric_named, static_vectors
from bench.metrics.question_form import is_question
from bench.metrics.similarity import similarity_named
from bench.runs.config_file import ConfigFile
from bench.runs.plan import make_plan
from bench.testing import check_metric, check_similarity
from tests.conftest import ROOT

QUESTIONS = ["Why do banks fail?", "How do lenders earn money?"]
STATEMENTS = ["Banks fail when depositors leave.", "Lenders earn money on interest."]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Why do banks fail?",
            "Banks fail?",
            "“Why?”",
            "Why do banks fail",
            "Is it over",
            "why?!",
        ),
        *(
            "¿Por qué quiebran los bancos",
            "銀行はなぜ破綻するのですか。",
            "银行为什么会倒闭？",
            "银行会倒闭吗",
        ),
        *("لماذا تفشل البنوك؟", "Почему банки терпят крах", "Warum scheitern Banken", "Γιατί;"),
        *("Τι είναι το ΔΝΤ\u037e", "Τι έγινε το 2020;"),
        *("Pourquoi les banques échouent", "Perché le banche falliscono", "Քանի՞ բանկ"),
    ],
)
def test_questions_are_known_by_mark_or_opening(text):
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "?"[:0], "Banks fail.", "When rates rose, banks failed.", "What banks want:", "42"),
        *(
            "May data showed slower inflation",
            "Will Smith sold a bank",
            "银行会倒闭。",
            "Что делать.",
            "Why banks fail;",
            "Rates rose;",
            "Prices (see β) rose;",
        ),
        *("The paper asks “why?” and moves on", "Wie es weitergeht.", "Comment sections close"),
    ],
)
def test_statements_are_no_questions(text):
    assert not is_question(text)


def matrix(one, other, **parameters):
    return similarity_named({"use": "embed", **parameters}).matrix(one, other)


@pytest.mark.slow
def test_statements_match_no_question():
    for form in ("same", "questions"):
        assert not matrix(STATEMENTS, QUESTIONS, form=form).any()
        assert not matrix(QUESTIONS, STATEMENTS, form=form).any()
        assert (matrix(QUESTIONS, QUESTIONS, form=form) > 0).all()
    assert matrix(STATEMENTS, QUESTIONS, form="any").all()


def test_statements_match_statements_unless_questions_are_asked_for():
    free = matrix(STATEMENTS, STATEMENTS, form="any")
    assert (matrix(STATEMENTS, STATEMENTS) == free).all()
    assert free.diagonal().tolist() == [1, 1]
    assert not matrix(STATEMENTS, STATEMENTS, form="questions").any()


def test_form_and_the_vectors_are_in_the_signature():
    found = {
        form: metric_named("set", similarity={"use": "embed", "form": form}).signature
        for form in ("same", "questions", "any")
    }
    assert all(f"|form:{form}|wordllama:0.4.0.post1|" in text for form, text in found.items())
    assert metric_named("set_embed").signature == found["same"]
    (digest,) = {text.split("|")[1] for text in found.values()}
    assert digest.startswith("similarity:embed,v:2,")
    assert digest.split(",")[2] in metric_named("topicality").signature


@pytest.mark.parametrize("parameter", ["encoder", "forms"])
def test_unknown_parameters_are_refused(parameter):
    with pytest.raises(UnknownNameError, match=f"'{parameter}'.*form"):
        similarity_named({"use": "embed", parameter: "x"})


def test_paraphrases_are_nearer_than_other_questions():
    own = ["Why do banks fail?", "What drives inflation?"]
    other = ["Why do banks collapse?", "What causes inflation?"]
    found = matrix(own, other)
    assert (found.diagonal() > found[::-1].diagonal() + 0.3).all()


def test_paraphrases_are_near_duplicates_by_meaning_only():
    repeats = ["What is the reason for the fall in bank stocks?", "Why did bank stocks fall?"]
    block = Block([repeats, ["Why do banks fail?", "Who is the mayor?"]], [["x"], ["x"]])
    wanted = metric_named("near_duplicates", at=0.6, similarity="embed").statistics(block)
    assert wanted.tolist() == [[1.0], [0.0]]
    assert metric_named("near_duplicates", at=0.6).statistics(block).tolist() == [[0.0], [0.0]]


def test_values_depend_neither_on_blocks_nor_on_order():
    lists = [QUESTIONS, STATEMENTS, [], QUESTIONS[:1]]
    others = [QUESTIONS[::-1], QUESTIONS, STATEMENTS, STATEMENTS + QUESTIONS]
    texts = ["Banks fail.\nBanks fail when depositors leave. The mayor left.", "x", "", "Banks."]
    for name in ("set_embed", "greedy_embed", "near_duplicates_embed", "topicality"):
        metric = metric_named(name)
        whole = metric.statistics(Block(lists, others, texts))
        alone = [
            metric.statistics(Block([own], [other], [text]))
            for own, other, text in zip(lists, others, texts, strict=True)
        ]
        assert np.concatenate(alone).tobytes() == whole.tobytes()
        reverse = metric.statistics(Block([own[::-1] for own in lists], others, texts))
        assert reverse == pytest.approx(whole, abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["any", "questions"])
def test_every_form_keeps_the_contract(form):
    check_similarity("embed", form=form)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["set_embed", "greedy_embed", "coverage@0.7_embed", "near_duplicates_embed"]
)
def test_set_metrics_of_meaning_keep_their_contract(name):
    check_metric(name)
    assert metric_named(name).name == name


def topicality(items, text):
    return float(metric_named("topicality").statistics(Block([items], [["x"]], [text]))[0, 0])


def test_topicality_is_the_mean_cosine_with_the_mean_vector_of_the_words():
    from bench.metrics.static_vectors import packaged_vectors

    text = "Banks fail when depositors leave all at once, as they did in March. The mayor left."
    counts, vectors = packaged_vectors().vectors._counts([*text.split(), *QUESTIONS])
    sums = np.asarray(counts @ vectors)
    centroid, items = sums[:-2].sum(axis=0), sums[-2:]
    cosines = items @ centroid / np.linalg.norm(items, axis=1) / np.linalg.norm(centroid)
    assert topicality(QUESTIONS, text) == pytest.approx(cosines.mean(), abs=1e-6)
    assert topicality([text], text) == 1.0


def test_topicality_does_not_depend_on_where_sentences_end():
    text = "Banks fail when depositors leave. The mayor left."
    assert topicality(QUESTIONS, text) == topicality(QUESTIONS, text.replace(". ", ".\n\n"))


def test_topicality_is_bounded_and_sees_the_topic():
    text = "Banks fail when depositors leave.\nLenders earn money on interest."
    assert topicality(["Why do banks fail?"], text) > topicality(["Who sang at the opera?"], text)
    assert topicality(STATEMENTS[:1], STATEMENTS[0]) == 1.0
    assert topicality([], text) == topicality(["Why?"], "") == topicality(["…"], text) == 0.0


def support(items, text):
    return float(metric_named("support").statistics(Block([items], [["x"]], [text]))[0, 0])


@pytest.mark.parametrize(
    ("items", "value"),
    [
        (["banks failed"], 1.0),  # by stem
        (["the banks failed today"], 2 / 3),  # "fail today" is not there
        (["banks failed", "today"], 1.0),  # bigrams do not span items
        (["banks failed", "mayors left"], 0.5),
        (["banks"], 0.0),
        ([], 0.0),
        ([""], 0.0),
    ],
)
def test_support_counts_stemmed_bigrams_of_the_article(items, value):
    assert support(items, "The bank fails. Mayors stay.") == pytest.approx(value)


def test_support_without_stems_needs_the_words_themselves():
    block = Block([["banks failed"]], [["x"]], ["bank fails"])
    assert metric_named("support", stemmer=False).statistics(block).tolist() == [[0.0]]


@pytest.mark.parametrize("name", ["support", "topicality"])
def test_metrics_of_the_article_need_its_text(name):
    with pytest.raises(ValueError, match=f"{name} needs the texts"):
        metric_named(name).statistics(Block([["a"]], [["a"]]))


@pytest.mark.slow
def test_shipped_config_ranks_by_meaning(tmp_path):
    run = bench.run(
        ROOT / "configs/meaning.yaml",
        output=tmp_path / "run",
        limit=3,
        models=["template", "random-sentences", "oracle"],
        progress=False,
    )
    result = run.results.tasks["questions"]
    assert result.primary == "set_embed.f1"
    means = {name: model.scores["set_embed.f1"].mean for name, model in result.models.items()}
    assert means["template"] > 0.2
    assert means["random-sentences"] < 0.01


def test_missing_extra_is_the_only_problem_of_the_config(monkeypatch):
    """Not also the primary score, which is known once the extra is installed."""
    monkeypatch.setattr(static_vectors, "PACKAGE", "a-package-that-is-absent")
    static_vectors.packaged_vectors.cache_clear()
    file = ConfigFile(ROOT / "configs/meaning.yaml")
    with pytest.raises(ConfigError) as caught:
        make_plan(file.config, file)
    assert len(caught.value.problems) == 5
    for problem in caught.value.problems:
        assert "meaning.yaml:" in problem
        assert "pip install 'qgbench[semantic]'" in problem
