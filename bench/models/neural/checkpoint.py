"""A checkpoint: location, identity and loading."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bench.errors import ConfigError
from bench.models.neural.hub import UnreachableError, hub_file, is_reachable
from bench.models.neural.loaded import Loaded
from bench.models.neural.weight_files import broken_file
from bench.models.neural.weights import LoadReport, load_report

Kind = Literal["seq2seq", "causal", "classifier"]
_GGUF_CONFIGS: dict[tuple[Path, int, int], Mapping[str, Any]] = {}
"""Configs of GGUF files by path, time and size: each reading takes many seconds."""
_HALF = ("float16", "bfloat16")
_TASKS: dict[Kind, str] = {
    "seq2seq": "AutoModelForSeq2SeqLM",
    "causal": "AutoModelForCausalLM",
    "classifier": "AutoModelForSequenceClassification",
}


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint on the hub or in a folder.

    Attributes:
        name: its id on the hub, or the folder.
        revision: a commit, branch or tag on the hub.
        trust_remote_code: whether code in the checkpoint may be run.
        gguf: the GGUF file in it with the weights, the tokenizer and the config, if any.
    """

    name: str
    revision: str | None = None
    trust_remote_code: bool = False
    gguf: str | None = None

    def digest(self) -> str:
        """Its identity: the commit on the hub, or a digest of the files in the folder.

        Raises:
            ConfigError: the checkpoint does not exist, or cannot be reached.
        """
        folder = Path(self.name)
        if folder.is_dir():
            return _folder_digest(folder)
        return self._config_file().parent.name[:16]

    def obstacle(self) -> str | None:
        """Why it cannot be downloaded now; None if it is here or can be."""
        try:
            if not Path(self.name).is_dir():
                self._config_file()
        except UnreachableError as error:
            return str(error)
        return None

    def load(
        self,
        kind: Kind,
        device: str,
        dtype: str,
        *,
        allow_missing_weights: bool = False,
        seed: int = 0,
    ) -> Loaded:
        """Load the tokenizer and the model.

        Args:
            kind: the kind of architecture to load it as.
            device: the device, or ``auto``.
            dtype: the type of weights, or ``auto``.
            allow_missing_weights: whether to accept weights that do not match the architecture.
            seed: the seed for the initialisation of missing weights.

        Raises:
            ConfigError: it cannot be loaded, or its weights do not match the architecture.
        """
        torch, transformers = self._libraries()
        device = _device(device)
        resolved = self.dtype(dtype, device)
        chosen = "auto" if resolved == "auto" else getattr(torch, resolved)
        with self._failures_told():
            tokenizer = transformers.AutoTokenizer.from_pretrained(self.name, **self._options)
        model, report = self._model(kind, chosen, seed)
        if report.fault and not allow_missing_weights:
            raise ConfigError(self.told_fault(report))
        with self._failures_told():
            return Loaded(tokenizer, model.to(device).eval(), device)

    def dtype(self, wanted: str, device: str) -> str:
        """The type of weights, such as ``float32``; ``auto`` if only the weights tell.

        ``auto`` is the type that the checkpoint was saved in, but for half precision on a
        processor: that is bfloat16 where the processor computes with it, and otherwise float32,
        since half precision would be emulated.

        Args:
            wanted: a type, or ``auto``.
            device: the device, or ``auto``.

        Raises:
            ConfigError: the device does not exist, or ``transformers`` is not installed.
        """
        if wanted != "auto":
            return wanted
        self._libraries()
        said = self._config()
        text = said.get("text_config") or {}
        keys = ("dtype", "torch_dtype")
        saved = next((str(c[key]) for c in (said, text) for key in keys if c.get(key)), "auto")
        saved = saved.removeprefix("torch.")
        if _device(device) != "cpu":
            return saved
        return "bfloat16" if saved in _HALF and _has_bfloat16() else "float32"

    def report(self, kind: Kind) -> LoadReport:
        """Compare its weights with the architecture, without reading them all.

        Raises:
            ConfigError: it cannot be loaded.
        """
        return self._model(kind, "auto", 0)[1]

    def outline(self, kind: Kind) -> Loaded | None:
        """The tokenizer, and the architecture without weights; None if loading must tell more.

        Raises:
            ConfigError: the architecture is not of this kind, or ``transformers`` is missing.
            UnreachableError: the hub cannot be reached.
        """
        torch, transformers = self._libraries()
        unreachable = self.obstacle()
        if unreachable:
            raise UnreachableError(unreachable)
        if self.gguf is not None:  # reading its tokenizer takes as long as loading it
            return None
        family = getattr(transformers, _TASKS[kind])
        try:
            config = transformers.AutoConfig.from_pretrained(self.name, **self._options)
        except Exception:  # noqa: BLE001 - loading reports it
            return None
        said = self._config()
        if kind != "classifier" and bool(config.is_encoder_decoder) != (kind == "seq2seq"):
            raise ConfigError(self._other_kind(kind, said))
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(self.name, **self._options)
            with torch.device("meta"), quiet("transformers", logging.CRITICAL):
                model = family.from_config(
                    config, trust_remote_code=self._options["trust_remote_code"]
                )
            with suppress(OSError):
                model.generation_config = transformers.GenerationConfig.from_pretrained(
                    self.name, **self._options
                )
        except Exception as error:  # loading reports all others
            if "Unrecognized configuration class" in str(error):
                raise ConfigError(self._other_kind(kind, said)) from error
            return None
        return Loaded(tokenizer, model, "meta")

    def text_kind(self) -> Kind:
        """Whether it is an encoder-decoder or a decoder-only model, by its config.

        Raises:
            ConfigError: its config cannot be read, or ``transformers`` is missing.
            UnreachableError: the hub cannot be reached.
        """
        _, transformers = self._libraries()
        unreachable = self.obstacle()
        if unreachable:
            raise UnreachableError(unreachable)
        with self._failures_told():
            config = transformers.AutoConfig.from_pretrained(self.name, **self._options)
        return "seq2seq" if config.is_encoder_decoder else "causal"

    def told_fault(self, report: LoadReport) -> str:
        """The message for a report with a fault."""
        return f"checkpoint {self.name!r}: {report.fault}; {report.remedy}"

    def _model(self, kind: Kind, dtype: Any, seed: int) -> tuple[Any, LoadReport]:
        """Load the model, and compare its weights with the architecture.

        Weights stay memory-mapped until their type or device changes.
        """
        torch, transformers = self._libraries()
        family = getattr(transformers, _TASKS[kind])
        with (
            self._failures_told(),
            quiet("transformers"),  # our message contains its table of weights
            torch.random.fork_rng(devices=[]),
        ):
            torch.manual_seed(seed)
            said = self._config()
            try:
                model, info = family.from_pretrained(
                    self.name,
                    dtype=dtype,
                    output_loading_info=True,
                    ignore_mismatched_sizes=True,  # reported below
                    **self._expanded(transformers),
                    **self._options,
                )
            except ValueError as error:
                if "Unrecognized configuration class" in str(error):
                    raise ConfigError(self._other_kind(kind, said)) from error
                raise
            return model, load_report(model, info, said)

    def _expanded(self, transformers: Any) -> dict[str, Any]:
        """The option that expands the weights of a GGUF file, whichever packages are installed.

        Newer versions of ``transformers`` compute with its blocks if ``kernels`` is installed, and
        outputs would then depend on that.
        """
        if self.gguf is None or not hasattr(transformers, "GgufConfig"):
            return {}
        return {"quantization_config": transformers.GgufConfig(dequantize=True)}

    def _config(self) -> Mapping[str, Any]:
        """The content of ``config.json``; empty for an adapter, which has none."""
        if self.gguf is None:
            return self._read_config()
        file = Path(self.name) / self.gguf if Path(self.name).is_dir() else self._config_file()
        try:
            stamp = (file.resolve(), file.stat().st_mtime_ns, file.stat().st_size)
        except OSError:  # loading the model reports it
            return self._read_config()
        if stamp not in _GGUF_CONFIGS:
            _GGUF_CONFIGS[stamp] = self._read_config()
        return _GGUF_CONFIGS[stamp]

    def _read_config(self) -> Mapping[str, Any]:
        from transformers import PretrainedConfig

        try:
            said: Mapping[str, Any] = PretrainedConfig.get_config_dict(self.name, **self._options)[
                0
            ]
        except OSError:  # if this is an error, loading the model reports it
            return {}
        return said

    def _other_kind(self, kind: Kind, said: Mapping[str, Any]) -> str:
        named = next(iter(said.get("architectures") or ()), said.get("model_type"))
        if kind == "classifier":
            return (
                f"checkpoint {self.name!r}: another architecture (config says {named}, which is not"
                " a sequence classifier); use one for natural-language inference"
            )
        other: Kind = "causal" if kind == "seq2seq" else "seq2seq"
        return (
            f"checkpoint {self.name!r}: another architecture (config says {named}, which is not"
            f" a {kind} model); load it with `use: {other}` if it is one, or use another checkpoint"
        )

    @property
    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"trust_remote_code": self.trust_remote_code}
        if not Path(self.name).is_dir():
            options["revision"] = self.revision
            if not is_reachable(self.name, self.gguf or "config.json", self.revision):
                options["local_files_only"] = True  # or each file is waited for
        if self.gguf is not None:
            options["gguf_file"] = self.gguf
        return options

    def _libraries(self) -> tuple[Any, Any]:
        """``torch`` and ``transformers``."""
        try:
            import torch
            import transformers
        except ImportError as error:
            raise self._without_libraries() from error
        own_logging: Any = transformers.utils.logging
        own_logging.disable_progress_bar()  # the run has its own
        return torch, transformers

    def _without_libraries(self) -> ConfigError:
        return ConfigError(
            f"checkpoint {self.name!r}: requires the transformers extra:"
            " pip install 'qgbench[transformers]'"
        )

    @contextmanager
    def _failures_told(self) -> Iterator[None]:
        """Convert any exception of a library to an error with the checkpoint and the file."""
        try:
            yield
        except ConfigError:
            raise
        except Exception as error:
            folder = Path(self.name) if Path(self.name).is_dir() else self._config_file().parent
            reason = broken_file(folder) or _reason(error)
            raise ConfigError(f"checkpoint {self.name!r}: {reason}") from error

    def _config_file(self) -> Path:
        """``config.json`` in the cache, downloaded if needed; its folder is named by commit."""
        try:
            return hub_file(self.name, self.gguf or "config.json", self.revision)
        except ImportError as error:
            raise self._without_libraries() from error


def _has_bfloat16() -> bool:
    """Whether the processor computes with bfloat16."""
    from torch import cpu

    names = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(cpu, name, bool)() for name in names)


def _device(wanted: str) -> str:
    import torch

    if wanted == "auto":
        if torch.cuda.is_available():
            return "cuda"
        return "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        torch.empty(0, device=wanted)
    except (RuntimeError, AssertionError) as error:
        raise ConfigError(f"device {wanted!r}: {_reason(error)}") from error
    return wanted


@contextmanager
def quiet(logger: str, least: int = logging.ERROR) -> Iterator[None]:
    """Disable the messages of a logger below a level; by default its warnings."""
    chosen = logging.getLogger(logger)
    level = chosen.level
    chosen.setLevel(least)
    try:
        yield
    finally:
        chosen.setLevel(level)


def _folder_digest(folder: Path) -> str:
    """Digest of all files in full, so that any change of weights counts."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.name.startswith(".") and file.suffix != ".md":
            digest.update(f"{file.relative_to(folder)}\x1f".encode())
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]


def _reason(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines:
        return repr(error)
    reason = " ".join(lines[:2]) if lines[0].endswith(":") else lines[0]
    plain = isinstance(error, OSError | ValueError | ImportError | RuntimeError)
    return reason if plain else f"{type(error).__name__}: {reason}"
