"""Lists and items of any size: the same numbers in pieces, in bounded memory."""

from __future__ import annotations

import random
import subprocess
import sys
import time
import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU, CHRF

import bench
from bench.metrics import Block, chrf, item_pairs, metric_named, sacrebleu_pairs, sets
from bench.metrics.article import _found_in, _fragments
from bench.metrics.lists import _spans
from bench.metrics.similarity import similarity_named
from bench.metrics.translation import _scorer
from bench.text import subsequences

WORDS = st.sampled_from(["why", "the", "river", "rose.", "now", "Über", "12,5", "x"])
ITEM = st.lists(WORDS, max_size=7).map(" ".join)
LISTS = st.lists(st.tuples(st.lists(ITEM, max_size=7), st.lists(ITEM, max_size=7)), max_size=5)
SIMILARITIES = ("rougeL", "rouge2", "token_f1", "jaccard", "bleu", "chrf")
SETTINGS = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def block(lists):
    return Block([own for own, _ in lists], [wanted for _, wanted in lists])


@pytest.mark.slow
@SETTINGS
@given(lists=LISTS, most=st.integers(1, 30), name=st.sampled_from(SIMILARITIES))
@pytest.mark.parametrize("inside", [False, True])
def test_pairs_in_pieces_are_what_they_are_at_once(inside, lists, most, name):
    similarity = similarity_named(name)
    at_once = similarity.matrices(block(lists), inside=inside)
    with pytest.MonkeyPatch.context() as patch:
        for module in (item_pairs, sacrebleu_pairs):
            patch.setattr(module, "PAIRS", most)
        patch.setattr(item_pairs, "_LONG", 2)
        patch.setattr(chrf, "_CHARACTERS", most)
        in_pieces = similarity.matrices(block(lists), inside=inside)
    shapes = [(len(own), len(own if inside else wanted)) for own, wanted in lists]
    assert [matrix.shape for matrix in at_once] == shapes
    for one, other in zip(at_once, in_pieces, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.slow
@SETTINGS
@given(lists=LISTS, long=st.integers(0, 9))
@pytest.mark.parametrize("inside", [False, True])
def test_long_items_have_the_chrf_of_sacrebleu(inside, lists, long):
    scorer = CHRF()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(item_pairs, "_LONG", long)
        found = similarity_named("chrf").matrices(block(lists), inside=inside)
    for matrix, (own, wanted) in zip(found, lists, strict=True):
        for i, item in enumerate(own):
            for j, other in enumerate(own if inside else wanted):
                score = scorer.sentence_score(item, [other]).score / 100
                assert matrix[i, j] == min(score, 1.0)


def test_chrf_of_two_long_items_does_not_take_the_square_of_their_length():
    chance = random.Random(1)
    texts = ["".join(chance.choices("abcdef ", k=300_000)) for _ in range(2)]
    start = time.process_time()
    similarity_named("chrf").matrix(texts[:1], texts[1:])
    assert time.process_time() - start < 5


@pytest.mark.slow
@SETTINGS
@given(lists=LISTS, most=st.integers(1, 30), long=st.integers(0, 5))
@pytest.mark.parametrize("name", ["near_duplicates", "near_duplicates_chrf", "rougeLsum"])
def test_metrics_in_pieces_are_what_they_are_at_once(name, lists, most, long):
    similarity = "chrf" if name.endswith("chrf") else None
    given_similarity = {"similarity": similarity} if similarity else {}
    metric = metric_named(name.removesuffix("_chrf"), **given_similarity)
    at_once = metric.statistics(block(lists))
    with pytest.MonkeyPatch.context() as patch:
        for module in (sets, subsequences, item_pairs):
            patch.setattr(module, "PAIRS", most)
        patch.setattr(subsequences, "_LONG", long)
        np.testing.assert_array_equal(at_once, metric.statistics(block(lists)))


@pytest.mark.slow
@SETTINGS
@given(lists=LISTS, most=st.integers(1, 30))
@pytest.mark.parametrize("name", ["chrf", "sentence_chrf"])
def test_chrf_of_some_articles_at_once_is_that_of_all(name, lists, most):
    at_once = metric_named(name).statistics(block(lists))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chrf, "_CHARACTERS", most)
        np.testing.assert_array_equal(at_once, metric_named(name).statistics(block(lists)))


@SETTINGS
@given(own=st.lists(ITEM, max_size=5), wanted=st.lists(ITEM, max_size=5))
def test_bleu_and_chrf_of_pairs_are_sacrebleus(own, wanted):
    for name, scorer in (("bleu", BLEU(effective_order=True)), ("chrf", CHRF())):
        scores = [[scorer.sentence_score(o, [w]).score / 100 for w in wanted] for o in own]
        theirs = np.clip(np.array(scores).reshape(len(own), len(wanted)), 0, 1)
        np.testing.assert_array_equal(similarity_named(name).matrix(own, wanted), theirs)


@SETTINGS
@given(items=st.lists(ITEM, min_size=2, max_size=6))
def test_self_bleu_is_sacrebleus(items):
    scorer = _scorer("BLEU", effective_order=True, tokenize="13a")
    theirs = [
        scorer.sentence_score(item, [*items[:i], *items[i + 1 :]]).score
        for i, item in enumerate(items)
    ]
    assert sacrebleu_pairs.scores_with_others(scorer, items) == theirs


def test_novel_and_unsupported_count_every_occurrence():
    block = Block([["a b a b", "In 12 and 12 and 7"]], [["x"]], ["a b c 7"])
    assert metric_named("novel2").statistics(block)[0, 0] == 6 / 8
    assert metric_named("unsupported").statistics(block)[0, 0] == 2 / 3


def test_bench_score_cuts_and_says_so():
    long, page = [f"Why did they do {n} things?" for n in range(1500)], ["Why did they do 3?"]
    metrics = ["set_rougeL", "count_difference"]
    with pytest.warns(bench.CutWarning, match=r"1 of 2 .* cut to 1,000 items .*predictions\[1\]"):
        scores = bench.score([page, long], [page, page], metrics=metrics)
    assert scores == bench.score([page, long[:1000]], [page, page], metrics=metrics)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        whole = bench.score([page, long], [page, page], metrics=metrics, max_items=1500)
    assert whole["count_difference"] == 1499 / 2
    with pytest.raises(bench.BenchError, match="max_items must be 1 or more"):
        bench.score([page], [page], max_items=0)


def test_blocks_with_much_to_compare_are_halved():
    predictions, references = [["a"] * 1000] * 5 + [["a"]] * 2500, [["a"]] * 2505
    spans = list(_spans(predictions, references))
    assert [start for start, _ in spans[1:]] == [end for _, end in spans[:-1]]
    assert (spans[0][0], spans[-1][1]) == (0, 2505)
    assert max(end - start for start, end in spans) == 1000
    assert all(end - start <= 1 for start, end in spans if start < 4)


LIMITED = """
import resource
from bench.metrics import Block, metric_named
from bench.metrics.similarity import similarity_named

NAMES = ("rouge1", "rougeL", "rougeLsum", "set_rougeL", "near_duplicates", "set_chrf",
         "set_bleu", "self_bleu", "distinct2", "novel2", "token_f1")
small = Block([["Why now?", "Who left?"]], [["Why now?"]], ["It is now."])
for name in NAMES:  # which loads the libraries
    metric_named(name).statistics(small)
with open("/proc/self/statm") as file:
    limit = int(file.read().split()[0]) * resource.getpagesize() + (700 << 20)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "work",
    [
        "items = [f'Why did {n} of them leave?' for n in range(500)]\n"
        "found = similarity_named('rougeL').matrices(Block([items] * 100, [items] * 100))\n"
        "assert len(found) == 100",
        "items = [f'{n}' for n in range(200_000)]\n"
        "(matrix,) = similarity_named('rouge1').matrices(Block([items], [items[:30]]))\n"
        "assert matrix.sum() == 30",
        "items = ['the ' * 450_000, 'river\\n' * 300_000, 'x' * 2_000_000]\n"
        "block = Block([items], [['The river rose.', 'Who left?']], ['The river rose.'])\n"
        "for name in NAMES:\n"
        "    metric_named(name).statistics(block)",
        "from bench.text.subsequences import common\n"
        "try:\n"
        "    common(['ab' * 6_000_000], ['ba' * 40])\n"
        "except MemoryError:\n"
        "    pass",
    ],
    ids=["many articles", "a long list", "long items", "a very long text"],
)
def test_memory_is_bounded(work):
    done = subprocess.run(
        [sys.executable, "-c", LIMITED + work],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_copied_runs_and_facts_are_looked_up_in_linear_time():
    def seconds(size: int) -> float:
        text = "f( " * size + " ".join(map(str, range(100_000, 100_000 + size // 10)))
        block = Block([[text[::-1], text]], [["a"]], [text])
        best = float("inf")
        for _ in range(5):
            start = time.process_time()
            for name in ("fragments", "unsupported"):
                metric_named(name).statistics(block)
            best = min(best, time.process_time() - start)
        return best

    half, whole = seconds(10_000), seconds(20_000)
    assert whole <= max(0.05, 2.5 * half)


@given(st.text("abc", max_size=30), st.text("abcd", min_size=1, max_size=20))
def test_copied_runs_are_the_longest_at_each_place(text, summary):
    left, lengths = summary, []
    while left:
        most = max(n for n in range(len(left) + 1) if left[:n] in text)
        lengths.append(most)
        left = left[max(most, 1) :]
    size = len(summary)
    expected = (sum(lengths) / size, sum(n * n for n in lengths) / size, len(text) / size)
    assert _fragments(summary, text) == pytest.approx(expected)


@given(st.text("abc", max_size=30), st.sets(st.text("abc", min_size=1, max_size=4)))
def test_facts_are_found_one_by_one_or_together(text, facts):
    expected = {fact for fact in facts if fact in text}
    for many in (1, 1000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("bench.metrics.article._MANY", many)
            assert _found_in(text, facts) == expected
