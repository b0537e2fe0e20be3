"""The rating page in a real browser: filled in by keyboard, saved, and imported again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import bench

# All of them write files into the working directory.
pytestmark = pytest.mark.usefixtures("tmp_path")

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NAMES = ("answerable", "worth_asking", "clear", "grounded")
TINY = {"questions": {"fun": {"ask": "Is it fun?", "scale": {0: "No.", 1: "Yes."}}}}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rated") / "run"
    models = ["template", "transform"]
    bench.run(
        "insights", models=models, tasks=["questions"], limit=3, output=folder, progress=False
    )
    return folder


@pytest.fixture(scope="module")
def page_file(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with two articles and four items."""
    folder = tmp_path_factory.mktemp("sheets")
    return Path(bench.rate(run, folder, articles=2, items=1, formats=["html"]).files[0])


@pytest.fixture(scope="module")
def pairs_file(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with two comparisons."""
    folder = tmp_path_factory.mktemp("sheets")
    return Path(bench.rate(run, folder, articles=2, pairwise=True, formats=["html"]).files[0])


class Desk:
    """A rater's browser, and all that it complained about or asked for."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", lambda dialog: dialog.accept())

    def open(self, file: Path) -> Any:
        self.page.goto(file.resolve().as_uri())
        return self.page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def save(self, button: str) -> Path:
        with self.page.expect_download() as waiting:
            self.page.locator(button).click()
        file = Path(waiting.value.suggested_filename)
        waiting.value.save_as(file)
        return file

    def load(self, file: Path) -> None:
        self.page.locator("#open").set_input_files(file)

    def rated(self) -> str:
        return str(self.page.locator("#progress-text").inner_text())


@pytest.fixture
def desk(chromium: Any) -> Iterator[Callable[..., Desk]]:
    contexts = []

    def sit(width: int = 1200, theme: str = "light") -> Desk:
        context = chromium.new_context(
            offline=True,
            accept_downloads=True,
            color_scheme=theme,
            viewport={"width": width, "height": 800},
        )
        contexts.append(context)
        return Desk(context)

    yield sit
    for context in contexts:
        context.close()


def fill(rater: Desk, name: str = "Anna") -> None:
    """Rate all four items by keyboard alone."""
    rater.page.locator("#rater").fill(name)
    rater.page.locator("#rater").blur()
    for values in ("1234", "5432", "3333", "4125"):
        rater.press(*values, "ArrowRight")


def given(file: Path) -> dict[str, dict[str, int]]:
    return {one["id"]: one["values"] for one in json.loads(file.read_text())["ratings"]}


def means(report):
    return {(one.dimension, m.model): m.mean.value for one in report.dimensions for m in one.models}


def copied(run):
    import shutil

    return Path(shutil.copytree(run, "copy", dirs_exist_ok=True))


def test_sheet_is_filled_in_by_keyboard_saved_and_imported(desk, page_file, run):
    rater = desk()
    rater.open(page_file)
    assert rater.rated() == "0 of 4 rated"
    fill(rater)
    assert rater.rated() == "4 of 4 rated"
    assert "Save the file" in rater.page.locator("#saved").inner_text()
    file = rater.save("#save-json")
    assert file.name.endswith("-1-Anna.json")
    order = [one["values"] for one in json.loads(file.read_text())["ratings"]]
    wanted = ("1234", "5432", "3333", "4125")
    assert order == [dict(zip(NAMES, map(int, own), strict=True)) for own in wanted]
    report = bench.import_ratings(copied(run), file)
    assert (report.imported.rows, report.imported.added) == (4, 16)
    assert [one.name for one in report.raters] == ["Anna"]
    assert rater.complaints == []
    assert all(url.startswith(("file:", "blob:")) for url in rater.requests)


def test_csv_of_the_page_says_the_same_as_its_json(desk, page_file, run):
    rater = desk()
    rater.open(page_file)
    fill(rater, '=Ann "A", +x')
    rater.page.locator("#comment").fill('=HYPERLINK("x"), "quoted"\nü 🎉')
    file = rater.save("#save-csv")
    cells = re.findall(r'"((?:[^"]|"")*)"', file.read_text("utf-8-sig"))
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    from_csv = bench.import_ratings(copied(run), file)
    from_json = bench.import_ratings(copied(run), rater.save("#save-json"))
    assert from_csv.imported.added == 16
    assert from_json.imported.repeated == 16  # the same person said the same
    assert [one.name for one in from_json.raters] == ['=Ann "A", +x']


def test_ratings_survive_a_reload_and_move_to_another_browser(desk, page_file):
    rater, other = desk(), desk(360)
    rater.open(page_file)
    fill(rater)
    file = rater.save("#save-json")
    rater.page.reload()
    assert rater.rated() == "4 of 4 rated"
    assert rater.page.locator("#rater").input_value() == "Anna"
    other.open(page_file)
    assert other.rated() == "0 of 4 rated"
    other.load(file)
    other.page.locator("text=4 of 4 rated").wait_for()
    assert other.save("#save-json").read_text() == file.read_text()


def test_half_filled_sheet_is_saved_and_continued_at_the_first_gap(desk, page_file):
    rater = desk()
    rater.open(page_file)
    rater.page.locator("#rater").fill("Ben")
    rater.page.locator("#rater").blur()
    rater.press(*"1234", "ArrowRight", "2")
    rater.page.reload()
    assert rater.rated() == "1 of 4 rated"
    assert rater.page.locator("input[name=answerable]:checked").get_attribute("value") == "2"
    rater.page.locator("#rater").fill("Ben")
    saved = given(rater.save("#save-json"))
    assert sorted(map(len, saved.values())) == [1, 4]


def test_answer_is_removed_and_changed_by_keys(desk, page_file):
    rater = desk()
    rater.open(page_file)
    rater.press("4")
    rater.press("Shift+Tab", "Delete")
    assert rater.page.locator("input:checked").count() == 0
    rater.press("5")
    assert rater.page.locator("input[name=answerable]:checked").get_attribute("value") == "5"
    rater.press("9", "0", "x")  # not on the scale
    assert rater.page.locator("input:checked").count() == 1


def test_keys_in_text_fields_are_text(desk, page_file):
    rater = desk()
    rater.open(page_file)
    rater.page.locator("#comment").focus()
    rater.press("4", "ArrowRight", "Backspace")
    rater.page.locator("#rater").focus()
    rater.press("5")
    assert rater.page.locator("input:checked").count() == 0
    assert rater.page.locator("#rater").input_value() == "5"


def test_mouse_and_touch_rate_as_well(desk, page_file):
    rater = desk(360)
    rater.open(page_file)
    rater.page.locator("fieldset[data-criterion=clear] label").nth(2).click()
    assert "It can be understood" in rater.page.locator("#meaning-clear").inner_text()
    rater.page.locator("#following").click()
    assert rater.page.locator("input:checked").count() == 0
    rater.page.locator("#previous").click()
    assert rater.page.locator("input[name=clear]:checked").get_attribute("value") == "3"
    rater.page.locator("#jump").select_option(index=1)
    assert rater.page.locator("#previous").is_enabled()


def test_name_is_asked_for_before_a_file_is_saved(desk, page_file):
    rater = desk()
    rater.open(page_file)
    rater.page.locator("#save-json").click()
    assert "write your name" in rater.page.locator("[role=alert]").inner_text()
    assert rater.page.locator("#rater").evaluate("node => node === document.activeElement")
    assert rater.page.locator("#rater").get_attribute("aria-invalid") == "true"


def test_file_of_another_sheet_or_kind_is_refused(desk, page_file, pairs_file):
    rater = desk()
    rater.open(pairs_file)
    rater.page.locator("#rater").fill("Anna")
    foreign = rater.save("#save-json")
    rater.open(page_file)
    record = json.loads(foreign.read_text())
    for content, reason in (
        (foreign.read_text(), "another sheet"),
        ("{", "not JSON"),
        ("null", "not one that this page saved"),
        (json.dumps({**record, "ratings": 3}), "not one that this page saved"),
    ):
        Path("bad.json").write_text(content)
        rater.load(Path("bad.json"))
        rater.page.locator(f"[role=alert]:has-text('{reason}')").wait_for()
    assert rater.rated() == "0 of 4 rated"
    assert rater.complaints == []


def test_values_of_a_file_that_are_not_on_the_scale_are_dropped(desk, page_file):
    rater = desk()
    rater.open(page_file)
    fill(rater)
    record = json.loads(rater.save("#save-json").read_text())
    record["ratings"][0]["values"] = {
        "clear": 99,
        "answerable": "4",
        "constructor": 1,
        "grounded": 2,
    }
    record["ratings"][1]["values"] = ["__proto__"]
    record["ratings"].append({"id": "bbbbbb-bbbbbbbb", "values": {"clear": 1}})
    record["ratings"].append(None)
    Path("odd.json").write_text(json.dumps(record))
    rater.load(Path("odd.json"))
    rater.page.locator("text=2 of 4 rated").wait_for()
    saved = given(rater.save("#save-json"))
    assert next(iter(saved.values())) == {"grounded": 2}
    assert rater.complaints == []


def test_browser_that_keeps_nothing_says_so(desk, page_file):
    rater = desk()
    rater.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }})"
    )
    rater.open(page_file)
    rater.press("4")
    assert "does not keep your ratings" in rater.page.locator("#saved").inner_text()
    assert rater.page.locator("input:checked").count() == 1


def test_lists_are_compared_by_keyboard(desk, pairs_file, run):
    rater = desk()
    rater.open(pairs_file)
    assert rater.page.locator(".lists section").count() == 2
    rater.page.locator("#rater").fill("Anna")
    rater.page.locator("#rater").blur()
    rater.press(*"1232", "ArrowRight", *"3333")
    assert rater.rated() == "2 of 2 rated"
    file = rater.save("#save-json")
    choices = [list(one["values"].values()) for one in json.loads(file.read_text())["ratings"]]
    assert choices == [["A", "tie", "B", "tie"], ["B"] * 4]
    report = bench.import_ratings(copied(run), file)
    assert [one.comparisons for one in report.preferences] == [2, 2, 2, 2]
    by_name = {one.dimension: one for one in report.preferences}
    assert [m.ties for m in by_name["worth_asking"].models] == [1, 1]


@pytest.mark.parametrize(("theme", "width"), [("light", 1200), ("dark", 1200), ("light", 360)])
@pytest.mark.parametrize("kind", ["items", "pairs"])
def test_page_is_accessible_and_fits(desk, page_file, pairs_file, theme, width, kind):
    from axe_playwright_python.sync_playwright import Axe

    rater = desk(width, theme)
    page = rater.open(page_file if kind == "items" else pairs_file)
    rater.press("1", "2")
    page.locator(".help summary").click()
    page.locator("#save-json").click()  # shows the message about the name
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options)
    assert [(v["id"], v["nodes"][0]["html"]) for v in found.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert rater.complaints == []
    small = "[...document.querySelectorAll('.scale label, button')]" + (
        ".map(n => n.getBoundingClientRect()).filter(b => b.height < 40 || b.width < 40).length"
    )
    assert page.evaluate(small) == 0


def test_scale_of_many_values_is_a_list_to_choose_from(desk, run):
    import yaml

    scale = {value: f"Meaning {value}." for value in range(0, 101, 5)}
    rubric = {"questions": {**TINY["questions"], "fine": {"ask": "How fine?", "scale": scale}}}
    Path("own.yaml").write_text(yaml.safe_dump(rubric))
    made = bench.rate(run, "own", articles=1, items=1, rubric="own.yaml", formats=["html"])
    rater = desk()
    page = rater.open(Path(made.files[0]))
    rater.press("0")
    page.locator("fieldset[data-criterion=fine] select").select_option("95")
    page.locator("#rater").fill("Anna")
    (values,) = given(rater.save("#save-json")).values()
    assert values == {"fun": 0, "fine": 95}


def test_nothing_that_a_model_or_page_wrote_runs(desk, hostile_run):
    run, articles = hostile_run
    opened = bench.load_run(run, allow_modified=True, report=lambda fault: None)
    for pairwise in (False, True):
        made = bench.rate(
            opened,
            f"hostile-{pairwise}",
            models=["constructor", "plain"],
            articles=None,
            dataset=str(articles),
            pairwise=pairwise,
            reference=pairwise,
            formats=["html"],
        )
        rater = desk()
        page = rater.open(Path(made.files[0]))
        shown = ""
        for _ in range(60):
            shown += page.locator("main").inner_text()
            rater.press("ArrowRight")
        assert page.evaluate("window.__pwned") is None
        assert page.locator("iframe, object, embed, img, link, base, a:not(.skip)").count() == 0
        assert "<script>window.__pwned = 1</script>" in shown
        assert "user\\u202egnp.exe" in shown
        assert not re.search("[\x00-\x08\x0e-\x1f\u202a-\u202e\u2066-\u2069]", shown)
        assert rater.complaints == []
        assert all(url.startswith("file:") for url in rater.requests)


def test_policy_allows_only_the_pages_own_script_and_style(page_file):
    html = page_file.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    directives = {part.split()[0]: part.split()[1:] for part in policy.split("; ")}
    assert directives["default-src"] == ["&#39;none&#39;"]
    for name in ("script-src", "style-src"):
        assert len(directives[name]) == 1
        assert directives[name][0].startswith("&#39;sha256-")
    assert set(directives) == {"default-src", "script-src", "style-src", "base-uri", "form-action"}
    head = html.split("<script")[0]
    assert not re.search(r"\s(src|href)=\"(?!#)|@import|url\(|\sstyle=|\son\w+=", head)
