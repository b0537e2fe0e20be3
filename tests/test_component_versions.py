"""Stored predictions and scores expire with a component's ``version``: it must not be forgotten."""

from __future__ import annotations

import ast
import json
import textwrap

import pytest

from tests import component_versions as versions
from tests.component_outputs import output_digest

TARGETS = versions.targets()


@pytest.mark.parametrize("key", TARGETS)
def test_code_does_not_change_without_its_version(key):
    old = versions.recorded().get(key)
    assert old, f"{key} is new: run `{versions.COMMAND}`"
    version, code = versions.version_of(TARGETS[key]), versions.code_digest(TARGETS[key])
    assert (version, code) == (old["version"], old["code"]), (
        f"the code of {key} has changed since its version {old['version']} was recorded (now"
        f" {version}). If the same input may give something else, raise `version` in"
        f" {TARGETS[key]}. Then run `{versions.COMMAND}`, which accepts unchanged versions where"
        " the output is the recorded one."
    )


def test_nothing_is_recorded_that_is_gone():
    assert sorted(versions.recorded()) == sorted(TARGETS), f"run `{versions.COMMAND}`"


def test_digest_is_narrow():
    """An edit to runs, reports or the command line is no edit to a component."""
    outside = ("runs", "cli", "report", "gate", "compare", "stats", "engines", "testing")
    for key, target in TARGETS.items():
        modules = {module.split(".")[1] for module, _ in versions.definitions(target)}
        assert not modules & set(outside), key
    lead = versions.definitions(TARGETS["model lead"])
    text = str(lead)
    assert all(f"name='{name}'" in text for name in ("Lead", "article_sentences", "sentences"))
    assert "name='Hybrid'" not in text
    set_metric = versions.definitions(TARGETS["metric set"])
    assert ("bench.metrics.similarity", "similarity_named") in set_metric


def test_new_similarity_is_no_edit_to_set_metrics():
    assert "bench.metrics.token_similarity:RougeLSimilarity" not in str(
        versions.definitions(TARGETS["metric set"])
    )


def digest_of(source, *, name="Mine"):
    return versions.standard_form(ast.parse(textwrap.dedent(source)))


PLAIN = """
    class Mine:
        description = "words in common"
        n: int = 1

        def score(self, text, *, spaced=True):
            source = f"{text!r:>{self.n}}"
            return source[1:], {**{}}, lambda x: x
"""


def test_layout_and_texts_for_people_do_not_count():
    same = '''
    class Mine:
        """Words in common."""

        description = "words that both have"  # a comment
        source = "Somebody 1999"

        n: int = 1
        """Of words."""

        def score(
            self,
            text,
            *,
            spaced=True,
        ):
            """Of a text."""
            source = (f"{text!r:>{self.n}}")
            return (source[1:], {** {}}, lambda x: x)
    '''
    assert digest_of(PLAIN) == digest_of(same)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *(("n: int = 1", "n: int = 2"), ("[1:]", "[2:]"), ("!r", "!s"), ("True", "False")),
        *(("Mine", "M"), ("source = f", "source = 'x' + f"), ("lambda x: x", "lambda x: 1")),
        ("*, ", ""),
    ],
)
def test_code_counts(old, new):
    assert digest_of(PLAIN) != digest_of(PLAIN.replace(old, new))


def record(version=1, code="a", output="x"):
    return {"version": version, "code": code, "output": output}


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (record(), ""),
        (record(version=2, code="b", output="y"), ""),
        (record(code="b"), ""),  # a refactoring
        (record(code="b", output="y"), "raise `version`"),
        (record(code="b", output=None), "--trust 'metric x'"),
    ],
)
def test_update_accepts_new_versions_and_refactorings(now, reason):
    refused = versions.refused({"metric x": record()}, {"metric x": now})
    assert bool(refused) == bool(reason)
    assert reason in refused.get("metric x", "")
    if "--trust" in reason:
        assert not versions.refused({"metric x": record()}, {"metric x": now}, ["metric x"])
    assert not versions.refused({}, {"metric x": now})


def test_outputs_depend_on_what_a_component_does(monkeypatch):
    from bench.metrics.form import CountDifference

    before = output_digest("metric count_difference")
    assert before == output_digest("metric count_difference")
    monkeypatch.setattr(CountDifference, "statistics", lambda self, block: _ones(block))
    assert output_digest("metric count_difference") != before


def test_outputs_of_raters_are_their_answers(monkeypatch):
    from tests.runs.raters_of_tests import Counted

    key = "rater tests.runs.raters_of_tests:Counted"
    before = output_digest(key)
    assert before == output_digest(key)
    monkeypatch.setattr(Counted, "rate", lambda self, requests: [0.5 for _ in requests])
    assert output_digest(key) != before


def _ones(block):
    import numpy as np

    return np.ones((len(block.predictions), 1))


def test_records_are_in_order_so_that_branches_merge():
    text = versions.FILE.read_text(encoding="utf-8")
    assert text == json.dumps(versions.recorded(), indent=1, sort_keys=True) + "\n"
