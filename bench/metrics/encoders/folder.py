"""What the folder of an encoder declares: how tokens become one vector of a text.

Three layouts are known: ``modules.json`` of ``sentence-transformers``, ``config.json`` of
``model2vec``, and ``config.json`` of any encoder of ``transformers``. No weights are loaded here
and no code of a checkpoint is run.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from bench.errors import ConfigError

Kind = Literal["static", "transformer"]
_POOLINGS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_WEIGHTS = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin")
_TOKENIZERS = (
    *("tokenizer.json", "vocab.txt", "vocab.json", "spiece.model", "sentencepiece.bpe.model"),
    *("tokenizer.model", "spm.model"),
)
_COUNTED = ("*.json", "*.txt", "*.safetensors", "*.model", "pytorch_model*.bin")
_EXTRA = {"static": "semantic", "transformer": "transformers"}
_NEEDED = {"static": ("tokenizers", "safetensors"), "transformer": ("torch", "transformers")}


@dataclass(frozen=True)
class Dense:
    """A layer after pooling: its folder and the name of its activation."""

    path: Path
    activation: str


@dataclass(frozen=True)
class EncoderFolder:
    """An encoder in a local folder.

    Attributes:
        name: the folder or the name on the hub, as the user wrote it.
        path: the folder.
        kind: whether token vectors are looked up, or computed by a transformer.
        inner: the folder of the tokenizer and the weights.
        drops_unknown: whether unknown tokens have no vector, as in ``model2vec``.
        poolings: how token vectors become one; several are concatenated.
        dense: the layers after pooling.
        lower: whether texts are lower-cased first.
        longest: the maximum number of tokens of a transformer; longer texts are cut.
        prompt: text before each text.
    """

    name: str
    path: Path
    kind: Kind
    inner: Path
    drops_unknown: bool = False
    poolings: tuple[str, ...] = ("mean",)
    dense: tuple[Dense, ...] = ()
    lower: bool = False
    longest: int | None = None
    prompt: str = ""

    def check(self) -> None:
        """Refuse a folder that lacks a file, or a library that is not installed.

        Raises:
            ConfigError: one line for each fault.
        """
        faults = [*self._missing_files()]
        if any(find_spec(library) is None for library in _NEEDED[self.kind]):
            extra = _EXTRA[self.kind]
            faults.append(f"requires the {extra} extra: pip install 'qgbench[{extra}]'")
        if faults:
            raise ConfigError(f"encoder {self.name!r}: {fault}" for fault in faults)

    def _missing_files(self) -> Iterator[str]:
        weights = _WEIGHTS[:1] if self.kind == "static" else _WEIGHTS
        tokenizers = _TOKENIZERS[:1] if self.kind == "static" else _TOKENIZERS
        for names in (weights, tokenizers):
            if not any((self.inner / name).is_file() for name in names):
                yield f"{self.inner} has no {' or '.join(names)}"
        index = self.inner / _WEIGHTS[1]
        if index.is_file() and not (self.inner / _WEIGHTS[0]).is_file():
            shards = set(_settings(index, "weight_map").values())
            for shard in sorted(map(str, shards)):
                if not (self.inner / shard).is_file():
                    yield f"{self.inner} has no {shard}, which {index.name} names"
        for layer in self.dense:
            if not any((layer.path / name).is_file() for name in _WEIGHTS[::2]):
                yield f"{layer.path} has no {' or '.join(_WEIGHTS[::2])}"

    def digest(self) -> str:
        """Digest of the content of all files that vectors depend on."""
        return _digest(tuple(self._states()))

    def _states(self) -> Iterator[tuple[str, Path, int, int]]:
        folders = {self.path, self.inner, *(layer.path for layer in self.dense)}
        folders |= {file.parent for file in self.path.glob("*_Pooling/config.json")}
        for folder in folders:
            for pattern in _COUNTED:
                for file in folder.glob(pattern):
                    found = file.stat()
                    label = file.relative_to(self.path).as_posix()
                    yield label, file, found.st_size, found.st_mtime_ns


@lru_cache(maxsize=64)
def _digest(states: tuple[tuple[str, Path, int, int], ...]) -> str:
    """Digest of files, read again only when one of them changes."""
    whole = hashlib.sha256()
    for label, file, *_ in sorted(set(states)):
        with file.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        whole.update(f"{label}\n{content}\n".encode())
    return whole.hexdigest()[:16]


def encoder_folder(name: str) -> EncoderFolder:
    """The encoder of a folder, or of a name on the hub whose files are in its cache.

    Raises:
        ConfigError: there is no such folder, or its layout is not known; nothing is downloaded.
    """
    path = Path(name)
    if not path.is_dir():
        path = _cached(name)
    modules = _modules(name, path)
    config = _settings(path / "config.json")
    is_model2vec = config.get("model_type") == "model2vec" or "StaticModel" in (
        config.get("architectures") or ()
    )
    if is_model2vec:
        return EncoderFolder(name, path, "static", path, drops_unknown=True)
    if modules is not None:
        return _of_modules(name, path, modules)
    if not config.get("model_type"):
        raise ConfigError(
            f"encoder {name!r}: {path} has neither modules.json nor a config.json with model_type;"
            " give a folder of sentence-transformers, model2vec or transformers"
        )
    return EncoderFolder(name, path, "transformer", path)


def _cached(name: str) -> Path:
    """The folder of a name on the hub in the local cache.

    Raises:
        ConfigError: it is not there.
    """
    missing = f"encoder {name!r}: is neither a folder nor in the local cache of the hub"
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
    except ImportError as error:
        raise ConfigError(f"{missing} (and huggingface-hub is not installed)") from error
    for full in [name] if "/" in name else [name, f"sentence-transformers/{name}"]:
        try:
            return Path(snapshot_download(full, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError):
            continue
    remedy = "give the path of a folder that exists"
    if _HUB_NAME.fullmatch(name):
        remedy = f"give the path of a folder, or download it: hf download {name}"
    raise ConfigError(f"{missing}; {remedy}")


def _modules(name: str, path: Path) -> list[tuple[str, Path]] | None:
    """Class and folder of each module of ``sentence-transformers``; None without modules.json.

    Raises:
        ConfigError: modules.json has another form, or names a folder elsewhere.
    """
    file = path / "modules.json"
    if not file.is_file():
        return None
    found = []
    rows = _json(file)
    for row in rows if isinstance(rows, list) else [None]:
        if not isinstance(row, Mapping) or not isinstance(row.get("type"), str):
            raise ConfigError(f"encoder {name!r}: {file} is not a list of modules")
        folder = path / str(row.get("path") or "")
        if not folder.resolve().is_relative_to(path.resolve()):
            raise ConfigError(f"encoder {name!r}: {file} names a folder outside of {path}")
        found.append((row["type"].rpartition(".")[2], folder))
    return found


def _of_modules(name: str, path: Path, modules: Sequence[tuple[str, Path]]) -> EncoderFolder:
    kinds = [kind for kind, _ in modules]
    rest = [kind for kind in kinds[1:] if kind != "Normalize"]  # a cosine ignores the length
    if kinds[:1] == ["StaticEmbedding"] and not rest:
        return EncoderFolder(name, path, "static", modules[0][1])
    known = ["Pooling", *["Dense"] * (len(rest) - 1)]
    if kinds[:1] != ["Transformer"] or rest not in ([], known):
        raise ConfigError(
            f"encoder {name!r}: modules {', '.join(kinds)} are not supported; supported are"
            " Transformer, Pooling, Dense and Normalize in this order, and StaticEmbedding"
        )
    inner = modules[0][1]
    settings = _settings(inner / "sentence_bert_config.json")
    pooling = next((folder for kind, folder in modules if kind == "Pooling"), None)
    prompt = _prompt(path / "config_sentence_transformers.json")
    config = _settings(pooling / "config.json") if pooling else {}
    if prompt and config.get("include_prompt") is False:
        raise ConfigError(f"encoder {name!r}: pooling without the prompt is not supported")
    dense = [folder for kind, folder in modules if kind == "Dense"]
    return EncoderFolder(
        name,
        path,
        "transformer",
        inner,
        poolings=_poolings(name, config),
        dense=tuple(Dense(folder, _activation(name, folder)) for folder in dense),
        lower=bool(settings.get("do_lower_case")),
        longest=settings.get("max_seq_length"),
        prompt=prompt,
    )


def _poolings(name: str, config: Mapping[str, Any]) -> tuple[str, ...]:
    declared = config.get("pooling_mode")
    if declared is not None:
        found = [declared] if isinstance(declared, str) else list(declared)
    else:
        found = [mode for key, mode in _POOLINGS.items() if config.get(key)] or ["mean"]
    unknown = [mode for mode in found if mode not in _POOLINGS.values()]
    if unknown:
        raise ConfigError(f"encoder {name!r}: pooling {unknown[0]!r} is not supported")
    return tuple(found)


def _activation(name: str, folder: Path) -> str:
    declared = str(_settings(folder / "config.json").get("activation_function", "Tanh"))
    found = declared.rpartition(".")[2]
    if found not in {"Identity", "Tanh", "ReLU", "GELU"}:
        raise ConfigError(f"encoder {name!r}: activation {declared!r} is not supported")
    return found


def _prompt(file: Path) -> str:
    default = _settings(file).get("default_prompt_name")
    return str(_settings(file, "prompts").get(default) or "") if default else ""


def _settings(file: Path, key: str | None = None) -> Mapping[str, Any]:
    """The JSON object in a file, or the value of one of its keys; empty if it is missing.

    Raises:
        ConfigError: it is not JSON, or not an object.
    """
    found = _json(file) if file.is_file() else {}
    if key is not None and isinstance(found, Mapping):
        found = found.get(key) or {}
    if not isinstance(found, Mapping):
        where = f"{file}: {key}" if key else file
        raise ConfigError(f"{where}: must be a JSON object, got {type(found).__name__}")
    return found


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file}: cannot be read as JSON: {error}") from error
