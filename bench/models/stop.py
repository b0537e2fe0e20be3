"""Stop strings: the output of a model ends before the first of them."""

from __future__ import annotations

from collections.abc import Sequence

from bench.errors import ConfigError

_END_OF_REASONING = "</think>"


def stop_strings(given: str | Sequence[str] | None) -> tuple[str, ...]:
    """The stop strings of a parameter ``stop``.

    Raises:
        ConfigError: one is empty.
    """
    found = (given,) if isinstance(given, str) else tuple(given or ())
    if not all(found):
        raise ConfigError("stop: must not be empty, since every output would end at once")
    return found


def before_stop(text: str, strings: Sequence[str]) -> str:
    """The text up to the first stop string; reasoning before the answer is not searched."""
    start = text.rfind(_END_OF_REASONING) + 1
    ends = [text.find(string, start) for string in strings]
    return text[: min((end for end in ends if end >= 0), default=len(text))]
