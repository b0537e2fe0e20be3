from __future__ import annotations

import pytest

from bench.metrics.similarity import SIMILARITIES, similarity_named
from bench.testing import ContractError, check_metric, check_similarity
from tests.testing import broken_similarities as zoo

PARAMETERS = {"rouge": {"n": 2}}


def failed(similarity, **parameters):
    """The checks that a similarity fails."""
    with pytest.raises(ContractError) as caught:
        check_similarity(similarity, **parameters)
    return [violation.check for violation in caught.value.violations]


@pytest.mark.slow
@pytest.mark.parametrize("name", SIMILARITIES.targets)
def test_every_registered_similarity_keeps_its_contract(name):
    check_similarity(name, **PARAMETERS.get(name, {}))


@pytest.mark.slow
@pytest.mark.parametrize(("similarity", "check"), zoo.BROKEN.items())
def test_broken_promise_is_named_and_no_other(similarity, check):
    assert failed(similarity) == [check]


@pytest.mark.slow
@pytest.mark.parametrize(
    "similarity",
    [
        *(zoo.FirstWord, zoo.Duck, zoo.first_word, zoo.FirstWord(), zoo.Duck(2), "rouge3"),
        *("tests.testing.broken_similarities:Duck", similarity_named("jaccard", stemmer=False)),
    ],
)
def test_sound_similarities_pass_in_every_form(similarity):
    assert check_similarity(similarity) is None


@pytest.mark.slow
def test_set_metric_over_a_similarity_of_ones_own_keeps_its_contract():
    check_metric("set", similarity={"use": "tests.testing.broken_similarities:Duck", "n": 2})


@pytest.mark.slow
def test_similarity_without_identity_is_named():
    assert failed(zoo.Drawn()) == ["identity"]


def test_object_that_is_no_similarity_is_refused():
    assert failed(object()) == ["made"]
