"""The contract of an output format."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

from bench.errors import BenchError, ConfigError
from bench.imports import import_named
from bench.testing.contract import Checks

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_WRITE = "a function `write(result)` that returns text"


def check_format(format: Any, /) -> None:
    """Check that an output format fulfils its contract.

    Args:
        format: its name; or its module, as an object or as ``"mypackage.my_format"``; or the
            function ``write``, as an object or as ``"mypackage.my_format:write"``.

    Raises:
        ContractError: it does not; the message lists every failed check.
        UnknownNameError: the module or function does not exist.
    """
    from bench.testing.results import sample_results

    checks = Checks(f"format {_name(format)!r}")
    write, text = _writer(checks, format)
    if write is not None:
        if not text.strip():
            checks.fail("description", "it has no description", "a docstring of module or function")
        taken = [
            name
            for name, result in sample_results().items()
            if _takes(checks, partial(write, result), name)
        ]
        if not taken and checks.passed("output"):
            checks.fail("output", "it refuses every kind of result", "text for at least one kind")
    checks.finish()


def _name(format: Any) -> str:
    if isinstance(format, str):
        return format
    return str(getattr(format, "__name__", type(format).__name__))


def _writer(checks: Checks, format: Any) -> tuple[Callable[[Any], object] | None, str]:
    """The function that writes, and its description; None if there is no such function."""
    from bench.reports.render import FORMATS

    found, text = format, ""
    try:
        if isinstance(format, str) and ":" in format:
            found = import_named(format)
        elif isinstance(format, str):
            found = _module(FORMATS.get(format, format))
    except ConfigError as error:
        checks.fail("made", "; ".join(error.problems), _WRITE)
        return None, ""
    if isinstance(found, ModuleType):
        text = found.__doc__ or ""
        found = getattr(found, "write", None)
        if found is None:
            checks.fail("made", f"the module {_name(format)} has no `write`", _WRITE)
            return None, ""
    if not callable(found):
        checks.fail("made", f"got {type(found).__name__}", _WRITE)
        return None, ""
    return found, text or getattr(found, "__doc__", "") or ""


def _module(name: str) -> ModuleType:
    """The module.

    Raises:
        UnknownNameError: it does not exist.
        ConfigError: it cannot be imported.
    """
    try:
        import_named(f"{name}:__name__")
    except BenchError as error:
        raise type(error)(problem.replace(":__name__", "") for problem in error.problems) from error
    return import_module(name)


def _takes(checks: Checks, write: Callable[[], object], name: str) -> bool:
    """Check the text of one result; return whether the format accepts this kind."""
    try:
        text = write()
    except BenchError:
        return False  # a format may be for some kinds of results only
    except (Exception, SystemExit):  # noqa: BLE001 - recorded with its location
        checks.guard("output", write)
        return True
    if not isinstance(text, str):
        checks.fail("output", f"got {type(text).__name__} for {name}", "text")
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        checks.fail("output", f"the text for {name} is not valid Unicode", "text")
    if found := _CONTROL.search(text.replace("\r\n", "\n")):
        seen = f"the text for {name} contains {found[0]!r}, which a title has"
        checks.fail("control_characters", seen, "none, since they steer a terminal")
    if write() != text:
        checks.fail("repeatable", f"differs for {name}", "the same text each time")
    return True
