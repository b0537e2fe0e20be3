"""An encoder by the name that a user gives it; each text is encoded once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from bench.metrics.base import FloatArray
from bench.metrics.encoders.folder import EncoderFolder, encoder_folder
from bench.metrics.encoders.static import StaticEncoder
from bench.metrics.encoders.transformer import TransformerEncoder
from bench.metrics.encoders.vector_file import VectorFile

_LETTER = re.compile(r"[^\W_]")
_REMEMBERED = 1 << 14  # texts


class NamedEncoder:
    """Vectors of texts; its weights are loaded when the first text is encoded.

    Attributes:
        folder: what the folder declares.
        digest: digest of its content, for signatures.
    """

    def __init__(self, folder: EncoderFolder, digest: str) -> None:
        self.folder, self.digest = folder, digest
        self._loaded: StaticEncoder | TransformerEncoder | None = None
        self._stored: VectorFile | None = None
        self._remembered: dict[str, FloatArray] = {}

    def use_stored(self, stored: VectorFile | None) -> None:
        """Take the vectors of texts from a file where it has them."""
        self._stored = stored

    @property
    def dimensions(self) -> int:
        """The number of components of a vector."""
        return self._stored.dimensions if self._stored else self._model().dimensions

    def directions(self, texts: Sequence[str]) -> FloatArray:
        """The direction of each text: integers, of length 2^24; 0 without letters and digits."""
        distinct = list(dict.fromkeys(texts))
        found = {text: known for text in distinct if (known := self._known(text)) is not None}
        new = [text for text in distinct if text not in found and has_words(text)]
        if new:
            computed = self.computed(new)
            found.update(zip(new, computed, strict=True))
            if len(self._remembered) + len(new) > _REMEMBERED:
                self._remembered.clear()
            self._remembered.update(zip(new, computed, strict=True))
        whole = np.zeros((len(texts), self.dimensions))
        for row, text in enumerate(texts):
            if text in found:
                whole[row] = found[text]
        return whole

    def computed(self, texts: Sequence[str]) -> FloatArray:
        """The direction of each text, computed anew."""
        return self._model().directions(texts)

    def _known(self, text: str) -> FloatArray | None:
        if text in self._remembered:
            return self._remembered[text]
        return self._stored.vector(text) if self._stored else None

    def _model(self) -> StaticEncoder | TransformerEncoder:
        if self._loaded is None:
            static = self.folder.kind == "static"
            self._loaded = (StaticEncoder if static else TransformerEncoder)(self.folder)
        return self._loaded


def encoder_named(name: str) -> NamedEncoder:
    """The encoder of a folder or of a name in the cache of the hub; loaded once a process.

    Raises:
        ConfigError: it does not exist, or lacks a file or library.
    """
    folder = encoder_folder(name)
    folder.check()
    return _encoder(folder, folder.digest())


@lru_cache(maxsize=4)
def _encoder(folder: EncoderFolder, digest: str) -> NamedEncoder:
    return NamedEncoder(folder, digest)


def has_words(text: str) -> bool:
    """Whether a text has a letter or digit, without which it is similar to nothing."""
    return _LETTER.search(text) is not None
