"""Work that needs something loaded first: the base of that of models and of raters."""

from __future__ import annotations

from abc import ABC, abstractmethod

from bench.faults import ANYTHING


class LoadedWork(ABC):
    """Loads once in each process, and keeps a fault until there are requests to fail on."""

    def __init__(self) -> None:
        self._fault: BaseException | None = None
        self._begun = False
        self.is_loading = False
        """Whether it is loading in this process."""

    def begin(self) -> None:
        """Load, once; if that fails, every request fails."""
        if self._begun:
            return
        self._begun = self.is_loading = True
        try:
            self._load()
        except ANYTHING as error:  # it is recorded
            self._fault = error
        finally:
            self.is_loading = False

    def end(self) -> None:
        """Free the memory of what was loaded."""
        if self._begun:
            self._begun = False
            self._unload()

    @abstractmethod
    def _load(self) -> None: ...

    @abstractmethod
    def _unload(self) -> None: ...
