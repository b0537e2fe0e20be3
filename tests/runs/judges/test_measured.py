"""Judges whose biases are known by construction: what is measured must say so."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import shutil
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import bench
from bench.data.ratings import Rating
from bench.raters.base import RatingAnswer, RatingRequest
from bench.raters.judging.server import ServerJudge
from bench.raters.rubric import shipped_rubric
from bench.reports.judges import _score_notes
from bench.reports.render import render
from bench.runs.add_ratings import add_ratings
from bench.runs.judges.findings import JudgeFindings, PairFindings
from bench.runs.judges.items import judged_tasks

MODELS = ("lead", "textrank", "lsa")
MODELS_WITH_FAMILIES = (
    {"use": "lead", "family": "ours"},
    {"use": "textrank", "family": "theirs"},
    "lsa",
)
Opinion = Callable[[RatingRequest], Any]


def quality(text: str, salt: str = "") -> int:
    """What people think of an item, from 1 to 5; with a salt, something unrelated."""
    return 1 + int(hashlib.sha256((salt + text).encode()).hexdigest(), 16) % 5


def perfect(request: RatingRequest) -> int:
    return quality(request.item)


def at_random(request: RatingRequest) -> int:
    return quality(request.item, "salt")


def against_people(request: RatingRequest) -> int:
    return 6 - quality(request.item)


def by_length(request: RatingRequest) -> int:
    return min(5, 1 + len(request.item.split()) // 9)


def longer(request: RatingRequest) -> str:
    a, b = (len(" ".join(items)) for items in (request.items, request.against))
    return "tie" if a == b else "first" if a > b else "second"


def too_kind(request: RatingRequest) -> int:
    return min(5, quality(request.item) + 1)


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bench.Run]:
    """Runs with judges of known opinions, each made once; a test gets a copy."""
    made: dict[Any, Path] = {}

    def run(opinion: Opinion, **parameters: Any) -> bench.Run:
        key = (opinion, *sorted(parameters.items()))
        if key not in made:
            with pytest.MonkeyPatch.context() as patch:
                directory = tmp_path_factory.mktemp("judged") / "run"
                made[key] = judged(patch, directory, opinion, **parameters).path
        copy = tmp_path_factory.mktemp("copy") / "run"
        shutil.copytree(made[key], copy)
        return bench.load_run(copy)

    return run


def judged(
    monkeypatch: pytest.MonkeyPatch,
    directory: Path,
    opinion: Opinion,
    models: Sequence[Any] = MODELS_WITH_FAMILIES,
    **parameters: Any,
) -> bench.Run:
    """A run with a judge of that opinion, which needs no server."""

    def stream(
        self: ServerJudge, requests: Iterator[tuple[str, RatingRequest]]
    ) -> Iterator[tuple[str, RatingAnswer]]:
        for key, request in requests:
            found = opinion(request)
            if isinstance(found, RatingAnswer):
                yield key, found
            elif request.against is not None:
                yield key, RatingAnswer(choice=found, raw="{}")
            else:
                yield key, RatingAnswer(value=float(found), raw="{}", reason=f"It is a {found}.")

    monkeypatch.setattr(ServerJudge, "stream", stream)
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    judge = {"use": "judge", "name": "j", "model": "m", "criteria": ["clear"], **parameters}
    config = {
        "name": "judged",
        "dataset": "briefs",
        "tasks": ["summary"],
        "models": list(models),
        "metrics": ["rouge1"],
        "raters": [judge],
    }
    return bench.run(config, output=directory, progress=False)


def labelled(run: bench.Run, articles: int, opinion: Callable[[str], float] = quality) -> bench.Run:
    """The run with ratings of a person, of every item of some random articles."""
    chosen = sorted({row.article for row in run.rows("summary", "lead")})
    random.Random(1).shuffle(chosen)
    rows = [
        Rating(
            task="summary",
            article=row.article,
            rater="anna",
            dimension="clear",
            model=model,
            item=index,
            value=opinion(item),
        )
        for model in run.results.tasks["summary"].models
        for row in run.rows("summary", model)
        if row.article in chosen[:articles]
        for index, item in enumerate(row.items)
    ]
    add_ratings(run.path, rows, shipped_rubric())
    return bench.load_run(run.path)


def findings(run: bench.Run) -> JudgeFindings:
    (found,) = run.judges()
    assert isinstance(found, JudgeFindings)
    return found


def truth(run: bench.Run, model: str) -> float:
    """What people would say of all articles."""
    means = []
    for row in run.rows("summary", model):
        values = [quality(item) for item in row.items]
        means.append(sum(values) / len(values))
    return sum(means) / len(means)


@pytest.mark.parametrize("opinion", [perfect, at_random, against_people, by_length, too_kind])
def test_corrected_score_covers_the_truth_whatever_the_judge_likes(known, opinion):
    run = labelled(known(opinion), 20)
    found = findings(run)
    assert {one.model for one in found.scores} == set(MODELS)
    for one in found.scores:
        assert one.corrected.labels == 20
        assert one.corrected.interval.low <= truth(run, one.model) <= one.corrected.interval.high
        assert one.more.labels > 0


@pytest.mark.parametrize(
    ("opinion", "words"),
    [
        (perfect, "100% [90%, 100%] in their order (better than chance)"),
        (at_random, "no better than chance"),
        (against_people, "orders items AGAINST people"),
        (by_length, "a preference for length"),
    ],
)
def test_report_says_what_the_judge_is(known, opinion, words):
    run = labelled(known(opinion), 36)
    assert words in " ".join(str(run).split())
    assert words in " ".join(render(run.leaderboard(), "markdown").replace("\\", "").split())


def test_perfect_judge_saves_labels_and_others_none(known):
    good = findings(labelled(known(perfect), 12))
    bad = findings(labelled(known(against_people), 12))
    assert all(one.corrected.saved > 0.5 for one in good.scores)
    assert all(one.corrected.weight == 0 for one in bad.scores)
    assert not [line for line in _score_notes(good) if "no weight" in line]
    assert [line for line in _score_notes(bad) if "people alone; the judge gets no weight" in line]
    assert all(one.corrected.estimate == one.corrected.people for one in bad.scores)


def test_bias_of_a_kind_judge_is_corrected(known):
    run = labelled(known(too_kind), 20)
    found = findings(run)
    assert "(rates higher than people)" in " ".join(str(run).split())
    assert found.agreement.bias.interval.low > 0.5
    for one in found.scores:
        assert one.judge - one.corrected.estimate > 0.4


def test_few_labels_are_used_alone_and_it_is_said(known):
    run = labelled(known(perfect), 5)
    assert all(one.corrected.weight == 0 for one in findings(run).scores)
    assert "fewer than 10 labelled articles" in str(run)


def test_length_is_measured_within_articles(known):
    found = findings(known(by_length))
    assert found.length.interval.low > 0.05
    assert found.length_beyond_people is None
    plain = findings(known(perfect))
    assert plain.length.interval.low < 0 < plain.length.interval.high


def test_preference_for_the_own_family_is_measured_against_people(known, monkeypatch, tmp_path):
    own: set[str] = set()

    def loyal(request: RatingRequest) -> int:
        return 5 if request.item in own else min(quality(request.item), 4)

    plain = known(perfect)
    own.update(item for row in plain.rows("summary", "lead") for item in row.items)
    own -= {item for row in plain.rows("summary", "textrank") for item in row.items}
    run = labelled(judged(monkeypatch, tmp_path / "run", loyal, family="ours"), 30)
    family = findings(run).family
    assert (family.own, family.others) == (("lead",), ("textrank",))
    assert family.difference.interval.low > 0
    assert family.beyond_people.interval.low > 0
    assert "rates its own family higher" in str(run)
    assert "beyond what people say (a preference for its own family)" in " ".join(str(run).split())


def test_own_family_that_people_prefer_as_much_is_no_preference(known):
    own = {item for row in known(perfect).rows("summary", "lead") for item in row.items}
    fair = labelled(known(perfect, family="ours"), 30, quality)
    assert "beyond what people say (no difference that could not be chance)" in " ".join(
        str(fair).split()
    )
    unfair = labelled(
        known(perfect, family="ours"), 30, lambda item: min(5, quality(item) + 2 * (item in own))
    )
    assert findings(unfair).family.beyond_people.interval.high < 0
    assert "beyond what people say (a preference for others)" in " ".join(str(unfair).split())


def test_families_are_not_compared_without_two(known):
    assert findings(known(perfect, family="another")).family is None


def test_judge_without_labels_is_shown_with_a_warning(known):
    run = known(perfect)
    found = findings(run)
    assert not found.has_labels
    assert all(one.corrected is None for one in found.scores)
    text = " ".join(str(run).split())
    assert "rated none of these items" in text
    assert "j.clear is only shown" in text


def test_unparsed_answers_are_counted(monkeypatch, tmp_path):
    def shy(request: RatingRequest) -> Any:
        value = quality(request.item)
        return RatingAnswer(status="unparsed", error="no", raw="?") if value == 1 else value

    run = judged(monkeypatch, tmp_path / "run", shy)
    found = findings(run)
    (task,) = judged_tasks(run, "j", "summary")
    values = [quality(item.text) for item in task.items]
    assert found.unparsed == values.count(1) > 0
    assert f"{found.unparsed:,} of {found.asked:,} answers" in " ".join(str(run).split())


def test_first_position_is_found_out_and_not_counted(monkeypatch, tmp_path):
    run = judged(monkeypatch, tmp_path / "run", lambda _: "first", pairwise=True)
    (found,) = run.judges()
    assert isinstance(found, PairFindings)
    assert (found.flips.value, found.first.value, found.second.value) == (1, 1, 0)
    text = " ".join(str(run).split())
    assert "it prefers the first position" in text
    assert "Preferred: nothing can be said" in text


def test_longer_list_wins_in_both_orders(known):
    run = known(longer, pairwise=True)
    (found,) = run.judges()
    assert found.flips.value == 0
    lengths = {
        model: [len(" ".join(row.items)) for row in run.rows("summary", model)] for model in MODELS
    }
    wins = {
        model: sum(
            mine > theirs
            for other in MODELS
            if other != model
            for mine, theirs in zip(lengths[model], lengths[other], strict=True)
        )
        for model in MODELS
    }
    assert {one.model: one.wins for one in found.models} == wins
    shares = [one.share for one in found.models]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) / len(shares) == pytest.approx(0.5)


def test_win_rates_against_a_baseline(known):
    run = known(longer, pairwise=True, baseline="lead")
    (found,) = run.judges()
    assert found.baseline == "lead"
    assert {one.model for one in found.models} == {"textrank", "lsa"}
    for one in found.models:
        decided = one.wins + one.ties + one.losses
        assert one.share == pytest.approx((one.wins + one.ties / 2) / decided, abs=1e-6)
        assert one.interval.low <= one.share <= one.interval.high


def test_largest_disagreements_come_first_with_reasons(known):
    run = labelled(known(against_people), 10)
    found = run.disagreements(5)
    assert [abs(one.size) for one in found.items] == [4] * 5
    assert found.items[0].reason == f"It is a {found.items[0].value:.0f}."
    assert "judge" not in found.items[0].text
    assert found.items[0].text in " ".join(str(found).split())
    assert run.disagreements(3, model="lsa").items[0].model == "lsa"


def test_reasons_stand_beside_the_items(known):
    run = labelled(known(perfect), 36)
    shown = run.alignment("lead")
    text = str(shown)
    assert "j.clear" in text
    assert "anna.clear" in text
    assert "It is a" in text
    record = render(shown, "json")
    assert '"reason": "It is a' in record


def test_power_says_how_many_more_labels_are_needed(known):
    run = labelled(known(at_random), 15)
    assert "j.clear (summary): To halve its interval" in " ".join(str(bench.power(run)).split())


def test_power_of_a_run_with_one_model_answers_once_people_have_rated(monkeypatch, tmp_path):
    run = judged(monkeypatch, tmp_path / "run", at_random, models=["lead"])
    with pytest.raises(bench.BenchError, match="no two of its models have a score in common"):
        bench.power(run)
    report = bench.power(labelled(run, 15))
    (score,) = findings(bench.load_run(run.path)).scores
    text = " ".join(str(report).split())
    assert f"{score.more.labels} for lead" in text
    assert "no two of its models have a score in common" in text
    assert json.loads(render(report, "json"))["judges"][0]["scores"][0]["more"]["labels"] > 0


def test_leaderboard_of_several_runs_has_the_judges_of_each(known, tmp_path):
    runs = [labelled(known(opinion), 20) for opinion in (perfect, against_people)]
    paths = [run.path.rename(tmp_path / name) for run, name in zip(runs, "ab", strict=True)]
    board = bench.leaderboard(*paths)
    text = " ".join(str(board).split())
    assert "judge j · summary · clear · a " in text
    assert "judge j · summary · clear · b " in text
    assert text.index("better than chance") < text.index("AGAINST people")
    assert [one["run"] for one in json.loads(render(board, "json"))["judges"]] == ["a", "b"]
    bench.report(paths, output=tmp_path / "report.html")
    (task,) = _facts((tmp_path / "report.html").read_text())["tasks"]
    assert [one["title"][-1] for one in task["judges"]["sections"]] == ["a", "b"]
    assert {row[4].partition(":")[0] for row in task["judges"]["disagreements"]} == {"b"}


def test_judge_of_equal_runs_is_shown_once(known, tmp_path):
    path = known(perfect).path
    board = bench.leaderboard(path, shutil.copytree(path, tmp_path / "copy"))
    assert len(board.judges) == 1


def test_judge_alone_never_gates_and_is_never_primary(known):
    run = known(perfect)
    report = bench.check(run, run)
    assert all(verdict.score != "j.clear" for verdict in report.verdicts)
    with pytest.raises(bench.BenchError, match=r"j\.clear cannot be checked without people"):
        bench.check(run, run, metrics=["j.clear"])
    with pytest.raises(bench.BenchError, match=r"j\.clear cannot be checked without people"):
        bench.check(labelled(known(perfect), 20), run, metrics=["j.clear"])
    config = {
        "name": "primary",
        "dataset": "briefs",
        "models": ["lead"],
        "tasks": {"summary": {"primary": "j.clear"}},
        "raters": [{"use": "judge", "name": "j", "model": "m", "base_url": "http://127.0.0.1:9"}],
    }
    with pytest.raises(bench.BenchError, match="cannot be the primary score"):
        bench.run(config, progress=False)


@pytest.fixture(scope="module")
def other_outputs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], bench.Run]:
    """A run whose model ``lead`` writes what ``lsa`` does, with a judge that likes length."""
    with pytest.MonkeyPatch.context() as patch:
        path = judged(
            patch,
            tmp_path_factory.mktemp("other") / "run",
            by_length,
            models=[{"use": "lsa", "name": "lead"}],
        ).path

    def copied() -> bench.Run:
        copy = tmp_path_factory.mktemp("copy") / "run"
        return bench.load_run(shutil.copytree(path, copy))

    return copied


@pytest.fixture(scope="module")
def former(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], bench.Run]:
    """The same run with what ``lead`` writes itself."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("former") / "run"
        judged(patch, path, by_length, models=["lead"])

    def copied() -> bench.Run:
        copy = tmp_path_factory.mktemp("copy") / "run"
        return bench.load_run(shutil.copytree(path, copy))

    return copied


def shorter(change: float) -> Callable[[str], float]:
    """What people think where they like items as they are, plus a change."""
    return lambda item: max(1.0, min(5.0, quality(item) + change))


@pytest.mark.parametrize(
    ("change", "margin", "outcome"),
    [(-2.5, "0.2", "fail"), (0.0, "2.5", "pass"), (0.0, "0", "inconclusive")],
)
def test_gate_tests_what_people_correct(former, other_outputs, change, margin, outcome):
    baseline = labelled(former(), 25)
    run = labelled(other_outputs(), 25, shorter(change))
    report = bench.check(run, baseline, margins={"j.clear": margin})
    (verdict,) = (v for v in report.verdicts if v.score == "j.clear")
    assert (verdict.outcome, verdict.method, verdict.labels) == (outcome, "corrected", 25)
    assert verdict.interval.low < verdict.difference < verdict.interval.high
    assert (verdict.p_adjusted <= 0.05) == (outcome != "inconclusive")
    bound = -verdict.margin
    assert (verdict.interval.low <= bound <= verdict.interval.high) == (outcome == "inconclusive")
    text = " ".join(str(report).split())
    assert "articles that they rated in both runs: lead 25" in text
    assert "people's ratings of 25 articles in both runs" in text or outcome == "pass"
    (record,) = (c for c in json.loads(render(report, "json"))["checks"] if "labels" in c)
    assert record["labels"] == 25


def test_gate_needs_labels_of_the_same_articles(former, other_outputs):
    report = bench.check(
        labelled(other_outputs(), 6, shorter(-3)), labelled(former(), 25), metrics=["j.clear"]
    )
    (verdict,) = (v for v in report.verdicts if v.score == "j.clear")
    assert (verdict.outcome, verdict.method) == ("inconclusive", "too few")
    assert verdict.reason == "people rated too few in both runs: 6 articles; 10 are needed"


@pytest.mark.parametrize(
    ("labels", "people", "reason"),
    [
        (18, shorter(-1), "people rated too few in both runs: 18 articles of 9 clusters; 10 clust"),
        (25, lambda item: 3, "25 articles in both runs, of which 0 have another difference than m"),
    ],
)
def test_gate_says_what_there_is_too_little_of(
    former, other_outputs, monkeypatch, labels, people, reason
):
    monkeypatch.setattr(
        "bench.gate.corrected.joint_units",
        lambda runs, articles: [n // 2 if labels == 18 else n for n in range(len(articles))],
    )
    report = bench.check(
        labelled(other_outputs(), labels, people),
        labelled(former(), labels, people),
        metrics=["j.clear"],
    )
    (verdict,) = (v for v in report.verdicts if v.score == "j.clear")
    assert (verdict.outcome, verdict.method) == ("inconclusive", "too few")
    assert reason in verdict.reason
    assert "are needed" in verdict.reason


def test_unchanged_predictions_pass_the_corrected_check(former):
    baseline = labelled(former(), 25)
    run = labelled(former(), 25, shorter(-1))  # other people, who are stricter
    report = bench.check(run, baseline, metrics=["j.clear"])
    assert {v.outcome for v in report.verdicts} == {"pass"}
    (verdict,) = (v for v in report.verdicts if v.score == "j.clear")
    (score,) = findings(baseline).scores
    assert verdict.before == verdict.now == pytest.approx(score.corrected.estimate)


def test_missing_articles_fail_beside_the_corrected_score_before(former, monkeypatch, tmp_path):
    baseline = labelled(former(), 25)
    lacking = next(iter(baseline.rows("summary", "lead"))).article

    def shy(request: RatingRequest) -> Any:
        if request.article.id == lacking:
            return RatingAnswer(status="unparsed", error="no", raw="?")
        return by_length(request)

    run = labelled(judged(monkeypatch, tmp_path / "run", shy, models=["lead"]), 25)
    report = bench.check(run, baseline, metrics=["j.clear"])
    (verdict,) = (v for v in report.verdicts if v.score == "j.clear")
    (score,) = findings(baseline).scores
    assert (verdict.outcome, verdict.method, verdict.now) == ("fail", "missing", None)
    assert verdict.before == pytest.approx(score.corrected.estimate)
    assert abs(score.corrected.estimate - score.judge) > 0.1


def test_history_has_no_ratings_of_people_to_correct_a_judge_by(former, tmp_path):
    run, history = labelled(former(), 25), tmp_path / "history.jsonl"
    bench.record(run, history, metrics=["j.clear"])
    with pytest.raises(bench.BenchError, match=r"j\.clear cannot be checked without people"):
        bench.check(run, history=history, metrics=["j.clear"])


def test_rescored_runs_are_gated_with_the_ratings_of_people(former, other_outputs):
    baseline, run = labelled(former(), 25), labelled(other_outputs(), 25, shorter(-2.5))
    report = bench.check(run, baseline, margins={"j.clear": "0.2"}, rescore=True)
    (verdict,) = (v for v in report.verdicts if v.score == "j.clear")
    assert (verdict.outcome, verdict.labels) == ("fail", 25)


def test_page_has_judges_and_reasons(known, tmp_path):
    run = labelled(known(against_people), 10)
    bench.report(run, output=tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text()
    assert "orders items AGAINST people" in text
    assert "Disagreements between judges and people" in text
    (found,) = (task for task in _facts(text)["tasks"])
    assert abs(found["judges"]["disagreements"][0][0]) == 4
    assert "It is a" in found["judges"]["disagreements"][0][-1]
    ratings = _block(text, "articles-0")["written"]["ratings"]
    raters = {row[1] for article in ratings for row in article[0][0] or []}
    assert raters == {"j", "anna"}


def _facts(page: str) -> Any:
    return json.loads(re.search(r'id="facts"[^>]*>(.*?)</script>', page, re.DOTALL)[1])


def _block(page: str, name: str) -> Any:
    packed = re.search(rf'id="{name}"[^>]*>(.*?)</script>', page, re.DOTALL)[1]
    return json.loads(zlib.decompress(base64.b64decode(packed)))


@pytest.mark.parametrize(("opinion", "share"), [(lambda request: "tie", 0.5), (longer, None)])
def test_equal_verdicts_in_all_articles_are_no_certainty(known, opinion, share):
    run = known(opinion, pairwise=True, baseline="lead")
    (found,) = run.judges()
    for model in found.models:
        assert share is None or model.share == share
        assert model.interval.low <= model.share <= model.interval.high
        assert model.interval.high - model.interval.low > 0.02
