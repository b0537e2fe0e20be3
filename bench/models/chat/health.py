"""Whether a server is worth asking at all: a dead or misconfigured one is given up at once.

A failure of one request says little. The same failure of every request says that the server is not
there, or that the key, the URL or the model is wrong, and no article after that will fare better. A
server that has answered before is given more time, so that one that restarts is not given up.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_ARTICLES = (5, 20)  # that failed in one way in a row, before and after the first answer
_CALLS = 5  # in a row that came to nothing in one way, and for so many seconds, likewise:
_SECONDS = (6.0, 20.0)
_FEWEST_ARTICLES = 2  # among these calls, unless no server was reached
UNREACHABLE = "reached no server"
UNUSABLE = "got a response that is no chat completion"
UNANSWERED = "got no response"


class Health:
    """What is known of a server from how requests ended.

    Args:
        clock: seconds.

    Attributes:
        stopped: why it is not asked any more; None while it is.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.stopped: str | None = None
        self._clock = clock
        self._answered = False
        self._kind, self._articles = "", 0
        self._way, self._calls, self._since = "", 0, 0.0
        self._concerned: set[object] = set()

    def answered(self) -> None:
        """There was an answer of the model."""
        self._answered = True
        self._articles = self._calls = 0

    def reached(self) -> None:
        """There was a response, whatever it said."""
        if self._way in (UNREACHABLE, UNANSWERED):
            self._calls = 0

    def useless(self, way: str, began: float, reason: str, article: object = None) -> None:
        """A request came to nothing in a way in which a server that works does not fail.

        Args:
            way: ``UNREACHABLE``, ``UNANSWERED`` or ``UNUSABLE``.
            began: when the request was made.
            reason: what the request failed with.
            article: which one it was for, where that is known: a server that was reached is not
                given up for one article alone.
        """
        if not self._calls or way != self._way:
            self._way, self._calls, self._since = way, 0, began
            self._concerned.clear()
        self._calls += 1
        self._concerned.add(self._calls if article is None else article)
        if way != UNREACHABLE and len(self._concerned) < _FEWEST_ARTICLES:
            return
        if self._calls >= _CALLS and self._clock() - self._since >= _SECONDS[self._answered]:
            self._stop(f"{self._calls} requests in a row {way}", reason)

    def failed(self, kind: str, reason: str) -> None:
        """An article has failed for good, for a reason of that kind."""
        self._articles = self._articles + 1 if kind == self._kind else 1
        self._kind = kind
        if self._articles >= _ARTICLES[self._answered]:
            self._stop(f"{self._articles} articles in a row failed alike", reason)

    def _stop(self, what: str, reason: str) -> None:
        if self.stopped is None:
            self.stopped = f"{what}: {reason}"
