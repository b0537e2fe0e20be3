"""A judge behind a chat-completions server, with opinions that tests give it."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.models.fault_server import Handler, Proxy, Reply, completion

_TAGGED = re.compile(r"<([A-Za-z-]+)-([0-9a-f]{8})>\n(.*?)\n</\1-\2>", re.DOTALL)


@dataclass(frozen=True)
class Asked:
    """What one request asks.

    Attributes:
        body: the whole body.
        blocks: the texts between tags, by kind.
        follow_up: whether an earlier answer was not a verdict.
    """

    body: dict[str, Any]
    blocks: dict[str, str]
    follow_up: bool

    @property
    def article(self) -> str:
        return self.blocks["article"]

    @property
    def item(self) -> str:
        return self.blocks.get("question") or self.blocks.get("bullet") or ""

    @property
    def lists(self) -> tuple[list[str], list[str]]:
        first, second = (self.blocks[name].split("\n") for name in ("list-A", "list-B"))
        return first, second


def asked(body: dict[str, Any]) -> Asked:
    questions = [m["content"] for m in body["messages"] if m["role"] == "user"]
    blocks = {kind: text for kind, _, text in _TAGGED.findall(questions[0])}
    return Asked(body, blocks, len(questions) > 1)


Opinion = Callable[[Asked], Any]


class JudgeServer(Proxy):
    """Answers by an opinion: a number or letter, the text of an answer, or a whole completion."""

    def __init__(self) -> None:
        super().__init__()
        self.opinion: Opinion = lambda question: 4
        self.scripts: dict[str, list[Reply]] = {}
        self.answered: list[dict[str, Any]] = []
        """The requests whose response was written completely."""
        self.holding = threading.Event()
        """While it is set, requests are neither answered nor refused, and never will be."""
        self.held = 0
        self._turns: Counter[str] = Counter()
        self._script_lock = threading.Lock()

    def restart(self) -> None:
        """Forget what was asked, and begin the scripts anew."""
        self.requests.clear()
        self.answered.clear()
        self._turns.clear()

    @property
    def questions(self) -> list[Asked]:
        return [asked(body) for body in self.requests]

    def answer(self, handler: Handler, body: dict[str, Any]) -> None:
        question = asked(body)
        with self._script_lock:
            turn = self._turns[question.item]
            self._turns[question.item] += 1
            self.requests.append(body)
            self.keys.append(handler.headers["Authorization"])
            self.paths.append(handler.path)
            self.headers.append({name.lower(): v for name, v in handler.headers.items()})
            script = self.scripts.get(question.item, [])
        if self.holding.is_set():
            self._hold(handler)
            return
        if turn < len(script):
            script[turn](handler, body)
            return
        found = self.opinion(question)
        if not isinstance(found, dict):
            found = completion(verdict(found) if not isinstance(found, str) else found)
        handler.send(200, found)
        self.answered.append(body)

    def _hold(self, handler: Handler) -> None:
        self.held += 1
        while self.holding.is_set() and not self.over.wait(0.02):
            pass
        self.held -= 1
        handler.close_connection = True


def verdict(value: Any, reason: str = "So it seems.") -> str:
    return json.dumps({"reason": reason, "value": value})


def choice(letter: str, reason: str = "So it seems.") -> str:
    return json.dumps({"reason": reason, "choice": letter})


def with_probabilities(text: str, shares: dict[str, float], at: str) -> dict[str, Any]:
    """A completion of a few tokens, with the probabilities of the one that is ``at``."""
    import math

    before, _, after = text.rpartition(at)
    top = [{"token": token, "logprob": math.log(share)} for token, share in shares.items()]
    content = [
        {"token": before, "logprob": 0.0, "top_logprobs": []},
        {"token": at, "logprob": math.log(shares[at]), "top_logprobs": top},
        {"token": after, "logprob": 0.0, "top_logprobs": []},
    ]
    return completion(text, logprobs={"content": [t for t in content if t["token"]]})
