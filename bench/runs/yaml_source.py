"""YAML that knows where each of its keys stands, so that an error can say so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.errors import ConfigError


class YamlSource:
    """A parsed YAML file: the plain ``value`` and the line of every part of it.

    Raises:
        ConfigError: unreadable, not UTF-8, not YAML, or a key given twice.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            text = file.read_text(encoding="utf-8")
        except OSError as error:
            raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"{file}: byte {error.start} is not UTF-8") from error
        try:
            self._root = yaml.compose(text, Loader=yaml.SafeLoader)
            self.value: Any = yaml.safe_load(text)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise ConfigError(f"{file}:{line}: not YAML: {error.problem}") from error
        except yaml.YAMLError as error:
            raise ConfigError(f"{file}: not YAML: {error}") from error
        self._refuse_repeated_keys(self._root)

    def place(self, location: Sequence[str | int] = ()) -> str:
        """``file:line`` of the part at ``location`` (keys and indices from the top down)."""
        node, line = self._root, 1
        for step in location:
            if isinstance(node, yaml.MappingNode):
                pairs = {key.value: (key, value) for key, value in node.value}
                if str(step) not in pairs:
                    break
                key, node = pairs[str(step)]
                line = key.start_mark.line + 1
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = node.value[step]
                line = node.start_mark.line + 1
            else:
                break
        return f"{self.file}:{line}"

    def _refuse_repeated_keys(self, node: yaml.Node | None) -> None:
        children: list[yaml.Node] = []
        if isinstance(node, yaml.MappingNode):
            seen: dict[str, int] = {}
            for key, value in node.value:
                line = key.start_mark.line + 1
                if key.value in seen:
                    raise ConfigError(
                        f"{self.file}:{line}: key {key.value!r} stands in line {seen[key.value]}"
                        " already; YAML would keep only one of the two"
                    )
                seen[key.value] = line
                children.append(value)
        elif isinstance(node, yaml.SequenceNode):
            children = node.value
        for child in children:
            self._refuse_repeated_keys(child)
