"""A config as a YAML file: found by its name or path, and checked whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bench.data.shipped import shipped_configs
from bench.data.yaml_source import YamlSource
from bench.errors import ConfigError, UnknownNameError, unknown_name
from bench.runs.config import Config, problem_of


class ConfigFile:
    """A config and the file it came from.

    Raises:
        ConfigError: the file is invalid; one line for each fault, with its line number.
    """

    def __init__(self, file: Path) -> None:
        self._source = YamlSource(file)
        try:
            self.config = Config.model_validate(self._source.value)
        except ValidationError as error:
            location = self._source.location_of
            found = error.errors()
            faults = [fault for fault in found if not _follows_from_another(fault, found)]
            raise ConfigError(problem_of(fault, location) for fault in faults) from error

    @property
    def folder(self) -> Path:
        """The folder of the file."""
        return self._source.file.parent

    def location_of(self, *location: str | int) -> str:
        """``file:line`` of one part of the config."""
        return self._source.location_of(location)


def _follows_from_another(fault: ErrorDetails, faults: Sequence[ErrorDetails]) -> bool:
    """Whether a list is empty only because its entries cannot be used."""
    location = fault["loc"]
    return fault["type"] == "too_short" and any(
        other["loc"][: len(location)] == location and other is not fault for other in faults
    )


def find_config(spec: str | None) -> Path:
    """The file of a path or of the name of a shipped config (default: ``default``).

    Raises:
        UnknownNameError: neither exists.
        ConfigError: it is not a regular file.
    """
    path = Path(spec or "default")
    known = shipped_configs()
    if path.is_file():
        return path
    if path.is_dir() and str(path) in known:  # such as the results of this config
        return known[str(path)]
    if path.is_dir():
        raise ConfigError(f"{path}: is a directory; name a config file in it")
    if path.exists():
        raise ConfigError(f"{path}: is not a regular file; write the config to one")
    if str(path) in known:
        return known[str(path)]
    line = unknown_name("config", str(path), known)
    raise UnknownNameError(f"{line} (no such file either)")
