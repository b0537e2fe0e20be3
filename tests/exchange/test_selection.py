"""Which models, tasks and files an export has."""

from __future__ import annotations

from pathlib import Path

import pytest

import bench
from bench.exchange.formats import FORMATS


def test_floors_are_exported_only_by_name(exports):
    assert set(exports("model-index")) == {"lead/README.md", "wild/README.md"}
    files = exports("model-index", "floor", models=["random-sentences"])
    assert set(files) == {"random-sentences/README.md"}


def test_run_of_floors_only_asks_for_names(articles):
    run = bench.run(
        models=["random-sentences"], tasks=["summary"], dataset=articles, progress=False
    )
    with pytest.raises(bench.BenchError, match="--model random-sentences"):
        bench.export(run, "lm-eval", "out")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"models": ["led"]}, "did you mean 'lead'"),
        ({"task": "summaries"}, "did you mean 'summary'"),
        ({"metric": "rougeX"}, "unknown score 'rougeX'"),
        ({"model_ids": {"led": "me/lead"}}, "did you mean 'lead'"),
        ({"model_ids": {"lead": "lead"}}, "must be name=owner/name"),
        ({"date": "yesterday"}, "invalid date 'yesterday'"),
    ],
)
def test_unknown_names_and_dates_are_refused_before_anything_is_written(run, options, reason):
    with pytest.raises(bench.BenchError) as error:
        bench.export(run, "model-index", "out", **options)
    assert reason in str(error.value).lower().replace("x'", "X'")
    assert not Path("out").exists()


def test_unknown_format_lists_the_known_ones(run):
    with pytest.raises(bench.BenchError, match="every-eval-ever"):
        bench.export(run, "every-eval")


def test_file_takes_one_model_only(run):
    with pytest.raises(bench.BenchError, match="2 files; give a directory, or choose one model"):
        bench.export(run, "model-index", "card.md")
    assert bench.export(run, "model-index", "card.md", models=["lead"]) == ["card.md"]
    assert Path("card.md").read_text().startswith("---\nmodel-index:\n- name: lead\n")


def test_default_directory_is_named_after_run_and_format(run):
    written = bench.export(run, "model-index", models=["lead"])
    assert written == ["exports/2026-01-31-small/model-index/lead/README.md"]


def test_place_that_cannot_be_written_is_named(run):
    Path("out").write_text("a file")
    with pytest.raises(bench.BenchError, match="cannot be written"):
        bench.export(run, "lm-eval", "out")


def test_clusters_widen_standard_errors(rows, tmp_path):
    from bench.exchange.exported import exported
    from tests.conftest import write_rows

    for number, row in enumerate(rows):
        row["summary"] = row["summary"][: 1 + (number > 2)]
    alone = write_rows(tmp_path / "alone.jsonl", rows)
    paired = [{**row, "cluster": f"story {n // 2}"} for n, row in enumerate(rows)]
    together = write_rows(tmp_path / "together.jsonl", paired)
    errors = []
    for dataset in (alone, together):
        run = bench.run(models=["lead"], tasks=["summary"], dataset=dataset, progress=False)
        score = exported(run).models[0].scores["rougeL.f1"]
        values = run.values("summary", "lead", "rougeL.f1").values
        errors.append((score.error, values.std(ddof=1) / len(values) ** 0.5))
    assert errors[0][0] == pytest.approx(errors[0][1])
    assert errors[1][0] > 1.1 * errors[1][1]


def test_every_format_has_a_module_and_a_line_in_the_help(bench):
    help_text = bench("export", "--help").stdout
    for name, found in FORMATS.items():
        assert name in help_text
        assert found.summary
        assert Path(f"{Path(__file__).parents[2]}/bench/exchange/{found.module}.py").exists()


def test_models_whose_names_make_the_same_folder_get_folders_of_their_own():
    from bench.exchange.texts import folders_of

    found = folders_of(["a b", "a-b", "A-B", "c"])
    assert len(set(found.values())) == 4
    assert found["c"] == "c"
    assert all(folder.lower().startswith("a-b-") for name, folder in found.items() if name != "c")


def test_run_without_its_record_is_exported_with_what_is_left(run):
    Path(run.path, "run.json").unlink()
    with pytest.warns(UserWarning, match="is missing"):
        opened = bench.load_run(run.path, allow_modified=True)
    for to in FORMATS:
        if not FORMATS[to].tracker:
            assert bench.export(opened, to, f"out-{to}", dataset_id="me/small")


def test_model_without_the_primary_score_has_no_hub_file(exports, run):
    files = exports("hub", dataset_id="me/small", metric="set_rougeL", task="questions")
    assert set(files) == {"wild/.eval_results/me-small.yaml"}


def test_exports_are_written_below_a_url_and_named_without_secrets(exports, run):
    fsspec = pytest.importorskip("fsspec")
    for to in (name for name in FORMATS if not FORMATS[name].tracker):
        local = exports(to, dataset_id="me/small", date="2026-01-31")
        options = {"dataset_id": "me/small", "date": "2026-01-31"}
        written = bench.export(run, to, f"memory://me:hush@lake/{to}/", **options)
        assert sorted(written) == sorted(f"memory://***@lake/{to}/{name}" for name in local)
        store = fsspec.filesystem("memory")
        for name, text in local.items():
            stored = store.cat(f"/me:hush@lake/{to}/{name}").decode()
            assert len(stored) == len(text)  # some have ids of their own
    one = bench.export(run, "lm-eval", "memory://lake/one", models=["lead"], task="summary")
    assert len(one) == 2


def test_trackers_ask_for_a_directory(run):
    with pytest.raises(bench.BenchError, match=r"memory://\*\*\*@lake/x: mlflow logs to a local"):
        bench.export(run, "mlflow", "memory://me:hush@lake/x")
