"""The value of ``--metric`` where metrics are computed."""

from __future__ import annotations

from typing import Any

from bench.errors import ConfigError


def metric_entry(given: str) -> Any:
    """A metric by name, or with parameters, as an entry of a config has them.

    Raises:
        ConfigError: it is invalid YAML.
    """
    if not given.startswith("{"):
        return given
    import yaml

    try:
        return yaml.safe_load(given)
    except yaml.YAMLError as error:
        example = "{use: bleu, tokenize: zh}"
        raise ConfigError(f"--metric {given}: invalid YAML; write it as {example}") from error
