"""Alignments by the similarity of the run's own primary score."""

from __future__ import annotations

import json
import shutil

import pytest

import bench as public
from bench.metrics import metric_named
from bench.metrics.by_signature import set_similarity, similarity_name
from bench.metrics.embedding import EmbedSimilarity, StoredEmbedSimilarity
from bench.metrics.similarity import similarity_named
from bench.metrics.token_similarity import RougeLSimilarity
from bench.runs.opening import finished_run
from bench.runs.run_similarity import run_similarity
from tests.metrics.encoders.tiny_encoders import static_folder

PARAPHRASES = ["Why did bank shares fall?", "Why did bank stocks fall?", "Who is the mayor?"]


def paraphrases(article, task):
    return PARAPHRASES


def run(articles, metrics, output, **options):
    config = {"dataset": str(articles), "models": ["lead"], "tasks": ["questions"], **options}
    models = {"same": paraphrases}
    return public.run(config, models=models, metrics=metrics, output=output, progress=False)


@pytest.mark.parametrize(
    "name",
    [
        *("set_embed", "set_rougeL", "set_rouge2", "set_chrf", "set_token_f1", "set_jaccard"),
        *("greedy_embed", "coverage@0.7_embed", "map@3_chrf", "near_duplicates_embed", "set_bleu"),
        {"use": "set", "similarity": {"use": "embed", "form": "any"}},
        {"use": "set", "tokenizer": "unicode", "stemmer": False, "beta": 1.2},
        {"use": "set", "similarity": "rouge2", "tokenizer": "unicode", "duplicates": "drop"},
        {"use": "set", "similarity": "bleu", "tokenize": "char"},
    ],
)
def test_similarity_is_found_by_the_signature(name):
    from bench.metrics import as_metric

    metric = as_metric(name)
    found = set_similarity(metric.signature)
    assert found is not None
    assert found.identity.text == metric.similarity.identity.text


@pytest.mark.parametrize(
    "signature",
    [
        "rougeL|tokenizer:rouge-score|stemmer:yes|agg:mean|v:1",
        "set_mine|similarity:os:system,v:1,code:1234|duplicates:keep|agg:mean|v:1",
        "set_embed|similarity:embed,v:1,0000000000000000|form:same|duplicates:keep|agg:mean|v:1",
        "set_rougeL|similarity:rougeL,v:99|tokenizer:rouge-score|stemmer:yes|beta:1|agg:mean|v:1",
        "set_rougeL|similarity:rougeL,v:1|tokenizer:other|stemmer:yes|beta:1|agg:mean|v:1",
        *("", "|", "similarity:embed", "x|similarity:", "x|similarity:rouge"),
    ],
)
def test_other_signatures_give_no_similarity(signature):
    assert set_similarity(signature) is None


def test_similarity_has_a_name_and_a_digest():
    name, digest = (similarity_name(metric_named("set_embed").signature) or "").split(",")
    assert (name, digest) == ("embed", similarity_named("embed").digest)
    assert similarity_name(metric_named("set_rougeL").signature) == "rougeL"
    assert similarity_name(metric_named("rougeL").signature) is None


def shown(articles, metrics, tmp_path, **options):
    made = run(articles, metrics, tmp_path / "run", **options)
    (one,) = made.alignment("same").articles
    return one


@pytest.mark.slow
def test_run_by_meaning_is_aligned_by_meaning(articles, tmp_path):
    one = shown(articles, ["set_embed", "rouge1"], tmp_path)
    assert one.similarity == "embed"
    wanted = similarity_named("embed").matrix(PARAPHRASES, one.task.references(one.article))
    for reference, match in enumerate(one.alignment.matches):
        assert match is None or match[1] == wanted[match[0], reference]
    assert one.alignment.groups == [[0, 1]]


@pytest.mark.slow
def test_run_by_words_is_aligned_by_words(articles, tmp_path):
    one = shown(articles, ["set_rougeL", "set_embed"], tmp_path, stemmer=False)
    assert (one.similarity, one.note) == ("ROUGE-L", "")
    wanted = RougeLSimilarity(stemmer=False).matrix(PARAPHRASES, one.task.references(one.article))
    for reference, match in enumerate(one.alignment.matches):
        assert match is None or match[1] == wanted[match[0], reference]


def test_primary_score_without_a_similarity_is_shown_by_words(articles, tmp_path):
    assert shown(articles, ["rouge1"], tmp_path).similarity == "ROUGE-L"


@pytest.mark.slow
def test_near_duplicates_by_meaning_are_shown_beside_an_alignment_by_words(articles, tmp_path):
    by_words = shown(articles, ["set_rougeL"], tmp_path)
    assert by_words.alignment.repeats[1][1] == pytest.approx(0.8)
    shutil.rmtree(tmp_path / "run")
    one = shown(articles, ["set_rougeL", "near_duplicates_embed"], tmp_path)
    cosine = similarity_named("embed").matrix(PARAPHRASES[1:2], PARAPHRASES[:1])[0, 0]
    assert one.similarity == "ROUGE-L"
    assert one.alignment.repeats[1] == (0, cosine)


@pytest.mark.slow
def test_alignment_by_meaning_is_named_in_every_output(articles, tmp_path, bench):
    run(articles, ["set_embed"], tmp_path / "run")
    table = bench("show", tmp_path / "run", "--model", "same").stdout
    assert "(similarity by embed >= 0.5)" in table
    assert "near-duplicates: 1 = 2" in table
    given = json.loads(
        bench("show", tmp_path / "run", "--model", "same", "--format", "json").stdout
    )
    (article,) = given["articles"]
    assert (article["similarity"], article["groups"]) == ("embed", [[0, 1]])


@pytest.fixture
def named(articles, tmp_path):
    """A run by a named encoder that is gone."""
    static_folder(tmp_path / "encoder")
    embed = {"use": "embed", "checkpoint": str(tmp_path / "encoder"), "form": "any"}
    run(articles, [{"use": "set", "similarity": embed}], tmp_path / "run")
    wanted = similarity_named(embed)
    shutil.rmtree(tmp_path / "encoder")
    return tmp_path / "run", wanted


@pytest.mark.slow
def test_vectors_that_a_run_stored_align_it_without_its_encoder(named):
    path, _ = named
    found = run_similarity(finished_run(path), "questions")
    assert isinstance(found.alike, StoredEmbedSimilarity)
    assert (found.name, found.note, found.alike.form) == ("embed", "", "any")
    one = next(iter(public.load_run(path).alignment("same").articles))
    values = [match[1] for match in one.alignment.matches if match]
    scored = public.load_run(path).values("questions", "same", "set_embed.recall")
    index = scored.articles.index(one.article.id)
    assert sum(values) / len(one.alignment.matches) == pytest.approx(scored.values[index])


@pytest.mark.parametrize("change", ["missing", "changed"])
def test_alignment_without_the_vectors_says_so(named, change):
    path, _ = named
    (file,) = (path / "vectors").iterdir()
    if change == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1] + b"\x01")
    found = run_similarity(finished_run(path), "questions")
    assert isinstance(found.alike, RougeLSimilarity)
    assert "aligned by ROUGE-L: the similarity 'embed'" in found.note


def test_missing_extra_is_said(articles, tmp_path, monkeypatch):
    run(articles, ["set_embed"], tmp_path / "run")
    from bench.errors import ConfigError

    def missing(self):
        raise ConfigError("static vectors are not installed")

    monkeypatch.setattr(EmbedSimilarity, "__post_init__", missing)
    found = run_similarity(finished_run(tmp_path / "run"), "questions")
    assert (found.name, bool(found.note)) == ("ROUGE-L", True)
