"""The parameters of judges: what contradicts others, and what has no effect."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from bench.article import Article
from bench.errors import ConfigError
from bench.raters.base import RatingRequest
from bench.raters.judge import Judge
from bench.raters.judging.options import _OF_CHECKPOINTS, _OF_SERVERS, JudgeOptions
from bench.raters.spec import build_rater
from bench.tasks import TASKS

PROMPT = "{{ article }} {{ item }} {{ form }}"
ARTICLE = Article(id="a", title="A title", text="A text.")


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "x")


def judge(**parameters: Any) -> Judge:
    return Judge(**{"model": "m", "base_url": "http://localhost:1/v1", **parameters})


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        (
            {"criteria": ["faithful"], "prompt": {"questions": PROMPT}},
            "`criteria` and `rubric` are for summary, `prompt` is for questions",
        ),
        ({"prompt": {}}, "are for summary, questions, `prompt` is for no task"),
        ({"rubric": "{}"}, "are for no task, `prompt` is for summary, questions"),
    ],
)
@pytest.mark.parametrize("kind", [{"model": "m"}, {"checkpoint": "c", "model": None}])
def test_judge_without_a_task_is_refused(tmp_path, parameters, told, kind):
    if "rubric" in parameters:
        file = tmp_path / "own.yaml"
        file.write_text("questions: {}")
        parameters = {"rubric": str(file)}
    with pytest.raises(ConfigError, match="no task has both a criterion and a template") as error:
        build_rater("judge", "j", {"base_url": "http://localhost:1/v1", **parameters, **kind})
    assert told in str(error.value)


@pytest.mark.parametrize("task", TASKS)
def test_task_without_a_system_template_has_no_system_message(task):
    own = judge(prompt=PROMPT, system={"questions": "Judge by {{ criterion }}."})
    request = RatingRequest(ARTICLE, TASKS[task], "clear", ("Why?",))
    found = own.wording.question(request, own.criterion(task, "clear"), ARTICLE.text)
    assert found.system == ("Judge by clear." if task == "questions" else None)


def test_notes_name_all_that_has_no_effect():
    prices = {"price_in": 1, "price_out": 2, "max_cost": 1}
    given = {"samples": 5, "retries": 3, "temperature": 1.0, **prices, "batch_size": 4}
    (note,) = Judge(checkpoint="c", **given).notes()
    assert note == (
        "`samples`, `temperature`, `retries`, `price_in`, `price_out`, `max_cost` have no effect on"
        " a checkpoint"
    )
    assert judge(**given).notes() == ["`batch_size` has no effect on a model behind a server"]
    assert judge().notes() == Judge(checkpoint="c", batch_size=4, letters=True).notes() == []


def test_each_parameter_concerns_judges_of_one_kind_or_both():
    both = {
        *("model", "checkpoint", "criteria", "rubric", "pairwise", "baseline", "prompt", "system"),
        *("reasons", "letters", "family"),
    }
    known = {field.name for field in fields(JudgeOptions)}
    assert known == {*_OF_SERVERS, *_OF_CHECKPOINTS} | both
