"""Describes values in a canonical form that is equal across processes."""

from __future__ import annotations

import enum
import functools
import inspect
import json
import re
import sys
import types
from abc import ABCMeta
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from bench.identity.code import Root
from bench.identity.data_files import candidate_paths, content_digest, exists
from bench.identity.locate import locate

_TARGET = re.compile(r"[^\W\d][\w.]*:[^\W\d][\w.]*")
_HEAP_TYPE = 1 << 9  # a type created at run time, such as by a `class` statement
_PLAIN = (type(None), bool, int, str)
_TIMES = (datetime, date, time, timedelta)
_BY_REPR = (float, complex, bytes, range, slice, *_TIMES, Decimal, Fraction)


class Values:
    """Describes values, and collects the code and files that they refer to.

    Args:
        ignored: files that count by name only.
        files: whether a string that names a file is replaced by a digest of its content.

    Attributes:
        roots: the code of the functions and classes among the values.
        named: paths that strings may name, whether or not they exist.
        unknown: the reason why a value cannot be described; None if all can.
    """

    def __init__(self, ignored: frozenset[Path] = frozenset(), *, files: bool = True) -> None:
        self.roots: list[Root] = []
        self.named: set[Path] = set()
        self.unknown: str | None = None
        self._ignored = ignored
        self._reads_files = files
        self._inside: dict[
            int, int
        ] = {}  # values that are being described, by id, with their depth

    def text(self, value: Any, what: str) -> str:
        """Describe a value in one line of JSON; ``what`` names it in reasons."""
        return json.dumps(self._form(value, what), ensure_ascii=True, separators=(",", ":"))

    def _form(self, value: Any, what: str) -> Any:
        if isinstance(value, enum.Enum):
            held = [value.name, self._form(value.value, what)]
            return {"enum": [self._form(type(value), what), *held]}
        if isinstance(value, str | PurePath) and _has_no_more(type(value)):
            return self._string(value)
        if type(value) in _PLAIN:
            return value
        if type(value) in _BY_REPR:
            return {type(value).__name__: repr(value)}
        if id(value) in self._inside:
            return {"again": self._inside[id(value)]}
        self._inside[id(value)] = len(self._inside)
        try:
            return self._compound(value, what)
        finally:
            del self._inside[id(value)]

    def _string(self, value: str | PurePath) -> Any:
        """Describe a string; one that names a file or folder by its content."""
        text = str(value)
        form = text if isinstance(value, str) else {type(value).__name__: text}
        if not self._reads_files:
            return form
        if _TARGET.fullmatch(text) and locate(text.partition(":")[0]).kind in {"own", "installed"}:
            module, _, attribute = text.partition(":")
            self.roots.append((module, attribute.partition(".")[0]))
        for path in candidate_paths(text, ()):
            self.named.add(path)
            if path in self._ignored or not exists(path):
                continue
            try:
                digest = content_digest(path)
            except OSError as error:
                self._give_up(f"{text} cannot be read: {error}")
                return form
            return {"file": path.name, "sha256": digest} if path.is_file() else {"folder": digest}
        return form

    def _compound(self, value: Any, what: str) -> Any:  # noqa: PLR0911, PLR0912 - a kind of value each
        if isinstance(value, np.ndarray | np.generic) and not value.dtype.hasobject:
            array = np.asarray(value)  # keeps a zero-dimensional array
            form = [str(array.dtype), list(array.shape), array.tobytes().hex()]
            if isinstance(value, np.ma.MaskedArray):
                form.append(np.ma.getmaskarray(value).tobytes().hex())
            if isinstance(value, np.ndarray) and type(value) is not np.ndarray:
                form.append(self._class(type(value), what))  # a subclass may behave differently
            return {"array": form}
        if isinstance(value, np.ndarray):
            held = [self._form(inner, f"{what}[{n}]") for n, inner in enumerate(value.flat)]
            return {"array": [str(value.dtype), list(value.shape), held]}
        if isinstance(value, re.Pattern):
            text = value.pattern  # a string pattern stays a string, even if a file has that name
            return {"pattern": [text if isinstance(text, str) else repr(text), value.flags]}
        if isinstance(value, functools.partial):
            parts = (value.func, list(value.args), value.keywords)
            return {"partial": [self._form(part, what) for part in parts]}
        if isinstance(value, types.MethodType):
            return {"method": [self._form(value.__self__, what), self._form(value.__func__, what)]}
        if isinstance(value, types.FunctionType):
            return {"function": self._function(value, what)}
        if isinstance(value, type):
            return {"class": self._class(value, what)}
        if isinstance(value, types.ModuleType):
            self.roots.append((value.__name__, ""))
            return {"module": value.__name__}
        if isinstance(value, types.BuiltinFunctionType):
            owner = value.__self__
            is_bound = owner is not None and not isinstance(owner, types.ModuleType | type)
            bound = [self._form(owner, what)] if is_bound else []
            return {"builtin": [f"{value.__module__}.{value.__qualname__}", *bound]}
        if isinstance(value, property | staticmethod | classmethod | functools.cached_property):
            names = ("fget", "fset", "fdel", "func", "__func__")
            inner = [self._form(getattr(value, name, None), what) for name in names]
            return {type(value).__name__: inner}
        if isinstance(value, Mapping | AbstractSet | Sequence) and not isinstance(value, str):
            return {type(value).__name__: [self._content(value, what), *self._beside(value, what)]}
        return self._instance(value, what)

    def _content(self, value: Any, what: str) -> list[Any]:
        """Describe the elements of a collection, regardless of the key order of a dict."""
        if isinstance(value, Mapping):
            pairs = [
                [self._form(key, what), self._form(inner, f"{what}[{key!r}]")]
                for key, inner in value.items()
            ]
            return sorted(pairs, key=json.dumps) if type(value) is dict else pairs
        if isinstance(value, AbstractSet):
            return sorted((self._form(inner, what) for inner in value), key=json.dumps)
        return [self._form(inner, f"{what}[{index}]") for index, inner in enumerate(value)]

    def _beside(self, value: Any, what: str) -> list[Any]:
        """Describe the class and attributes of a collection of a subclass."""
        cls = type(value)
        if cls in {dict, list, tuple, set, frozenset}:
            return []
        names = ("default_factory", "maxlen", "typecode", "format")
        held = {name: getattr(value, name, None) for name in names} | _attributes(value)
        found = [self._form(inner, f"{what}.{name}") for name, inner in sorted(held.items())]
        return found if _is_foreign(cls) else [self._class(cls, what), *found]

    def _instance(self, value: Any, what: str) -> Any:
        cls = type(value)
        plain = next(
            (kind for kind in (str, PurePath, int, *_BY_REPR) if isinstance(value, kind)), None
        )
        state = _attributes(value)
        if _is_foreign(cls) or (plain is None and _hides_state(cls)):
            self._give_up(
                f"{what} is a {cls.__module__}.{cls.__qualname__}, whose state cannot be described"
            )
            return None
        form = {name: self._form(inner, f"{what}.{name}") for name, inner in sorted(state.items())}
        if plain is None:
            return {"instance": [self._class(cls, what), form]}
        bare = self._string(value) if isinstance(value, str | PurePath) else plain.__repr__(value)
        return {"instance": [self._class(cls, what), form, bare]}

    def _class(self, cls: type, what: str) -> str:
        name = f"{cls.__module__}:{cls.__qualname__}"
        for base in cls.__mro__[:-1]:
            if _is_foreign(base) or locate(base.__module__).kind == "shipped":
                continue
            if "__init_subclass__" in vars(base) or type(base) not in {type, ABCMeta}:
                self.roots.append((base.__module__, ""))  # all its subclasses may matter
                self.roots.append((cls.__module__, ""))
            if base.__module__ not in sys.modules or not hasattr(
                sys.modules[base.__module__], "__file__"
            ):
                self._give_up(f"{what}: the source of class {name!r} is not available")
            self.roots.append((base.__module__, base.__qualname__.partition(".")[0]))
        return name

    def _function(self, function: types.FunctionType, what: str) -> Any:
        """Describe the definition of a function and the values bound to it."""
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        held: dict[str, Any] = {}
        for name, cell in cells:
            try:
                content = cell.cell_contents
            except ValueError:  # a cell without a value
                continue
            held[f"name {name}"] = self._form(
                content, f"{what}: {name!r} in {function.__qualname__}"
            )
        for names, values in (
            (range(len(function.__defaults__ or ())), function.__defaults__ or ()),
            ((function.__kwdefaults__ or {}).keys(), (function.__kwdefaults__ or {}).values()),
        ):
            for key, default in zip(names, values, strict=True):
                held[f"default {key}"] = self._form(default, f"{what}: a default")
        attributes = {k: v for k, v in vars(function).items() if k != "__wrapped__"}
        if attributes:
            held["attributes"] = self._form(attributes, what)
        wrapped = getattr(function, "__wrapped__", None)
        if wrapped is not None:
            held["wrapped"] = self._form(wrapped, what)
        module = sys.modules.get(function.__module__ or "")
        file = getattr(module, "__file__", None)
        if file and Path(file).resolve() == Path(function.__code__.co_filename).resolve():
            self.roots.append((function.__module__, function.__code__.co_firstlineno))
            if function.__name__ == "<lambda>":  # a line may have several
                held["columns"] = sorted({p[2] for p in function.__code__.co_positions() if p[2]})
        else:
            held["source"] = self._loose_source(function, what)
        return [f"{function.__module__}:{function.__qualname__}", held]

    def _loose_source(self, function: types.FunctionType, what: str) -> Any:
        """Describe a function outside any module file, with the globals that it reads."""
        try:
            source = inspect.getsource(function)
        except (OSError, TypeError):
            self._give_up(f"{what}: the source of {function.__qualname__!r} is not available")
            return None
        read = {
            name: self._form(function.__globals__[name], f"{what}: {name!r}")
            for name in sorted(set(_names_of(function.__code__)))
            if name in function.__globals__
        }
        return [source, read]

    def _give_up(self, why: str) -> None:
        self.unknown = self.unknown or why


def _names_of(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names_of(constant)


def _attributes(value: Any) -> dict[str, Any]:
    """The attributes of an instance, including slots."""
    slots = [s for cls in type(value).__mro__ for s in _slots(cls)]
    held = {s: getattr(value, s) for s in slots if hasattr(value, s)}
    return {**held, **getattr(value, "__dict__", {})}


def _hides_state(cls: type) -> bool:
    """Whether instances may have hidden state, as with a base class not written in Python.

    For all other classes the first such base is ``object``; pickling uses the same test.
    """
    for base in cls.__mro__:
        new = base.__new__
        makes_itself = isinstance(new, types.BuiltinFunctionType) and new.__self__ is base
        if makes_itself or not base.__flags__ & _HEAP_TYPE:
            return base is not object
    return False


def _has_no_more(cls: type) -> bool:
    """Whether strings and paths of a class have no state besides their text."""
    return _is_foreign(cls) or issubclass(cls, np.str_)


def _slots(cls: type) -> Sequence[str]:
    slots = cls.__dict__.get("__slots__", ())
    names = (slots,) if isinstance(slots, str) else tuple(slots)
    mangled = f"_{cls.__name__.lstrip('_')}"
    return [
        f"{mangled}{name}" if name.startswith("__") and not name.endswith("__") else name
        for name in names
        if name not in {"__dict__", "__weakref__"}
    ]


def _is_foreign(cls: type) -> bool:
    """Whether a class is from the interpreter or the standard library, with hidden state."""
    top = cls.__module__.partition(".")[0]
    return top in sys.stdlib_module_names or top == "builtins"
