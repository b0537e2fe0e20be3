"""Templates of raters: a name that no request has is found before the first one."""

from __future__ import annotations

import pytest

from bench.article import Article
from bench.errors import ConfigError
from bench.raters.answer_gain import AnswerGain
from bench.raters.templates import ARTICLE_NAMES, NAMES, RatingTemplate
from bench.raters.yes import YesProbability

ARTICLE = Article(id="a", title="Harbour", text="It was sold.", extra={"note": "x"})
TEMPLATES = [f"{{{{ {name} }}}}" for name in dict.fromkeys((*NAMES, *ARTICLE_NAMES, "answer"))]


@pytest.mark.parametrize("rater", [AnswerGain, YesProbability])
@pytest.mark.parametrize("source", [*TEMPLATES, "{{ references[0] }}", "{{ extra.note }}"])
def test_template_of_an_answer_is_faulty_where_an_article_would_fail(rater, source):
    faults = list(rater(checkpoint="c", answer=source).template_faults())
    template = RatingTemplate(source, "answer", ARTICLE_NAMES)
    assert faults == list(template.faults())
    try:
        template.of_article(ARTICLE)
    except ConfigError:
        (fault,) = faults
        assert fault.startswith("answer, line 1: unknown variable '")
    else:
        assert faults == []


def test_prompts_have_the_names_of_their_rater():
    own = "{{ title }} {{ text }} {{ item }} {{ noun }} {{ task }} {{ references }} {{ answer }}"
    assert list(YesProbability(checkpoint="c", prompt=own).template_faults()) == []
    (fault,) = AnswerGain(checkpoint="c", prompt=own).template_faults()
    assert fault.startswith("prompt, line 1: unknown variable 'answer'")
