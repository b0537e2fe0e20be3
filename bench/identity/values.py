"""Values in a form that is equal where they mean the same, whatever process wrote it."""

from __future__ import annotations

import dataclasses
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
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from bench.identity.code import Root
from bench.identity.data_files import digest_of, exists, places_of
from bench.identity.locate import locate

_TARGET = re.compile(r"[^\W\d][\w.]*:[^\W\d][\w.]*")
_PLAIN = (type(None), bool, int, str)
_BY_REPR = (float, complex, bytes, range, slice, date, time, timedelta, Decimal, Fraction)


class Values:
    """Describes values, and notes on the way which code and which files they stand for.

    Args:
        ignored: files that count by name only.
        files: whether a string that names a file stands for what is in it.

    Attributes:
        roots: the code of the functions and classes among the values.
        named: paths that strings among them may name, whether or not anything is there.
        unknown: why a value cannot be told; None if all can.
    """

    def __init__(self, ignored: frozenset[Path] = frozenset(), *, files: bool = True) -> None:
        self.roots: list[Root] = []
        self.named: set[Path] = set()
        self.unknown: str | None = None
        self._ignored = ignored
        self._reads_files = files
        self._inside: set[int] = set()

    def text(self, value: Any, what: str) -> str:
        """The value as one line of JSON; ``what`` names it where it cannot be told."""
        return json.dumps(self._form(value, what), ensure_ascii=True, separators=(",", ":"))

    def _form(self, value: Any, what: str) -> Any:
        if isinstance(value, enum.Enum):
            held = [value.name, self._form(value.value, what)]
            return {"enum": [self._form(type(value), what), *held]}
        if isinstance(value, str | PurePath):
            return self._string(value)
        if type(value) in _PLAIN:
            return value
        if type(value) in _BY_REPR:
            return {type(value).__name__: repr(value)}
        if id(value) in self._inside:
            return {"again": type(value).__name__}
        self._inside.add(id(value))
        try:
            return self._compound(value, what)
        finally:
            self._inside.discard(id(value))

    def _string(self, value: str | PurePath) -> Any:
        """A string; one that names a file or folder stands for what is in it."""
        text = str(value)
        form = text if isinstance(value, str) else {type(value).__name__: text}
        if not self._reads_files:
            return form
        if _TARGET.fullmatch(text) and locate(text.partition(":")[0]).kind in {"own", "installed"}:
            module, _, attribute = text.partition(":")
            self.roots.append((module, attribute.partition(".")[0]))
        for path in places_of(text, ()):
            self.named.add(path)
            if path in self._ignored or not exists(path):
                continue
            try:
                digest = digest_of(path)
            except OSError as error:
                self._give_up(f"{text} cannot be read: {error}")
                return form
            return {"file": path.name, "sha256": digest} if path.is_file() else {"folder": digest}
        return form

    def _compound(self, value: Any, what: str) -> Any:  # noqa: PLR0911 - a kind of value each
        if isinstance(value, np.ndarray | np.generic) and not value.dtype.hasobject:
            array = np.ascontiguousarray(value)
            form = [str(array.dtype), list(array.shape), array.tobytes().hex()]
            if isinstance(value, np.ma.MaskedArray):
                form.append(np.ma.getmaskarray(value).tobytes().hex())
            return {"array": form}
        if isinstance(value, re.Pattern):
            return {"pattern": [value.pattern, value.flags]}
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
            inner = getattr(value, "fget", None) or getattr(value, "func", None)
            return {type(value).__name__: self._form(inner or value.__func__, what)}  # type: ignore[union-attr]
        if isinstance(value, Mapping | AbstractSet | Sequence):
            return {type(value).__name__: [self._content(value, what), *self._beside(value, what)]}
        return self._instance(value, what)

    def _content(self, value: Any, what: str) -> list[Any]:
        """What a collection holds; the order of a plain dictionary's keys says nothing."""
        if isinstance(value, Mapping):
            pairs = [
                [self._form(key, what), self._form(inner, f"{what}[{key!r}]")]
                for key, inner in value.items()
            ]
            return sorted(pairs, key=json.dumps) if type(value) is dict else pairs
        if isinstance(value, AbstractSet):
            return sorted((self._form(inner, what) for inner in value), key=json.dumps)
        return [self._form(inner, f"{what}[{place}]") for place, inner in enumerate(value)]

    def _beside(self, value: Any, what: str) -> list[Any]:
        """What a collection has beside its content, if it is no plain one."""
        cls = type(value)
        if cls in {dict, list, tuple, set, frozenset}:
            return []
        held = {name: getattr(value, name, None) for name in ("default_factory", "maxlen")}
        held |= getattr(value, "__dict__", {})
        found = [self._form(inner, f"{what}.{name}") for name, inner in sorted(held.items())]
        return found if _is_foreign(cls) else [self._class(cls, what), *found]

    def _instance(self, value: Any, what: str) -> Any:
        cls = type(value)
        state = _state(value)
        if state is None or _is_foreign(cls):
            self._give_up(
                f"{what} is a {cls.__module__}.{cls.__qualname__}, whose state cannot be told"
            )
            return None
        form = {name: self._form(inner, f"{what}.{name}") for name, inner in sorted(state.items())}
        return {"instance": [self._class(cls, what), form]}

    def _class(self, cls: type, what: str) -> str:
        name = f"{cls.__module__}:{cls.__qualname__}"
        for base in cls.__mro__[:-1]:
            if _is_foreign(base) or locate(base.__module__).kind == "shipped":
                continue
            if "__init_subclass__" in vars(base) or type(base) not in {type, ABCMeta}:
                self.roots.append((base.__module__, ""))  # its subclasses may all matter
                self.roots.append((cls.__module__, ""))
            if base.__module__ not in sys.modules or not hasattr(
                sys.modules[base.__module__], "__file__"
            ):
                self._give_up(f"{what}: the source of class {name!r} cannot be had")
            self.roots.append((base.__module__, base.__qualname__.partition(".")[0]))
        return name

    def _function(self, function: types.FunctionType, what: str) -> Any:
        """Where it is defined, and the values it holds beside its code."""
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        held: dict[str, Any] = {}
        for name, cell in cells:
            try:
                content = cell.cell_contents
            except ValueError:  # a name that was never given a value
                continue
            held[name] = self._form(content, f"{what}: {name!r} in {function.__qualname__}")
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
        else:
            held["source"] = self._loose_source(function, what)
        return [f"{function.__module__}:{function.__qualname__}", held]

    def _loose_source(self, function: types.FunctionType, what: str) -> Any:
        """The source of a function that no module's file holds, with the globals that it reads."""
        try:
            source = inspect.getsource(function)
        except (OSError, TypeError):
            self._give_up(f"{what}: the source of {function.__qualname__!r} cannot be had")
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


def _state(value: Any) -> dict[str, Any] | None:
    """The attributes of an instance; None where they do not say all."""
    if dataclasses.is_dataclass(value):
        held = {f.name: getattr(value, f.name, None) for f in dataclasses.fields(value)}
        return {**held, **getattr(value, "__dict__", {})}
    slots = [s for cls in type(value).__mro__ for s in _slots(cls)]
    own = getattr(value, "__dict__", None)
    if own is None and not slots:
        return {} if type(value).__init__ is object.__init__ else None
    return {**{s: getattr(value, s) for s in slots if hasattr(value, s)}, **(own or {})}


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
    """Whether a class is the interpreter's or its library's, whose instances keep state unseen."""
    top = cls.__module__.partition(".")[0]
    return top in sys.stdlib_module_names or top == "builtins"
