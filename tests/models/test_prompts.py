from __future__ import annotations

import time

import pytest

from bench.article import Article
from bench.errors import ConfigError
from bench.limits import PROMPT_STEPS
from bench.models.prompts import Prompts
from bench.tasks import TASKS

ARTICLE = Article(id="a", title="Bridge {{ text }}", text="The bridge is closed. " * 20)


def filled(template: str) -> str:
    return Prompts(template).text(ARTICLE, TASKS["summary"])


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("a\n{% for i in range(10**9) %}x{% endfor %}", 2),
        ("{% for i in range(90000) %}\n{% for j in range(90000) %}\n{% endfor %}{% endfor %}", 2),
        ("{% for a in text %}{% for b in text %}{% for c in text %}{% endfor %}{% endfor %}"
         "{% endfor %}", 1),
        ("\n\n{{ 'x' * 10**10 }}", 3),
        ("\n{{ 10**10 * ['x'] }}", 2),
        ("\n{{ 10 ** 100000000 }}", 2),
        ("{{ '%999999999d' % 1 }}", 1),
        ("{% set n = namespace(x='ab') %}\n{% for i in range(90) %}\n{% set n.x = n.x + n.x %}"
         "{% endfor %}", 3),
        ("{% set n = namespace(x=3) %}{% for i in range(90) %}\n{% set n.x = n.x * n.x %}"
         "{% endfor %}", 2),
        ("\n{{ 'x' | center(999999999) }}", 2),
        ("\n{{ title | indent(999999999) }}", 2),
        ("\n{% macro m() %}\n{{ m() }}{% endmacro %}{{ m() }}", 3),
        ("\n{{ 1 / 0 }}", 2),
        ("\n{{ title[1:2].no.such }}", 2),
        ("\n\n\n{{ titel }}", 4),
        ("\n{{ title.__class__ }}", 2),
        ("\n{{ [1] | sum('x') }}", 2),
        ("\n{% include 'x' %}", 2),
    ],
)  # fmt: skip
def test_template_that_goes_wrong_is_named_with_its_line(template, line):
    began = time.process_time()
    with pytest.raises(ConfigError, match=rf"^prompt for summary, line {line}: .+") as caught:
        filled(template)
    assert time.process_time() - began < 5
    assert "\n" not in str(caught.value)


def test_overlong_prompt_is_refused():
    with pytest.raises(ConfigError, match="makes more than 10,000,000 characters"):
        filled("{% for i in range(9000) %}{{ text * 20 }}{% endfor %}")


@pytest.mark.parametrize(
    "template",
    [
        "{{" * 5_000,
        "{% if 1 %}" * 5_000,
        "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
        "{% for i in [1] %}" * 40 + "{% endfor %}" * 40,
        "{{ " + "9" * 5_000 + " }}",
    ],
)
def test_template_that_no_compiler_takes_is_an_error_of_the_config(template):
    with pytest.raises(ConfigError, match=r"^prompt for summary"):
        Prompts({"summary": template})


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ title }}", "Bridge {{ text }}"),
        ("{% for i in range(3) %}{{ loop.index }}/{{ loop.length }}{% if not loop.last %},"
         "{% endif %}{% endfor %}", "1/3,2/3,3/3"),
        ("{% for i in [] %}{% else %}none{% endfor %}", "none"),
        ("{{ 7 % 4 }} {{ '%05.1f' % 2.25 }} {{ 2 ** 10 }} {{ 'ab' * 2 }} {{ [1] * 2 }} {{ 1 + 1 }}",
         "3 002.2 1024 abab [1, 1] 2"),
        ("{{ 'a' | center(5) }}|{{ text | truncate(10) }}", "  a  |The..."),
    ],
)  # fmt: skip
def test_ordinary_templates_work(template, text):
    assert filled(template) == text


def test_steps_of_a_loop_are_counted_anew_for_each_article():
    prompts = Prompts("{% for i in range(" + str(PROMPT_STEPS) + ") %}{% endfor %}done")
    assert [prompts.text(ARTICLE, TASKS["summary"]) for _ in range(2)] == ["done", "done"]
