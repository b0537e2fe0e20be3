from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bench.runs.prediction_index import PredictionIndex
from bench.runs.predictions import Prediction, PredictionFile, prediction_file, to_line


def row(article: str, key: str = "k", status: str = "ok", sample: int = 0) -> Prediction:
    items = (f"of {article}",)
    return Prediction(article=article, sample=sample, items=items, status=status, key=key)


def line_of(prediction: Prediction) -> bytes:
    line, _ = to_line(prediction)
    return line


def written(folder: Path, rows: list[Prediction], torn: bytes = b"") -> PredictionFile:
    file = prediction_file(folder, "m", "summary")
    file.path.unlink(missing_ok=True)
    with file.appending() as append:
        append(b"".join(map(line_of, rows)) + torn)
    return file


def test_row_is_found_by_its_article(tmp_path):
    written(tmp_path, [row("b"), row("a"), row("b", key="later")])
    with PredictionIndex(tmp_path) as index:
        found = index.rows("m", "summary").read()
        assert found.lines(["a", "x", "b"]) == [
            line_of(row("a")), None, line_of(row("b", key="later"))
        ]  # fmt: skip
        assert found.done(["a", "x"]) == {"a"}


def test_missing_file_has_no_rows(tmp_path):
    with PredictionIndex(tmp_path) as index:
        rows = index.rows("m", "summary").read()
        assert rows.lines(["a"]) == [None]
        assert len(rows) == 0


def test_rows_are_put_in_order_behind_those_of_other_articles(tmp_path):
    file = written(tmp_path, [row("c"), row("x"), row("a"), row("b"), row("a", key="later")])
    with PredictionIndex(tmp_path) as index:
        index.rows("m", "summary").read().sort("abc")
        assert index.rows("m", "summary").lines("b") == [line_of(row("b"))]
    arranged = [row("x"), row("a", key="later"), row("b"), row("c")]
    assert file.path.read_bytes() == b"".join(map(line_of, arranged))
    assert [each.name for each in file.path.parent.iterdir()] == [file.path.name]


def test_file_that_is_in_order_is_left_alone(tmp_path):
    file = written(tmp_path, [row("x"), row("a"), row("c")])
    before = file.path.stat().st_ino
    with PredictionIndex(tmp_path) as index:
        index.rows("m", "summary").read().sort("abc")
        index.rows("none", "summary").read().sort("abc")
    assert file.path.stat().st_ino == before
    assert not prediction_file(tmp_path, "none", "summary").path.exists()


def test_files_do_not_share_rows(tmp_path):
    with PredictionIndex(tmp_path) as index:
        for model in "mn":
            with index.rows(model, "summary").appending() as append:
                append({"a": line_of(row("a", key=model))})
        for model in "mn":
            assert index.rows(model, "summary").lines(["a"]) == [line_of(row("a", key=model))]


@given(st.lists(st.lists(st.sampled_from("abcd"), unique=True), max_size=4))
def test_rows_are_indexed_as_they_are_appended(tmp_path_factory, batches):
    folder = tmp_path_factory.mktemp("append")
    written(folder, [row("x"), row("a", key="earlier")])
    seen: set[str] = set()
    with PredictionIndex(folder) as index:
        found = index.rows("m", "summary").prune([(name, 0, "k") for name in "abcd"], lambda: None)
        with found.appending() as append:
            for batch in batches:
                new = [name for name in batch if name not in seen]
                append({name: line_of(row(name)) for name in new})
                seen.update(new)
                assert found.done("abcdx") == seen
        assert len(found) == len(seen)
        found.sort("dcba")
        assert found.lines("abcd") == [line_of(row(n)) if n in seen else None for n in "abcd"]
    with PredictionIndex(folder) as index:
        again = index.rows("m", "summary").read()
        assert again.done("abcdx") == {*seen, "x"}
    ids = [one.article for one in prediction_file(folder, "m", "summary").read()]
    assert ids == ["x", *(name for name in "dcba" if name in seen)]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["old", "new"]))))
def test_selecting_leaves_the_file_as_it_is(tmp_path_factory, rows):
    file = written(tmp_path_factory.mktemp("select"), [row(*one) for one in rows])
    before = file.path.read_bytes() if file.path.exists() else b""
    with PredictionIndex(file.path.parent.parent) as index:
        found = index.rows("m", "summary")
        for key, usable in (("new", {"new"}), (None, {"new", "old"})):
            last = {name: line_of(row(name, of)) for name, of in rows if of in usable}
            found.select([("a", 0, key), ("b", 0, key)])
            assert found.lines("abc") == [last.get("a"), last.get("b"), None]
        assert found.read().lines("c") == [None]  # it is indexed already
    assert (file.path.read_bytes() if file.path.exists() else b"") == before


keys, states = st.sampled_from(["old", "new"]), st.sampled_from(["ok", "error"])
rows = st.lists(st.builds(row, st.sampled_from("abcxy"), keys, states, st.integers(0, 2)))


@given(rows, st.booleans())
def test_pruning_keeps_what_a_run_can_use(tmp_path_factory, rows, torn):
    file = written(tmp_path_factory.mktemp("prune"), rows, b'{"article": "a' if torn else b"")
    wanted = {(name, sample): "new" for name in "abc" for sample in (0, 1)}
    kept: dict[tuple[str, int], Prediction] = {}
    for one in rows:
        place = (one.article, one.sample)
        if one.status == "ok" and one.key == wanted.get(place, one.key):
            kept.setdefault(place, one)
    before = file.path.read_bytes()
    seen = []
    with PredictionIndex(file.path.parent.parent) as whole:
        index = whole.rows("m", "summary")
        keys = [(*place, key) for place, key in wanted.items()]
        index.prune(keys, lambda: seen.append(file.path.read_bytes()))
        assert seen == ([] if file.path.read_bytes() == before else [before])
        found, wanted_rows = (
            [one.model_dump() for one in some] for some in (file.read(), kept.values())
        )
        assert found == wanted_rows
        assert file.path.read_bytes() == b"".join(map(line_of, kept.values()))
        usable = kept.keys() & wanted.keys()
        for sample in range(3):
            assert index.done("abcxy", sample) == {a for a, of in usable if of == sample}
        lines = {
            name: b"".join(line_of(kept[name, of]) for of in (0, 1) if (name, of) in kept)
            for name in "abc"
        }
        assert index.lines("abc") == [lines[name] or None for name in "abc"]
        assert len(index) == len(usable)
        assert index.complete == (usable == wanted.keys())


def test_rows_of_samples_are_put_in_order_sample_by_sample(tmp_path):
    rows = [row("b", sample=1), row("x", sample=1), row("b"), row("a", sample=1), row("a")]
    file = written(tmp_path, rows)
    with PredictionIndex(tmp_path) as index:
        index.rows("m", "summary").read().sort("ab")
        assert index.rows("m", "summary").lines("b") == [
            line_of(row("b")) + line_of(row("b", sample=1))
        ]
    arranged = [("x", 1), ("a", 0), ("b", 0), ("a", 1), ("b", 1)]
    assert [(one.article, one.sample) for one in file.read()] == arranged


def test_only_the_first_samples_are_read_if_asked_for(tmp_path):
    written(tmp_path, [row("a", sample=sample) for sample in range(3)])
    with PredictionIndex(tmp_path) as index:
        found = index.rows("m", "summary").read(2)
        assert len(found) == 2
        assert not found.done(["a"], 2)
