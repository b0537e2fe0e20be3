"""Sheets are blind, balanced and repeatable."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

import bench
from bench.errors import BenchError, ConfigError, UnknownNameError
from bench.raters.rubric import shipped_rubric
from bench.rating.candidates import Candidates
from bench.rating.key import read_keys
from bench.rating.sampling import Draws, drawn_pairs, rater_articles
from bench.rating.sheets import SheetSettings, make_key
from tests.rating.conftest import MODELS


def key_of(sheets):
    return read_keys(Path(sheets.key).parents[2])[sheets.sheet]


def contents(sheets):
    """Every text in the files for raters, those in archives included."""
    for name in sheets.files:
        data = Path(name).read_bytes()
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from (archive.read(part).decode() for part in archive.namelist())
                yield str(archive.infolist()) + str(archive.comment)
        else:
            yield data.decode("utf-8-sig")


def table(file):
    return list(csv.DictReader(io.StringIO(Path(file).read_text("utf-8-sig"), newline="")))


def made(lists, task="questions"):
    articles = tuple(dict.fromkeys(a for own in lists.values() for a in own))
    samples = {m: {a: {0: items} for a, items in own.items()} for m, own in lists.items()}
    return Candidates(task, samples, articles, 0)


def key_for(lists, **settings):
    return make_key(made(lists), SheetSettings(shipped_rubric(), (), **settings))


@pytest.mark.slow
def test_sheet_names_no_model_and_nothing_that_leads_to_one(sheets, run):
    facts = json.loads((run / "run.json").read_text())
    secrets = [*MODELS, "random-sentences", str(run), "insights"]
    secrets += [model["signature"] for model in facts["models"].values()]
    for text in contents(sheets):
        shown = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
        assert [secret for secret in secrets if secret in shown] == []


def test_ids_have_no_order_of_models_and_no_digits(sheets):
    key = key_of(sheets)
    sources = {entry.id: entry.sources[0].model for entry in key.items}
    assert all(re.fullmatch(r"[a-z]{6}-[a-z]{8}", one) for one in sources)
    order = [sources[one] for one in key.raters[0]]
    blocks = sum(one != other for one, other in pairwise(order))
    assert blocks > 4  # sorted by model there would be two changes in each of three articles
    assert [sources[one] for one in sorted(sources)] != sorted(sources.values())


def test_ids_cannot_be_derived_without_the_predictions():
    lists = {"one": {"a": ("x", "y")}, "two": {"a": ("z",)}}
    other = {"one": {"a": ("x", "y")}, "two": {"a": ("z", "w")}}
    ids, others = (
        {entry.digest: entry.id.partition("-")[2] for entry in key_for(made_of).items}
        for made_of in (lists, other)
    )
    assert len(ids.keys() & others.keys()) == 3
    assert not set(ids.values()) & set(others.values())


def test_every_model_has_as_many_items_for_the_same_articles(sheets, run):
    key = key_of(sheets)
    counted = Counter((entry.article, s.model) for entry in key.items for s in entry.sources)
    articles = {article for article, _ in counted}
    assert len(articles) == 3
    lists = {model: bench.load_run(run).items("questions", model) for model in MODELS}
    assert counted == {(a, m): min(2, len(lists[m][a])) for a in articles for m in MODELS}


def test_floors_are_left_out_unless_named(run):
    sheets = bench.rate(run, models=["random-sentences", "template"], articles=1)
    assert set(key_of(sheets).models) == {"random-sentences", "template"}


def test_same_seed_gives_the_same_files_and_another_does_not(run, tmp_path):
    one, same, other = (
        bench.rate(run, tmp_path / name, articles=3, items=2, seed=seed)
        for name, seed in (("one", 0), ("same", 0), ("other", 1))
    )
    for file, again in zip(one.files, same.files, strict=True):
        assert Path(file).read_bytes() == Path(again).read_bytes()
    assert one.sheet == same.sheet != other.sheet


def test_more_articles_and_items_only_add(run):
    few, many = (
        {(e.article, e.digest) for e in key_of(bench.rate(run, articles=n, items=k)).items}
        for n, k in ((2, 2), (4, 3))
    )
    assert few < many


def test_two_runs_have_the_same_articles_even_if_some_are_missing_in_one():
    ids = [f"a{number}" for number in range(40)]
    before = key_for({"mine": {id_: [f"Why {id_}?", "What?"] for id_ in ids}}, articles=20)
    after = key_for({"mine": {id_: [f"How {id_}?"] for id_ in ids}}, articles=20)
    fewer = key_for({"mine": {id_: ["When?"] for id_ in reversed(ids[2:])}}, articles=20)
    other = key_for({"mine": {id_: ["When?"] for id_ in ids}}, articles=20, seed=1)
    first, second, third, fourth = (
        {entry.article for entry in key.items} for key in (before, after, fewer, other)
    )
    assert first == second
    assert len(first & third) >= 18
    assert len(first & fourth) < 18
    assert {id_ for id_ in first if id_ in ids[2:]} <= third


def test_item_that_two_models_wrote_is_rated_once():
    key = key_for({"one": {"a": ("same", "own")}, "two": {"a": ("same", "other")}})
    sources = {len(entry.sources) for entry in key.items}
    assert len(key.items) == 3
    assert sources == {1, 2}


def test_blank_items_are_not_rated():
    key = key_for({"one": {"a": ("", "own")}, "two": {"a": (" ", "x")}})
    assert [source.index for entry in key.items for source in entry.sources] == [1, 1]


@pytest.mark.parametrize(("raters", "each"), [(1, 1), (3, 1), (3, 2), (4, 4), (5, 3)])
def test_each_article_goes_to_as_many_raters(raters, each):
    articles = [f"a{n}" for n in range(15)]
    own = rater_articles(articles, raters, each)
    assert Counter(a for found in own for a in found) == dict.fromkeys(articles, each)
    assert max(map(len, own)) - min(map(len, own)) <= 1


def test_raters_have_the_same_entries_in_another_order(sheets):
    one, other = key_of(sheets).raters
    assert sorted(one) == sorted(other)
    assert one != other


def test_lists_are_compared_from_both_sides():
    lists = {m: {f"a{n}": (f"{m} {n}",) for n in range(12)} for m in "pqr"}
    key = key_for(lists, articles=None, pairwise=True, raters=2)
    entries = {entry.id: entry for entry in key.pairs}
    shown = [[entries[one] for one in ids] for ids in key.raters]
    for own in shown:
        assert len(own) == 36
        sides = Counter((entry.first, entry.second) for entry in own)
        assert set(sides.values()) == {6}
    seen = [{(e.article, e.first, e.second) for e in own} for own in shown]
    assert not seen[0] & seen[1]  # what one rater sees first, the other sees second


def test_equal_lists_are_not_compared():
    lists = {"p": {"a": ("x",), "b": ("y",)}, "q": {"a": ("x",), "b": ("z",)}}
    key = key_for(lists, pairwise=True)
    assert {entry.article for entry in key.pairs} == {"b"}


def test_number_of_comparisons_is_balanced_over_models():
    articles = [f"a{n}" for n in range(20)]
    drawn = drawn_pairs("pqrst", articles, 2, Draws("seed"))
    pairs = Counter(pair for own in drawn.values() for pair in own)
    assert {len(own) for own in drawn.values()} == {2}
    assert set(pairs.values()) == {4}
    assert all(len(set(own)) == 2 for own in drawn.values())


def test_own_lists_of_the_page_are_one_blind_system(run):
    sheets = bench.rate(run, articles=1, reference=True, models=["template"])
    key = key_of(sheets)
    assert set(key.models) == {"template", "reference"}
    assert "reference" not in "".join(contents(sheets))


def test_cells_are_no_formulas_and_text_is_kept(tmp_path):
    from bench.article import Article
    from bench.rating.sheets import sheets_of
    from bench.reports.sheets.files import csv_sheet, xlsx_sheet

    items = ("=1+1", "@SUM(A1)", "-2", "+3", "سؤال؟", "Why 🎉?", "a;=b", "\ufeff=x", "t\u202ext")
    lists = {"one": {"a": items}}
    samples = {"one": {"a": {0: items}}}
    article = Article(id="a", title="=title", text="=first\n\n@second", language="ar")
    (sheet,) = sheets_of(key_for(lists), samples, {"a": article})
    cells = [cell for row in csv.reader(io.StringIO(csv_sheet(sheet))) for cell in row]
    (tmp_path / "s.xlsx").write_bytes(xlsx_sheet(sheet))
    from bench.data.workbook_reading import read_workbook

    for rows in read_workbook((tmp_path / "s.xlsx").read_bytes()).values():
        cells += [cell for _, row in rows for cell in row]
    assert [cell for cell in cells if re.match(r"\s*[=+\-@]", cell)] == []
    assert {"سؤال؟", "Why 🎉?", "'=1+1", "t\\u202ext"} <= set(cells)


def test_texts_may_be_left_out(run):
    sheets = bench.rate(run, articles=1, texts=False, formats=["html"])
    (file,) = sheets.files
    facts = re.search(r'id="sheet">(.*?)</script>', Path(file).read_text())[1]
    assert [article["paragraphs"] for article in json.loads(facts)["articles"]] == [[]]


def test_missing_texts_are_an_error_that_names_both_ways_out(run):
    record = json.loads((run / "run.json").read_text())
    record["config"]["dataset"] = "https://example.org/gone.jsonl"
    (run / "run.json").write_text(json.dumps(record))
    with pytest.raises(BenchError, match=r"raters need the texts.*--dataset.*--no-texts"):
        bench.rate(run)


@pytest.mark.parametrize(
    ("options", "kind", "reason"),
    [
        ({"models": ["nobody"]}, UnknownNameError, "unknown model of questions 'nobody'"),
        ({"task": "summary"}, UnknownNameError, "unknown task of this run 'summary'"),
        ({"criteria": ["answrable"]}, UnknownNameError, "did you mean 'answerable'"),
        ({"formats": ["pdf"]}, UnknownNameError, "unknown format of sheets 'pdf'"),
        ({"raters": 2, "each": 3}, ConfigError, "only 2 raters"),
        ({"models": ["template"], "pairwise": True}, ConfigError, "compares two models"),
        ({"models": ["random-sentences", "template"], "rubric": "no.yaml"}, ConfigError, "no.yaml"),
    ],
)
def test_what_cannot_be_rated_is_an_error(run, options, kind, reason):
    with pytest.raises(kind, match=reason):
        bench.rate(run, **options)
    assert not (run / "ratings").exists()


def test_criteria_of_a_rubric_of_ones_own_are_on_the_sheet(run):
    Path("own.yaml").write_text(
        "questions:\n  fun:\n    ask: Is it fun?\n    scale: {0: No., 1: Somewhat., 2: Yes.}\n"
    )
    sheets = bench.rate(run, articles=1, items=1, rubric="own.yaml")
    (file,) = [file for file in sheets.files if file.endswith(".csv")]
    assert "fun" in table(file)[0]
    assert key_of(sheets).criteria["fun"].high == 2


def test_key_is_in_the_run_directory_and_not_among_the_sheets(sheets, run):
    assert Path(sheets.key).parent == run / "ratings" / "keys"
    assert not [file for file in sheets.files if "key" in Path(file).name]
    bench.load_run(run).leaderboard()  # the run is as intact as before


def test_articles_beside_the_table_have_its_numbers_and_the_criteria(sheets, run):
    texts = {article.title: article.text for article in bench.load_run(run).articles()}
    for number in (1, 2):
        file = Path(sheets.files[0]).with_name(f"sheet-{number}.csv")
        shown = Path(f"{file.parent}/sheet-{number}-articles.txt").read_text()
        for row in table(file):
            part = shown.partition(f"Article {row['article']}: ")[2].partition("=" * 72)[0]
            assert part.startswith(row["title"])
            assert texts[row["title"]].split("\n\n")[-1] in part
        for criterion in shipped_rubric().criteria("questions").values():
            assert criterion.ask in shown
            assert all(meaning in shown for meaning in criterion.scale.values())


def test_workbook_has_the_same_rows_as_the_table(sheets):
    import openpyxl

    csv_file = next(file for file in sheets.files if file.endswith("sheet-1.csv"))
    book = openpyxl.load_workbook(csv_file.replace(".csv", ".xlsx"))
    header, *rows = [[cell.value for cell in row] for row in book["Ratings"]]
    wanted = table(csv_file)
    assert header == list(wanted[0])
    assert [[str(cell or "") for cell in row] for row in rows] == [[*r.values()] for r in wanted]
    assert [row[0].value for row in book["Articles"]][1:] == sorted(
        row[0].value for row in book["Articles"].iter_rows(min_row=2)
    )
