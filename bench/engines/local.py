"""Work done here and now."""

from __future__ import annotations

from collections.abc import Generator, Iterable

from bench.engines.base import ONE_CORE, Answer, Block, Engine, Lost, Resources, Work


class LocalEngine(Engine):
    """Does one block after the other in this process, with whatever resources it has."""

    _begun: object = None

    def map(
        self,
        work: Work[Block, Answer],
        blocks: Iterable[Block],
        resources: Resources = ONE_CORE,  # noqa: ARG002 - part of the contract
    ) -> Generator[Answer | Lost, None, None]:
        """Each answer is worked out when it is drawn."""
        for block in blocks:
            if self._begun is not work:
                work.begin()
                self._begun = work
            yield work(block)

    def close(self) -> None:
        """Let go of the last work."""
        self._begun = None
