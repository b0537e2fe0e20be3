"""Detects dead or misconfigured servers, to stop early.

A single failed request is no evidence. The same failure of every request means that the server is
down, or that the key, the URL or the model is wrong, so that further articles would fail, too. A
server that has answered before gets more time, since it may be restarting.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_ARTICLES = (5, 20)  # consecutive failures of the same kind, before and after the first answer
_CALLS = 5  # consecutive useless calls of the same kind, and their minimum duration, likewise:
_SECONDS = (6.0, 20.0)
_FEWEST_ARTICLES = 2  # among these calls, unless no server was reached
UNREACHABLE = "reached no server"
UNUSABLE = "got a response that is not a chat completion"
UNANSWERED = "got no response"


class Health:
    """The state of a server, from the outcomes of requests.

    Args:
        clock: returns seconds.

    Attributes:
        stopped: the reason why it is no longer used; None while it is.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.stopped: str | None = None
        self._clock = clock
        self._answered = False
        self._kind, self._articles = "", 0
        self._way, self._calls, self._since = "", 0, 0.0
        self._concerned: set[object] = set()

    def answered(self) -> None:
        """Record an answer of the model."""
        self._answered = True
        self._articles = self._calls = 0

    def reached(self) -> None:
        """Record any response."""
        if self._way in (UNREACHABLE, UNANSWERED):
            self._calls = 0

    def useless(self, way: str, began: float, reason: str, article: object = None) -> None:
        """Record a failure that does not occur with a working server.

        Args:
            way: ``UNREACHABLE``, ``UNANSWERED`` or ``UNUSABLE``.
            began: the time of the request.
            reason: the reason of the failure.
            article: the article of the request, if known: a reachable server is not given up
                because of a single article.
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
        """Record that an article has finally failed, for a reason of this kind."""
        self._articles = self._articles + 1 if kind == self._kind else 1
        self._kind = kind
        if self._articles >= _ARTICLES[self._answered]:
            self._stop(f"{self._articles} articles in a row failed the same way", reason)

    def _stop(self, what: str, reason: str) -> None:
        if self.stopped is None:
            self.stopped = f"{what}: {reason}"
