"""Tails without ``scipy.special`` are those of ``scipy.special``."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import fdtr, fdtrc, ndtri

from bench.stats.f_tail import f_tail, normal_quantile


@given(
    numerator=st.sampled_from([1, 2]),
    freedom=st.integers(1, 10_000),
    value=st.floats(0, 1e6) | st.floats(0, 20),
)
def test_f_tail(numerator, freedom, value):
    # fdtrc() rounds freedom / (freedom + numerator * value) to a number near 1: its complement
    # keeps the digits of a small value.
    given = numerator, freedom, value
    expected = fdtrc(*given) if value > 1 else 1 - fdtr(*given)
    assert f_tail(*given) == pytest.approx(expected, rel=1e-10, abs=1e-290)


@pytest.mark.parametrize("numerator", [1, 2])
def test_f_tail_of_infinite_freedom_and_value(numerator):
    assert f_tail(numerator, math.inf, 7.0) == pytest.approx(fdtrc(numerator, 1e9, 7.0), rel=1e-6)
    assert f_tail(numerator, 30, math.inf) == 0


@given(st.floats(1e-300, 0.999))
def test_normal_quantile(chance):
    assert normal_quantile(chance) == pytest.approx(ndtri(chance), rel=1e-12, abs=1e-15)


def test_smallest_chance_has_a_quantile():
    assert normal_quantile(0.0) < -38


def test_change_points_do_not_import_scipy():
    code = "import bench.stats.change_points, sys; sys.exit('scipy.special' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
