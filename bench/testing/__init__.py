"""Contract checks for models, metrics, similarities, raters, output formats and presets.

Each check tests what the harness relies on, and reports all violations together::

    from bench.testing import check_metric

    def test_my_metric_keeps_its_contract():
        check_metric("mypackage.metrics:Sharpness", n=3)

Pass a model, metric, similarity or rater as the name that a config would use, as a class or
function, or as an instance; a format as its module or function; a preset as a name or a ``Preset``.
``docs/plugins.md`` lists the checks.
"""

from __future__ import annotations

from bench.testing.contract import ContractError, Violation
from bench.testing.format import check_format
from bench.testing.metric import check_metric
from bench.testing.model import check_model
from bench.testing.preset import check_preset
from bench.testing.rater import check_rater
from bench.testing.similarity import check_similarity

__all__ = [
    "ContractError",
    "Violation",
    "check_format",
    "check_metric",
    "check_model",
    "check_preset",
    "check_rater",
    "check_similarity",
]
