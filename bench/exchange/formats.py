"""The formats that a run can be exported to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.errors import ConfigError, UnknownNameError, unknown_name

if TYPE_CHECKING:
    from bench.exchange.exported import Export


@dataclass(frozen=True)
class ExchangeFormat:
    """A format of another tool.

    Attributes:
        module: the module with ``files(export)``, which returns texts by relative path, or with
            ``log(export, directory)``, which logs to a tracker and returns what it logged to.
        summary: one line on it.
        tracker: the library that it logs through, which is also the extra that installs it; ""
            for formats of files.
    """

    module: str
    summary: str
    tracker: str = ""


FORMATS: Mapping[str, ExchangeFormat] = {
    "every-eval-ever": ExchangeFormat(
        "every_eval_ever", "JSON of Every Eval Ever, with instances of the primary scores"
    ),
    "hub": ExchangeFormat("hub", ".eval_results/*.yaml for model repositories of the hub"),
    "model-index": ExchangeFormat("model_index", "model-index metadata of model cards"),
    "lm-eval": ExchangeFormat("lm_eval", "results and samples in the layout of lm-eval"),
    "mlflow": ExchangeFormat("mlflow", "runs in a local MLflow store", "mlflow"),
    "wandb": ExchangeFormat("wandb", "offline runs of Weights & Biases", "wandb"),
    "trackio": ExchangeFormat("trackio", "runs in a local trackio store", "trackio"),
}
"""By name, each format."""


def format_named(name: str) -> ExchangeFormat:
    """A format.

    Raises:
        UnknownNameError: there is no such format.
    """
    if name not in FORMATS:
        raise UnknownNameError(unknown_name("format", name, FORMATS))
    return FORMATS[name]


def files_of(export: Export, name: str) -> dict[str, str]:
    """The texts of a format of files, by path relative to the output directory."""
    found: dict[str, str] = _module(name).files(export)
    return found


def log_to(export: Export, name: str, directory: Path) -> str:
    """Log to a tracker's local store below a directory.

    Args:
        export: what is logged.
        name: the name of the format.
        directory: where the store is.

    Returns:
        What it was logged to.

    Raises:
        ConfigError: the library is not installed, or refuses.
    """
    call: Callable[[Export, Path], str] = _module(name).log
    return call(export, directory)


def tracker_library(name: str) -> Any:
    """The module of a tracker's library.

    Raises:
        ConfigError: it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        if error.name and error.name.partition(".")[0] != name:
            raise ConfigError(f"{name} cannot be imported: {error}") from error
        raise ConfigError(f"{name} is not installed: pip install 'qgbench[{name}]'") from error


def _module(name: str) -> Any:
    return import_module(f"bench.exchange.{format_named(name).module}")
