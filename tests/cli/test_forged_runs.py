"""Whoever looks at a run directory follows nothing in it, and gets lines, never a traceback."""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bench.runs.articles import articles_of
from bench.runs.opening import finished_run
from tests.cli import forged_runs
from tests.cli.forged_runs import CANARY, VERBS, call, forge_json, forge_parquet, reseal, watched

LOOKING = [verb for verb in VERBS if verb[0] != "run"]
UPDATE = ("check", "other", "--baseline", "RUN", "--update", "--allow-modified")
QUICK = [verb for verb in VERBS if verb[0] != "report"]


def edited(run, **changes):
    """A copy of the run with other values in its record's config."""
    shutil.copytree(run, "forged")
    file = Path("forged/run.json")
    record = json.loads(file.read_text())
    record["config"] |= changes
    file.write_text(json.dumps(record))
    return Path("forged")


def looked_at(verb, home, monkeypatch, run="forged"):
    arguments = tuple(run if part == "RUN" else part.replace("RUN", run) for part in verb)
    with watched(home, home / "outside") as seen:
        code, said = call(arguments, monkeypatch)
    assert not seen, (verb, seen)
    assert f"{CANARY}" not in sys.modules
    assert not (home / "outside/made").exists()
    return code, said


@pytest.mark.slow
@pytest.mark.parametrize("start", range(4))
def test_no_forged_run_causes_a_traceback_or_is_followed(sound, tmp_path, monkeypatch, start):
    files = ["results.json", "run.json", "run.json", "scores.parquet", "references.parquet"]
    files += sorted(str(file.relative_to(sound)) for file in sound.glob("predictions/*.jsonl"))
    for seed in range(start * 60, start * 60 + 60):
        chance = random.Random(seed)
        shutil.copytree(sound, "forged")
        file = Path("forged", chance.choice(files))
        (forge_parquet if file.suffix == ".parquet" else forge_json)(file, chance)
        if chance.random() < 0.85:
            reseal(Path("forged"))
        verb = chance.choice(QUICK)
        if verb[0] != "run" and chance.random() < 0.3:
            verb = (*verb, "--allow-modified")
        code, said = looked_at(verb, tmp_path, monkeypatch)
        assert code in (0, 1, 2), (seed, verb, code, said)
        assert code != 2 or said.startswith(("error: ", "note: ")), (seed, verb, said)
        assert [file.name for file in Path("outside").iterdir()] == ["x"]
        shutil.rmtree("forged")


HOSTILE = [
    {"use": "subprocess:Popen", "args": ["touch", "outside/made"]},
    {"use": "os:system"},
    {"use": f"{CANARY}:Thing"},
    {"use": "set", "similarity": {"use": f"{CANARY}:Thing"}},
    {"use": f"greedy_{CANARY}:Thing"},
    {"use": "evaluate", "measure": "outside"},
]


@pytest.mark.slow
@pytest.mark.parametrize("metric", HOSTILE, ids=lambda metric: metric["use"])
def test_code_that_a_run_names_is_not_run(sound, tmp_path, monkeypatch, metric):
    config = json.loads((sound / "run.json").read_text())["config"]
    edited(sound, metrics=[*config["metrics"], metric])
    for verb in LOOKING:
        code, said = looked_at(verb, tmp_path, monkeypatch)
        if "--rescore" in verb:
            assert code == 2
            assert "which is not imported" in said
            assert "forged" in said
        elif "--update" not in verb:
            assert code == 0, (verb, said)


@pytest.mark.slow
@pytest.mark.parametrize(
    "dataset",
    [
        *(
            "http://127.0.0.1:9/a.jsonl",
            "memory://a.jsonl",
            "hf://datasets/a/b",
            "file:///dev/zero",
        ),
        *("cnn_dailymail", "owner/name", "/dev/zero", "/proc/self/environ", "/proc/kmsg", "pipe"),
        *("zero.jsonl", "other.jsonl", "a\x00b", "n" * 5000, "/", "bomb.jsonl.gz", "."),
    ],
)
def test_no_place_that_a_run_names_is_read_unless_it_holds_its_articles(
    sound, tmp_path, monkeypatch, dataset
):
    os.mkfifo("pipe")
    Path("zero.jsonl").symlink_to("/dev/zero")
    Path("other.jsonl").write_text('{"id": "a", "text": "b", "summary": ["c"]}\n')
    import gzip

    Path("bomb.jsonl.gz").write_bytes(gzip.compress(b" " * 1_000_000) * 40)
    edited(sound, dataset=dataset)
    with watched(tmp_path, tmp_path / "outside") as seen:
        found = articles_of(finished_run(Path("forged")))
        assert [article.text for article in found.articles] == [""] * 6
    assert not seen
    assert found.note.startswith("forged: the texts are not shown: ")
    code, said = looked_at(("show", "RUN", "--model", "lead"), tmp_path, monkeypatch)
    assert code == 0
    assert said.startswith("note: forged: the texts are not shown: ")


@pytest.mark.slow
def test_local_file_is_read_where_it_holds_the_articles_of_the_run(sound, tmp_path, monkeypatch):
    articles = Path("articles.jsonl")
    assert articles_of(finished_run(sound)).note is None
    articles.write_text(articles.read_text().replace("Friday", "Monday"))
    code, said = looked_at(("report", "RUN", "--output", "a.html"), tmp_path, monkeypatch, "sound")
    assert code == 0
    assert "articles.jsonl has changed since the run; name them with --dataset" in said


@pytest.mark.parametrize("name", ["results.json", "run.json", "scores.parquet"])
@pytest.mark.parametrize("target", ["/dev/zero", "/etc/passwd", "outside/x", "loop"])
def test_link_that_leads_out_of_the_directory_is_not_read(
    sound, tmp_path, monkeypatch, name, target
):
    shutil.copytree(sound, "forged")
    Path("forged", name).unlink()
    Path("forged", name).symlink_to(name if target == "loop" else Path(target).absolute())
    code, said = looked_at(("compare", "RUN"), tmp_path, monkeypatch)
    assert code == 2
    assert f"forged/{name}" in said or "did not finish" in said
    shutil.rmtree("forged/predictions")
    Path("forged/predictions").symlink_to(tmp_path / "sound/predictions")
    assert looked_at(("show", "RUN", "--model", "lead"), tmp_path, monkeypatch)[0] == 2


def test_pipe_in_a_run_directory_is_not_opened(sound, tmp_path, monkeypatch):
    for name in ("results.json", "run.json", "scores.parquet", "predictions/lead.summary.jsonl"):
        shutil.copytree(sound, "forged")
        Path("forged", name).unlink()
        os.mkfifo(Path("forged", name))
        verb = ("show", "RUN", "--worst", "1", "--model", "lead")
        code, said = looked_at(verb, tmp_path, monkeypatch)
        assert code == 2
        assert f"forged/{name}: is not a regular file" in said
        shutil.rmtree("forged")


@pytest.mark.parametrize("name", ["../../outside/x", "/outside/x", "a\x00b", "x" * 300, "", ".."])
@pytest.mark.parametrize("verb", [LOOKING[0], LOOKING[2], LOOKING[5]])
def test_name_never_leads_to_a_file_elsewhere(sound, tmp_path, monkeypatch, name, verb):
    shutil.copytree(sound, "forged")
    for file in ("results.json", "run.json"):
        text = Path("forged", file).read_text()
        record = json.loads(text.replace('"lead"', json.dumps(name)))
        Path("forged", file).write_text(json.dumps(record))
    reseal(Path("forged"))
    code, said = looked_at(verb, tmp_path, monkeypatch)
    assert code == 2
    assert "cannot be the name of a model" in said or "unknown model" in said


def test_watcher_sees_what_it_must(tmp_path, monkeypatch):
    Path("outside").mkdir()
    with watched(tmp_path, tmp_path / "outside") as seen:
        Path("outside/made").write_text("x")
        os.system("true")
    assert [entry.split()[0] for entry in seen] == ["open", "os.system"]
    assert forged_runs.WATCHER.on is False


def test_references_hold_no_text(sound):
    columns = pq.read_schema(sound / "references.parquet").names
    assert columns == [
        *("id", "title", "language", "digest", "summary", "questions", "alternatives"),
        "text_label",  # a digest
    ]


@pytest.mark.parametrize("name", [".lock", "predictions", "predictions/lead.summary.jsonl"])
@pytest.mark.parametrize("verb", [("run", "small.yaml", "--overwrite", "--output", "RUN"), UPDATE])
def test_nothing_is_written_or_deleted_where_a_link_leads(sound, tmp_path, monkeypatch, name, verb):
    shutil.copytree(sound, "forged")
    target = tmp_path / "kept"
    if name == "predictions":
        shutil.copytree("forged/predictions", target)
        shutil.rmtree("forged/predictions")
    else:
        target.mkdir()
        (target / "file").write_text("kept")
        Path("forged", name).unlink(missing_ok=True)
    Path("forged", name).symlink_to(target if name == "predictions" else target / "file")
    before = {file: file.read_bytes() for file in target.iterdir()}
    call(tuple("forged" if part == "RUN" else part for part in verb), monkeypatch)
    assert {file: file.read_bytes() for file in target.iterdir()} == before


@pytest.mark.parametrize("name", ["run.json", "owner.json", "predictions/lead.summary.origin.json"])
def test_run_waits_for_no_pipe(sound, tmp_path, monkeypatch, name):
    shutil.copytree(sound, "forged")
    Path("forged", name).unlink(missing_ok=True)
    os.mkfifo(Path("forged", name))
    code, _ = looked_at(("run", "small.yaml", "--output", "RUN"), tmp_path, monkeypatch)
    assert code in (0, 2)


@pytest.mark.parametrize(
    ("key", "value"),
    [("seed", -1), ("resamples", 10**9), ("batch_size", 2**60), ("confidence", 2), ("limit", 0)],
)
def test_absurd_config_is_named(sound, tmp_path, monkeypatch, key, value):
    edited(sound, **{key: value})
    code, said = looked_at(("compare", "RUN", "--rescore"), tmp_path, monkeypatch)
    assert code == 2
    assert said.startswith("error: forged/run.json: cannot be read: ")


def score_of(results):
    return results["tasks"]["summary"]["models"]["lead"]["scores"]["rouge1.f1"]


@pytest.mark.parametrize("verb", [("compare", "RUN"), ("power", "RUN"), ("show", "RUN", "-w", "1")])
def test_mean_that_the_articles_do_not_have_is_named(sound, tmp_path, monkeypatch, verb):
    shutil.copytree(sound, "forged")
    file = Path("forged/results.json")
    record = json.loads(file.read_text())
    score = score_of(record)
    score.update(mean=score["mean"] / 2, low=None, high=None)
    record["tasks"]["summary"]["primary"] = "rouge1.f1"
    file.write_text(json.dumps(record))
    reseal(Path("forged"))
    code, said = looked_at(verb, tmp_path, monkeypatch)
    assert code == 2
    assert "does not belong to results.json: the mean rouge1.f1 of lead (summary)" in said


@pytest.mark.parametrize(
    "change",
    [
        lambda results: results.update(confidence=1.5),
        lambda results: results["dataset"].update(articles=-1),
        lambda results: results["tasks"].update(other=results["tasks"].pop("summary")),
        lambda results: results["tasks"]["summary"].update(primary="none.f1"),
        lambda results: results["tasks"]["summary"]["models"]["lead"].update(articles=7),
        lambda results: results["tasks"]["summary"]["models"]["lead"].update(articles="6"),
        lambda results: results["tasks"]["summary"]["models"]["lead"].update(failed=6.5),
        lambda results: results["tasks"]["summary"]["models"]["lead"]["scores"]["bleu"].update(
            mean=1e300
        ),
        lambda results: results["metrics"]["bleu"].update(range=[1, 0]),
        lambda results: score_of(results).update(low=0.9, high=0.1),
        lambda results: score_of(results).update(position=1e300),
        lambda results: results["tasks"]["summary"]["models"]["lead"].update(cost=-1.0),
        lambda results: results["metrics"].pop("bleu"),
    ],
)
def test_results_that_no_run_gives_are_named(sound, tmp_path, monkeypatch, change):
    shutil.copytree(sound, "forged")
    file = Path("forged/results.json")
    record = json.loads(file.read_text())
    change(record)
    file.write_text(json.dumps(record))
    reseal(Path("forged"))
    code, said = looked_at(("show", "RUN"), tmp_path, monkeypatch)
    assert code == 2
    assert said.startswith("error: forged/results.json: cannot be read as results: ")
    assert said.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "verb"),
    [
        ("predictions/lead.summary.jsonl", ["check", "out", "--baseline", "out"]),
        ("references.parquet", ["show", "out", "--model", "lead", "--task", "summary"]),
        ("references.parquet", ["report", "out", "-o", "out.html"]),
        ("scores.parquet", ["compare", "out"]),
    ],
)
def test_file_that_is_gone_is_named(here, articles, name, verb):
    models = ("-m", "lead", "-m", "lsa")
    assert here("run", "-d", articles, *models, "-t", "summary", "-o", "out").returncode == 0
    Path("out", name).unlink()
    done = here(*verb)
    assert done.returncode == 2
    assert f"{name}: is missing, although the run wrote it" in done.stderr
