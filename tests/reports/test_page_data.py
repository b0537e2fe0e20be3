"""What the page is given: packed data, marked words, correlations; and the verb that writes it."""

from __future__ import annotations

import base64
import json
import re
import shutil
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr
from typer.testing import CliRunner

from bench.cli import app
from bench.metrics.base import Encoders
from bench.metrics.token_similarity import RougeLSimilarity
from bench.reports.page.correlations import between_models, over_articles
from bench.reports.page.embedding import json_text, packed_json
from bench.reports.page.matched_words import MatchedWords
from bench.text.tokens import tokenizer_named
from tests.conftest import ROOT
from tests.reports.hostile import PAYLOADS

BRIEFS = ROOT / "results" / "baseline-briefs"


def bench(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


@pytest.mark.slow
@given(st.recursive(st.text() | st.sampled_from(PAYLOADS), st.lists))
def test_data_survives_the_page_and_cannot_leave_its_element(value):
    assert "<" not in json_text(value)
    assert json.loads(json_text(value)) == value
    packed = packed_json(value)
    assert json.loads(zlib.decompress(base64.b64decode(packed))) == value
    assert set(packed) <= set(base64.b64encode(bytes(range(256)) * 3).decode()) | set("+/=")


def stretches(text, spans):
    """The marked parts of a text, cut as a script would: in UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    reached, found = 0, []
    for ahead, length in zip(spans[::2], spans[1::2], strict=True):
        assert ahead >= 0
        assert length > 0
        start, reached = reached + ahead, reached + ahead + length
        assert 2 * reached <= len(units)
        found.append(units[2 * start : 2 * reached].decode("utf-16-le", "surrogatepass"))
    return found


TEXT = "the The cat cats 🎉 İs naïve e\u0301t 東京 don't a-b K x"
WORDS = st.lists(st.sampled_from(TEXT.split(" ")), max_size=8).map(" ".join)


@pytest.mark.slow
@pytest.mark.parametrize("tokenizer", ["rouge-score", "unicode"])
@settings(deadline=None)  # the first call imports
@given(left=WORDS | st.text(), right=WORDS | st.text())
def test_marked_words_are_the_common_subsequence_that_the_similarity_counts(tokenizer, left, right):
    encoder = Encoders()[tokenizer, True]
    encoded = tuple(encoder.encode([left, right]))
    marks = MatchedWords(tokenizer).spans((left, right), encoded)
    plain = tokenizer_named(tokenizer).plain
    found = [
        encoder.encode([" ".join(plain([" ".join(stretches(text, spans))]))])[0]
        for text, spans in zip((left, right), marks, strict=True)
    ]
    similarity = RougeLSimilarity(tokenizer=tokenizer).matrix([left], [right])[0, 0]
    common = round(similarity * sum(map(len, encoded)) / 2)
    if tokenizer == "rouge-score":  # a character of other scripts may hold more than one word
        assert found[0] == found[1]
        assert len(found[0]) == common
    assert (common == 0) == (marks[0] == [] == marks[1])


def test_correlations_are_those_of_scipy():
    draw = np.random.default_rng(7)
    values = [draw.integers(0, 9, (4, 30)).astype(float) for _ in range(3)]
    wanted = np.mean([spearmanr(own.T).statistic for own in values], axis=0)
    np.testing.assert_allclose(over_articles(values), wanted, atol=1e-12)
    means = draw.integers(0, 4, (3, 6)).astype(float)
    tau = [[kendalltau(a, b).statistic for b in means] for a in means]
    np.testing.assert_allclose(between_models(means), tau, atol=1e-12)


def test_correlations_need_no_import_of_scipy(python):
    code = (
        "import sys, numpy as np;"
        "from bench.reports.page.correlations import over_articles;"
        "print(over_articles([np.eye(3)]).shape, 'scipy' in sys.modules)"
    )
    assert python("-c", code).stdout == "(3, 3) False\n"


def test_score_that_does_not_vary_agrees_with_none():
    values = np.array([[1.0, 2, 3, 4], [5, 5, 5, 5], [4, 3, 2, 1]])
    found = over_articles([values])
    assert np.isnan(found[1]).all()
    assert found[0, 2] == pytest.approx(-1)
    assert over_articles([values[:, :2]]) is None
    assert between_models(values[:, :3]) is None


@pytest.mark.slow
def test_page_lies_in_the_run_directory_or_where_it_is_told(hostile_run, tmp_path):
    run, articles = hostile_run
    done = bench("report", run, "-d", articles)
    assert done.exit_code == 0
    assert f"{run / 'report.html'}: " in done.stderr.replace("\n", "")
    assert done.stdout == ""
    there = tmp_path / "new" / "page.html"
    bench("report", run, "-d", articles, "-o", there)
    assert there.read_bytes() == (run / "report.html").read_bytes()
    assert bench("report", run, "-d", articles, "-o", "-").stdout == there.read_text("utf-8")


@pytest.mark.slow
def test_page_without_articles_holds_no_word_of_theirs(hostile_run, tmp_path):
    run, articles = hostile_run
    file = tmp_path / "page.html"
    assert bench("report", run, "--articles", "none", "-o", file).exit_code == 0
    html = file.read_text("utf-8")
    blocks = dict(re.findall(r'octet-stream" id="([^"]*)">([^<]*)<', html))
    assert "scores-questions-0" in blocks
    packed = [zlib.decompress(base64.b64decode(block)) for block in blocks.values()]
    title = json.loads(articles.read_text("utf-8").splitlines()[-1])["title"]
    assert not any(title.encode() in text for text in [html.encode(), *packed])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--articles", "few"], "--articles 'few': write a number, all or none"),
        (["--baseline", "leed"], "did you mean 'lead'?"),
        (["--dataset", "gone.jsonl"], "--articles none leaves the articles' pages out"),
    ],
)
def test_impossible_request_is_an_error_and_nothing_is_written(here, tmp_path, arguments, told):
    done = here("report", BRIEFS, "-o", "page.html", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("form", ["markdown", "latex", "csv", "json"])
def test_tables_go_to_standard_output(form):
    run = ROOT / "results" / "baseline"
    done = bench("report", run, "--format", form)
    assert done.exit_code == 0
    assert "textrank" in done.stdout
    if form == "json":
        assert done.stdout == (run / "results.json").read_text("utf-8")


@pytest.mark.slow
def test_several_runs_make_one_page_where_one_stands(tmp_path):
    other = tmp_path / "other"
    shutil.copytree(BRIEFS, other)
    assert bench("report", BRIEFS, other, "--articles", "none").exit_code == 0
    html = (tmp_path / "report.html").read_text("utf-8")
    facts = json.loads(re.search(r'id="facts">(.*?)</script>', html, re.DOTALL)[1])
    assert [run["name"] for run in facts["runs"]] == ["baseline-briefs", "other"]
