"""Ranks claim what the tests show and no more."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from bench.stats import Rank, ranks


def table(size: int, shown: set[tuple[int, int]]) -> list[list[bool]]:
    return [[(a, b) in shown for b in range(size)] for a in range(size)]


def test_all_told_apart():
    found = ranks([2, 0, 1], table(3, {(2, 0), (2, 1), (0, 1)}))
    assert found == {2: Rank(1, 1, 1), 0: Rank(2, 2, 2), 1: Rank(3, 3, 3)}


def test_none_told_apart():
    found = ranks([0, 1, 2], table(3, set()))
    assert set(found.values()) == {Rank(1, 1, 3)}


def test_chain_shares_a_group_but_its_ends_know_their_places():
    found = ranks([0, 1, 2], table(3, {(0, 2)}))
    assert found == {0: Rank(1, 1, 2), 1: Rank(1, 1, 3), 2: Rank(1, 2, 3)}


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.tuples(st.just(n), st.sets(st.sampled_from(list(combinations(range(6), 2)))))
    )
)
def test_groups_are_told_apart_from_one_another(case):
    size, shown = case
    better = table(size, shown)
    found = ranks(range(size), better)
    for a, b in combinations(range(size), 2):
        if found[a].group < found[b].group:
            assert better[a][b]
        assert found[a].group <= found[b].group
        assert 1 <= found[a].best <= found[a].worst <= size
