"""Imports user code, and converts any failure to one line with the location."""

from __future__ import annotations

import importlib
import os
import re
import sys
import sysconfig
import traceback
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from bench.errors import BenchError, ConfigError, UnknownNameError, unknown_name

_EXTRAS = re.compile(r"\s*\[[^\]]*\]\s*$")  # "module:Class [extra]", as in entry points
_OWN = os.path.dirname(__file__) + os.sep  # noqa: PTH120 - compared with names of code files
_IMPORTING = ("<frozen importlib", os.path.dirname(importlib.__file__) + os.sep)  # noqa: PTH120
_LIBRARIES = tuple(sysconfig.get_path(name) + os.sep for name in ("stdlib", "purelib", "platlib"))
_LONGEST_MESSAGE = 300


def import_named(target: str) -> Any:
    """Import ``module:attribute``; ``attribute`` may have dots (``module:Outer.Inner``).

    Importing a module runs its code. Any exception, including ``SystemExit`` but not an interrupt
    by the user, becomes an error that names the module, the file and line, and the fix.

    Raises:
        UnknownNameError: the target is malformed, or the module or attribute does not exist.
        ConfigError: the module exists, but cannot be imported.
    """
    module_name, attribute = _parts(target)
    found: Any = _module(target, module_name)
    location = getattr(found, "__file__", None)
    for step in attribute.split("."):
        try:
            found = getattr(found, step)
        except KeyboardInterrupt:
            raise
        except AttributeError as error:
            where = f"{target!r}{f' ({location})' if location else ''}"
            names = [name for name in _names(found) if not name.startswith("_")]
            raise UnknownNameError(unknown_name("attribute", step, names, where)) from error
        except BaseException as error:
            raise _broken(target, error, location) from error
    return found


def described_error(error: BaseException) -> str:
    """Type and message of an exception in one line, even if its ``__str__`` fails."""
    kind = type(error).__name__
    try:
        message = " ".join(str(error).split())
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - a user-defined exception may fail in any way
        return kind
    if len(message) > _LONGEST_MESSAGE:
        message = f"{message[: _LONGEST_MESSAGE - 3]}..."
    return f"{kind}: {message}" if message else kind


def location_of_fault(error: BaseException) -> str:
    """``file:line`` at which user code raised an exception; empty if unknown.

    This is the innermost active line outside installed libraries.
    """
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno or 1}"
    frames = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not frame.f_code.co_filename.startswith((_OWN, *_IMPORTING))
    ]
    users = [frame for frame in frames if not frame[0].startswith(_LIBRARIES)]
    file, line = (users or frames or [("", 0)])[-1]
    return f"{file}:{line}" if file else ""


def _parts(target: str) -> tuple[str, str]:
    module, colon, attribute = _EXTRAS.sub("", target).partition(":")
    names = [*module.split("."), *attribute.split(".")]
    if not colon or not all(name.isidentifier() for name in names):
        raise UnknownNameError(
            f"{target!r} is not of the form module:attribute, such as my_models:MyModel"
        )
    return module, attribute


def _module(target: str, name: str) -> ModuleType:
    try:
        return import_module(name)
    except KeyboardInterrupt:
        raise
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise _broken(target, error, _file_of(name)) from error
        raise UnknownNameError(
            f"{target!r}: no module named {error.name!r}; install it, or run bench in the directory"
            " that holds it"
        ) from error
    except BaseException as error:
        raise _broken(target, error, _file_of(name)) from error


def _broken(target: str, error: BaseException, file: str | None) -> BenchError:
    location = location_of_fault(error) or file
    what = described_error(error)
    if isinstance(error, SystemExit):
        fix = "a module must not end the process when it is imported"
        what = f"it calls exit({error.code!r:.40})"
    elif isinstance(error, ModuleNotFoundError):
        fix = "install what it imports"
    else:
        fix = "fix the module"
    return ConfigError(
        f"{target!r} cannot be imported: {f'{location}: ' if location else ''}{what}; {fix}"
    )


def _file_of(name: str) -> str | None:
    """The file of a module that cannot be imported, if it can be found without running it."""
    top = name.partition(".")[0]
    try:
        spec = find_spec(name if name == top or top in sys.modules else top)
    except Exception:  # noqa: BLE001 - only for a better message
        return None
    return spec.origin if spec else None


def _names(owner: object) -> list[str]:
    try:
        return dir(owner)
    except Exception:  # noqa: BLE001 - a user-defined class may fail in any way
        return []
