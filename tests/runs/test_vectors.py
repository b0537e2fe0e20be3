"""Vectors of named encoders in a run: computed once, sealed, and never trusted unsealed."""

from __future__ import annotations

import json
import shutil

import fsspec
import numpy as np
import pytest

import bench as public
from bench.errors import RunDirectoryError
from bench.metrics.encoders.named import NamedEncoder
from bench.metrics.encoders.vector_file import VectorFile, VectorWriter
from bench.runs.opening import finished_run
from bench.runs.rescore import rescored
from bench.runs.run import Silent
from tests.metrics.encoders.tiny_encoders import static_folder


@pytest.fixture
def encoder(tmp_path):
    static_folder(tmp_path / "encoder")
    return tmp_path / "encoder"


@pytest.fixture
def computed(monkeypatch):
    """The texts that were encoded in this process."""
    texts, compute = [], NamedEncoder.computed

    def counted(self, some):
        texts.extend(some)
        return compute(self, some)

    monkeypatch.setattr(NamedEncoder, "computed", counted)
    return texts


def run(articles, encoder, output=None, **options):
    metric = {"use": "set", "similarity": {"use": "embed", "checkpoint": str(encoder)}}
    given = {"models": ["lead", "title-questions", "oracle"], "metrics": [metric], **options}
    config = {"dataset": str(articles), "models": ["lead"]}
    return public.run(config, output=output, progress=False, **given)


def vectors_in(directory):
    (file,) = (directory / "vectors").iterdir()
    return file


def forget():
    from bench.metrics.encoders import named

    named._encoder.cache_clear()


def test_each_text_is_encoded_once(articles, encoder, computed, tmp_path):
    found = run(articles, encoder, tmp_path / "run")
    assert len(computed) == len(set(computed)) > 5
    assert vectors_in(tmp_path / "run").stem in found.results.metrics["set_embed"].signature
    before = len(computed)
    forget()
    run(articles, encoder, tmp_path / "run")
    assert len(computed) == before
    run(articles, encoder, tmp_path / "run", models=["lead", "title-questions", "oracle", "title"])
    assert len(computed) == len(set(computed)) > before


@pytest.mark.slow
def test_engines_give_the_same_results(articles, encoder, tmp_path):
    plain = run(articles, encoder)
    workers = run(articles, encoder, engine={"use": "processes", "workers": 2}, block_size=1)
    assert workers.results.to_json() == plain.results.to_json()


def test_values_are_those_of_the_metric_alone(articles, encoder, tmp_path):
    found = run(articles, encoder, tmp_path / "run")
    finished = finished_run(tmp_path / "run")
    rows = map(json.loads, articles.read_text().splitlines())
    references = {row["id"]: row["questions"] for row in rows if row["questions"]}
    items = finished.items("questions", "title-questions")
    metric = {"use": "set", "similarity": {"use": "embed", "checkpoint": str(encoder)}}
    scores = public.score(items, references, metrics=[metric])
    values = found.values("questions", "title-questions", "set_embed.f1")
    wanted = dict(zip(scores.articles, scores.per_article("set_embed.f1"), strict=True))
    assert dict(zip(values.articles, values.values, strict=True)) == wanted


def falsified(file):
    """The same texts with other vectors."""
    stored = VectorFile(file, file.stem)
    keys = stored._rows["key"].copy()
    with file.open("wb") as stream:
        writer = VectorWriter(stream, file.stem, stored.dimensions)
        rows = np.zeros(len(keys), writer._kind)
        rows["key"], rows["vector"] = keys, 2.0**23
        stream.write(rows.tobytes())


@pytest.mark.parametrize("interrupted", [False, True])
def test_vectors_that_no_finished_run_sealed_are_computed_again(
    articles, encoder, computed, tmp_path, interrupted
):
    found = run(articles, encoder, tmp_path / "run")
    before = len(computed)
    falsified(vectors_in(tmp_path / "run"))
    if interrupted:
        (tmp_path / "run/run.json").unlink()
        (tmp_path / "run/results.json").unlink()
    forget()
    again = run(articles, encoder, tmp_path / "run", overwrite=interrupted)
    assert len(computed) == 2 * before
    assert again.results.to_json() == found.results.to_json()


def test_missing_vectors_are_computed_again(articles, encoder, tmp_path):
    found = run(articles, encoder, tmp_path / "run")
    vectors_in(tmp_path / "run").unlink()
    assert "oracle" in str(public.load_run(tmp_path / "run").leaderboard("summary"))
    again = run(articles, encoder, tmp_path / "run")
    assert again.results.to_json() == found.results.to_json()
    assert vectors_in(tmp_path / "run").exists()


def test_changed_encoder_changes_the_signature(articles, encoder):
    before = run(articles, encoder).results.metrics["set_embed"].signature
    (encoder / "config.json").write_text('{"model_type": "model2vec"}')
    assert run(articles, encoder).results.metrics["set_embed"].signature != before


def test_run_is_scored_again_by_its_own_encoder_only(articles, encoder, tmp_path):
    found = run(articles, encoder, tmp_path / "run")
    with rescored(finished_run(tmp_path / "run"), Silent()) as again:
        assert again.results.to_json() == found.results.to_json()
    (encoder / "config.json").write_text('{"model_type": "model2vec"}')
    refused = pytest.raises(RunDirectoryError, match="not the one that the run was scored with")
    with refused, rescored(finished_run(tmp_path / "run"), Silent()):
        pass


def test_replaced_run_leaves_no_vectors(articles, encoder, tmp_path):
    run(articles, encoder, tmp_path / "run")
    run(articles, encoder, tmp_path / "run", metrics=["rouge1"], limit=1, overwrite=True)
    assert not [*(tmp_path / "run").glob("vectors/*")]


@pytest.mark.slow
def test_runs_without_a_named_encoder_write_no_vectors(articles, tmp_path):
    run(articles, "", tmp_path / "run", metrics=["set_embed", "rouge1"])
    assert not (tmp_path / "run/vectors").exists()


def test_remote_run_keeps_its_vectors_in_the_store(
    articles, encoder, computed, monkeypatch, tmp_path
):
    store = fsspec.filesystem("memory")
    store.store.clear()
    store.pseudo_dirs[:] = [""]
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    url = "memory://lake/runs/vectors"
    run(articles, encoder, url)
    assert [path for path in store.find("/lake") if path.endswith(".vectors")]
    before = len(computed)
    shutil.rmtree(tmp_path / "cache")
    forget()
    again = run(articles, encoder, url)
    assert len(computed) == before
    forget()
    shutil.rmtree(encoder)
    (one,) = again.alignment("title-questions", task="questions").articles
    assert one.note == ""
    store.store.clear()


def test_merged_run_has_the_vectors_of_its_parts(articles, encoder, tmp_path):
    whole = run(articles, encoder, tmp_path / "whole")
    parts = [tmp_path / f"part{number}" for number in (1, 2)]
    for number, part in enumerate(parts, start=1):
        run(articles, encoder, part, shard=f"{number}/2")
    merged = public.merge(*parts, output=tmp_path / "merged")
    assert merged.results.to_json() == whole.results.to_json()
    digest = vectors_in(tmp_path / "whole").stem
    found = [VectorFile(vectors_in(tmp_path / name), digest) for name in ("merged", "whole")]
    assert len(found[0]) == len(found[1])
    assert dict(found[0].records()) == dict(found[1].records())
    shutil.rmtree(encoder)
    (one,) = merged.alignment("title-questions", task="questions").articles
    assert (one.note, one.similarity) == ("", "embed")


def test_merged_run_goes_without_vectors_that_a_part_lacks(articles, encoder, tmp_path):
    parts = [tmp_path / f"part{number}" for number in (1, 2)]
    for number, part in enumerate(parts, start=1):
        run(articles, encoder, part, shard=f"{number}/2")
    vectors_in(parts[1]).unlink()
    public.merge(*parts, output=tmp_path / "merged")
    assert not (tmp_path / "merged/vectors").exists()
