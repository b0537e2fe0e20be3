"""What models and raters with a checkpoint have in common."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import ClassVar

from bench.errors import ConfigError
from bench.models.neural.batch_size import BatchSize, release
from bench.models.neural.checkpoint import Checkpoint, Kind
from bench.models.neural.hub import UnreachableError
from bench.models.neural.loaded import Loaded


class CheckpointUser:
    """Loads a checkpoint, frees it, and says what is known without its weights.

    Subclasses are dataclasses; these attributes are parameters of theirs, which they describe.
    """

    made_with: ClassVar[tuple[str, ...]] = ("torch", "transformers", "tokenizers")

    checkpoint: str
    revision: str | None
    trust_remote_code: bool
    allow_missing_weights: bool
    device: str
    dtype: str
    batch_size: int | None
    max_input_tokens: int | None
    gguf: str | None = None
    seed: int = 0

    @property
    def kind(self) -> Kind:
        """The architecture that the checkpoint is loaded as."""
        raise NotImplementedError

    @property
    def digest(self) -> str:
        """Digest of the checkpoint and the type of its weights, for the signature."""
        try:
            weights = self._checkpoint.digest()
        except UnreachableError:
            weights = "unreachable"  # no run starts: see `obstacle`
        try:
            dtype = self._checkpoint.dtype(self.dtype, self.device)
        except ConfigError:  # loading reports it
            dtype = self.dtype
        return hashlib.sha256(f"{weights}\x1f{dtype}".encode()).hexdigest()[:16]

    @property
    def limit(self) -> int | None:
        """The maximum number of input tokens; None if unlimited."""
        return self.max_input_tokens or self._loaded.longest_input

    def load(self) -> None:
        """Load tokenizer and weights.

        Raises:
            ConfigError: they cannot be loaded.
        """
        _ = self._loaded

    def unload(self) -> None:
        """Free the memory of the weights; they are loaded again when needed."""
        loaded = vars(self).pop("_loaded", None)
        if loaded is not None:
            device = loaded.device
            del loaded
            release(device)

    def obstacle(self) -> str | None:
        """The reason why the checkpoint cannot be downloaded."""
        return self._checkpoint.obstacle()

    def events(self) -> list[str]:
        """Messages since the last call, such as about memory that ran out."""
        events, self._events[:] = list(self._events), []
        return events

    def weight_notes(self) -> list[str]:
        """Notes on weights that do not match the architecture."""
        obstacle = self.obstacle()
        if obstacle or self.gguf is not None:  # a GGUF file is compared when it is loaded
            return [obstacle] if obstacle else []
        try:
            report = self._checkpoint.report(self.kind)
        except ConfigError as error:
            return [str(error)]
        if report.fault and not self.allow_missing_weights:
            return [self._checkpoint.told_fault(report)]
        told = f"{report.fault}; allow_missing_weights is set" if report.fault else report.note
        return [f"checkpoint {self.checkpoint!r}: {told}"] if told else []

    @property
    def _inputs_per_batch(self) -> int | None:
        """The number of inputs that it reads together next; None for that of the run."""
        has_begun = "_batch_size" in vars(self)
        return self._batch_size.current if has_begun or self.batch_size else None

    @cached_property
    def _batch_size(self) -> BatchSize:
        return BatchSize(self.batch_size)

    @cached_property
    def _events(self) -> list[str]:
        return []

    @property
    def _checkpoint(self) -> Checkpoint:
        return Checkpoint(self.checkpoint, self.revision, self.trust_remote_code, self.gguf)

    @cached_property
    def _loaded(self) -> Loaded:
        return self._load()

    def _load(self) -> Loaded:
        return self._checkpoint.load(
            self.kind,
            self.device,
            self.dtype,
            allow_missing_weights=self.allow_missing_weights,
            seed=self.seed,
        )
