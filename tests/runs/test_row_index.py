from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bench.runs.predictions import Prediction, PredictionFile, to_line
from bench.runs.row_index import RowIndex


def row(article: str, key: str = "k", status: str = "ok") -> Prediction:
    return Prediction(article=article, items=(f"of {article}",), status=status, key=key)


def written(folder: Path, rows: list[Prediction], torn: bytes = b"") -> PredictionFile:
    file = PredictionFile(folder / "m.summary.jsonl")
    file.path.unlink(missing_ok=True)
    with file.appending() as append:
        append(b"".join(map(to_line, rows)) + torn)
    return file


def test_a_row_is_found_by_its_article(tmp_path):
    file = written(tmp_path, [row("b"), row("a"), row("b", key="later")])
    with RowIndex(file).read() as index:
        assert index.lines(["a", "x", "b"]) == [
            to_line(row("a")), None, to_line(row("b", key="later"))
        ]  # fmt: skip
        assert index.among(["a", "x"]) == {"a"}


def test_a_file_that_is_not_there_has_no_rows(tmp_path):
    with RowIndex(PredictionFile(tmp_path / "none.jsonl")).read() as index:
        assert index.lines(["a"]) == [None]
        assert len(index) == 0


def test_rows_are_put_in_order_behind_those_of_other_articles(tmp_path):
    file = written(tmp_path, [row("c"), row("x"), row("a"), row("b"), row("a", key="later")])
    with RowIndex(file).read() as index:
        index.arrange("abc")
    arranged = [row("x"), row("a", key="later"), row("b"), row("c")]
    assert file.path.read_bytes() == b"".join(map(to_line, arranged))
    assert [each.name for each in tmp_path.iterdir()] == [file.path.name]


def test_a_file_that_is_in_order_is_left_alone(tmp_path):
    file = written(tmp_path, [row("x"), row("a"), row("c")])
    before = file.path.stat().st_ino
    with RowIndex(file).read() as index:
        index.arrange("abc")
    assert file.path.stat().st_ino == before
    with RowIndex(PredictionFile(tmp_path / "none.jsonl")).read() as index:
        index.arrange("abc")
    assert not (tmp_path / "none.jsonl").exists()


keys, states = st.sampled_from(["old", "new"]), st.sampled_from(["ok", "error"])
rows = st.lists(st.builds(row, st.sampled_from("abcxy"), keys, states))


@given(rows, st.booleans())
def test_sifting_keeps_what_a_run_can_use(tmp_path_factory, rows, torn):
    file = written(tmp_path_factory.mktemp("sift"), rows, b'{"article": "a' if torn else b"")
    wanted = dict.fromkeys("abc", "new")
    kept: dict[str, Prediction] = {}
    for one in rows:
        if one.status == "ok" and one.key == wanted.get(one.article, one.key):
            kept.setdefault(one.article, one)
    before = file.path.read_bytes()
    seen = []
    with RowIndex(file).sift(wanted.items(), lambda: seen.append(file.path.read_bytes())) as index:
        assert seen == ([] if file.path.read_bytes() == before else [before])
        found, wanted_rows = (
            [one.model_dump() for one in some] for some in (file.read(), kept.values())
        )
        assert found == wanted_rows
        assert file.path.read_bytes() == b"".join(map(to_line, kept.values()))
        assert index.among("abcxy") == kept.keys() & wanted.keys()
        assert index.lines("abc") == [to_line(kept[i]) if i in kept else None for i in "abc"]
        assert len(index) == len(kept.keys() & wanted.keys())
