"""A checkpoint: where it is, exactly which one, and how it is loaded."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bench.errors import ConfigError

Kind = Literal["seq2seq", "causal"]
_TASKS: dict[Kind, str] = {"seq2seq": "AutoModelForSeq2SeqLM", "causal": "AutoModelForCausalLM"}


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint on the hub or in a folder.

    Attributes:
        name: its id on the hub, or the folder.
        revision: a commit, branch or tag on the hub.
        trust_remote_code: whether code that comes with it may be run.
    """

    name: str
    revision: str | None = None
    trust_remote_code: bool = False

    def digest(self) -> str:
        """What it is exactly: the commit on the hub, or a digest of the folder's files.

        Raises:
            ConfigError: there is no such checkpoint, or it cannot be reached.
        """
        folder = Path(self.name)
        if folder.is_dir():
            return _folder_digest(folder)
        return self._config_file().parent.name[:16]

    def load(self, kind: Kind, device: str, dtype: str) -> Loaded:
        """Tokenizer and model, ready to generate.

        Raises:
            ConfigError: it cannot be loaded.
        """
        import torch
        import transformers

        own_logging: Any = transformers.utils.logging
        own_logging.disable_progress_bar()  # the run has its own
        device = _device(device)
        if dtype == "auto" and device == "cpu":
            dtype = "float32"  # half precision is emulated there
        options: dict[str, Any] = {"trust_remote_code": self.trust_remote_code}
        if not Path(self.name).is_dir():
            options["revision"] = self.revision
        chosen = "auto" if dtype == "auto" else getattr(torch, dtype)
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(self.name, **options)
            family = getattr(transformers, _TASKS[kind])
            model = family.from_pretrained(self.name, dtype=chosen, **options).to(device).eval()
        except (OSError, ValueError, ImportError, RuntimeError) as error:
            raise ConfigError(f"checkpoint {self.name!r}: {_reason(error)}") from error
        return Loaded(tokenizer, model, device)

    def _config_file(self) -> Path:
        """``config.json`` in the cache, fetched if need be; its folder is called as the commit."""
        try:
            from huggingface_hub import hf_hub_download
        except ImportError as error:
            raise ConfigError(
                f"checkpoint {self.name!r}: needs the transformers extra:"
                " pip install 'qgbench[transformers]'"
            ) from error
        from huggingface_hub.errors import (
            GatedRepoError,
            HFValidationError,
            LocalEntryNotFoundError,
            RepositoryNotFoundError,
            RevisionNotFoundError,
        )

        logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # a failure is told below
        try:
            return Path(hf_hub_download(self.name, "config.json", revision=self.revision))
        except (HFValidationError, RepositoryNotFoundError) as error:
            raise ConfigError(
                f"checkpoint {self.name!r}: no such folder, and no such model on the hub"
            ) from error
        except GatedRepoError as error:
            raise ConfigError(
                f"checkpoint {self.name!r}: its owner grants access on request; ask for it on its"
                " page, then `hf auth login`"
            ) from error
        except RevisionNotFoundError as error:
            raise ConfigError(f"checkpoint {self.name!r}: no revision {self.revision!r}") from error
        except (LocalEntryNotFoundError, OSError) as error:
            raise ConfigError(
                f"checkpoint {self.name!r}: is not in the cache and the hub cannot be reached;"
                f" fetch it where there is a network: hf download {self.name}"
            ) from error


@dataclass(frozen=True)
class Loaded:
    """A tokenizer and a model on a device."""

    tokenizer: Any
    model: Any
    device: str

    @property
    def longest_input(self) -> int | None:
        """Tokens that the model reads at most; None where nothing says so."""
        config = self.model.config.get_text_config()
        said = (
            getattr(config, "max_encoder_position_embeddings", None),
            getattr(config, "max_position_embeddings", None),
            self.tokenizer.model_max_length,
        )
        known = [limit for limit in said if limit and limit < 10**9]
        if said[0]:  # LED: the other one is the decoder's
            known = [limit for limit in (said[0], said[2]) if limit and limit < 10**9]
        return min(known) if known else None

    @property
    def longest_output(self) -> int | None:
        """Tokens that it writes at most, one to start with included; None where nothing says so.

        A decoder alone has one length for what it reads and writes: half of it is for either.
        """
        config = self.model.config.get_text_config()
        if not self.model.config.is_encoder_decoder:
            return self.longest_input and self.longest_input // 2 + 1
        said = getattr(config, "max_decoder_position_embeddings", None)
        limit: int | None = said or getattr(config, "max_position_embeddings", None)
        return limit


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


def _folder_digest(folder: Path) -> str:
    """Of every file, whole: weights that changed in one place are other weights."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.name.startswith(".") and file.suffix != ".md":
            digest.update(f"{file.relative_to(folder)}\x1f".encode())
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]


def _reason(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), repr(error))
