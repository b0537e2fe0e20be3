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


@pytest.mark.slow
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
        ("\n{{ 'x'.ljust(10**9) }}", 2),
        ("\n{{ 'x'.encode().zfill(10**9) }}", 2),
        ("\n{{ ('\\t' * 1000).expandtabs(10**6) }}", 2),
        ("\n{{ '{:>1000000000}'.format('x') }}", 2),
        ("\n{{ '{:>{w}}'.format('x', w=10**9) }}", 2),
        ("\n{{ '{x:.999999999f}'.format_map({'x': 1.5}) }}", 2),
        ("\n{{ '%*d' % (10**9, 1) }}", 2),
        ("\n{{ '%(a).999999999f' | format(a=1.5) }}", 2),
        ("\n{{ ('%(a)s' * 10**5) % {'a': 'x' * 10**5} }}", 2),
        ("\n{{ (1).to_bytes(10**9, 'big') }}", 2),
        ("\n{{ ('x' * 10**5).replace('x', 'x' * 10**5) }}", 2),
        ("\n{{ ('x' * 10**5) | replace('x', 'x' * 10**5) }}", 2),
        ("\n{{ ('x' * 10**5).translate({120: 'x' * 10**5}) }}", 2),
        ("\n{{ ('x' * 10**5).join('x' * 10**5) }}", 2),
        ("\n{{ ('x' * 10**5) | join('x' * 10**5) }}", 2),
        ("\n{{ ['x' * 10**5] * 10**5 }}", 2),
        ("\n{{ (['x' * 10**5] * 10**5) | string | length }}", 2),
        ("\n{{ (['x' * 10**5] * 10**5) | join | length }}", 2),
        ("\n{{ '%s' % (['x' * 10**5] * 10**5,) }}", 2),
        ("\n{{ '{}'.format(['x' * 10**5] * 10**5) }}", 2),
        ("\n{{ dict.fromkeys(range(10**5), 'x' * 10**5) | xmlattr }}", 2),
        ("\n{{ dict.fromkeys(range(10**5), 'x' * 10**5) | tojson }}", 2),
        ("\n{{ [[1]] | tojson(indent=10**9) }}", 2),
        ("\n{{ ('x\\n' * 10**5) | indent(10**5) }}", 2),
        ("\n{{ ('x\\n' * 10**5) | indent('y' * 10**5) }}", 2),
        ("\n{{ ('x ' * 10**5) | wordwrap(1, wrapstring='y' * 10**5) }}", 2),
        ("\n{{ ('a.b ' * 10**5) | urlize(target='y' * 10**5) }}", 2),
        ("\n{{ ([[1] * 10**5] * 10**5) | sum(start=[]) | length }}", 2),
        ("\n{{ 'x' | slice(10**7) | list | length }}", 2),
        ("\n{{ 1 | round(10**9, 'ceil') }}", 2),
        ("{% set n = namespace(x='ab') %}\n{% for i in range(90) %}\n{% set n.x = n.x ~ n.x %}"
         "{% endfor %}", 3),
        ("{% set l = [1] %}{% for i in range(90) %}\n{% set _ = l.extend(l) %}{% endfor %}", 2),
        ("{% set n = namespace(x='ab') %}{% macro m() %}{{ n.x }}{{ n.x }}{% endmacro %}\n"
         "{% for i in range(90) %}{% set n.x = m() %}{% endfor %}", 1),
        ("{% set n = namespace(x='ab') %}{% for i in range(90) %}\n{% set n.x %}{{ n.x }}{{ n.x }}"
         "{% endset %}{% endfor %}", 2),
        ("{% set l = [] %}{% for i in range(10**5) %}\n{% set _ = l.append('x' * 10**6) %}"
         "{% endfor %}", 2),
        ("{{ range(10**5) | map('center', 10**6)\n | list | length }}", 2),
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
        ("{{ 1 ~ 'a' ~ [2] }} {{ 'a'.ljust(3) }}| {{ 'a-b'.replace('-', '+') }}", "1a[2] a  | a+b"),
        ("{{ '{:>3}|{a}'.format('x', a=1) }} {{ '%s' | format(1234567890123) }}",
         "  x|1 1234567890123"),
        ("{{ 'in 2024567890: %s' % 1 }} {{ '{{{}}}'.format(2) }}", "in 2024567890: 1 {2}"),
        ("{{ 'a b'.split() | map('upper') | join('-') }} {{ '-'.join('ab' | list | reverse) }}",
         "A-B b-a"),
        ("{{ [3, 1] | sort }} {{ [1, 2] | sum }} {{ [[1], [2]] | sum(start=[]) }}",
         "[1, 3] 3 [1, 2]"),
        ("{{ {'a': 1} | tojson }} {{ 'a\nb' | indent(2) }} {{ 1.26 | round(1) }}",
         '{"a": 1} a\n  b 1.3'),
        ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(1) ~ m('a') }}", "<1><a>"),
        ("{% autoescape true %}{{ '<' ~ '<' | safe }}{{ '<' | e }}{% endautoescape %}",
         "&lt;<&lt;"),
        ("{{ 'abc' | batch(2) | list }} {{ 'see www.a.org' | urlize | length > 20 }}",
         "[['a', 'b'], ['c']] True"),
    ],
)  # fmt: skip
def test_ordinary_templates_work(template, text):
    assert filled(template) == text


def test_steps_of_a_loop_are_counted_anew_for_each_article():
    prompts = Prompts("{% for i in range(" + str(PROMPT_STEPS) + ") %}{% endfor %}done")
    assert [prompts.text(ARTICLE, TASKS["summary"]) for _ in range(2)] == ["done", "done"]
