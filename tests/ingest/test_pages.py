"""What a page in plain text is read as, and what is said of one that cannot be."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench.article import Article
from bench.errors import DataError
from bench.ingest.article_id import article_id
from bench.ingest.batch import read_pages
from bench.ingest.files import find_pages
from bench.ingest.layout.headings import QUESTION_HEADINGS, SUMMARY_HEADINGS, Headings
from bench.ingest.pages import PageReader, Provenance
from tests.ingest.harbour import (
    BULLETS,
    PARAGRAPHS,
    QUESTIONS,
    TITLE,
    apart,
    html_page,
    is_harbour,
    lines,
    text_page,
)


def read(page: str, **options) -> Article:
    return PageReader(**options).read(page.encode(), "page.txt").article


def problems(page: str) -> list[str]:
    with pytest.raises(DataError) as error:
        read(page)
    return list(error.value.problems)


def test_page_becomes_an_article():
    article = read(text_page())
    assert is_harbour(article)
    assert article.id == "harbour-bridge-to-close-for-two-years"
    assert (article.source, article.license, article.language) == ("page.txt", "", "en")


def test_boilerplate_of_the_site_is_left_out():
    article = read(f"""\
CoastNews

Home | News | Sport | Insights

We use cookies to give you the best experience on this site. By continuing you agree to it.

{TITLE}

By Jane Doe and John Roe, Harbour Correspondents
Published 3 March 2026, 10:30 GMT
5 min read

Summarized by Coast AI
{lines(BULLETS, "  • ")}

Photo: The bridge in winter. It was opened in 1932.

{apart(PARAGRAPHS)}

Explore more exclusive insights at coast.example.

Insights

{apart(QUESTIONS)}

Search
CoastNewsCoastNews
No Noise, only Signal.
Need help?
Open App
""")
    assert is_harbour(article)


@pytest.mark.parametrize("heading", [*SUMMARY_HEADINGS, *QUESTION_HEADINGS])
def test_every_heading_is_known_in_any_dress(heading):
    known = Headings()
    plain = heading.replace("*", "Five")
    for dress in (
        "{}",
        "{}:",
        "## {}",
        "**{}**",
        "★ {} ★",
        "{} (AI-generated)",
        "__{}__:",
        "~ {} ~",
    ):
        for cased in (
            plain,
            plain.upper(),
            plain.title().replace("'S", "’s").replace("S' ", "s’ "),
        ):
            assert known.is_heading(dress.format(cased)), dress.format(cased)
    assert not known.is_heading(f"{plain} of the harbour that nobody had seen coming.")


def test_headings_can_be_chosen():
    page = text_page(
        summary="Das Wichtigste\n" + lines(BULLETS, "- "), questions="Fragen\n" + lines(QUESTIONS)
    )
    headings = Headings(summary=("das wichtigste",), questions=("fragen *", "fragen"))
    assert is_harbour(read(page, headings=headings))


@pytest.mark.parametrize(
    "order",
    [
        "title body summary questions",
        "title body questions summary",
        "title questions body summary",
        "title questions summary body",
        "title summary questions body",
    ],
)
def test_parts_may_stand_in_any_order(order):
    assert is_harbour(read(text_page(order=order)))


@pytest.mark.parametrize("mark", "•-–—*+▪‣●◦·")
def test_bullets_of_every_kind(mark):
    assert is_harbour(read(text_page(summary="Highlights:\n" + lines(BULLETS, f"  {mark} "))))
    assert is_harbour(read(text_page(summary="Highlights:\n\n" + apart(BULLETS, f"{mark}\t"))))


@pytest.mark.parametrize("number", ["{}.", "{})", "({})"])
def test_numbers_are_bullets_too(number):
    def numbered(items):
        return "\n".join(f"{number.format(n)} {item}" for n, item in enumerate(items, start=1))

    page = text_page(summary="TL;DR\n" + numbered(BULLETS), questions="FAQ\n" + numbered(QUESTIONS))
    assert is_harbour(read(page))


def test_bullet_may_be_the_line_above():
    assert is_harbour(read(text_page(summary="Summary\n" + "•\n" + "\n•\n".join(BULLETS))))


def test_bullets_without_a_heading_stand_between_title_and_body():
    assert is_harbour(read(text_page(summary=lines(BULLETS, "• "))))


def test_three_questions_in_a_row_need_no_heading():
    assert is_harbour(read(text_page(questions=lines(QUESTIONS) + "\n\nSearch\nNeed help?")))
    assert "no reader questions" in problems(text_page(questions=lines(QUESTIONS[:2])))[0]


def test_lines_right_below_the_heading_need_no_bullets():
    assert is_harbour(read(text_page(summary="At a glance\n" + lines(BULLETS))))


def test_paragraphs_need_no_blank_line_between():
    page = text_page(body=lines(PARAGRAPHS), questions="Insights\n" + lines(QUESTIONS))
    assert is_harbour(read(page))
    assert is_harbour(read(page.replace("\n\n", "\n")))


def test_markdown():
    page = text_page(
        title=f"# {TITLE}\n\n*By Jane Doe*",
        summary="## Key takeaways\n\n" + lines(BULLETS, "* "),
        body="---\n\n" + "\n\n## What comes next\n\n".join(PARAGRAPHS),
        questions="**Questions readers ask**\n\n" + lines([f"**{q}**" for q in QUESTIONS], "1. "),
    )
    assert is_harbour(read(page))
    assert is_harbour(read(text_page(title=f"{TITLE}\n=====")))


def test_questions_with_answers_give_the_questions():
    answers = [f"{question}\n\nThat is for the council to say." for question in QUESTIONS]
    faq = "Frequently asked questions (FAQ)\n\n" + apart(answers)
    assert is_harbour(read(text_page(questions=f"{faq}\n\nSearch\n\nNeed help?")))
    assert is_harbour(read(text_page(questions=faq, order="title summary questions body")))
    labelled = "FAQ\n" + lines([f"Q: {question}\nA: Ask the council." for question in QUESTIONS])
    assert is_harbour(read(text_page(questions=labelled)))


@pytest.mark.parametrize("end", ["?", "？", "؟", "?”", '?"', "?)", "?!", "?»"])
def test_question_mark_in_any_script_and_quotes_around_it(end):
    questions = [question.rstrip("?") + end for question in QUESTIONS]
    assert read(text_page(questions="Insights\n" + lines(questions))).questions == tuple(questions)


def test_menu_entry_called_insights_is_no_question_block():
    page = "* Home\n* Insights\n* Highlights\n\nInsights\nNeed help?\n\n" + text_page()
    assert is_harbour(read(page))


def test_list_in_the_body_stays_there():
    body = [*PARAGRAPHS[:4], "Closed are:", "- both lanes", "- the footpath", PARAGRAPHS[4]]
    article = read(text_page(body=apart(body)))
    assert article.text.split("\n\n") == body


def test_white_space_is_made_plain_and_typography_kept():
    page = text_page().replace(" ", " \u00a0\u200b", 40).replace("\n", " \t\n")
    assert is_harbour(read(page))
    curly = "“Ça va…” — said №½ ﬁrst ’til 10 °C."
    assert read(text_page(body=apart([*PARAGRAPHS, curly]))).text.endswith(curly)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028"])
def test_line_ends_of_every_system(end):
    assert is_harbour(read(text_page().replace("\n", end)))


@pytest.mark.parametrize(
    ("missing", "problem"),
    [
        ({"title": ""}, "page.txt: no title found; put it on a line of its own above the article"),
        ({"summary": ""}, "page.txt: no bullets found; put them below a line such as 'Key points'"),
        ({"body": ""}, "page.txt: no body found; keep the article's paragraphs"),
        ({"questions": ""}, "page.txt: no reader questions found; put them below a line such as"),
        (
            {"questions": "Insights\n\nThere is nothing to ask about this, is there."},
            "page.txt:18: no reader questions found below the heading 'Insights'; put them",
        ),
        (
            {"summary": "Summary\n\n" + apart(BULLETS)},
            "page.txt:3: cannot tell where the summary below 'Summary' ends; begin each",
        ),
        (
            {"questions": "FAQ\n" + lines(QUESTIONS) + "\n\n" + apart(PARAGRAPHS[:3])},
            "page.txt: text stands above and below the reader questions (lines 8 and 24)",
        ),
    ],
)
def test_missing_part_is_one_line_with_the_fix(missing, problem):
    (said,) = problems(text_page(**missing))
    assert said.startswith(problem)
    assert "\n" not in said


def test_slogan_in_the_footer_is_no_body():
    footer = "\n\nSearch\n\nNo Fog, only Lighthouses.\n\nWe ship news.\n"
    (said,) = problems(text_page(body="") + footer)
    assert said.startswith("page.txt: no body found")


def test_all_that_is_missing_is_said_at_once():
    said = problems("nothing much\n")
    assert [line.split(";")[0] for line in said] == [
        "page.txt: no bullets found",
        "page.txt: no body found",
        "page.txt: no reader questions found",
    ]


def test_text_of_a_page_is_escaped_and_clipped_in_messages():
    headings = Headings(questions=("insights *",))
    page = text_page(questions=f"Insights \u202e{'é' * 70}")
    with pytest.raises(DataError) as error:
        read(page, headings=headings)
    assert "'Insights \\xe9\\xe9" in str(error.value)
    assert str(error.value).isascii()
    assert len(str(error.value)) < 500


@pytest.mark.parametrize(
    ("title", "identifier"),
    [
        ("Japan’s “quiet” harbour: what's next?", "japans-quiet-harbour-whats-next"),
        ("Überfahrt für 3,50 €", "überfahrt-für-3-50"),
        ("हिन्दी में समाचार", "हिन्दी-में-समाचार"),
        ("港の橋が閉鎖", "港の橋が閉鎖"),
        ("word " * 30, "-".join(["word"] * 16)),
        ("x" * 100, "x" * 80),
        ("?!", ""),
    ],
)
def test_id_is_the_title_in_words(title, identifier):
    assert article_id(title) == identifier


def save(directory: Path, **pages: str) -> list[Path]:
    files = [directory / f"{name}.txt" for name in pages]
    for file, page in zip(files, pages.values(), strict=True):
        file.write_text(page, encoding="utf-8")
    return files


def ingested(*paths: str | Path, **options) -> tuple[Article, ...]:
    result = read_pages(PageReader(**options), find_pages(paths))
    if result.faults:
        raise DataError(result.faults)
    return result.articles


def test_pages_come_in_the_order_given_and_patterns_by_name(tmp_path):
    save(tmp_path, B="", A="", C="")
    (tmp_path / "D.d").mkdir()
    found = find_pages([tmp_path / "C.txt", str(tmp_path / "*")])
    assert [Path(name).name for name in found] == ["C.txt", "A.txt", "B.txt"]


def test_file_name_may_look_like_a_pattern(tmp_path):
    (file,) = save(tmp_path, **{"draft[1]": text_page()})
    assert is_harbour(ingested(file)[0])


def test_options_override_the_page(tmp_path):
    page = html_page(head="<link rel='canonical' href='https://a.example/1'>")
    page = page.replace("<html", "<html lang=de-AT")
    (file,) = save(tmp_path, page=page)
    (own,) = ingested(file)
    assert (own.source, own.license, own.language) == ("https://a.example/1", "", "de")
    given = Provenance(source="the archive", license="cc-by-4.0", language="fr")
    (overridden,) = ingested(file, given=given)
    assert (overridden.source, overridden.license, overridden.language) == (
        "the archive",
        "cc-by-4.0",
        "fr",
    )


def test_page_on_standard_input(monkeypatch):
    stdin = SimpleNamespace(buffer=io.BytesIO(text_page().encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    (article,) = ingested("-")
    assert is_harbour(article)
    assert article.source == "<stdin>"


def test_all_faults_of_all_pages_are_told(tmp_path, monkeypatch):
    save(tmp_path, good=text_page(), broken=text_page(title="", summary=""))
    (tmp_path / "folder").mkdir()
    (tmp_path / "cover.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError) as error:
        ingested("good.txt", "broken.txt", "none.txt", "folder", "*.md", "cover.txt")
    assert [problem.split(";")[0] for problem in error.value.problems] == [
        "broken.txt: no title found",
        "broken.txt: no bullets found",
        "none.txt: no such file",
        "folder: is a directory",
        "*.md: matches no file",
        "cover.txt: a PNG image, not a page",
    ]


def test_page_that_may_not_be_read(tmp_path, monkeypatch):
    def refuse(_):
        raise PermissionError(13, "Permission denied")

    (file,) = save(tmp_path, page=text_page())
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError, match=r"page\.txt: cannot be read \(Permission denied\)"):
        ingested(file)


def test_no_page_at_all():
    with pytest.raises(DataError, match="no pages given"):
        find_pages([])
