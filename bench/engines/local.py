"""Work in this process."""

from __future__ import annotations

from collections.abc import Generator, Iterable

from bench.engines.base import ONE_CORE, Engine, Lost, Request, Resources, Result, Work


class LocalEngine(Engine):
    """Processes one request after the other, with the resources that this process has."""

    _begun: object = None

    def map(
        self,
        work: Work[Request, Result],
        requests: Iterable[Request],
        resources: Resources = ONE_CORE,  # noqa: ARG002 - part of the contract
    ) -> Generator[Result | Lost, None, None]:
        """Compute each result when it is drawn."""
        for request in requests:
            if self._begun is not work:
                work.begin()
                self._begun = work
            yield work(request)

    def close(self) -> None:
        """Release the last work."""
        self._begun = None
