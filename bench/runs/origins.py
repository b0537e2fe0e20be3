"""Under what the predictions of one model and task came about, kept beside them.

The file ``predictions/MODEL.TASK.origin.json`` has the versions of what generates and parses, so
that a run that is resumed under others does not mix the two without a word, and the files that the
model was seen to write, which are therefore no part of its identity.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bench.data.files import write_atomic
from bench.models.entrant import Entrant
from bench.text.items import PARSER_VERSION

OnVersionChange = Literal["stop", "keep", "redo"]


class Origin(BaseModel):
    """What is kept.

    Attributes:
        signature: of the model whose predictions these are.
        versions: of each distribution that its output depends on, and of the parser; several,
            parted by commas, where predictions of different versions were kept together.
        written: files that the model was seen to write.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    signature: str = ""
    versions: dict[str, str] = {}
    written: tuple[str, ...] = ()

    def differences(self, now: Mapping[str, str]) -> dict[str, tuple[str, str]]:
        """What has another version now: by name, the one of then and the one of now."""
        return {
            name: (self.versions[name], current)
            for name, current in now.items()
            if name in self.versions and current not in self.versions[name].split(", ")
        }

    def with_versions(self, now: Mapping[str, str]) -> Origin:
        """The same, with predictions of these versions added to those that are there."""
        joined = dict(now)
        for name, former in self.versions.items():
            known = former.split(", ")
            joined[name] = ", ".join([*known, *([now[name]] if now.get(name, known[0]) not in known else [])])
        return self.model_copy(update={"versions": joined})


def origin_file(directory: Path, model: str, task: str) -> Path:
    """Where the origin of a model's predictions for a task is kept."""
    return directory / "predictions" / f"{model}.{task}.origin.json"


def read_origin(file: Path) -> Origin | None:
    """What is kept; None where nothing is, or nothing that can be read."""
    try:
        return Origin.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return None


def write_origin(file: Path, origin: Origin) -> None:
    """Keep an origin."""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(file, origin.model_dump_json(indent=1) + "\n")


def versions_of(entrant: Entrant) -> dict[str, str]:
    """The versions of what a model's output depends on beside its own code, as installed."""
    found = {name: _installed(name) for name in entrant.model.made_with}
    if entrant.model.parses_text:
        found["parser of items"] = str(PARSER_VERSION)
    return found


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
