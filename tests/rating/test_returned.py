"""Sheets come back broken in many ways; what can be read is read, the rest is an error."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bench
from bench.errors import BenchError, DataError
from bench.rating.returned import normalized_column, read_returned
from tests.rating.filling import CRITERIA, Filled


def state(run):
    """The digest of every file of a run."""
    files = (file for file in sorted(run.rglob("*")) if file.is_file())
    own = (file for file in files if file.name not in (".lock", ".gitignore"))
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in own}


def workbook(filled, change=lambda sheet: None, name="back.xlsx"):
    book = openpyxl.Workbook()
    for row in [filled.header, *filled.rows]:
        book.active.append(row)
    change(book.active)
    book.save(name)
    return Path(name)


def as_json(filled, sheets, **changes):
    ratings = [
        {
            "id": filled.get(row, "id"),
            "values": {name: int(filled.get(row, name)) for name in CRITERIA},
        }
        for row in range(len(filled.rows))
    ]
    page = Path(next(file for file in sheets.files if file.endswith(".html"))).read_text()
    facts = json.loads(page.partition('id="sheet">')[2].partition("</script>")[0])
    record = {"format": "qgbench-ratings", "version": 1, "sheet": sheets.sheet, "number": 1}
    record |= {"rubric": facts["rubric"], "rater": "Anna", "ratings": ratings, **changes}
    Path("back.json").write_text(json.dumps(record))
    return Path("back.json")


# What spreadsheet programs and people do without harm.


def title_above(filled):
    filled.rows.insert(0, filled.header)
    filled.header = ["My ratings", *[""] * (len(filled.header) - 1)]


def other_columns(filled):
    order = list(reversed(range(len(filled.header))))
    filled.header = [filled.header[index] for index in order]
    filled.rows = [[row[index] for index in order] for row in filled.rows]


def only_what_is_needed(filled):
    keep = [filled.header.index(name) for name in ("id", "rater", *CRITERIA)]
    filled.header = [filled.header[index] for index in keep]
    filled.rows = [[row[index] for index in keep] for row in filled.rows]


def spelled_differently(filled):
    filled.header = [f" {name.replace('_', ' ').title()} " for name in filled.header]


def decimals(filled):
    for row in range(len(filled.rows)):
        filled.put(row, "clear", filled.get(row, "clear") + (".0" if row % 2 else ",00"))


def blank_rows(filled):
    filled.rows[1:1] = [[], [""] * len(filled.header)]


def upper_case_ids(filled):
    for row in range(len(filled.rows)):
        filled.put(row, "id", f" {filled.get(row, 'id').upper()} ")


def shuffled_rows(filled):
    first = filled.get(0, "rater")
    filled.put(0, "rater", "")
    filled.rows.reverse()
    filled.put(4, "rater", first)


def small_edits(filled):
    filled.put(1, "item", filled.get(1, "item").replace("?", " ?  "))
    filled.put(2, "title", "something else")


def header_again(filled):
    filled.rows.insert(3, list(filled.header))


def second_mark_of_the_encoding(filled):
    filled.header[0] = f"\ufeff{filled.header[0]}"


def hyphens_of_a_word_processor(filled):
    for row in range(len(filled.rows)):
        filled.put(row, "id", filled.get(row, "id").replace("-", "\u2011"))


HARMLESS = [
    *(hyphens_of_a_word_processor, header_again, second_mark_of_the_encoding),
    *(title_above, other_columns, only_what_is_needed, spelled_differently, decimals),
    *(blank_rows, upper_case_ids, shuffled_rows, small_edits),
]


def values(run):
    report = bench.rating_report(run)
    return {(one.dimension, m.model): m.mean.value for one in report.dimensions for m in one.models}


@pytest.fixture
def expected(run, filled):
    """What the unchanged sheet says, and a run without it."""
    import shutil

    copy = Path(shutil.copytree(run, "copy"))
    bench.import_ratings(copy, filled().save("plain.csv"))
    return values(copy)


@pytest.mark.slow
@pytest.mark.parametrize("change", HARMLESS, ids=lambda change: change.__name__)
def test_harmless_change_does_not_matter(run, filled, expected, change):
    sheet = filled()
    change(sheet)
    bench.import_ratings(run, sheet.save())
    assert values(run) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        {"delimiter": ";"},
        {"delimiter": "\t"},
        {"encoding": "utf-8-sig"},
        {"encoding": "utf-16"},
        {"encoding": "utf-16-le"},
        {"encoding": "utf-16-be", "delimiter": "\t"},
        {"encoding": "utf-32"},
        {"lineterminator": "\r"},
        {"lineterminator": "\n"},
        {"quoting": 1},
        {"delimiter": ";", "name": "back.txt", "encoding": "utf-8-sig"},
        {"name": "back.xlsx"},  # a CSV that is misnamed
    ],
    ids=str,
)
def test_every_kind_of_csv_is_read(run, filled, expected, options):
    bench.import_ratings(run, filled().save(**options))
    assert values(run) == expected


def test_separator_line_of_excel_is_read(run, filled, expected):
    Path("back.csv").write_text("sep=;\r\n" + filled().text(";"))
    bench.import_ratings(run, "back.csv")
    assert values(run) == expected


def test_windows_encoding_is_read_with_a_note(run, filled, expected):
    sheet = filled()
    sheet.put(0, "comment", "für immer")
    report = bench.import_ratings(run, sheet.save(encoding="cp1252"))
    assert values(run) == expected
    assert any("Windows-1252" in note for note in report.notes)


def test_workbook_of_another_program_is_read(run, filled, expected):
    bench.import_ratings(run, workbook(filled()))
    assert values(run) == expected


def test_numbers_in_a_workbook_are_read(run, filled, expected):
    def as_numbers(sheet):
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if str(cell.value).isdigit():
                    cell.value = float(cell.value)

    bench.import_ratings(run, workbook(filled(), as_numbers))
    assert values(run) == expected


@pytest.mark.slow
def test_own_workbook_is_read_after_editing_by_another_program(run, sheets, filled, expected):
    file = next(file for file in sheets.files if file.endswith("sheet-1.xlsx"))
    book = openpyxl.load_workbook(file)
    sheet = filled()
    for number in range(len(sheet.rows)):
        for name in ("rater", *CRITERIA):
            column = sheet.header.index(name) + 1
            book["Ratings"].cell(number + 2, column).value = sheet.get(number, name)
    book.save("own.xlsx")
    bench.import_ratings(run, "own.xlsx")
    assert values(run) == expected


def test_json_of_the_page_is_read(run, sheets, filled, expected):
    bench.import_ratings(run, as_json(filled(), sheets))
    assert values(run) == expected


@pytest.mark.parametrize("name", ["clear", "Clear"])
def test_json_with_two_values_of_one_criterion_is_refused(run, sheets, filled, name):
    file = Path(as_json(filled(), sheets))
    text = file.read_text(encoding="utf-8")
    criterion = next(iter(json.loads(text)["ratings"][0]["values"]))
    other = criterion if name.islower() else criterion.title()
    file.write_text(text.replace(f'"{criterion}":', f'"{other}": 1, "{criterion}":', 1))
    with pytest.raises(DataError, match=r"duplicate key|two values"):
        bench.import_ratings(run, file)


# What must be mended first. The run stays as it was, and the message says where and how.


def put(row, column, value):
    def change(filled):
        filled.put(row, column, value)

    return change


def without(column):
    def change(filled):
        index = filled.header.index(column)
        for row in [filled.header, *filled.rows]:
            del row[index]

    return change


def renamed(column, name):
    def change(filled):
        filled.header[filled.header.index(column)] = name

    return change


def sorted_apart(column):
    def change(filled):
        index = filled.header.index(column)
        moved = filled.column(column)
        for row, value in zip(filled.rows, moved[1:] + moved[:1], strict=True):
            row[index] = value

    return change


def typed_twice(value):
    def change(filled):
        row = list(filled.rows[2])
        row[filled.header.index("clear")] = value
        filled.rows.append(row)

    return change


def all_criteria_renamed(filled):
    filled.header = [f"{name}x9" if name in CRITERIA else name for name in filled.header]


def two_of_a_column(filled):
    for row in [filled.header, *filled.rows]:
        row.append(row[filled.header.index("clear")])


def without_header(filled):
    filled.header = filled.rows.pop(0)


def half_a_row(filled):
    filled.rows[3].append("left over")


def two_raters_and_a_gap(filled):
    filled.put(1, "rater", "Ben")


def rows_of_another_run(filled):
    for row in range(len(filled.rows)):
        filled.put(row, "id", "bbbbbb-" + filled.get(row, "id").partition("-")[2])


BROKEN = [
    (put(2, "clear", "7"), r'back.csv:4: clear: "7" is not a value of the scale \(1 to 5\); write'),
    (put(2, "clear", "0"), "clear: "),
    (put(2, "clear", "-3"), "clear: "),
    (put(2, "clear", "3.5"), r'clear: "3.5" is not a value of the scale'),
    (put(2, "clear", "four"), "clear: "),
    (put(2, "clear", "4-5"), "looks like a date"),
    (put(2, "clear", "04/05/2026"), "looks like a date"),
    (put(2, "clear", "4-May"), "looks like a date"),
    (put(2, "clear", "May 26"), "looks like a date"),
    (put(2, "clear", "2026-05-04 00:00:00"), "looks like a date"),
    (put(2, "clear", "45416"), "looks like a date"),
    (put(2, "clear", "nan"), "clear: "),
    (put(2, "clear", "inf"), "clear: "),
    (put(2, "clear", "1e0"), "clear: "),
    (put(2, "clear", "#REF!"), "clear: "),
    (put(2, "clear", "=1+2"), "clear: "),
    (put(2, "clear", "4" * 5000), r"clear: .{1,200}is not a value"),
    (put(2, "clear", "True"), "clear: "),
    (put(0, "rater", ""), "no row names its rater; write a name into the first row.*--rater NAME"),
    (put(0, "rater", "x" * 101), "at most 100 characters"),
    (put(0, "rater", "a\u202eb"), "cannot be the name"),
    (put(0, "rater", "a\x1b[31mb"), "cannot be the name"),
    (two_raters_and_a_gap, "back.csv:4: has no rater, and the file names several"),
    (put(3, "id", ""), "back.csv:5: has no id"),
    (put(3, "id", "4711"), "of sheet '4711', which was not made from .*its sheets: "),
    (rows_of_another_run, "15 rows of sheet 'bbbbbb', which was not made from"),
    (without("id"), "no row names the column `id`"),
    (without_header, "no row names the column `id`"),
    (renamed("clear", "cleer"), "unknown column 'cleer'; did you mean 'clear'"),
    (all_criteria_renamed, "did you mean"),
    (two_of_a_column, "duplicate column 'clear'"),
    (half_a_row, "back.csv:5: 11 values for 10 columns; put a cell that contains ','"),
    (sorted_apart("item"), "the item is not that of id"),
    (sorted_apart("id"), "the item is not that of id"),
    (typed_twice("9"), "is not a value"),
    (put(2, "item", "An item that nobody wrote, about something else."), "the item is not that of"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "reason"), BROKEN, ids=[f"{n}-{reason[:40]}" for n, (_, reason) in enumerate(BROKEN)]
)
def test_broken_sheet_is_refused_with_file_row_and_remedy(run, filled, change, reason):
    before = state(run)
    sheet = filled()
    change(sheet)
    with pytest.raises(DataError, match=reason) as caught:
        bench.import_ratings(run, sheet.save())
    assert all(problem.startswith("back.csv") for problem in caught.value.problems[:-1])
    assert caught.value.problems[-1] == "nothing was imported"
    assert all(len(problem) < 600 for problem in caught.value.problems)
    assert state(run) == before


def test_row_typed_twice_with_another_value_is_a_contradiction(run, filled):
    sheet = filled()
    typed_twice("1" if sheet.get(2, "clear") != "1" else "2")(sheet)
    told = r"back.csv:17: Anna answers clear with ., but with . in back.csv:4; keep one of them"
    with pytest.raises(DataError, match=told):
        bench.import_ratings(run, sheet.save())


def test_row_typed_twice_with_the_same_value_is_counted_once(run, filled):
    sheet = filled()
    typed_twice(sheet.get(2, "clear"))(sheet)
    report = bench.import_ratings(run, sheet.save())
    assert (report.imported.added, report.imported.repeated) == (60, 4)


def test_every_fault_of_every_file_is_reported_together(run, filled):
    one, other = filled(1), filled(2, "Ben")
    one.put(2, "clear", "7")
    one.put(3, "grounded", "soon")
    other.put(0, "rater", "")
    files = [one.save("one.csv"), other.save("other.csv"), Path("missing.csv")]
    with pytest.raises(DataError) as caught:
        bench.import_ratings(run, *files)
    problems = "\n".join(caught.value.problems)
    for told in (
        "one.csv:4: clear",
        "one.csv:5: grounded",
        "other.csv: no row",
        "missing.csv: can",
    ):
        assert told in problems


def test_long_list_of_faults_is_cut(run, filled):
    sheet = filled()
    for row in range(len(sheet.rows)):
        for name in CRITERIA:
            sheet.put(row, name, "x")
    with pytest.raises(DataError) as caught:
        bench.import_ratings(run, sheet.save())
    assert caught.value.problems[-2:] == ("and 10 more faults", "nothing was imported")


FILES = [
    (b"", "is empty"),
    (b"\xef\xbb\xbf", "is empty"),
    (b"%PDF-1.7 ...", "is a PDF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "save it as .xlsx or CSV"),
    (b"PK\x03\x04 broken", "damaged or encrypted workbook"),
    (b"<!DOCTYPE html><html>", "is an HTML page, not saved ratings; open it in a browser"),
    (b"  <html>", "is an HTML page, not saved ratings; open it in a browser"),
    (b"\xef\xbb\xbf\n<HTML lang='en'>", "is an HTML page, not saved ratings; open it in a browser"),
    (b'{"format": "other"}', "not ratings that a rating page saved"),
    (b'{"format": "qgbench-ratings", "version": 2, "ratings": []}', "`version` is 2, not 1"),
    (b'{"format": "qgbench-ratings", "version": true, "ratings": []}', "`version` is true"),
    (b'{"format": "qgbench-ratings", "version": null, "ratings": []}', "`version` is null"),
    (b'{"format": "qgbench-ratings", "ratings": 3}', "must be a list"),
    (b'{"format": "qgbench-ratings", "ratings": [3]}', "rating 1: must have an `id`"),
    (b'{"format": "qgbench-ratings", "ratings": [{"id": "a", "values": {"x": true}}]}', "x.*true"),
    (b'{"format": "qgbench-ratings", "ratings": [{"id": "a", "values": {"x": [1]}}]}', r"\[1\]"),
    (b"[" * 100_000, "not JSON"),
    (b'{"format": ', "not JSON"),
    (b'rater,id,clear\nAnna,"unclosed,3\n', "never closed"),
    (b"just some text\nand more", "no row names the column `id`"),
    (b"id,clear\x00\nx,3\n", "NUL"),
    (b"\xff\xfeodd", "is not utf-16"),
]


@pytest.mark.parametrize(("data", "reason"), FILES, ids=[reason for _, reason in FILES])
@pytest.mark.usefixtures("tmp_path")
def test_file_of_another_kind_is_refused(data, reason):
    Path("back.csv").write_bytes(data)
    with pytest.raises(DataError, match=reason):
        read_returned(Path("back.csv"))


@pytest.fixture(scope="module")
def keyring(made_run, tmp_path_factory):
    """The keys of a run, and the bytes of a filled sheet in each form."""
    import shutil

    from bench.rating.answers import Keyring
    from bench.rating.candidates import lists_of
    from bench.rating.key import read_keys
    from bench.rating.sheets import texts_of

    folder = tmp_path_factory.mktemp("fuzzed")
    run = Path(shutil.copytree(made_run, folder / "run"))
    sheets = bench.rate(run, folder / "sheets", articles=2, items=1)
    (key,) = read_keys(run).values()
    texts = texts_of(key, lists_of(bench.load_run(run), key.task, key.models))
    sheet = Filled.of(next(Path(f) for f in sheets.files if f.endswith(".csv")), "Anna")
    ratings = [{"id": one, "values": {"clear": 3}} for one in texts]
    record = {"format": "qgbench-ratings", "rater": "Anna", "ratings": ratings}
    forms = [sheet.text().encode(), sheet.text(";").encode("utf-16"), json.dumps(record).encode()]
    forms.append(workbook(sheet, name=str(folder / "sheet.xlsx")).read_bytes())
    return Keyring("run", {key.sheet: key}, texts), forms


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    form=st.integers(0, 3),
    edits=st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=6)), min_size=1, max_size=8),
)
@pytest.mark.usefixtures("tmp_path")
def test_damage_anywhere_is_a_fault_of_the_file_or_harmless(keyring, form, edits):
    from bench.rating.answers import checked

    keys, forms = keyring
    data = bytearray(forms[form])
    for offset, noise in edits:
        start = offset % len(data)
        data[start : start + max(1, len(noise))] = noise
    Path("fuzzed").write_bytes(data)
    try:
        found = checked(read_returned(Path("fuzzed")), keys)
    except DataError:
        return
    assert all("\n" not in problem for problem in found.problems)
    for answer in found.answers:
        assert answer.value in answer.key.criteria[answer.dimension].scale


def test_folder_and_pipe_are_refused(tmp_path):
    import os

    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("folder", "pipe"):
        with pytest.raises(DataError, match=name):
            read_returned(tmp_path / name)


@pytest.mark.slow
@pytest.mark.usefixtures("tmp_path")
def test_archive_that_unpacks_to_too_much_is_refused():
    with (
        zipfile.ZipFile("bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/workbook.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(160):
            part.write(b" " * (1 << 20))
    with pytest.raises(DataError, match="when it is unpacked"):
        read_returned(Path("bomb.xlsx"))


@pytest.mark.usefixtures("tmp_path")
def test_archive_without_a_workbook_is_refused():
    with zipfile.ZipFile("sheet.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(DataError, match=r"not an Excel workbook; save the sheet as \.xlsx or CSV"):
        read_returned(Path("sheet.ods"))


def test_dates_in_a_workbook_are_recognized(run, filled):
    from datetime import datetime

    def as_date(sheet):
        column = [cell.value for cell in sheet[1]].index("clear") + 1
        sheet.cell(3, column).value = datetime(2026, 4, 5)

    with pytest.raises(DataError, match=r"Sheet, row 3: clear: .*looks like a date"):
        bench.import_ratings(run, workbook(filled(), as_date))


def test_json_of_other_criteria_is_refused(run, sheets, filled):
    with pytest.raises(DataError, match="rated by other criteria"):
        bench.import_ratings(run, as_json(filled(), sheets, rubric="0123456789ab"))


def test_sheet_is_refused_after_the_predictions_have_changed(run, filled):
    sheet = filled().save()
    file = run / "predictions" / "transform.questions.jsonl"
    file.write_text(file.read_text().replace("?", "??"))
    opened = bench.load_run(run, allow_modified=True, report=lambda fault: None)
    with pytest.raises(DataError) as caught:
        bench.import_ratings(opened, sheet)
    (problem, end) = caught.value.problems
    assert "the predictions of transform have changed since it was made" in problem
    assert end == "nothing was imported"


def test_run_without_sheets_says_how_to_make_some(made_run, filled):
    with pytest.raises(BenchError, match=r"no rating sheets were made .* `bench rate"):
        bench.import_ratings(made_run, filled().save())


@pytest.mark.parametrize("content", ["{", "[]", '{"format": "qgbench-sheet-key"}', "null"])
def test_damaged_key_is_an_error(run, sheets, filled, content):
    Path(sheets.key).write_text(content)
    with pytest.raises(BenchError, match=f"{sheets.sheet}.json"):
        bench.import_ratings(run, filled().save())


def test_names_of_columns_are_found_however_they_are_spelled():
    assert normalized_column(' "Worth  Asking" ') == "worth_asking"
    assert normalized_column("ＩＤ") == "id"
